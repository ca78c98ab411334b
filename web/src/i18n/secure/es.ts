// Texts of the way to HTTPS, in Spanish: read with it, and not before anything is shown.
import { numberText } from '..';
import type { SecureTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;

export const secure: SecureTexts = {
  title: 'HTTPS',
  checking: 'Comprobando si esta tableta confía en el hub…',
  untrusted:
    'Este hub tiene también una dirección HTTPS. Con su certificado instalado, la página se abre incluso sin red y se puede añadir a la pantalla de inicio.',
  untrustedForeign:
    'Este hub tiene también una dirección HTTPS, pero este navegador no confía en su certificado. El jefe de equipo sabe quién lo firmó.',
  install: 'Instalar el certificado',
  trusted:
    'Esta tableta confía en el hub. Con HTTPS la página se abre incluso sin red. Tus marcas sin enviar van contigo.',
  goOn: 'Continuar con HTTPS',
  asked: 'Responde a la pregunta en la página nueva. Hasta entonces, nada sale de esta.',
  declined: 'No se ha trasladado nada.',
  failed: 'El traslado no ha terminado. Todo sigue aquí; inténtalo de nuevo.',
  moved: (origin) => `Esta tableta trabaja ahora en ${origin}. Aquí no queda nada.`,
  movedLeft: (origin, n) =>
    `Esta tableta trabaja ahora en ${origin}, pero desde entonces ${plural(n, 'se ha hecho', 'se han hecho')} ${marks(n)} aquí.`,
  movedGo: 'Ir allí',
  takeAlong: 'Llevarlas también',

  handTitle: 'Continuar con HTTPS',
  handLooking: 'Preguntando a la otra página qué guarda…',
  handFrom: (origin) => `En ${origin}, esta tableta guarda:`,
  handName: (name) => `el nombre de ${name} y su lugar en el equipo`,
  handUnsent: (n) => `${marks(n)} que aún no ${plural(n, 'está', 'están')} en el hub`,
  handSent: (n) =>
    `${marks(n)} ya ${plural(n, 'enviada, guardada', 'enviadas, guardadas')} hasta 30 días por si se pierde el hub`,
  handAsk: '¿Traerlo todo aquí?',
  handWhy: 'La página anterior no borra nada hasta que todo esté guardado aquí.',
  handYes: 'Sí, traerlo todo',
  handNo: 'No, empezar sin ello',
  handTaking: 'Guardando…',
  handDone: (n) => (n === 0 ? 'Todo está aquí.' : `${marks(n)} ${plural(n, 'está', 'están')} aquí.`),
  handDoneGone: 'La página anterior está vacía y se puede cerrar. A partir de ahora, trabaja aquí.',
  handDoneThere:
    'La página anterior no ha respondido: quizá aún las muestre. No pasa nada: nada se cuenta dos veces.',
  handStay: (n) => `${numberText(n)} ${plural(n, 'foto', 'fotos')} aún en la página antigua`,
  handPhotos: (n, origin) =>
    `${numberText(n)} ${plural(n, 'foto se queda', 'fotos se quedan')} en ${origin} y se ${plural(n, 'envía', 'envían')} desde allí. Deja esa página abierta al alcance del hub hasta que diga que todas las fotos están en el hub.`,
  handGo: 'Continuar',
  handAlone: 'La otra página no responde',
  handAloneWhy:
    'El paso a HTTPS empieza en la página anterior: ábrela y toca «Continuar con HTTPS». No se ha perdido nada: todo sigue allí.',
  handAway: 'El hub no responde',
  handAwayWhy: 'No se ha trasladado nada. Inténtalo de nuevo cuando esté al alcance.',
  handFailed: 'Este navegador no ha podido guardar nada',
  handFailedWhy:
    'No se ha perdido nada: todo sigue en la página anterior. ¿Memoria llena, o ventana privada?',
  handRetry: 'Reintentar',
  handOld: 'Volver a la página anterior',

  homeTitle: 'En la pantalla de inicio',
  homeWhy: 'La página se abre entonces como una aplicación, incluso sin red.',
  homeGo: 'Instalar en la pantalla de inicio',
  homeIos:
    'En Safari: toca Compartir y luego «Añadir a pantalla de inicio». Envía antes todas tus marcas: la aplicación tiene su propia memoria y pide una vez el código del equipo.',
};
