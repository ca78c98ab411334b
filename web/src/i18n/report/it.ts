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
    isFinal: 'definitiva',
    isDraft: 'bozza',
    look: 'Guarda',
    download: 'Scarica',
    language: 'Lingua del rapporto',
    form: 'Forma del file',
    page: 'Pagina',
    book: 'Cartella di lavoro',
    elsewhere: 'Fatta su un altro hub: chiederla lì.',
    saved: (file) => `Salvato: ${file}`,
  },
  company: {
    head: 'Azienda e logo',
    how: 'Su ogni nuovo rapporto: copertina, intestazione e piè di pagina. Le versioni già fatte non cambiano.',
    name: 'Nome',
    address: 'Indirizzo',
    contact: 'Contatto (telefono, e-mail, partita IVA)',
    text: 'Nota su ogni rapporto',
    choose: 'Scegli un logo',
    change: 'Cambia il logo',
    remove: 'Togli il logo',
    form: 'PNG o JPEG, al massimo 4 MB.',
    save: 'Salva',
    saved: 'Salvato.',
    none: 'Non ancora indicata',
  },
  sections: {
    head: 'Parti del rapporto',
    all: 'tutte',
    some: (n, of) => `${String(n)} di ${String(of)}`,
    names: {
      summary: 'Sintesi',
      examined: 'Non esaminato',
      conditions: 'Metodo e condizioni',
      map: 'Pianta del sito',
      strings: 'Stringhe',
      statistics: 'Statistiche',
      measurements: 'Misure',
      findings: 'Difetti',
      claims: 'Reclami',
      catalogue: 'Catalogo dei difetti',
      history: 'Cronologia',
      photos: 'Foto',
      annex: 'Tutti i moduli',
    },
  },
  closing: {
    head: 'Prima che sia definitivo',
    clean: 'Non c’è nulla in sospeso, per quanto ne sa l’hub.',
    pending: (n) =>
      n === 1
        ? '1 modulo da controllare, senza motivo indicato'
        : `${numberText(n)} moduli da controllare, senza motivo indicato`,
    conflicts: (n) => (n === 1 ? '1 conflitto da risolvere' : `${numberText(n)} conflitti da risolvere`),
    no_session: (n) =>
      n === 1
        ? '1 stringa senza ora di alimentazione'
        : `${numberText(n)} stringhe senza ora di alimentazione`,
    no_severity: (n) => (n === 1 ? '1 difetto senza gravità' : `${numberText(n)} difetti senza gravità`),
    no_picture: (n) => (n === 1 ? '1 difetto senza foto' : `${numberText(n)} difetti senza foto`),
    pictures: (n) =>
      n === 1
        ? '1 foto annunciata non è ancora sull’hub'
        : `${numberText(n)} foto annunciate non sono ancora sull’hub`,
    unused: {
      no_session: 'Nessuno annota l’alimentazione delle stringhe in questo audit.',
      no_severity: 'Nessuno indica la gravità in questo audit.',
      no_picture: 'Non ci sono foto in questo audit.',
    },
    waits: (names) => `Ancora sui tablet: ${names}`,
    silent: (names) => `Nessuna notizia recente, possono esserci altri rilievi: ${names}`,
    unknown: (names) => `Non si sa che cosa resta sul tablet di: ${names}`,
    noCrew: 'Non si sa che cosa resta sui tablet: questo hub non tiene una squadra.',
    make: 'Rendere definitivo',
    sure: 'Ciò che si rileva dopo va nella versione successiva.',
    sureOpen: (n) => (n === 1 ? '1 punto è ancora aperto.' : `${numberText(n)} punti sono ancora aperti.`),
    yes: 'Sì, definitivo',
    yesOpen: 'Definitivo lo stesso',
    back: 'Indietro',
    isFinal: (version) => `La versione ${String(version)} è definitiva.`,
    since: (n, version) =>
      `${n === 1 ? '1 modifica' : `${numberText(n)} modifiche`} dalla versione ${String(version)}`,
  },
};
