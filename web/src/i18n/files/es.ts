// Texts of the import of files, in Spanish: read with its dialog, and not before anything is shown.
import { numberText } from '..';
import type { FileTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'módulo', 'módulos')}`;
const marks = (n: number) => `${numberText(n)} ${plural(n, 'marca', 'marcas')}`;

export const files: FileTexts = {
  importTitle: 'Importar un archivo',
  importChoose: 'Elegir un archivo',
  importHow: 'o suéltalo aquí: plano, exportación o copia de una tableta (JSON), CSV, Excel (XLSX).',
  importOther: 'Elegir otro archivo',
  importBad: 'Este archivo no se puede importar:',
  kind: 'Tipo de archivo',
  kinds: {
    counts: 'nueva auditoría',
    plan: 'plano de la planta',
    tablet: 'exportación de una tableta',
    csv: 'tabla CSV',
    cloud: 'auditoría de la nube',
    xlsx: 'libro de Excel',
    backup: 'copia de una tableta',
  },
  place: 'Cliente y lugar',
  marks: 'Marcas',
  marksOf: (n, defects) =>
    `${numberText(n)}, de ellas ${numberText(defects)} ${plural(defects, 'defecto', 'defectos')}`,
  positions: 'Plano',
  positionsKnown: 'filas y columnas conocidas',
  exists: 'Ya hay una auditoría con este número en este hub. Se quedará como está.',
  existsMerge: 'Esta auditoría ya está en este hub: se le pueden añadir las marcas de la tableta.',
  importMerge: (n) => `Añadir ${marks(n)}`,
  importCopy: 'Crear otra auditoría',
  importGo: 'Crear la auditoría',

  alike: (n) =>
    n === 1
      ? 'Ya hay una auditoría con este nombre en este lugar.'
      : `Ya hay ${numberText(n)} auditorías con este nombre en este lugar.`,
  made: (time) => `creada: ${time}`,
  openThere: 'Abrir esa',
  nothingNew: 'Todas las marcas de este archivo ya están en ella.',
  noMarks: 'Este archivo no contiene ninguna marca.',
  backupWhich: '¿Qué auditoría se recupera?',
  backupOf: (n, marked) => `${modules(n)}, ${marks(marked)}`,
  encodingGuessed: 'Texto leído como Windows-1252. Comprueba los acentos:',
  stringsFromZero: 'El archivo cuenta los strings desde 0: su string 0 pasa a ser el string 1.',
  stringsNamed: (names) => `Los strings conservan sus nombres del archivo: ${names}`,
  stringAdded: (n, string) =>
    `${modules(n)} sin lugar en el archivo: string ${numberText(string)}, añadido al final.`,
};
