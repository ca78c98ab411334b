// Texts of the crew's screen, of its tablets and of the poster, in Italian: read with that screen, and not before anything is shown.
import { numberText } from '..';
import type { CrewTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;

export const crew: CrewTexts = {
  loading: 'Caricamento della squadra…',
  members: (n) => `${numberText(n)} ${plural(n, 'persona', 'persone')} nella squadra`,
  gone: (n) => `${numberText(n)} ${plural(n, 'persona tolta', 'persone tolte')}`,
  lastLead: 'La squadra ha bisogno di un capo: nominane prima un altro.',

  codes: 'Codici per entrare nella squadra',
  code: {
    code: 'Codice della squadra',
    'lead-code': 'Codice dei capisquadra',
    'viewer-code': 'Codice di lettura',
  },
  codeFor: {
    code: 'Per i tecnici: leggono e segnano.',
    'lead-code':
      'Per un altro caposquadra, che crea ed elimina audit, gestisce la squadra e vede questi codici.',
    'viewer-code': 'Per il cliente o l’ufficio: leggono tutto e non segnano nulla.',
  },
  codeQr: (what) => `Codice QR: ${what}`,
  codeShow: 'Mostra',
  codeHide: 'Nascondi',
  codeNew: 'Nuovo codice',
  codeAsk: 'Il vecchio codice non varrà più. Chi è già entrato resta dentro.',
  codeYes: 'Cambia il codice',

  memberRole: (name) => `Ruolo di ${name}`,
  memberJoined: (time) => `arrivo: ${time}`,
  memberSeen: (time) => `visto: ${time}`,
  memberOut: 'Fuori dalla squadra',
  remove: 'Togli',
  removeLabel: (name) => `Togli ${name}`,
  removeTitle: (name) => `Togliere ${name} dalla squadra?`,
  removeWhat: (name) =>
    `${name} non potrà più leggere né inviare. Ciò che è sull’hub resta lì; ciò che aspetta ancora sul suo tablet resta anch’esso lì.`,
  removeUnsent: (n) => `${marks(n)} di questo tablet non ${plural(n, 'è', 'sono')} sull’hub.`,
  removeCodes: {
    technician: 'Cambia anche il codice della squadra',
    viewer: 'Cambia anche il codice della squadra e quello di lettura',
    lead: 'Cambia anche tutti e tre i codici',
  },
  removeCodesWhy: 'Altrimenti il vecchio codice basta per tornare. Gli altri restano nella squadra.',
  removeGo: 'Togli',
  removed: (name) => `${name} è fuori dalla squadra.`,
  removedNewCode: (name, code) =>
    `${name} è fuori dalla squadra. Nuovo codice della squadra: ${code}. Sostituisci il cartello.`,
  removedOldCode: (name) =>
    `${name} è fuori dalla squadra, ma non è stato possibile cambiare il codice. Cambialo qui.`,
  readmit: 'Riammetti',
  readmitLabel: (name) => `Riammetti ${name}`,

  tablets: {
    title: 'Tablet',
    allSent: (n) =>
      n === 1 ? 'Tutto è sull’hub, dal tablet.' : `Tutto è sull’hub, da tutti i ${numberText(n)} tablet.`,
    wait: (n, names) => `${marks(n)} ${plural(n, 'aspetta', 'aspettano')} ancora sui tablet: ${names}`,
    waitOf: (name, n) => `${name} (${numberText(n)})`,
    notNow: 'Nessuna notizia recente:',
    notNowOf: (name, ago) => `${name} (${ago})`,
    unknown: 'Non si sa:',
    unsent: (n) => `${marks(n)} solo su questo tablet`,
    none: 'tutto è sull’hub',
    refused: (n) => `${marks(n)} ${plural(n, 'rifiutato', 'rifiutati')} dall’hub`,
    notTold: 'rilievi da inviare: non si sa',
    as: (ago) => `ultima notizia: ${ago}`,
    page: (version) => `pagina ${version}`,
    pageOld: (version, hub) => `pagina ${version}, l’hub ha la ${hub}`,
    battery: (percent) => `batteria ${numberText(percent)} %`,
    charging: (percent) => `batteria ${numberText(percent)} %, in carica`,
  },

  poster: {
    title: 'Da inquadrare',
    print: 'Stampa il foglio',
    language: 'Lingua',
    second: 'Seconda lingua',
    none: 'nessuna',
    noOrigin: 'L’hub non conosce il proprio indirizzo: indicalo (origin, sotto [lan] nella configurazione).',
  },
};
