// Texts of an open audit that are not of the first load, in German: read right after it.
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  tray: (module, status) => `${module}: ${status}. Ein Kommentar?`,
  trayOther: 'Anderer…',
  back: (module) => `Zurück zu ${module}`,
  undoTo: (what) => `${what} rückgängig machen`,
  neighbours: 'Benachbarte Module',
  halt: (string) => `Ende: ${string}`,
  haltCount: (marked, total) => `${marked} von ${total} Modulen markiert`,
  haltOn: (string, module) => `Weiter: ${string}, ${module}`,

  quoted: (text) => `„${text}“`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nichts',
  everywhere: 'in allen Strings',
  lookEverywhere: 'Überall suchen',
  anew: 'Aktualisieren',
  showAll: 'Alles zeigen',
};
