// Texts of the panel of the hub, the cloud and files, in Italian: read with it, and not before anything is shown.
import { numberText } from '..';
import type { PanelTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'rilievo', 'rilievi')}`;

export const panel: PanelTexts = {
  panelTitle: 'Sincronizzazione',
  places: 'Dove sono le tue voci',
  placeTablet: 'Voci (rilievi, messaggi) solo su questo tablet',
  placeHub: 'Moduli sull’hub',
  placeBehind: 'Moduli sull’hub, non ancora nel cloud',
  placeBehindOps: 'Voci sull’hub, non ancora nel cloud',
  placeCloud: 'Moduli nel cloud',
  placeNoCloud: 'Nel cloud',
  cleared: (n) =>
    `Di cui ${numberText(n)} senza stato (rilievo tolto, o solo un commento), da inviare ${plural(n, 'anch’esso', 'anch’essi')}.`,
  cloudTitle: 'Dall’hub al cloud',
  panelReading: 'Caricamento…',
  panelStale: (reason) => `Ultimo stato noto: ${reason}`,
  reasons: {
    unreachable: 'Per ora non raggiungibile: nessuna rete, o nulla risponde a questo indirizzo.',
    no_connection: 'Per ora non raggiungibile: nessuna connessione in tempo.',
    no_answer: 'La connessione è troppo debole: nessuna risposta in tempo. Nuovo tentativo automatico.',
    stalled: 'La connessione è troppo debole: si è fermata. Nuovo tentativo automatico.',
    broken_off: 'La connessione è troppo debole: si è interrotta. Nuovo tentativo automatico.',
    not_http: 'Non c’è un hub a questo indirizzo: il caposquadra deve controllarlo.',
    not_hub: 'Ciò che risponde non è un hub: controlla l’indirizzo, o se c’è una pagina di accesso.',
    elsewhere: 'A questo indirizzo risponde altro: c’è una pagina di accesso?',
    bad_answer: 'La sua risposta non è leggibile. Nuovo tentativo automatico.',
    address: 'L’indirizzo non è utilizzabile: il caposquadra deve controllarlo.',
    tls: 'La sua connessione sicura non è accettata.',
    lets_nobody_in: 'Rifiuta questo hub: il caposquadra deve controllare il token.',
    asks_to_wait: 'Il cloud chiede di aspettare. Nuovo tentativo automatico.',
    in_trouble: 'Il cloud ha un problema. Nuovo tentativo automatico.',
    refuses_audit: 'Il cloud rifiuta un audit intero. Nuovo tentativo automatico.',
    here: 'Qualcosa non va su questo hub: vedi «fieldhub doctor».',
    audit_unread: 'Un audit non è leggibile su questo hub; gli altri salgono.',
    hours: 'Fuori dagli orari di invio. L’invio riprende da solo.',
    budget: 'Il volume di oggi è esaurito. L’invio riprende a mezzanotte (UTC).',
    photos_full: 'Nel cloud non c’è più spazio per le foto. Gli inserimenti partono lo stesso.',
    photos_full_here:
      'Su questo hub non c’è più spazio per le foto del cloud. Gli inserimenti partono lo stesso.',
    no_photos: 'Il cloud ha una versione precedente senza foto: restano su questo hub.',
    itself: 'È questo stesso hub, o una copia: non può inviare nulla a se stesso.',
    same_hub:
      'Un altro hub ha la stessa identità (scheda copiata): scrivi «fieldhub identity new» su uno dei due.',
    newer: 'L’altro hub è più recente: installa qui la stessa versione.',
    settings: 'Le sue impostazioni non sono utilizzabili: file del token, certificato o proxy.',
  },
  reasonUnknown: 'L’hub aspetta.',
  details: 'Dettagli (parole dell’hub)',
  upstreamNone: 'Questo hub non invia nulla altrove.',
  upstreamSet: 'Provare e impostare un cloud',
  upstreamIdle: 'Aggiornato',
  upstreamUntried: 'Non ancora provato: nessun audit da inviare lì',
  upstreamPending: (n) => `${numberText(n)} ${plural(n, 'modulo', 'moduli')} da inviare`,
  upstreamPendingOps: (n) => `${numberText(n)} ${plural(n, 'voce', 'voci')} da inviare`,
  upstreamSending: 'Invio in corso',
  upstreamSendingOf: (done, total) =>
    `Invio: ${numberText(done)} di ${numberText(total)} ${plural(total, 'modulo', 'moduli')}`,
  upstreamSendingOpsOf: (done, total) =>
    `Invio: ${numberText(done)} di ${numberText(total)} ${plural(total, 'voce', 'voci')}`,
  upstreamWaiting: (seconds) => `Prossimo tentativo tra ${numberText(seconds)} s`,
  upstreamWaitingSoon: 'Prossimo tentativo a momenti',
  upstreamPaused: 'In pausa',
  upstreamLast: (time) => `Ultima risposta: ${time}`,
  upstreamNever: 'Mai raggiunto dall’avvio dell’hub',
  upstreamShown:
    'Questo cloud (v3.3) conserva ciò che mostra ogni modulo: né messaggi, né rilievi precedenti. I tablet che li hanno inviati li conservano fino a 30 giorni.',
  upstreamLeftOut: (n, example) =>
    `Dà ${n === 1 ? '1 riga' : `${numberText(n)} righe`} che l’hub non sa leggere, per esempio ${example}`,
  upstreamBytes: (sent, received) => `Oggi: ${sent} inviati, ${received} ricevuti`,
  upstreamBudget: (used, budget) => `${used} di ${budget} al giorno`,
  syncNow: 'Invia ora',
  syncing: 'Tentativo in corso…',
  sentNow: {
    asked: 'Tentativo in corso…',
    done: 'Tutto è arrivato.',
    left: 'Inviato in parte, il resto segue.',
    failed: 'L’invio non è riuscito.',
    nothing: 'Niente da inviare lì: l’indirizzo non è stato provato.',
  },

  parkedTitle: 'Rifiutati dal cloud',
  parkedWhy: 'Questi moduli sono sull’hub. Il cloud li rifiuta così come sono.',
  parkedDropped: 'lasciato fuori',
  parkedReason: (upstream, reason) => `${upstream}: ${reason}`,
  parkedReasons: {
    refused: 'il cloud non lo accetta così com’è.',
    fails_over_one: 'il cloud accetta altri moduli e non riesce con questo.',
    hidden: 'un caposquadra ha nascosto questo modulo: viene inviato quando è di nuovo visibile.',
    taken_back:
      'qui è di nuovo da controllare, e questo cloud non può ritirare una rilevazione: segnalo di nuovo o lascialo fuori.',
    comment_alone: 'ha un commento ma nessun esito, cosa che questo cloud non conosce: segna l’esito.',
  },
  parkedRetry: 'Riprova',
  parkedRetryLabel: (module) => `Riprova ${module}`,
  parkedDrop: 'Lascia fuori',
  parkedDropLabel: (module) => `Lascia fuori ${module}`,
  parkedRetryAll: 'Riprova tutti',
  parkedMore: (n) => `e altri ${numberText(n)}`,

  carryTitle: 'Senza alcuna connessione',
  bundle: 'Scarica un pacchetto',
  bundleWhy:
    'Tutti i dati di questo hub, in un file per una chiavetta USB. Un altro hub lo legge con «fieldhub bundle import FILE», quante volte si vuole.',
  bundleBusy: 'Scaricamento…',
  bundleSaved: (name) => `Salvato: ${name}`,
  marksFile: 'Salva i miei rilievi',
  marksFileWhy:
    'Se l’hub è guasto: i rilievi di questo tablet, in un file che anche «fieldhub bundle import FILE» legge. Restano sul tablet.',
  marksFileCount: (audit, n, waiting) =>
    `${audit}: ${marks(n)}, di cui ${numberText(waiting)} non ancora sull’hub`,
  marksFileUntil: (time) =>
    `Ciò che è sull’hub resta anche su questo tablet, finché un altro fieldhub ce l’ha; il più vecchio al massimo fino al ${time}.`,
  forgets: (days, until) =>
    `Questo browser (Safari) cancella tutto ciò che questa pagina conserva se nessuno la apre per ${numberText(days)} giorni: riaprila prima del ${until}. Oppure, una volta inviato tutto: Condividi, «Aggiungi alla schermata Home», e lavora da lì.`,
  marksFileLabel: (audit) => `Salva i miei rilievi di ${audit}`,
  marksFileNone: 'Niente da salvare su questo tablet: tutti i suoi rilievi sono al sicuro.',
  marksFileSaved: 'Salvato nei download del tablet.',
};
