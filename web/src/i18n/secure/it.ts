// Texts of the way to HTTPS, in Italian: read with it, and not before anything is shown.
import { numberText } from '..';
import type { SecureTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;

export const secure: SecureTexts = {
  title: 'HTTPS',
  checking: 'Si verifica se questo tablet si fida dell’hub…',
  untrusted:
    'Questo hub ha anche un indirizzo HTTPS. Con il suo certificato installato, la pagina si apre anche senza rete e si può aggiungere alla schermata Home.',
  untrustedForeign:
    'Questo hub ha anche un indirizzo HTTPS, ma questo browser non si fida del suo certificato. Il caposquadra sa chi l’ha firmato.',
  install: 'Installa il certificato',
  trusted:
    'Questo tablet si fida dell’hub. Con HTTPS la pagina si apre anche senza rete. I rilievi non inviati ti seguono.',
  goOn: 'Continua con HTTPS',
  asked: 'Rispondi alla domanda nella nuova pagina. Fino ad allora nulla lascia questa.',
  declined: 'Nulla è stato spostato.',
  failed: 'Il passaggio non è riuscito. Tutto è ancora qui; riprova.',
  moved: (origin) => `Questo tablet ora lavora su ${origin}. Qui non resta nulla.`,
  movedLeft: (origin, n) =>
    `Questo tablet ora lavora su ${origin}, ma da allora qui ${plural(n, 'c’è stato', 'ci sono stati')} ${marks(n)}.`,
  movedGo: 'Vai lì',
  takeAlong: 'Porta anche questi',

  handTitle: 'Continua con HTTPS',
  handLooking: 'Si chiede all’altra pagina che cosa ha…',
  handFrom: (origin) => `Su ${origin}, questo tablet conserva:`,
  handName: (name) => `il nome e il posto in squadra di ${name}`,
  handUnsent: (n) => `${marks(n)} non ancora sull’hub`,
  handSent: (n) =>
    `${marks(n)} già ${plural(n, 'inviato, conservato', 'inviati, conservati')} fino a 30 giorni nel caso l’hub vada perso`,
  handAsk: 'Portare tutto qui?',
  handWhy: 'La vecchia pagina non cancella nulla finché tutto non è salvato qui.',
  handYes: 'Sì, porta tutto',
  handNo: 'No, inizia senza',
  handTaking: 'Salvataggio…',
  handDone: (n) => (n === 0 ? 'Tutto è qui.' : `${marks(n)} ${plural(n, 'è', 'sono')} qui.`),
  handDoneGone: 'La vecchia pagina è vuota e si può chiudere. D’ora in poi lavora qui.',
  handDoneThere:
    'La vecchia pagina non ha risposto: forse li mostra ancora. Non fa danno: nulla è contato due volte.',
  handStay: (n) => `${numberText(n)} foto ancora sulla vecchia pagina`,
  handPhotos: (n, origin) =>
    `${numberText(n)} foto ${plural(n, 'resta', 'restano')} su ${origin} e ${plural(n, 'parte', 'partono')} da lì. Tieni quella pagina aperta a portata dell’hub finché dice che tutte le foto sono sull’hub.`,
  handGo: 'Continua',
  handAlone: 'L’altra pagina non risponde',
  handAloneWhy:
    'Il passaggio a HTTPS comincia dalla vecchia pagina: aprila e tocca «Continua con HTTPS». Nulla è perso: tutto è ancora lì.',
  handAway: 'L’hub non risponde',
  handAwayWhy: 'Nulla è stato spostato. Riprova quando è raggiungibile.',
  handFailed: 'Questo browser non ha potuto salvare nulla',
  handFailedWhy: 'Nulla è perso: tutto è ancora nella vecchia pagina. Memoria piena, o finestra privata?',
  handRetry: 'Riprova',
  handOld: 'Torna alla vecchia pagina',

  homeTitle: 'Sulla schermata Home',
  homeWhy: 'La pagina si apre allora come un’app, anche senza rete.',
  homeGo: 'Installa sulla schermata Home',
  homeIos:
    'In Safari: tocca Condividi, poi «Aggiungi alla schermata Home». Invia prima tutti i rilievi: l’app ha una memoria propria e chiede una volta il codice della squadra.',
};
