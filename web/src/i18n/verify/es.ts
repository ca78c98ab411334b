// The Spanish texts of /verify.
import type { VerifyTexts } from './fr';

const named = (name: string | null) => (name === null ? '' : ` (${name})`);

export const verify: VerifyTexts = {
  title: 'Comprobar un informe',
  why: 'Esta página dice si un informe está como el hub lo escribió. El archivo se queda en este dispositivo: no se envía nada y no hace falta red.',
  choose: 'Elegir archivos',
  drop: 'o suéltelos aquí: PDF, página, libro, JSON, lote (.fhbundle); o todos los archivos de una carpeta de informe.',
  key: 'Clave del cartel del hub (opcional)',
  keyHow: 'Por ejemplo 3f2a 91bc 77d0 12ef 5a60 c4d9.',
  busy: 'Comprobando…',
  back: 'Ir a las auditorías',
  limits: 'La firma no prueba que lo anotado sea cierto, ni cuándo ocurrió algo.',
  compare: 'Compare la clave con el cartel del hub: cualquiera puede firmar con una clave propia.',
  audit: 'Auditoría',
  draft: 'borrador',
  version: (number) => `versión ${number}`,
  position: 'Última operación',
  made: 'Hecho el',
  hub: 'Cómo se llama el hub',
  fingerprint: 'Clave del hub',
  verdicts: {
    genuine: 'Auténtico: nada ha cambiado desde que se firmó.',
    expected: 'Auténtico: nada ha cambiado, y la clave es la que usted escribió.',
    named: 'Auténtico: es el archivo que nombra el informe.',
    altered: 'Alterado: no es lo que el hub escribió.',
    proof: 'Alterado: la prueba en el archivo está dañada o se cambió.',
    other: 'Firmado por otro hub: la clave no es la que usted escribió.',
    version: 'Auténtico por sí mismo, pero de otra versión que el JSON elegido con él.',
    unsigned:
      'Sin firma: hecho antes de que los hubs firmaran, o se quitó la firma, o es un archivo que no firman. Elija una tabla o una foto junto con el report.json de su carpeta.',
    head: 'Sin firma: el archivo dice de dónde viene, y nada lo protege. Se quitó la firma, o el hub ya no tenía su clave.',
    unread: 'Este archivo no se puede leer.',
    resaved:
      'Sin firma: si este libro lo hizo un hub, otro programa lo ha guardado después, aunque no cambiara nada. Su firma se ha perdido; pida el archivo tal como se entregó.',
    rescue:
      'Sin firma: son las marcas sin enviar de una tableta, y una tableta no tiene la clave de un hub. Nada muestra que nadie las haya cambiado.',
  },
  places: {
    module: {
      altered: (row, name) => `El módulo n.º ${row} de la lista se ha modificado${named(name)}.`,
      removed: (row) => `El módulo n.º ${row} de la lista se ha quitado.`,
      added: (row, name) => `Se ha añadido un módulo antes del n.º ${row} de la lista${named(name)}.`,
      moved: (row, name) => `El módulo n.º ${row} de la lista se ha movido${named(name)}.`,
    },
    part: {
      altered: (audit, from, to) =>
        `En las operaciones ${from} a ${to} de la auditoría ${audit}, o justo después. El programa fieldhub verify dice en cuál.`,
      removed: (audit, from, to) =>
        `Se han quitado las operaciones ${from} a ${to} de la auditoría ${audit}.`,
    },
    saved: 'Otro programa lo ha guardado con una forma propia. Pida el archivo tal como se entregó.',
    list: 'En la lista que dice qué módulo se ha modificado; puede haber otros.',
    around: 'En lo que se dice de la auditoría o del archivo. Todos los módulos están como se escribieron.',
    frame: 'En lo que rodea las operaciones.',
    more: (count) => `Y ${count} más.`,
  },
  clocks: {
    network: 'según un reloj ajustado por la red',
    upstream: 'según un reloj puesto por otro servidor',
    person: 'según un reloj puesto por una persona',
    tablets: 'según un reloj puesto por las tabletas',
    none: 'según un reloj que nadie había confirmado',
    contradicted: 'las tabletas decían otra hora',
  },
};
