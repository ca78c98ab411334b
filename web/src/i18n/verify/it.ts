// The Italian texts of /verify.
import type { VerifyTexts } from './fr';

const named = (name: string | null) => (name === null ? '' : ` (${name})`);

export const verify: VerifyTexts = {
  title: 'Verificare un rapporto',
  why: 'Questa pagina dice se un rapporto è come l’hub l’ha scritto. Il file resta su questo dispositivo: nulla viene inviato e non serve la rete.',
  choose: 'Scegli i file',
  drop: 'o trascinali qui: PDF, pagina, foglio di calcolo, JSON, pacchetto (.fhbundle); o tutti i file di una cartella di rapporto.',
  key: 'Chiave sul cartello dell’hub (facoltativa)',
  keyHow: 'Per esempio 3f2a 91bc 77d0 12ef 5a60 c4d9.',
  busy: 'Verifica in corso…',
  back: 'Vai agli audit',
  limits: 'La firma non prova che quanto inserito sia vero, né quando qualcosa è successo.',
  compare: 'Confronta la chiave con il cartello dell’hub: chiunque può firmare con una chiave propria.',
  audit: 'Audit',
  draft: 'bozza',
  version: (number) => `versione ${number}`,
  position: 'Ultima operazione',
  made: 'Creato il',
  hub: 'Come si chiama l’hub',
  fingerprint: 'Chiave dell’hub',
  verdicts: {
    genuine: 'Autentico: nulla è cambiato da quando è stato firmato.',
    expected: 'Autentico: nulla è cambiato, e la chiave è quella che hai scritto.',
    named: 'Autentico: è il file che il rapporto nomina.',
    altered: 'Alterato: non è quello che l’hub ha scritto.',
    proof: 'Alterato: la prova nel file è danneggiata o è stata cambiata.',
    other: 'Firmato da un altro hub: la chiave non è quella che hai scritto.',
    version: 'Autentico di per sé, ma di un’altra versione rispetto al JSON scelto insieme.',
    unsigned:
      'Senza firma: creato prima che gli hub firmassero, o la firma è stata tolta, o è un file che non firmano. Scegli una tabella o una foto insieme al report.json della sua cartella.',
    head: 'Senza firma: il file dice da dove viene, e nulla lo protegge. La firma è stata tolta, o l’hub non aveva più la sua chiave.',
    unread: 'Questo file non si può leggere.',
    resaved:
      'Senza firma: se questo foglio di calcolo l’ha fatto un hub, un altro programma l’ha salvato dopo, anche senza cambiare nulla. La firma è persa; chiedi il file com’è stato consegnato.',
    rescue:
      'Senza firma: sono i rilievi non inviati di un tablet, e un tablet non ha la chiave di un hub. Nulla mostra che nessuno li abbia cambiati.',
  },
  places: {
    module: {
      altered: (row, name) => `Il modulo n. ${row} dell’elenco è stato modificato${named(name)}.`,
      removed: (row) => `Il modulo n. ${row} dell’elenco è stato tolto.`,
      added: (row, name) => `Un modulo è stato aggiunto prima del n. ${row} dell’elenco${named(name)}.`,
      moved: (row, name) => `Il modulo n. ${row} dell’elenco è stato spostato${named(name)}.`,
    },
    part: {
      altered: (audit, from, to) =>
        `Nelle operazioni da ${from} a ${to} dell’audit ${audit}, o subito dopo. Il programma fieldhub verify dice in quale.`,
      removed: (audit, from, to) => `Le operazioni da ${from} a ${to} dell’audit ${audit} sono state tolte.`,
    },
    saved: 'Un altro programma l’ha salvato in una forma propria. Chiedi il file com’è stato consegnato.',
    list: 'Nell’elenco che dice quale modulo è stato modificato; altri possono esserlo.',
    around: 'In ciò che si dice dell’audit o del file. Tutti i moduli sono come sono stati scritti.',
    frame: 'In ciò che sta intorno alle operazioni.',
    more: (count) => `E altri ${count}.`,
  },
  clocks: {
    network: 'secondo un orologio tenuto dalla rete',
    upstream: 'secondo un orologio regolato da un altro server',
    person: 'secondo un orologio regolato da una persona',
    tablets: 'secondo un orologio regolato dai tablet',
    none: 'secondo un orologio che nessuno aveva confermato',
    contradicted: 'i tablet indicavano un’altra ora',
  },
};
