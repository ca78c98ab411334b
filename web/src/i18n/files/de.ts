// Texts of the import of files, in German: read with its dialog, and not before anything is shown.
import { numberText } from '..';
import type { FileTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'Modul', 'Module')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;

export const files: FileTexts = {
  importTitle: 'Datei importieren',
  importChoose: 'Datei wählen',
  importHow: 'oder hier ablegen: Plan, Export oder Sicherung eines Tablets (JSON), CSV, Excel (XLSX).',
  importOther: 'Andere Datei wählen',
  importBad: 'Diese Datei kann nicht importiert werden:',
  kind: 'Erkannt als',
  kinds: {
    counts: 'neues Audit',
    plan: 'Plan der Anlage',
    tablet: 'Export eines Tablets',
    csv: 'CSV-Tabelle',
    cloud: 'Audit der Cloud',
    xlsx: 'Excel-Arbeitsmappe',
    backup: 'Sicherung eines Tablets',
  },
  place: 'Kunde und Ort',
  marks: 'Markierungen',
  marksOf: (n, defects) =>
    `${numberText(n)}, davon ${numberText(defects)} ${plural(defects, 'Mangel', 'Mängel')}`,
  positions: 'Lage',
  positionsKnown: 'Reihen und Spalten bekannt',
  exists: 'Ein Audit mit dieser Nummer ist schon auf diesem Hub. Es bleibt, wie es ist.',
  existsMerge:
    'Dieses Audit ist schon auf diesem Hub: Die Markierungen des Tablets können hinzugefügt werden.',
  importMerge: (n) => `${marks(n)} hinzufügen`,
  importCopy: 'Ein anderes Audit anlegen',
  importGo: 'Audit anlegen',

  alike: (n) =>
    n === 1
      ? 'Es gibt schon ein Audit mit diesem Namen an diesem Ort.'
      : `Es gibt schon ${numberText(n)} Audits mit diesem Namen an diesem Ort.`,
  made: (time) => `angelegt: ${time}`,
  openThere: 'Dieses öffnen',
  nothingNew: 'Alle Markierungen dieser Datei sind schon darin.',
  noMarks: 'In dieser Datei sind keine Markierungen.',
  backupWhich: 'Welches Audit soll übernommen werden?',
  backupOf: (n, marked) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'Der Text wurde als Windows-1252 gelesen. Bitte die Umlaute prüfen:',
  stringsFromZero: 'Die Datei zählt Strings ab 0: Ihr String 0 wird String 1.',
  stringsNamed: (names) => `Die Strings behalten ihre Namen aus der Datei: ${names}`,
  stringAdded: (n, string) =>
    `${modules(n)} ohne Platz in der Datei: String ${numberText(string)}, am Ende angefügt.`,
};
