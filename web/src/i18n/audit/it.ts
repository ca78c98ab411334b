// Texts of an open audit that are not of the first load, in Italian: read right after it.
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  tray: (module, status) => `${module}: ${status}. Un commento?`,
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
};
