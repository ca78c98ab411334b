// Texts of the import of files, in Italian: read with its dialog, and not before anything is shown.
import { numberText } from '..';
import type { FileTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'modulo', 'moduli')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;

export const files: FileTexts = {
  importTitle: 'Importa un file',
  importChoose: 'Scegli un file',
  importHow: 'o trascinalo qui: pianta, esportazione o copia di un tablet (JSON), CSV, Excel (XLSX).',
  importOther: 'Scegli un altro file',
  importBad: 'Questo file non si può importare:',
  kind: 'Tipo di file',
  kinds: {
    counts: 'nuovo audit',
    plan: 'pianta dell’impianto',
    tablet: 'esportazione di un tablet',
    csv: 'tabella CSV',
    cloud: 'audit del cloud',
    xlsx: 'cartella di Excel',
    backup: 'copia di un tablet',
  },
  place: 'Cliente e luogo',
  marks: 'Rilievi',
  marksOf: (n, defects) =>
    `${numberText(n)}, di cui ${numberText(defects)} ${plural(defects, 'difetto', 'difetti')}`,
  positions: 'Pianta',
  positionsKnown: 'file e colonne note',
  exists: 'Un audit con questo numero è già su questo hub. Resterà com’è.',
  existsMerge: 'Questo audit è già su questo hub: si possono aggiungere i rilievi del tablet.',
  importMerge: (n) => `Aggiungi ${marks(n)}`,
  importCopy: 'Crea un altro audit',
  importGo: 'Crea l’audit',

  alike: (n) =>
    n === 1
      ? 'C’è già un audit con questo nome in questo luogo.'
      : `Ci sono già ${numberText(n)} audit con questo nome in questo luogo.`,
  made: (time) => `creato: ${time}`,
  openThere: 'Apri quello',
  nothingNew: 'Tutti i rilievi di questo file ci sono già.',
  noMarks: 'Questo file non contiene rilievi.',
  backupWhich: 'Quale audit riprendere?',
  backupOf: (n, marked) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'Testo letto come Windows-1252. Controlla gli accenti:',
  stringsFromZero: 'Il file conta le stringhe da 0: la sua stringa 0 diventa la stringa 1.',
  stringsNamed: (names) => `Le stringhe mantengono i nomi del file: ${names}`,
  stringAdded: (n, string) =>
    `${modules(n)} senza posto nel file: stringa ${numberText(string)}, aggiunta alla fine.`,
};
