// Texts of the import of files, in English: read with its dialog, and not before anything is shown.
import { numberText } from '..';
import type { FileTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;

export const files: FileTexts = {
  backupWhich: 'Which audit shall be brought in?',
  backupOf: (n: number, marked: number) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'The text was read as Windows-1252. Check the accents:',
  stringsFromZero: 'The file counts strings from 0: its string 0 becomes string 1.',
  stringsNamed: (names: string) => `Strings have names in the file: ${names}`,
  stringAdded: (n: number, string: number) =>
    `${modules(n)} without a place in the file: string ${numberText(string)}, added at the end.`,
};
