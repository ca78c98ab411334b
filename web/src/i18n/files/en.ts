// Texts of the import of files, in English: read with its dialog, and not before anything is shown.
import { numberText } from '..';
import type { FileTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;

export const files: FileTexts = {
  importTitle: 'Import a file',
  importChoose: 'Choose a file',
  importHow: 'or drop it here: plan, tablet export or backup (JSON), CSV, Excel (XLSX).',
  importOther: 'Choose another file',
  importBad: 'This file cannot be imported:',
  kind: 'Recognised as',
  kinds: {
    counts: 'new audit',
    plan: 'plan of the site',
    tablet: 'export of a tablet',
    csv: 'CSV table',
    cloud: 'audit of the cloud',
    xlsx: 'Excel workbook',
    backup: 'backup of a tablet',
  },
  place: 'Client and location',
  marks: 'Marks',
  marksOf: (n: number, defects: number) =>
    `${numberText(n)}, ${numberText(defects)} of them ${plural(defects, 'a defect', 'defects')}`,
  positions: 'Plan',
  positionsKnown: 'rows and columns known',
  exists: 'An audit with this number is already on this hub. It will stay as it is.',
  existsMerge: 'This audit is already on this hub: the tablet’s marks can be added to it.',
  importMerge: (n: number) => `Add ${marks(n)}`,
  importCopy: 'Create another audit',
  importGo: 'Create the audit',

  alike: (n) =>
    n === 1
      ? 'There is already an audit of this name at this place.'
      : `There are already ${numberText(n)} audits of this name at this place.`,
  made: (time) => `created ${time}`,
  openThere: 'Open that one',
  nothingNew: 'All marks of this file are already in it.',
  noMarks: 'There are no marks in this file.',
  backupWhich: 'Which audit shall be brought in?',
  backupOf: (n: number, marked: number) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'The text was read as Windows-1252. Check the accents:',
  stringsFromZero: 'The file counts strings from 0: its string 0 becomes string 1.',
  stringsNamed: (names: string) => `Strings keep their names of the file: ${names}`,
  stringAdded: (n: number, string: number) =>
    `${modules(n)} without a place in the file: string ${numberText(string)}, added at the end.`,
};
