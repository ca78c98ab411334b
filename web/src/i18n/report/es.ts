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
    isFinal: 'definitiva',
    isDraft: 'borrador',
    look: 'Ver',
    download: 'Descargar',
    language: 'Idioma del informe',
    form: 'Forma del archivo',
    page: 'Página',
    book: 'Libro',
    elsewhere: 'Hecha en otro hub: pídela allí.',
    saved: (file) => `Guardado: ${file}`,
  },
  company: {
    head: 'Empresa y logotipo',
    how: 'En cada informe nuevo: portada, cabecera y pie de página. Las versiones ya hechas no cambian.',
    name: 'Nombre',
    address: 'Dirección',
    contact: 'Contacto (teléfono, correo, registro)',
    text: 'Nota en cada informe',
    choose: 'Elegir un logotipo',
    change: 'Cambiar el logotipo',
    remove: 'Quitar el logotipo',
    form: 'PNG o JPEG, 4 MB como máximo.',
    save: 'Guardar',
    saved: 'Guardado.',
    none: 'Aún sin indicar',
  },
  sections: {
    head: 'Partes del informe',
    all: 'todas',
    some: (n, of) => `${String(n)} de ${String(of)}`,
    names: {
      summary: 'Resumen',
      examined: 'No examinado',
      conditions: 'Método y condiciones',
      map: 'Plano del sitio',
      strings: 'Strings',
      statistics: 'Estadísticas',
      measurements: 'Medidas',
      findings: 'Defectos',
      claims: 'Reclamaciones',
      catalogue: 'Catálogo de defectos',
      history: 'Historial',
      photos: 'Fotos',
      annex: 'Todos los módulos',
    },
  },
  closing: {
    head: 'Antes de que sea definitivo',
    clean: 'No hay nada pendiente, que el hub sepa.',
    pending: (n) =>
      n === 1
        ? '1 módulo sin revisar, sin motivo indicado'
        : `${numberText(n)} módulos sin revisar, sin motivo indicado`,
    conflicts: (n) => (n === 1 ? '1 conflicto por resolver' : `${numberText(n)} conflictos por resolver`),
    no_session: (n) =>
      n === 1 ? '1 string sin hora de alimentación' : `${numberText(n)} strings sin hora de alimentación`,
    no_severity: (n) => (n === 1 ? '1 defecto sin gravedad' : `${numberText(n)} defectos sin gravedad`),
    no_picture: (n) => (n === 1 ? '1 defecto sin foto' : `${numberText(n)} defectos sin foto`),
    pictures: (n) =>
      n === 1
        ? '1 foto anunciada aún no está en el hub'
        : `${numberText(n)} fotos anunciadas aún no están en el hub`,
    unused: {
      no_session: 'Nadie anota la alimentación de los strings en esta auditoría.',
      no_severity: 'Nadie indica la gravedad en esta auditoría.',
      no_picture: 'No hay fotos en esta auditoría.',
    },
    waits: (names) => `Aún en tabletas: ${names}`,
    silent: (names) => `Sin noticias recientes, puede haber más marcas: ${names}`,
    unknown: (names) => `No se sabe qué queda en la tableta de: ${names}`,
    noCrew: 'No se sabe qué queda en las tabletas: este hub no lleva equipo.',
    make: 'Hacerlo definitivo',
    sure: 'Lo que se marque después irá en la versión siguiente.',
    sureOpen: (n) => (n === 1 ? 'Queda 1 punto abierto.' : `Quedan ${numberText(n)} puntos abiertos.`),
    yes: 'Sí, definitivo',
    yesOpen: 'Definitivo de todos modos',
    back: 'Volver',
    isFinal: (version) => `La versión ${String(version)} es definitiva.`,
    since: (n, version) =>
      `${n === 1 ? '1 cambio' : `${numberText(n)} cambios`} desde la versión ${String(version)}`,
  },
};
