// Texts of the import of files, in French: read with its dialog, and not before anything is shown. `FileTexts` is what every
// language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n < 2 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;

export const files = {
  backupWhich: 'Quel audit reprendre ?',
  backupOf: (n: number, marked: number) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'Texte lu comme du Windows-1252. Vérifiez les accents :',
  stringsFromZero: 'Le fichier compte les strings à partir de 0 : son string 0 devient le string 1.',
  stringsNamed: (names: string) => `Les strings ont des noms dans le fichier : ${names}`,
  stringAdded: (n: number, string: number) =>
    `${modules(n)} sans place dans le fichier : string ${numberText(string)}, ajouté à la fin.`,
};

export type FileTexts = typeof files;
