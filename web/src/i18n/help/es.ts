// Texts of the help, in Spanish: not of the first load.
import type { HelpTexts } from './fr';

export const help: HelpTexts = {
  title: 'Ayuda',
  /** What there is to choose from. */
  part: 'Apartado',
  parts: { guide: 'Guía', keys: 'Teclas', news: 'Novedades', about: 'Acerca de' },
  away: 'Esta página aún no está en esta tableta: se cargará cuando responda el hub.',
  about: {
    what: 'fieldhub: el hub de un equipo que revisa módulos fotovoltaicos, de noche, sin Internet.',
    hub: (name, version) => `Hub ${name}, versión ${version}`,
    page: (version) => `Página, versión ${version}`,
    licences: 'Las bibliotecas libres que contiene y sus licencias figuran en el paquete del hub (SBOM).',
  },
  /** Keys as they are written on a keyboard, one after the other, and what they do. */
  keys: [
    ['↑ ↓ ← →', 'Módulo siguiente, anterior, de arriba, de abajo'],
    ['Inicio Fin', 'Primer, último módulo'],
    ['AvPág RePág', 'String siguiente, anterior'],
    ['Intro', 'Abrir el módulo; en la ficha: guardar el comentario'],
    ['1 … 6', 'En la ficha: elegir lo que ves, en el orden de los botones'],
    ['Esc', 'Cerrar lo que está abierto'],
    ['/', 'Buscar un módulo'],
    ['Ctrl+Z', 'Deshacer'],
    ['Ctrl+Y', 'Rehacer'],
    ['Ctrl+Intro', 'En un comentario de varias líneas: guardar'],
    ['?', 'Esta ayuda'],
  ],
};
