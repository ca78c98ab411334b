// Texts of the help, in Italian: not of the first load.
import type { HelpTexts } from './fr';

export const help: HelpTexts = {
  title: 'Aiuto',
  /** What there is to choose from. */
  part: 'Sezione',
  parts: { guide: 'Guida', keys: 'Tasti', news: 'Novità', about: 'Informazioni' },
  away: 'Questa pagina non è ancora su questo tablet: si caricherà quando l’hub risponde.',
  about: {
    what: 'fieldhub: l’hub di una squadra che controlla moduli fotovoltaici, di notte, senza Internet.',
    hub: (name, version) => `Hub ${name}, versione ${version}`,
    page: (version) => `Pagina, versione ${version}`,
    licences:
      'Le librerie libere che contiene e le loro licenze sono elencate nel pacchetto dell’hub (SBOM).',
  },
  /** Keys as they are written on a keyboard, one after the other, and what they do. */
  keys: [
    ['↑ ↓ ← →', 'Modulo successivo, precedente, sopra, sotto'],
    ['Inizio Fine', 'Primo, ultimo modulo'],
    ['Pag↓ Pag↑', 'Stringa successiva, precedente'],
    ['Invio', 'Apri il modulo; nella scheda: salva il commento'],
    ['1 … 6', 'Nella scheda: scegli ciò che vedi, nell’ordine dei pulsanti'],
    ['Esc', 'Chiudi ciò che è aperto'],
    ['/', 'Cerca un modulo'],
    ['Ctrl+Z', 'Disfa'],
    ['Ctrl+Y', 'Ripristina'],
    ['Ctrl+Invio', 'In un commento su più righe: salva'],
    ['?', 'Questo aiuto'],
  ],
};
