// Texts of the crew's screen, of its tablets and of the poster, in Spanish: read with that screen, and not before anything is shown.
import { numberText } from '..';
import type { CrewTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;

export const crew: CrewTexts = {
  loading: 'Cargando el equipo…',
  members: (n) => `${numberText(n)} ${plural(n, 'persona', 'personas')} en el equipo`,
  gone: (n) => `${numberText(n)} ${plural(n, 'persona retirada', 'personas retiradas')}`,
  lastLead: 'El equipo necesita un jefe: nombra antes a otro.',

  codes: 'Códigos para unirse al equipo',
  code: {
    code: 'Código del equipo',
    'lead-code': 'Código de los jefes de equipo',
    'viewer-code': 'Código de lectura',
  },
  codeFor: {
    code: 'Para los técnicos: leen y marcan.',
    'lead-code': 'Para otro jefe, que crea y elimina auditorías, gestiona el equipo y ve estos códigos.',
    'viewer-code': 'Para el cliente o la oficina: lo leen todo y no marcan nada.',
  },
  codeQr: (what) => `Código QR: ${what}`,
  codeShow: 'Mostrar',
  codeHide: 'Ocultar',
  codeNew: 'Código nuevo',
  codeAsk: 'El código anterior dejará de valer. Quienes ya se han unido siguen dentro.',
  codeYes: 'Cambiar el código',

  memberRole: (name) => `Función de ${name}`,
  memberJoined: (time) => `llegada: ${time}`,
  memberSeen: (time) => `visto: ${time}`,
  memberOut: 'Retirado',
  remove: 'Retirar',
  removeLabel: (name) => `Retirar a ${name}`,
  removeTitle: (name) => `¿Retirar a ${name} del equipo?`,
  removeWhat: (name) =>
    `${name} ya no podrá leer ni enviar. Lo que está en el hub se queda allí; lo que aún espera en su tableta también se queda en ella.`,
  removeUnsent: (n) => `${marks(n)} de esta tableta no ${plural(n, 'está', 'están')} en el hub.`,
  removeCodes: {
    technician: 'Cambiar también el código del equipo',
    viewer: 'Cambiar también el código del equipo y el de lectura',
    lead: 'Cambiar también los tres códigos',
  },
  removeCodesWhy: 'Si no, el código anterior basta para volver. Los demás siguen en el equipo.',
  removeGo: 'Retirar',
  removed: (name) => `${name} está fuera del equipo.`,
  removedNewCode: (name, code) =>
    `${name} está fuera del equipo. Nuevo código del equipo: ${code}. Cambia el cartel.`,
  removedOldCode: (name) =>
    `${name} está fuera del equipo, pero no se ha podido cambiar el código. Cámbialo aquí.`,
  readmit: 'Readmitir',
  readmitLabel: (name) => `Readmitir a ${name}`,

  tablets: {
    title: 'Tabletas',
    allSent: (n) =>
      n === 1
        ? 'Todo está en el hub, de la tableta.'
        : `Todo está en el hub, de las ${numberText(n)} tabletas.`,
    wait: (n, names) => `${marks(n)} aún ${plural(n, 'espera', 'esperan')} en tabletas: ${names}`,
    waitOf: (name, n) => `${name} (${numberText(n)})`,
    notNow: 'Sin noticias recientes:',
    notNowOf: (name, ago) => `${name} (${ago})`,
    unknown: 'No se sabe:',
    unsent: (n) => `${marks(n)} solo en esta tableta`,
    none: 'todo está en el hub',
    refused: (n) => `${marks(n)} ${plural(n, 'rechazada', 'rechazadas')} por el hub`,
    notTold: 'marcas sin enviar: no se sabe',
    as: (ago) => `última noticia: ${ago}`,
    page: (version) => `página ${version}`,
    pageOld: (version, hub) => `página ${version}, el hub tiene la ${hub}`,
    battery: (percent) => `batería ${numberText(percent)} %`,
    charging: (percent) => `batería ${numberText(percent)} %, cargando`,
  },

  poster: {
    title: 'Para escanear',
    print: 'Imprimir la hoja',
    language: 'Idioma',
    second: 'Segundo idioma',
    none: 'ninguno',
    noOrigin: 'El hub no conoce su propia dirección: indícala (origin, bajo [lan] en la configuración).',
  },
};
