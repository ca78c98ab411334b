// Texts of an open audit that are not of the first load, in English: read right after it.
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  tray: (module, status) => `${module}: ${status}. A comment?`,
  trayOther: 'Other…',
  back: (module) => `Back to ${module}`,
  undoTo: (what) => `Undo ${what}`,
  neighbours: 'Neighbouring modules',
  halt: (string) => `End of ${string}`,
  haltCount: (marked, total) => `${marked} of ${total} modules marked`,
  haltOn: (string, module) => `Go on: ${string}, ${module}`,

  quoted: (text: string) => `“${text}”`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nothing',
  everywhere: 'in all strings',
  lookEverywhere: 'Look everywhere',
  anew: 'Refresh',
  showAll: 'Show all',
};
