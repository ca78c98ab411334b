// Texts of the panel of the hub, the cloud and files, in Spanish: read with it, and not before anything is shown.
import { numberText } from '..';
import type { PanelTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;

export const panel: PanelTexts = {
  panelTitle: 'Sincronización',
  places: 'Dónde están tus entradas',
  placeTablet: 'Entradas (marcas, mensajes) solo en esta tableta',
  placeHub: 'Módulos en el hub',
  placeBehind: 'Módulos en el hub, aún no en la nube',
  placeBehindOps: 'Entradas en el hub, aún no en la nube',
  placeCloud: 'Módulos en la nube',
  placeNoCloud: 'En la nube',
  cleared: (n) =>
    `De ellos, ${numberText(n)} sin estado (marca quitada, o solo un comentario), que también ${plural(n, 'se envía', 'se envían')}.`,
  cloudTitle: 'Del hub a la nube',
  panelReading: 'Cargando…',
  panelStale: (reason) => `Último estado conocido: ${reason}`,
  reasons: {
    unreachable: 'Fuera de alcance por ahora: sin red, o nada responde en esta dirección.',
    no_connection: 'Fuera de alcance por ahora: no se ha conectado a tiempo.',
    no_answer: 'La conexión es demasiado débil: no ha respondido a tiempo. Se reintenta automáticamente.',
    stalled: 'La conexión es demasiado débil: se ha parado. Se reintenta automáticamente.',
    broken_off: 'La conexión es demasiado débil: se ha cortado. Se reintenta automáticamente.',
    not_http: 'No hay ningún hub en esta dirección: el jefe de equipo debe comprobarla.',
    not_hub: 'Lo que responde no es un hub: comprueba la dirección, o si hay una página de inicio de sesión.',
    elsewhere: 'Otra cosa responde en esta dirección: ¿hay una página de inicio de sesión?',
    bad_answer: 'Su respuesta es ilegible. Se reintenta automáticamente.',
    address: 'La dirección no se puede usar: el jefe de equipo debe comprobarla.',
    tls: 'Su conexión segura no se acepta.',
    lets_nobody_in: 'Rechaza a este hub: el jefe de equipo debe comprobar su token.',
    asks_to_wait: 'La nube pide esperar. Se reintenta automáticamente.',
    in_trouble: 'La nube tiene problemas. Se reintenta automáticamente.',
    refuses_audit: 'La nube rechaza una auditoría entera. Se reintenta automáticamente.',
    here: 'Algo va mal en este hub: véase «fieldhub doctor».',
    audit_unread: 'Una auditoría es ilegible en este hub; las demás suben.',
    hours: 'Fuera de las horas de envío. El envío se reanuda solo.',
    budget: 'El volumen permitido para hoy está agotado. El envío se reanuda a medianoche (UTC).',
    photos_full: 'No queda sitio para fotos en la nube. Las entradas se siguen enviando.',
    photos_full_here: 'No queda sitio en este hub para fotos de la nube. Las entradas se siguen enviando.',
    no_photos: 'La nube es de una versión anterior sin fotos: se quedan en este hub.',
    itself: 'Es este mismo hub, o una copia: no puede enviarse nada a sí mismo.',
    same_hub:
      'Otro hub tiene la misma identidad (tarjeta copiada): escribe «fieldhub identity new» en uno de los dos.',
    newer: 'El otro hub es más reciente: instala aquí la misma versión.',
    settings: 'Su configuración no se puede usar: archivo del token, certificado o proxy.',
  },
  reasonUnknown: 'El hub espera.',
  details: 'Detalles (palabras del hub)',
  upstreamNone: 'Este hub no envía nada más allá.',
  upstreamSet: 'Probar y configurar una nube',
  upstreamIdle: 'Al día',
  upstreamUntried: 'Aún sin probar: ninguna auditoría que enviar allí',
  upstreamPending: (n) => `${numberText(n)} ${plural(n, 'módulo', 'módulos')} por enviar`,
  upstreamPendingOps: (n) => `${numberText(n)} ${plural(n, 'entrada', 'entradas')} por enviar`,
  upstreamSending: 'Enviando',
  upstreamSendingOf: (done, total) =>
    `Enviando: ${numberText(done)} de ${numberText(total)} ${plural(total, 'módulo', 'módulos')}`,
  upstreamSendingOpsOf: (done, total) =>
    `Enviando: ${numberText(done)} de ${numberText(total)} ${plural(total, 'entrada', 'entradas')}`,
  upstreamWaiting: (seconds) => `Próximo intento en ${numberText(seconds)} s`,
  upstreamWaitingSoon: 'Próximo intento enseguida',
  upstreamPaused: 'En pausa',
  upstreamLast: (time) => `Última respuesta: ${time}`,
  upstreamNever: 'Sin respuesta desde que arrancó el hub',
  upstreamShown:
    'Esta nube (v3.3) conserva lo que muestra cada módulo: ni mensajes, ni marcas anteriores. Las tabletas que los enviaron los guardan hasta 30 días.',
  upstreamLeftOut: (n, example) =>
    `Da ${n === 1 ? '1 fila' : `${numberText(n)} filas`} que el hub no sabe leer, por ejemplo ${example}`,
  upstreamBytes: (sent, received) => `Hoy: ${sent} enviados, ${received} recibidos`,
  upstreamBudget: (used, budget) => `${used} de ${budget} al día`,
  syncNow: 'Enviar ahora',
  syncing: 'Probando…',
  sentNow: {
    asked: 'Probando…',
    done: 'Todo ha llegado.',
    left: 'Enviado en parte, el resto sigue.',
    failed: 'El envío ha fallado.',
    nothing: 'Nada que enviar allí: no se ha probado la dirección.',
  },

  parkedTitle: 'Rechazado por la nube',
  parkedWhy: 'Estos módulos están en el hub. La nube los rechaza tal como están.',
  parkedDropped: 'dejado fuera',
  parkedReason: (upstream, reason) => `${upstream}: ${reason}`,
  parkedReasons: {
    refused: 'la nube no lo acepta tal como está.',
    fails_over_one: 'la nube acepta otros módulos y falla con este.',
    hidden: 'un jefe ha ocultado este módulo: se envía cuando se muestre de nuevo.',
    taken_back:
      'aquí vuelve a estar por revisar, y esta nube no puede retirar una marca: márcalo de nuevo o déjalo fuera.',
    comment_alone: 'tiene un comentario pero ningún estado, algo que esta nube no conoce: marca su estado.',
  },
  parkedRetry: 'Reintentar',
  parkedRetryLabel: (module) => `Reintentar ${module}`,
  parkedDrop: 'Dejar fuera',
  parkedDropLabel: (module) => `Dejar fuera ${module}`,
  parkedRetryAll: 'Reintentar todos',
  parkedMore: (n) => `y ${numberText(n)} más`,

  carryTitle: 'Sin ninguna conexión',
  bundle: 'Descargar un paquete',
  bundleWhy:
    'Todos los datos de este hub, en un archivo para una memoria USB. Otro hub lo lee con «fieldhub bundle import ARCHIVO», tantas veces como se quiera.',
  bundleBusy: 'Descargando…',
  bundleSaved: (name) => `Guardado: ${name}`,
  marksFile: 'Guardar mis marcas',
  marksFileWhy:
    'Si el hub se ha averiado: las marcas de esta tableta, en un archivo que «fieldhub bundle import ARCHIVO» también lee. Siguen en la tableta.',
  marksFileCount: (audit, n, waiting) =>
    `${audit}: ${marks(n)}, de ellas ${numberText(waiting)} aún no en el hub`,
  marksFileUntil: (time) =>
    `Lo que está en el hub también sigue en esta tableta, hasta que lo tenga otro fieldhub; lo más antiguo, como máximo hasta el ${time}.`,
  forgets: (days, until) =>
    `Este navegador (Safari) borra todo lo que guarda esta página si nadie la abre durante ${numberText(days)} días: ábrela de nuevo antes del ${until}. O bien, una vez enviado todo: Compartir, «Añadir a pantalla de inicio», y trabaja desde allí.`,
  marksFileLabel: (audit) => `Guardar mis marcas de ${audit}`,
  marksFileNone: 'Nada que guardar en esta tableta: todas sus marcas están a salvo.',
  marksFileSaved: 'Guardado en las descargas de la tableta.',
};
