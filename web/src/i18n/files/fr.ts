// Texts of the import of files, in French: read with its dialog, and not before anything is shown. `FileTexts` is what every
// language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n < 2 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;

export const files = {
  importTitle: 'Importer un fichier',
  importChoose: 'Choisir un fichier',
  importHow: 'ou le déposer ici : plan, export ou sauvegarde de tablette (JSON), CSV, Excel (XLSX).',
  importOther: 'Choisir un autre fichier',
  importBad: 'Ce fichier ne peut pas être importé :',
  kind: 'Type de fichier',
  kinds: {
    counts: 'nouvel audit',
    plan: 'plan du site',
    tablet: 'export d’une tablette',
    csv: 'tableau CSV',
    cloud: 'audit du cloud',
    xlsx: 'classeur Excel',
    backup: 'sauvegarde d’une tablette',
  },
  place: 'Client et lieu',
  marks: 'Relevés',
  marksOf: (n: number, defects: number) =>
    `${numberText(n)}, dont ${numberText(defects)} ${plural(defects, 'défaut', 'défauts')}`,
  positions: 'Plan',
  positionsKnown: 'rangées et colonnes connues',
  exists: 'Un audit avec ce numéro existe déjà sur ce hub. Il restera tel quel.',
  existsMerge: 'Cet audit existe déjà sur ce hub : les relevés de la tablette peuvent s’y ajouter.',
  importMerge: (n: number) => `Ajouter ${marks(n)}`,
  importCopy: 'Créer un autre audit',
  importGo: 'Créer l’audit',

  alike: (n: number) =>
    n > 1
      ? `Il y a déjà ${numberText(n)} audits de ce nom à cet endroit.`
      : 'Il y a déjà un audit de ce nom à cet endroit.',
  made: (time: string) => `créé : ${time}`,
  openThere: 'Ouvrir celui-là',
  nothingNew: 'Tous les relevés de ce fichier y sont déjà.',
  noMarks: 'Ce fichier ne contient aucun relevé.',
  backupWhich: 'Quel audit reprendre ?',
  backupOf: (n: number, marked: number) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'Texte lu comme du Windows-1252. Vérifiez les accents :',
  stringsFromZero: 'Le fichier compte les strings à partir de 0 : son string 0 devient le string 1.',
  stringsNamed: (names: string) => `Les strings gardent leurs noms du fichier : ${names}`,
  stringAdded: (n: number, string: number) =>
    `${modules(n)} sans place dans le fichier : string ${numberText(string)}, ajouté à la fin.`,
};

export type FileTexts = typeof files;
