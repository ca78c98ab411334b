// Texts of an audit's report, in German: read with it, and not before anything is shown.
import { numberText } from '..';
import type { ReportTexts } from './fr';

export const report: ReportTexts = {
  title: 'Bericht',
  print: 'Drucken',
  paper: 'Papier',
  printHow:
    'Keine Farben auf dem Papier? Im Druckdialog „Hintergrundgrafiken“ ankreuzen. In Grau genügen die Zeichen.',
  made: (time, hub) => `Bericht vom ${time}, Hub ${hub}`,
  marked: (from, to) => `Markiert vom ${from} bis ${to}`,
  by: (names) => `Markiert von ${names}`,
  results: 'Ergebnisse',
  perString: 'Nach Strings',
  string: 'String',
  total: 'Module',
  share: 'Anteil',
  plan: 'Plan',
  findings: (n) => `${numberText(n)} ${n === 1 ? 'Mangel oder Bemerkung' : 'Mängel und Bemerkungen'}`,
  findingsNone: 'Kein Mangel und keine Bemerkung.',
  module: 'Modul',
  finding: 'Befund',
  comment: 'Kommentar',
  author: 'Markiert von',
  at: 'Markiert am',
  unfinished: (n) =>
    n === 1
      ? 'Nicht vollständig: 1 Modul ist noch nicht geprüft.'
      : `Nicht vollständig: ${numberText(n)} Module sind noch nicht geprüft.`,
  conflicts: (n) =>
    n === 1
      ? `${numberText(n)} Konflikt ist nicht geklärt.`
      : `${numberText(n)} Konflikte sind nicht geklärt.`,
  waiting: (n) =>
    n === 1
      ? `${numberText(n)} Markierung dieses Tablets ist nicht dabei: Sie wartet noch auf das Senden.`
      : `${numberText(n)} Markierungen dieses Tablets sind nicht dabei: Sie warten noch auf das Senden.`,
  loading: 'Bericht wird geladen…',
  away: 'Der Bericht kommt vom Hub, der nicht erreichbar ist. Er erscheint, sobald der Hub wieder da ist.',
  frozen: {
    head: 'Eingefrorener Bericht',
    how: 'Eine Version ändert sich nicht mehr, auch wenn später markiert wird: das steht in der nächsten.',
    make: 'Bericht erstellen',
    reading: (percent) => `Der Hub liest sein Protokoll: ${String(percent)} %`,
    coming: 'Der Bericht kommt …',
    none: 'Noch keine Version.',
    version: (n, time, by) => `Version ${String(n)} · ${time} · ${by}`,
    look: 'Ansehen',
    download: 'Herunterladen',
    language: 'Sprache des Berichts',
    form: 'Form der Datei',
    page: 'Seite',
    book: 'Tabelle',
    elsewhere: 'Auf einem anderen Hub erstellt: dort abrufen.',
    saved: (file) => `Gespeichert: ${file}`,
  },
};
