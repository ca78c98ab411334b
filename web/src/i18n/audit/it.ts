// Texts of an open audit that are not of the first load, in Italian: read right after it.
import { numberText } from '..';
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  aloneWhy: 'Per ora nessun altro è su questo audit.',
  nowhere: 'su questo audit',
  follow: 'Segui',
  followName: (name) => `Segui ${name}`,
  you: 'tu',
  tray: (module, status) => `${module}: ${status}. Gravità, commento?`,
  trayOther: 'Altro…',
  back: (module) => `Torna a ${module}`,
  undoTo: (what) => `Disfa ${what}`,
  neighbours: 'Moduli vicini',
  halt: (string) => `Fine: ${string}`,
  haltCount: (marked, total) => `${marked} di ${total} moduli segnati`,
  haltOn: (string, module) => `Continua: ${string}, ${module}`,

  quoted: (text) => `«${text}»`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'niente',
  everywhere: 'in tutte le stringhe',
  lookEverywhere: 'Cerca ovunque',
  anew: 'Aggiorna',
  showAll: 'Mostra tutto',

  chat: {
    none: 'Ancora nessun messaggio. Ciò che scrivi qui arriva a tutta la squadra.',
    stays:
      'Il cloud v3.3 non conserva messaggi. Sono sull’hub; anche il tablet che ne ha inviato uno lo conserva, fino a 30 giorni.',
    kept: (until) => `conservato qui fino al ${until}`,
    write: 'Messaggio alla squadra',
    hint: 'Messaggio, #M050, @nome',
    send: 'Invia',
    readOnly: 'Puoi leggere, ma non scrivere.',
    refused: (reason) => `Rifiutato dall’hub: ${reason}`,
    notKept: 'Il tablet non ha potuto salvare questo messaggio. Riprova.',
  },

  history: {
    loading: 'Caricamento…',
    none: 'Mai segnato.',
    away: 'La cronologia è sull’hub, ora non raggiungibile.',
    commentCleared: 'commento cancellato',
    stays:
      'Il cloud v3.3 conserva solo l’ultimo rilievo. I precedenti sono sull’hub; anche i tablet che li hanno inviati li conservano, fino a 30 giorni.',
    all: (n) => `Tutta la cronologia (${numberText(n)})`,
    unseen: 'Segnato senza vedere l’altro rilievo',
    superseded: 'Arrivato dopo un rilievo più recente',
  },

  sides: {
    line: 'Due persone hanno segnato questo modulo senza vedere il rilievo dell’altra. È mostrato l’ultimo.',
    confirm: 'Segnalo di nuovo per confermare.',
    keepThis: 'Tieni',
    wordless: 'senza commento',
    orAnother: 'Oppure scegli un altro valore qui sotto.',
  },

  receiptLine: {
    tablet: 'Solo su questo tablet, non ancora sull’hub.',
    hub: 'Sull’hub, non ancora nel cloud.',
    cloud: 'Sull’hub e nel cloud.',
    parked: 'Sull’hub. Il cloud lo rifiuta.',
  },

  refused: {
    title: 'Rilievi rifiutati',
    why: 'L’hub non ha accettato questi rilievi. Restano qui finché non decidi.',
    retry: 'Riprova',
    drop: 'Elimina',
  },
};
