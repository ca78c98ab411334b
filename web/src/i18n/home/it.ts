// Texts of the dialogs of the first screen (new audit, sharing, removing), in Italian: not of the first load.
import { numberText } from '..';
import type { HomeTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'modulo', 'moduli')}`;

export const home: HomeTexts = {
  saveCsv: 'Esporta in CSV',
  saveJson: 'Esporta in JSON',
  archive: 'Archivia',
  unarchive: 'Togli dall’archivio',
  newTitle: 'Nuovo audit',
  newGo: 'Crea l’audit',
  name: 'Nome',
  nameNeeded: 'Dai un nome all’audit.',
  client: 'Cliente (facoltativo)',
  location: 'Luogo (facoltativo)',
  strings: 'Stringhe',
  stringsHow: '26, 24x9: una stringa di 26 moduli, poi nove di 24.',
  stringsBad: (part) => `«${part}» non è un numero di moduli. Scrivi per esempio 26, 24x9.`,
  stringsMany: 'Un audit ha al massimo 20.000 moduli.',
  stringsNone: 'Indica il numero di moduli di ogni stringa.',
  layoutTotal: (n, strings) =>
    `${modules(n)} in ${numberText(strings)} ${plural(strings, 'stringa', 'stringhe')}`,
  listOpen: 'Inserisci stringa per stringa',
  listClose: 'Chiudi l’elenco',
  stringLess: 'Togli l’ultima',
  stringMore: 'Aggiungi una stringa',
  share: 'Condividi con codice QR',
  shareTitle: (audit) => `Apri ${audit}`,
  shareQr: (audit) => `Codice QR che apre l’audit ${audit}`,
  shareHow: 'Da inquadrare con la fotocamera di un altro tablet, sullo stesso Wi-Fi.',
  details: 'Nome, cliente e luogo',
  remove: 'Elimina…',
  removeTitle: (audit) => `Eliminare ${audit}?`,
  removeWhat: (n, marked) =>
    `${modules(n)}, ${numberText(marked)} ${plural(marked, 'segnato', 'segnati')}, con cronologia e messaggi: tutto verrà cancellato da questo hub, per tutti.`,
  removeWaiting: (n) => `${marks(n)} di questo tablet non ${plural(n, 'è', 'sono')} ancora sull’hub.`,
  removePending: (n) => `${marks(n)} non ${plural(n, 'è', 'sono')} ancora nel cloud.`,
  removeShown:
    'Il cloud conserva ciò che i moduli mostrano. La cronologia e i messaggi sono solo su questo hub, e fino a 30 giorni sui tablet.',
  removeNoCloud: 'Questo audit non è in nessun cloud: solo questo hub ce l’ha.',
  removeSure: 'So che tutto questo andrà perso.',
  removeGo: 'Elimina per sempre',
};
