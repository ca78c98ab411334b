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
    isFinal: 'endgültig',
    isDraft: 'Entwurf',
    look: 'Ansehen',
    download: 'Herunterladen',
    language: 'Sprache des Berichts',
    form: 'Form der Datei',
    page: 'Seite',
    book: 'Tabelle',
    elsewhere: 'Auf einem anderen Hub erstellt: dort abrufen.',
    saved: (file) => `Gespeichert: ${file}`,
  },
  company: {
    head: 'Firma und Logo',
    how: 'Auf jedem neuen Bericht: Deckblatt, Kopf- und Fußzeile jeder Seite. Schon erstellte Versionen ändern sich nicht.',
    name: 'Name',
    address: 'Adresse',
    contact: 'Kontakt (Telefon, E-Mail, Register)',
    text: 'Hinweis auf jedem Bericht',
    choose: 'Logo wählen',
    change: 'Logo ändern',
    remove: 'Logo entfernen',
    form: 'PNG oder JPEG, höchstens 4 MB.',
    save: 'Speichern',
    saved: 'Gespeichert.',
    none: 'Noch nicht angegeben',
  },
  sections: {
    head: 'Teile des Berichts',
    all: 'alle',
    some: (n, of) => `${String(n)} von ${String(of)}`,
    names: {
      summary: 'Zusammenfassung',
      examined: 'Nicht geprüft',
      conditions: 'Verfahren und Bedingungen',
      map: 'Lageplan',
      strings: 'Strings',
      statistics: 'Statistik',
      measurements: 'Messungen',
      findings: 'Mängel',
      claims: 'Reklamation',
      catalogue: 'Katalog der Mängel',
      history: 'Verlauf',
      photos: 'Fotos',
      annex: 'Alle Module',
    },
  },
  closing: {
    head: 'Bevor er endgültig ist',
    clean: 'Nichts ist offen, soweit der Hub es weiß.',
    pending: (n) =>
      n === 1 ? '1 Modul ungeprüft, ohne Grund' : `${numberText(n)} Module ungeprüft, ohne Grund`,
    conflicts: (n) => (n === 1 ? '1 Konflikt zu klären' : `${numberText(n)} Konflikte zu klären`),
    no_session: (n) =>
      n === 1 ? '1 String ohne Zeit unter Strom' : `${numberText(n)} Strings ohne Zeit unter Strom`,
    no_severity: (n) => (n === 1 ? '1 Mangel ohne Schwere' : `${numberText(n)} Mängel ohne Schwere`),
    no_picture: (n) => (n === 1 ? '1 Mangel ohne Foto' : `${numberText(n)} Mängel ohne Foto`),
    pictures: (n) =>
      n === 1
        ? '1 Foto ist bekannt und noch nicht auf dem Hub'
        : `${numberText(n)} Fotos sind bekannt und noch nicht auf dem Hub`,
    unused: {
      no_session: 'Niemand hält in diesem Audit fest, wann Strings Strom haben.',
      no_severity: 'Niemand gibt in diesem Audit die Schwere an.',
      no_picture: 'In diesem Audit gibt es keine Fotos.',
    },
    waits: (names) => `Noch auf Tablets: ${names}`,
    silent: (names) => `Länger nichts gehört, es kann noch Markierungen geben: ${names}`,
    unknown: (names) => `Unbekannt ist, was noch auf dem Tablet liegt von: ${names}`,
    noCrew: 'Unbekannt ist, was noch auf Tablets liegt: Dieser Hub führt kein Team.',
    make: 'Endgültig machen',
    sure: 'Was später markiert wird, kommt in die nächste Version.',
    sureOpen: (n) => (n === 1 ? '1 Punkt ist noch offen.' : `${numberText(n)} Punkte sind noch offen.`),
    yes: 'Ja, endgültig',
    yesOpen: 'Trotzdem endgültig',
    back: 'Zurück',
    isFinal: (version) => `Version ${String(version)} ist endgültig.`,
    since: (n, version) =>
      `${n === 1 ? '1 Änderung' : `${numberText(n)} Änderungen`} seit Version ${String(version)}`,
  },
};
