// The Spanish texts. The type keeps them complete; test/i18n.test.ts holds what the type can't see.
import { numberText } from '..';
import type { Messages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'módulo', 'módulos')}`;

export const messages: Messages = {
  status: {
    ok: 'OK',
    inequality: 'Desigualdad',
    microcracks: 'Microfisuras',
    dead: 'Averiado',
    string_open: 'String abierto',
    not_connected: 'Sin conectar',
    pending: 'Por revisar',
  },

  justNow: 'ahora mismo',

  nameTitle: '¿Quién eres?',
  nameWhy: 'Tu nombre acompaña a cada una de tus marcas. La tableta solo lo pregunta una vez.',
  nameLabel: 'Tu nombre',
  nameGo: 'Empezar',
  nameRefused: (why) => `El hub no ha aceptado tu nuevo nombre (${why}). Sigue el anterior.`,
  nameSave: 'Guardar',
  nameChange: (name) => `${name}, cambiar de nombre`,

  role: { viewer: 'Solo lectura', technician: 'Técnico', lead: 'Jefe de equipo' },
  roleYours: (role) => `Tu función: ${role}`,
  otherCode: 'Tengo otro código',
  readOnly: 'Puedes leerlo todo, pero no marcar. El jefe de equipo puede cambiar tu función.',

  joinTitle: 'Unirse al equipo',
  joinWhere: 'Escanea el código QR que muestra el hub, o pide al jefe de equipo el código de 8 caracteres.',
  joinAs: (name) => `Te unes al equipo como ${name}.`,
  joinCode: 'Código del equipo',
  joinGo: 'Unirse',
  joinNot: 'Más tarde',
  joining: 'Un momento…',
  joinShort: (length) => `El código tiene ${numberText(length)} caracteres.`,
  joinWrong: 'Este código no es correcto. Compruébalo con el jefe de equipo.',
  joinWait: (seconds) => `Demasiados intentos. Vuelve a probar en ${numberText(seconds)} s.`,
  joinAway: 'El hub no responde. Se reintenta en cuanto esté al alcance.',
  outside: {
    expired: 'Tu sesión ha caducado.',
    revoked: 'El jefe de equipo ha retirado esta tableta del equipo.',
    unknown: 'Este hub no conoce esta tableta.',
  },
  outsideGoOn: 'Sigue marcando: todo se guarda aquí y se enviará cuando te hayas unido al equipo.',

  crew: 'Equipo',
  cancel: 'Cancelar',

  audits: 'Auditorías',
  auditsLoading: 'Cargando las auditorías…',
  auditsNone: 'No hay ninguna auditoría en este hub.',
  auditsUnread: 'El hub aún no responde. La lista aparecerá en cuanto esté al alcance.',
  auditsStale: 'Lista de antes del corte.',
  auditGone: (token) => `En este hub no existe la auditoría «${token}».`,
  auditDamaged: (token) =>
    `El hub no consigue leer la auditoría «${token}». No borres nada en esta tableta y avisa al jefe de equipo.`,
  auditGoneKept: (n) =>
    plural(n, 'Tu marca sin enviar se conserva.', `Tus ${numberText(n)} marcas sin enviar se conservan.`),
  back: 'Volver a las auditorías',
  close: 'Cerrar',
  dismiss: 'Ocultar',

  progress: (marked, total) =>
    `${numberText(marked)} de ${numberText(total)} ${plural(total, 'módulo', 'módulos')} con marca`,
  defects: (n) => `${numberText(n)} ${plural(n, 'defecto', 'defectos')}`,
  conflicts: (n) => `${numberText(n)} ${plural(n, 'conflicto', 'conflictos')}`,

  outdated: 'El hub tiene otra versión de esta página. Tus marcas siguen en la tableta.',
  reload: 'Recargar',
  storageFull:
    'La memoria de la tableta está llena. Tus marcas van primero: lo que el hub puede volver a enviar ya no se guarda aquí.',
  hubLost: 'Sigue marcando: todo se guarda en esta tableta y se enviará solo.',
  stayOpen: 'No cierres esta página: solo se vuelve a abrir al alcance del hub.',
  hubUnreachableNow: 'Ahora no se puede llegar al hub.',
  hubAwayNew: 'El hub no responde. La página se abrirá en cuanto esté al alcance.',
  hubBusy: 'está sobrecargado. Se reintenta automáticamente.',
  hubBack: 'El hub ha vuelto.',
  waiting: (n) => `${numberText(n)} ${plural(n, 'entrada', 'entradas')} solo en esta tableta`,
  allSent: 'Todas las marcas están en el hub.',
  hubTrouble: (reason) => `El hub no acepta marcas por ahora: ${reason}`,
  notLasting: 'Este navegador no guarda nada: mantén abierta esta pestaña hasta que todo esté enviado.',
  notKept: {
    full: 'La memoria de la tableta está llena: no ha podido guardar la última marca. Borra otra cosa en ella y vuelve a marcar.',
    silent:
      'La memoria de la tableta no ha respondido: no ha podido guardar la última marca. Vuelve a marcar. Si continúa: cierra otras aplicaciones y pestañas, y recarga esta página al alcance del hub.',
  },
  storageSilent:
    'La memoria de la tableta no responde. Lo que marcaste antes sigue en ella: vuelve a abrir esta página al alcance del hub. Hasta entonces, mantén abierta esta pestaña.',
  notices: 'Avisos del hub:',

  refusedCount: (n) => `${marks(n)} ${plural(n, 'rechazada', 'rechazadas')} por el hub`,
  refusedShow: 'Ver',

  grid: 'Módulos por string',
  auditLoading: 'Cargando la auditoría…',
  auditUnread: 'El hub no responde, y esta tableta aún no tiene esta auditoría.',
  string: (n) => `String ${String(n)}`,
  offPlan: 'Fuera del plano',
  position: (n) => `posición ${String(n)}`,
  hasComment: 'comentario',
  notExamined: 'no examinado',
  hasPhoto: 'foto',
  conflict: 'conflicto',
  openedBy: (name) => `abierto por ${name}`,

  here: (n) => `${numberText(n)} ${plural(n, 'persona', 'personas')} en esta auditoría`,

  markAs: (mark, key) => `${mark} (tecla ${key})`,
  takeBack: 'Quitar la marca',
  comment: 'Comentario',
  commentHint: 'Opcional',
  commentSave: 'Guardar el comentario',
  alsoOpen: (names) => `También abierto por: ${names}.`,
  markedBy: (name, time) => `${name}, ${time}`,
  history: 'Historial',
  historyComment: (comment) => `«${comment}»`,
  said: (module, status) => `${module}: ${status}`,
  saidComment: (module) => `${module}: comentario guardado`,

  receipt: {
    tablet: 'solo en esta tableta',
    hub: 'aún no en la nube',
    cloud: 'en la nube',
    parked: 'rechazado por la nube',
  },
  notInCloud: (n) => `${modules(n)} aún no en la nube`,
  opsNotInCloud: (n) => `${numberText(n)} ${plural(n, 'entrada', 'entradas')} aún no en la nube`,
  allInCloud: 'Todo está en la nube',
  modulesInCloud: 'Todos los módulos están en la nube',
  parkedCount: (n) => `${modules(n)} ${plural(n, 'rechazado', 'rechazados')} por la nube`,
  catchUp: (done, total) => `Enviando: ${numberText(done)} de ${numberText(total)}`,

  updateReady: 'Hay una nueva versión de la página. Se abrirá con la próxima carga.',
  updateNow: 'Abrirla ahora',

  pillOpen: (reach) => `${reach}: hub, nube y archivos`,

  /** Marking: the sheet, several modules at once, and the way back. */
  marking: {
    bar: 'Marcado',
    goOn: 'Marcar y pasar al siguiente',
    nothingLeft: 'Todos los módulos están marcados.',
    phrasesLabel: 'Frases listas',
    phrasesOwn: 'Tus últimas frases',
    phrases: [
      'Vidrio roto',
      'Punto caliente',
      'Caja de conexiones',
      'Sombreado',
      'Suciedad',
      'Revisar de nuevo',
    ],
    pick: 'Seleccionar',
    picked: (n) => `${numberText(n)} ${plural(n, 'seleccionado', 'seleccionados')}`,
    pickEnd: 'Cancelar',
    wholeString: 'Todo el string',
    allUnmarked: 'Los no marcados',
    allOk: (n) => `Resto OK (${numberText(n)})`,
    allOkAsk: (n, noted) =>
      `¿Marcar ${modules(n)} como OK?${noted > 0 ? ` ${numberText(noted)} con comentario ${plural(noted, 'queda', 'quedan')} por revisar.` : ''}`,
    allOkYes: 'Marcar OK',
    modules,
    became: (what, status) => `${what} → ${status}`,
    undo: 'Deshacer',
    redo: 'Rehacer',
    undone: (n) => `${marks(n)} ${plural(n, 'deshecha', 'deshechas')}`,
    undonePartly: (n, left) =>
      `${messages.marking.undone(n)}, ${numberText(left)} sin tocar: ${plural(left, 'cambió', 'cambiaron')} entretanto`,
  },

  /** Which modules are shown, and how. */
  view: {
    all: 'Todo',
    tab: (n) => `S${String(n)}`,
    tabOff: 'Otros',
    addString: 'Añadir un string',
    editLayout: 'Modificar los strings',
    markedHidden: (name, module) => `${name} ha marcado ${module}, que está oculto.`,
    tabLabel: (name, marked, total) => `${name}, ${numberText(marked)} de ${numberText(total)}`,
    toggle: 'Filtrar, buscar, cambiar la vista',
    how: 'Vista',
    hows: { cells: 'Strings', plan: 'Plano', overview: 'Conjunto' },
    search: 'Buscar un módulo',
    filter: {
      unmarked: 'No marcados',
      defects: 'Defectos',
      conflicts: 'Conflictos',
      mine: 'Los míos',
    },
    overviewLabel: (marked, total, defects) =>
      `Toda la planta: ${numberText(marked)} de ${numberText(total)} marcados, ${numberText(defects)} ${plural(defects, 'defecto', 'defectos')}`,
    away: 'Esta vista aún no está en esta tableta: se cargará cuando responda el hub.',
  },

  /** The first screen: the audits, and what a lead does with them. */
  home: {
    search: 'Buscar una auditoría',
    newAudit: 'Nueva auditoría',
    import: 'Importar un archivo',
    noneFound: (search) => `Ninguna auditoría coincide con «${search}».`,
    archived: (n) => `${numberText(n)} ${plural(n, 'auditoría archivada', 'auditorías archivadas')}`,
    drop: 'Suelta el archivo aquí',
    menu: (audit) => `Acciones para ${audit}`,

    done: 'Terminada',
    made: (time) => `creada: ${time}`,
    untouched: 'Sin empezar',
    last: (ago) => `Última marca ${ago}`,
    presentMore: (names, n) => `${names} y ${numberText(n)} más`,

    fileTooLarge: 'es demasiado grande.',
    fileUnread: 'este dispositivo no ha podido leerlo.',

    saved: (name) => `Guardado en las descargas: ${name}`,
    report: 'Informe para imprimir',
    reportInstead: 'Esta vista no se imprime entera. Imprime el informe: detrás del botón de filtros.',
    archivedNow: (audit) => `${audit} está archivada`,
    unarchived: (audit) => `${audit} ha vuelto`,
    removed: (audit) => `${audit} se ha eliminado`,
  },

  /** Whether this tablet and the hub speak with one another. */
  sync: {
    states: { yes: 'Sync ON', no: 'Sin conexión', off: 'Sync OFF', unknown: 'Buscando el hub…' },
    off: 'Nada sale de esta tableta y nada llega; todo lo que marques se guarda aquí.',
    stop: 'Apagar la sincronización',
    goOn: 'Reanudar la sincronización',
  },

  settings: {
    title: 'Ajustes',
    changeName: 'Cambiar de nombre',
  },

  /** The others on an audit: where they are, what they did, and what is said among the crew. */
  together: {
    alone: 'Solo tú',
    hereNames: (n, names) => `${messages.here(n)}: ${names}`,
    following: (name) => `Sigues a ${name}`,

    one: (name, module, status) => `${name}: ${module} → ${status}`,
    same: (name, n, status) => `${name}: ${modules(n)} → ${status}`,
    some: (name, n) => `${name}: ${modules(n)}`,
    many: (people, n) => `${numberText(people)} ${plural(people, 'persona', 'personas')}: ${modules(n)}`,
    show: 'Ver',
    conflict: (name, module, shows) =>
      `${module}: ${name} y tú lo habéis marcado de forma distinta. Se muestra ${shows}.`,
    conflictOwn: (module, shows) => `${module}: tu marca contradice otra. Se muestra ${shows}.`,
    conflictOthers: (module, shows, name) =>
      `${module} marcado de forma distinta por dos personas: se muestra ${shows} (${name}).`,
    conflicts: (n) => `${numberText(n)} ${plural(n, 'conflicto', 'conflictos')} con tus marcas`,
    conflictTitle: 'Conflicto',

    chat: 'Mensajes',
    chatNew: (n) => `Mensajes, ${numberText(n)} ${plural(n, 'nuevo', 'nuevos')}`,
    wrote: (name, text) => `${name}: ${text}`,
    open: 'Abrir',
  },
};
