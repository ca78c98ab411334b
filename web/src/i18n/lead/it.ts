// Texts of what leads see of the hub itself, in Italian: read with that, and not before anything is shown.
import { numberText } from '..';
import type { LeadTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const lead: LeadTexts = {
  backups: {
    title: 'Copie di sicurezza dell’hub',
    reading: 'Caricamento…',
    none: 'Questo hub non conosce nessuna copia di sicurezza.',
    last: (time, ago) => `Ultima copia: ${time} (${ago})`,
    holds: (size, audits) =>
      `${size}, ${numberText(audits)} ${plural(audits, 'audit', 'audit')}. Scritta e riletta. Le immagini delle foto non ne fanno parte.`,
    onStick: (label) => `Sulla chiavetta USB ${label}`,
    inFile: (file) => `Nel file ${file}`,
    old: 'Ha più di due giorni: fanne un’altra.',
    daily: (label) => `Se ne fa una ogni giorno, e quando si inserisce la chiavetta USB chiamata ${label}.`,
    notDaily: 'Nessuna copia si fa da sola.',
    toStick: (label) => `Va sulla chiavetta USB chiamata ${label}, inserita nell’hub.`,
    toDir: (dir) => `Va nella cartella ${dir} dell’hub.`,
    now: 'Copia adesso',
    wanted: 'Richiesta…',
    copying: 'L’hub prepara la copia…',
    writing: (bytes, of) => `Scrittura: ${bytes} di ${of}`,
    checking: 'Rilettura e confronto… Non togliere la chiavetta.',
    done: 'Fatto: la copia è scritta e riletta.',
    failed: (time) => `Nessuna copia (${time}):`,
    problems: {
      nobody:
        'non è partito nulla. Di solito nell’hub non c’è una chiavetta chiamata FIELDHUB. Altrimenti scrivi sull’hub: sudo fieldhub service install',
      no_stick: 'nell’hub non c’è nessuna chiavetta USB chiamata FIELDHUB.',
      read_only: 'la chiavetta è in sola lettura: bloccata o danneggiata. Usane un’altra.',
      mount: 'la chiavetta c’è, ma l’hub non riesce ad aprirla. Formattala in FAT32 o exFAT.',
      no_room: 'non c’è abbastanza spazio: liberane, o usa una chiavetta più grande.',
      not_the_same: 'ciò che è stato riletto non è ciò che è stato scritto. Usa un’altra chiavetta.',
      hub_full: 'il disco dell’hub non ha spazio per preparare la copia.',
      broken_off: 'è iniziata, poi più nulla. La chiavetta è stata tolta?',
      other: 'non è stato possibile scriverla.',
    },
    words: 'Dettagli (parole dell’hub)',
    noStick: (label) =>
      `Nessuna chiavetta? Prendi una chiavetta USB qualsiasi, chiamala ${label} su un computer, inseriscila nell’hub e riprova.`,
    device: 'Copia su questo dispositivo',
    deviceWhy:
      'Il browser scarica una copia (senza le immagini delle foto): controllala nei suoi download. L’hub non la conta come copia di sicurezza.',
  },

  start: {
    title: 'Questo hub',
    intro:
      'Sei punti, nell’ordine che vuoi. Puoi lasciare questa pagina e tornarci: Squadra, poi «Questo hub».',
    link: 'Questo hub: messa in servizio',

    name: 'Nome dell’hub',
    nameIs: (name) => `Si chiama ${name}.`,
    nameDefault: 'Non ha ancora un nome suo.',
    nameNew: 'Nuovo nome, per esempio Furgone 1',
    writeInto: (file) =>
      `L’hub non può cambiare le proprie impostazioni. Sulla sua macchina, scrivi questa riga in cima a ${file} (togli quella di prima):`,
    writeAtEnd: (file) => `Alla fine di ${file}, scrivi:`,
    thenType: 'Poi scrivi, sulla macchina dell’hub:',
    startAgain: 'Questo hub è stato avviato a mano: riavvialo con questa opzione.',

    wifi: 'Wi-Fi e cartello',
    wifiIs: (ssid) => `I tablet si collegano a ${ssid}.`,
    wifiNone: 'L’hub non conosce nessun Wi-Fi.',
    wifiMake: 'L’hub può crearne uno suo. Da qui non si può: scrivi sulla sua macchina, con le tue parole:',
    wifiOther:
      'Se i tablet usano un altro Wi-Fi, non c’è nulla da fare: sul cartello c’è spazio per scriverlo a mano.',
    joined: (n) =>
      n === 0
        ? 'Nessun altro è ancora entrato: mostra il cartello.'
        : `${numberText(n)} ${plural(n, 'altra persona è entrata', 'altre persone sono entrate')}.`,
    poster: 'Vedi il cartello e i codici',

    cloud: 'Il cloud',
    cloudNone: 'Nessun cloud è impostato.',
    cloudReached: 'Il cloud ha risposto dall’avvio dell’hub.',
    cloudNotReached: 'Il cloud non ha ancora risposto dall’avvio dell’hub.',
    cloudWhy:
      'Senza cloud tutto resta su questo hub e sui tablet. Prova qui l’indirizzo e il token: l’hub chiama davvero e non cambia nulla.',
    cloudUrl: 'Indirizzo (fieldhub+https://… per un altro fieldhub)',
    cloudToken: 'Token, se serve',
    cloudTry: 'Prova',
    cloudTrying: 'Chiamata in corso…',
    cloudWorks: 'Risponde e lascia entrare questo hub.',
    cloudAnswers:
      'Risponde come un cloud, ma non conosce nessun audit di questo hub. Se accetta il token si vedrà solo con un audit che ha anche lui.',
    cloudFails: 'La prova non è riuscita.',
    tokenFile: 'Per il token, scrivi questo sulla macchina dell’hub, incolla il token, Invio, poi Ctrl+D:',

    doctor: 'Controllo della macchina',
    doctorLooks: 'Controllo in corso…',
    doctorFine: 'Nulla da fare, per quanto vede l’hub.',
    doctorFound: (n) => `${numberText(n)} ${plural(n, 'punto', 'punti')} da guardare`,
    doctorWords: 'Con le parole dell’hub, in inglese:',
    doctorRest: (good, unknown) =>
      `${numberText(good)} ${plural(good, 'punto è', 'punti sono')} in ordine. ${numberText(unknown)} non si ${plural(unknown, 'vede', 'vedono')} da qui; questo comando, sulla macchina dell’hub, vede tutto:`,
    doctorAgain: 'Controlla di nuovo',

    audit: 'Primo audit',
    auditsNone: 'Non ce n’è ancora nessuno.',
    auditsThere: (n) => `${numberText(n)} audit su questo hub.`,
    auditNew: 'Nuovo audit',
    auditImport: 'Importa un file',
    auditDemo: 'Prova una dimostrazione',
    auditDemoWhy: 'La dimostrazione è un piccolo audit normale: eliminalo dopo.',
    auditDemoCloud: 'La dimostrazione è un piccolo audit normale, che sale anche nel cloud: eliminalo dopo.',
    demoName: 'Dimostrazione',
  },

  empty: {
    lead: 'Creane uno, o trascina qui una pianta, un’esportazione di tablet o un file CSV. L’hub è nuovo? La messa in servizio mostra il resto, passo per passo.',
    start: 'Messa in servizio dell’hub',
    demo: 'Prova una dimostrazione',
    technician: 'Chiedi al caposquadra di crearne uno sull’hub: appare qui da solo.',
  },
};
