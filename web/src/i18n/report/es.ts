// Texts of an audit's report, in Spanish: read with it, and not before anything is shown.
import { numberText } from '..';
import type { ReportTexts } from './fr';

export const report: ReportTexts = {
  title: 'Informe',
  print: 'Imprimir',
  paper: 'Papel',
  printHow:
    '¿No salen los colores? Marca «Gráficos de fondo» en la ventana de impresión. En gris bastan los signos.',
  made: (time, hub) => `Informe del ${time}, hub ${hub}`,
  marked: (from, to) => `Marcas del ${from} al ${to}`,
  by: (names) => `Marcado por ${names}`,
  results: 'Resultados',
  perString: 'Por string',
  string: 'String',
  total: 'Módulos',
  share: 'Parte',
  plan: 'Plano',
  findings: (n) => `${numberText(n)} ${n === 1 ? 'defecto u observación' : 'defectos y observaciones'}`,
  findingsNone: 'Ningún defecto y ninguna observación.',
  module: 'Módulo',
  finding: 'Estado',
  comment: 'Comentario',
  author: 'Marcado por',
  at: 'Marcado el',
  unfinished: (n) =>
    n === 1
      ? 'Auditoría incompleta: falta 1 módulo por revisar.'
      : `Auditoría incompleta: faltan ${numberText(n)} módulos por revisar.`,
  conflicts: (n) =>
    n === 1 ? `${numberText(n)} conflicto sin resolver.` : `${numberText(n)} conflictos sin resolver.`,
  waiting: (n) =>
    n === 1
      ? `${numberText(n)} marca de esta tableta no está incluida: espera a ser enviada.`
      : `${numberText(n)} marcas de esta tableta no están incluidas: esperan a ser enviadas.`,
  loading: 'Cargando el informe…',
  away: 'El informe viene del hub, que no está al alcance. Aparecerá cuando vuelva.',
  frozen: {
    head: 'Informe fijado',
    how: 'Una versión ya no cambia, aunque se marque después: eso está en la siguiente.',
    make: 'Hacer el informe',
    reading: (percent) => `El hub lee su registro: ${String(percent)} %`,
    coming: 'El informe está llegando…',
    none: 'Aún no hay ninguna versión.',
    version: (n, time, by) => `Versión ${String(n)} · ${time} · ${by}`,
    look: 'Ver',
    download: 'Descargar',
    language: 'Idioma del informe',
    form: 'Forma del archivo',
    page: 'Página',
    book: 'Libro',
    elsewhere: 'Hecha en otro hub: pídela allí.',
    saved: (file) => `Guardado: ${file}`,
  },
};
