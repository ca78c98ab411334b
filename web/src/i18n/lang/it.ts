// The Italian texts. The type keeps them complete; test/i18n.test.ts holds what the type can't see.
import { numberText } from '..';
import type { Messages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'modulo', 'moduli')}`;

export const messages: Messages = {
  status: {
    ok: 'OK',
    inequality: 'Disparità',
    microcracks: 'Microfratture',
    dead: 'Guasto',
    string_open: 'Stringa aperta',
    not_connected: 'Non collegato',
    pending: 'Da controllare',
  },

  justNow: 'adesso',

  nameTitle: 'Chi sei?',
  nameWhy: 'Il tuo nome accompagna ogni tuo rilievo. Il tablet lo chiede una volta sola.',
  nameLabel: 'Il tuo nome',
  nameGo: 'Inizia',
  nameRefused: (why) => `L’hub non ha accettato il nuovo nome (${why}). Resta quello di prima.`,
  nameSave: 'Salva',
  nameChange: (name) => `${name}, cambia nome`,

  role: { viewer: 'Sola lettura', technician: 'Tecnico', lead: 'Caposquadra' },
  roleYours: (role) => `Il tuo ruolo: ${role}`,
  otherCode: 'Ho un altro codice',
  readOnly: 'Puoi leggere tutto, ma non segnare. Il caposquadra può cambiare il tuo ruolo.',

  joinTitle: 'Entra nella squadra',
  joinWhere: 'Inquadra il codice QR mostrato dall’hub, o chiedi al caposquadra il codice di 8 caratteri.',
  joinAs: (name) => `Entri nella squadra come ${name}.`,
  joinCode: 'Codice della squadra',
  joinGo: 'Entra',
  joinNot: 'Più tardi',
  joining: 'Un momento…',
  joinShort: (length) => `Il codice ha ${numberText(length)} caratteri.`,
  joinWrong: 'Questo codice è sbagliato. Verificalo con il caposquadra.',
  joinWait: (seconds) => `Troppi tentativi. Riprova tra ${numberText(seconds)} s.`,
  joinAway: 'L’hub non risponde. Si riprova appena sarà raggiungibile.',
  outside: {
    expired: 'La tua sessione è scaduta.',
    revoked: 'Il caposquadra ha tolto questo tablet dalla squadra.',
    unknown: 'Questo hub non conosce questo tablet.',
  },
  outsideGoOn: 'Continua a segnare: tutto resta salvato qui e partirà quando sarai entrato nella squadra.',

  crew: 'Squadra',
  cancel: 'Annulla',

  audits: 'Audit',
  auditsLoading: 'Caricamento degli audit…',
  auditsNone: 'Nessun audit su questo hub.',
  auditsUnread: 'L’hub non risponde ancora. L’elenco comparirà appena sarà raggiungibile.',
  auditsStale: 'Elenco di prima dell’interruzione.',
  auditGone: (token) => `Su questo hub non c’è l’audit «${token}».`,
  auditDamaged: (token) =>
    `L’hub non riesce a leggere l’audit «${token}». Non cancellare nulla su questo tablet e avvisa il caposquadra.`,
  auditGoneKept: (n) =>
    plural(
      n,
      'Il tuo rilievo non inviato è conservato.',
      `I tuoi ${numberText(n)} rilievi non inviati sono conservati.`,
    ),
  back: 'Torna agli audit',
  close: 'Chiudi',
  dismiss: 'Nascondi',

  progress: (marked, total) =>
    `${numberText(marked)} di ${numberText(total)} ${plural(total, 'modulo', 'moduli')} con rilievo`,
  defects: (n) => `${numberText(n)} ${plural(n, 'difetto', 'difetti')}`,
  conflicts: (n) => `${numberText(n)} ${plural(n, 'conflitto', 'conflitti')}`,

  outdated: 'L’hub ha un’altra versione di questa pagina. I tuoi rilievi restano sul tablet.',
  reload: 'Ricarica',
  storageFull:
    'La memoria del tablet è piena. I tuoi rilievi hanno la precedenza: ciò che l’hub può rimandare non è più conservato qui.',
  hubLost: 'Continua a segnare: tutto resta su questo tablet e partirà da solo.',
  stayOpen: 'Non chiudere questa pagina: si riapre solo a portata dell’hub.',
  hubUnreachableNow: 'L’hub ora non è raggiungibile.',
  hubAwayNew: 'L’hub non risponde. La pagina si aprirà appena sarà raggiungibile.',
  hubBusy: 'è sovraccarico. Nuovo tentativo automatico.',
  hubBack: 'L’hub è tornato.',
  waiting: (n) => `${numberText(n)} ${plural(n, 'voce', 'voci')} solo su questo tablet`,
  allSent: 'Tutti i rilievi sono sull’hub.',
  hubTrouble: (reason) => `L’hub per ora non accetta rilievi: ${reason}`,
  notLasting: 'Questo browser non salva nulla: tieni aperta questa scheda finché tutto è inviato.',
  notKept: {
    full: 'La memoria del tablet è piena: non ha potuto salvare l’ultimo rilievo. Cancella altro dal tablet, poi rifallo.',
    silent:
      'La memoria del tablet non ha risposto: non ha potuto salvare l’ultimo rilievo. Rifallo. Se continua: chiudi altre app e schede, e ricarica questa pagina a portata dell’hub.',
  },
  storageSilent:
    'La memoria del tablet non risponde. I rilievi di prima sono ancora lì: riapri questa pagina a portata dell’hub. Fino ad allora tieni aperta questa scheda.',
  notices: 'Avvisi dell’hub:',

  refusedCount: (n) => `${marks(n)} ${plural(n, 'rifiutato', 'rifiutati')} dall’hub`,
  refusedShow: 'Vedi',

  grid: 'Moduli per stringa',
  auditLoading: 'Caricamento dell’audit…',
  auditUnread: 'L’hub non risponde, e questo tablet non ha ancora questo audit.',
  string: (n) => `Stringa ${String(n)}`,
  offPlan: 'Fuori pianta',
  position: (n) => `posizione ${String(n)}`,
  hasComment: 'commento',
  notExamined: 'non esaminato',
  hasPhoto: 'foto',
  conflict: 'conflitto',
  openedBy: (name) => `aperto da ${name}`,

  here: (n) => `${numberText(n)} ${plural(n, 'persona', 'persone')} su questo audit`,

  markAs: (mark, key) => `${mark} (tasto ${key})`,
  takeBack: 'Togli il rilievo',
  comment: 'Commento',
  commentHint: 'Facoltativo',
  commentSave: 'Salva il commento',
  alsoOpen: (names) => `Aperto anche da: ${names}.`,
  markedBy: (name, time) => `${name}, ${time}`,
  history: 'Cronologia',
  historyComment: (comment) => `«${comment}»`,
  said: (module, status) => `${module}: ${status}`,
  saidComment: (module) => `${module}: commento salvato`,

  receipt: {
    tablet: 'solo su questo tablet',
    hub: 'non ancora nel cloud',
    cloud: 'nel cloud',
    parked: 'rifiutato dal cloud',
  },
  notInCloud: (n) => `${modules(n)} non ancora nel cloud`,
  opsNotInCloud: (n) => `${numberText(n)} ${plural(n, 'voce', 'voci')} non ancora nel cloud`,
  allInCloud: 'Tutto è nel cloud',
  modulesInCloud: 'Tutti i moduli sono nel cloud',
  parkedCount: (n) => `${modules(n)} ${plural(n, 'rifiutato', 'rifiutati')} dal cloud`,
  catchUp: (done, total) => `Invio: ${numberText(done)} di ${numberText(total)}`,

  updateReady: 'È pronta una nuova versione della pagina. Si aprirà al prossimo caricamento.',
  updateNow: 'Aprila ora',

  pillOpen: (reach) => `${reach}: hub, cloud e file`,

  /** Marking: the sheet, several modules at once, and the way back. */
  marking: {
    bar: 'Rilievo',
    goOn: 'Segna e vai al successivo',
    nothingLeft: 'Tutti i moduli sono segnati.',
    phrasesLabel: 'Frasi pronte',
    phrasesOwn: 'Le tue ultime frasi',
    phrases: ['Vetro rotto', 'Punto caldo', 'Scatola di giunzione', 'Ombra', 'Sporco', 'Da rivedere'],
    pick: 'Seleziona',
    picked: (n) => `${numberText(n)} ${plural(n, 'selezionato', 'selezionati')}`,
    pickEnd: 'Annulla',
    wholeString: 'Tutta la stringa',
    allUnmarked: 'Non segnati',
    allOk: (n) => `Resto OK (${numberText(n)})`,
    allOkAsk: (n, noted) =>
      `Segnare ${modules(n)} come OK?${noted > 0 ? ` ${numberText(noted)} con commento ${plural(noted, 'resta', 'restano')} da controllare.` : ''}`,
    allOkYes: 'Segna OK',
    modules,
    became: (what, status) => `${what} → ${status}`,
    undo: 'Disfa',
    redo: 'Ripristina',
    undone: (n) => `${marks(n)} ${plural(n, 'disfatto', 'disfatti')}`,
    undonePartly: (n, left) =>
      `${messages.marking.undone(n)}, ${numberText(left)} ${plural(left, 'lasciato: cambiato', 'lasciati: cambiati')} nel frattempo`,
  },

  /** Which modules are shown, and how. */
  view: {
    all: 'Tutto',
    tab: (n) => `S${String(n)}`,
    tabOff: 'Altri',
    addString: 'Aggiungi una stringa',
    editLayout: 'Modifica le stringhe',
    markedHidden: (name, module) => `${name} ha segnato ${module}, che è nascosto.`,
    tabLabel: (name, marked, total) => `${name}, ${numberText(marked)} di ${numberText(total)}`,
    toggle: 'Filtra, cerca, cambia vista',
    how: 'Vista',
    hows: { cells: 'Stringhe', plan: 'Pianta', overview: 'Insieme' },
    search: 'Cerca un modulo',
    filter: {
      unmarked: 'Non segnati',
      defects: 'Difetti',
      conflicts: 'Conflitti',
      mine: 'I miei',
    },
    overviewLabel: (marked, total, defects) =>
      `Tutto l’impianto: ${numberText(marked)} di ${numberText(total)} segnati, ${numberText(defects)} ${plural(defects, 'difetto', 'difetti')}`,
    away: 'Questa vista non è ancora su questo tablet: si caricherà quando l’hub risponde.',
  },

  /** The first screen: the audits, and what a lead does with them. */
  home: {
    search: 'Cerca un audit',
    newAudit: 'Nuovo audit',
    import: 'Importa un file',
    noneFound: (search) => `Nessun audit corrisponde a «${search}».`,
    archived: (n) => `${numberText(n)} ${plural(n, 'audit archiviato', 'audit archiviati')}`,
    drop: 'Trascina il file qui',
    menu: (audit) => `Azioni per ${audit}`,

    done: 'Completato',
    made: (time) => `creato: ${time}`,
    untouched: 'Non ancora iniziato',
    last: (ago) => `Ultimo rilievo ${ago}`,
    presentMore: (names, n) => `${names} e altri ${numberText(n)}`,

    fileTooLarge: 'è troppo grande.',
    fileUnread: 'questo dispositivo non è riuscito a leggerlo.',

    saved: (name) => `Salvato nei download: ${name}`,
    report: 'Rapporto da stampare',
    reportInstead:
      'Questa vista non si stampa per intero. Stampa il rapporto: dietro il pulsante dei filtri.',
    archivedNow: (audit) => `${audit} è archiviato`,
    unarchived: (audit) => `${audit} è tornato`,
    removed: (audit) => `${audit} è eliminato`,
  },

  /** Whether this tablet and the hub speak with one another. */
  sync: {
    states: { yes: 'Sync ON', no: 'Non in linea', off: 'Sync OFF', unknown: 'Ricerca dell’hub…' },
    off: 'Nulla parte da questo tablet e nulla arriva; tutto ciò che segni resta qui.',
    stop: 'Spegni la sincronizzazione',
    goOn: 'Riprendi la sincronizzazione',
  },

  settings: {
    title: 'Impostazioni',
    changeName: 'Cambia nome',
  },

  /** The others on an audit: where they are, what they did, and what is said among the crew. */
  together: {
    alone: 'Solo tu',
    hereNames: (n, names) => `${messages.here(n)}: ${names}`,
    following: (name) => `Stai seguendo ${name}`,

    one: (name, module, status) => `${name}: ${module} → ${status}`,
    same: (name, n, status) => `${name}: ${modules(n)} → ${status}`,
    some: (name, n) => `${name}: ${modules(n)}`,
    many: (people, n) => `${numberText(people)} ${plural(people, 'persona', 'persone')}: ${modules(n)}`,
    show: 'Vedi',
    conflict: (name, module, shows) =>
      `${module}: ${name} e tu lo avete segnato in modo diverso. È mostrato ${shows}.`,
    conflictOwn: (module, shows) => `${module}: il tuo rilievo ne contraddice un altro. È mostrato ${shows}.`,
    conflictOthers: (module, shows, name) =>
      `${module} segnato in modo diverso da due persone: è mostrato ${shows} (${name}).`,
    conflicts: (n) => `${numberText(n)} ${plural(n, 'conflitto', 'conflitti')} con i tuoi rilievi`,
    conflictTitle: 'Conflitto',

    chat: 'Messaggi',
    chatNew: (n) => `Messaggi, ${numberText(n)} ${plural(n, 'nuovo', 'nuovi')}`,
    wrote: (name, text) => `${name}: ${text}`,
    open: 'Apri',
  },
};
