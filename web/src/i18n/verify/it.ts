// The Italian texts of /verify.
import type { VerifyTexts } from './fr';

export const verify: VerifyTexts = {
  title: 'Verificare un rapporto',
  why: 'Questa pagina dice se un rapporto è come l’hub l’ha scritto. Il file resta su questo dispositivo: nulla viene inviato e non serve la rete.',
  choose: 'Scegli i file',
  drop: 'o rilasciali qui: PDF, pagina, cartella di lavoro, JSON; oppure tutti i file della cartella di un rapporto.',
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
