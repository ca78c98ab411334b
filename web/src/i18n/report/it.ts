// Texts of an audit's report, in Italian: read with it, and not before anything is shown.
import { numberText } from '..';
import type { ReportTexts } from './fr';

export const report: ReportTexts = {
  title: 'Rapporto',
  print: 'Stampa',
  paper: 'Carta',
  printHow:
    'I colori non escono? Spunta «Grafica in background» nella finestra di stampa. In grigio bastano i segni.',
  made: (time, hub) => `Rapporto del ${time}, hub ${hub}`,
  marked: (from, to) => `Rilievi dal ${from} al ${to}`,
  by: (names) => `Rilevato da ${names}`,
  results: 'Risultati',
  perString: 'Per stringa',
  string: 'Stringa',
  total: 'Moduli',
  share: 'Quota',
  plan: 'Pianta',
  findings: (n) => `${numberText(n)} ${n === 1 ? 'difetto o osservazione' : 'difetti e osservazioni'}`,
  findingsNone: 'Nessun difetto e nessuna osservazione.',
  module: 'Modulo',
  finding: 'Esito',
  comment: 'Commento',
  author: 'Rilevato da',
  at: 'Rilevato il',
  unfinished: (n) =>
    n === 1
      ? 'Audit incompleto: 1 modulo non è ancora controllato.'
      : `Audit incompleto: ${numberText(n)} moduli non sono ancora controllati.`,
  conflicts: (n) =>
    n === 1 ? `${numberText(n)} conflitto non è risolto.` : `${numberText(n)} conflitti non sono risolti.`,
  waiting: (n) =>
    n === 1
      ? `${numberText(n)} rilievo di questo tablet non c’è: aspetta di essere inviato.`
      : `${numberText(n)} rilievi di questo tablet non ci sono: aspettano di essere inviati.`,
  loading: 'Caricamento del rapporto…',
  away: 'Il rapporto viene dall’hub, che non è raggiungibile. Comparirà quando torna.',
  frozen: {
    head: 'Rapporto fissato',
    how: 'Una versione non cambia più, anche se si rileva dopo: quello è nella successiva.',
    make: 'Fare il rapporto',
    reading: (percent) => `L’hub legge il suo registro: ${String(percent)}%`,
    coming: 'Il rapporto arriva…',
    none: 'Ancora nessuna versione.',
    version: (n, time, by) => `Versione ${String(n)} · ${time} · ${by}`,
    look: 'Guarda',
    download: 'Scarica',
    language: 'Lingua del rapporto',
    form: 'Forma del file',
    page: 'Pagina',
    book: 'Cartella di lavoro',
    elsewhere: 'Fatta su un altro hub: chiederla lì.',
    saved: (file) => `Salvato: ${file}`,
  },
};
