// Texts of an open audit that are not of the first load, in Spanish: read right after it.
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  tray: (module, status) => `${module}: ${status}. ¿Un comentario?`,
  trayOther: 'Otro…',
  back: (module) => `Volver a ${module}`,
  undoTo: (what) => `Deshacer ${what}`,
  neighbours: 'Módulos vecinos',
  halt: (string) => `Fin: ${string}`,
  haltCount: (marked, total) => `${marked} de ${total} módulos marcados`,
  haltOn: (string, module) => `Seguir: ${string}, ${module}`,

  quoted: (text) => `«${text}»`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nada',
  everywhere: 'en todos los strings',
  lookEverywhere: 'Buscar en todas partes',
  anew: 'Actualizar',
  showAll: 'Mostrar todo',
};
