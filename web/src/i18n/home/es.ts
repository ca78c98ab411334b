// Texts of the dialogs of the first screen (new audit, sharing, removing), in Spanish: not of the first load.
import { numberText } from '..';
import type { HomeTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'módulo', 'módulos')}`;

export const home: HomeTexts = {
  saveCsv: 'Exportar en CSV',
  saveJson: 'Exportar en JSON',
  archive: 'Archivar',
  unarchive: 'Sacar del archivo',
  newTitle: 'Nueva auditoría',
  newGo: 'Crear la auditoría',
  name: 'Nombre',
  nameNeeded: 'Da un nombre a la auditoría.',
  client: 'Cliente (opcional)',
  location: 'Lugar (opcional)',
  strings: 'Strings',
  stringsHow: '26, 24x9: un string de 26 módulos, y luego nueve de 24.',
  stringsBad: (part) => `«${part}» no es un número de módulos. Escribe por ejemplo 26, 24x9.`,
  stringsMany: 'Una auditoría tiene como máximo 20.000 módulos.',
  stringsNone: 'Indica el número de módulos de cada string.',
  layoutTotal: (n, strings) =>
    `${modules(n)} en ${numberText(strings)} ${plural(strings, 'string', 'strings')}`,
  listOpen: 'Indicar string por string',
  listClose: 'Cerrar la lista',
  stringLess: 'Quitar el último',
  stringMore: 'Añadir un string',
  share: 'Compartir con código QR',
  shareTitle: (audit) => `Abrir ${audit}`,
  shareQr: (audit) => `Código QR que abre la auditoría ${audit}`,
  shareHow: 'Para escanear con la cámara de otra tableta, en la misma Wi-Fi.',
  details: 'Nombre, cliente y lugar',
  remove: 'Eliminar…',
  removeTitle: (audit) => `¿Eliminar ${audit}?`,
  removeWhat: (n, marked) =>
    `${modules(n)}, ${numberText(marked)} ${plural(marked, 'marcado', 'marcados')}, con su historial y sus mensajes: se borrará todo de este hub, para todos.`,
  removeWaiting: (n) => `${marks(n)} de esta tableta aún no ${plural(n, 'está', 'están')} en el hub.`,
  removePending: (n) => `${marks(n)} aún no ${plural(n, 'está', 'están')} en la nube.`,
  removeShown:
    'La nube conserva lo que muestran los módulos. Su historial y los mensajes solo están en este hub, y hasta 30 días en las tabletas.',
  removeNoCloud: 'Esta auditoría no está en ninguna nube: este hub es el único que la tiene.',
  removeSure: 'Sé que todo esto se perderá.',
  removeGo: 'Eliminar para siempre',
};
