// Texts of what leads see of the hub itself, in Spanish: read with that, and not before anything is shown.
import { numberText } from '..';
import type { LeadTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const lead: LeadTexts = {
  backups: {
    title: 'Copias de seguridad del hub',
    reading: 'Cargando…',
    none: 'Este hub no conoce ninguna copia de seguridad.',
    last: (time, ago) => `Última copia: ${time} (${ago})`,
    holds: (size, audits) =>
      `${size}, ${numberText(audits)} ${plural(audits, 'auditoría', 'auditorías')}. Escrita y releída. Las imágenes de las fotos no forman parte de ella.`,
    onStick: (label) => `En la memoria USB ${label}`,
    inFile: (file) => `En el archivo ${file}`,
    old: 'Tiene más de dos días: haz otra.',
    daily: (label) => `Se hace una cada día, y cuando se conecta la memoria USB llamada ${label}.`,
    notDaily: 'No se hace ninguna copia automáticamente.',
    toStick: (label) => `Va a la memoria USB llamada ${label}, conectada al hub.`,
    toDir: (dir) => `Va a la carpeta ${dir} del hub.`,
    now: 'Copiar ahora',
    wanted: 'Pedida…',
    copying: 'El hub prepara la copia…',
    writing: (bytes, of) => `Escribiendo: ${bytes} de ${of}`,
    checking: 'Releyendo y comparando… No saques la memoria.',
    done: 'Hecho: la copia está escrita y releída.',
    failed: (time) => `Sin copia (${time}):`,
    problems: {
      nobody:
        'no empezó nada. Casi siempre no hay ninguna memoria llamada FIELDHUB en el hub. Si no, escribe en el hub: sudo fieldhub service install',
      no_stick: 'no hay ninguna memoria USB llamada FIELDHUB en el hub.',
      read_only: 'la memoria es de solo lectura: bloqueada o dañada. Usa otra.',
      mount: 'la memoria está, pero el hub no puede abrirla. Formatéala en FAT32 o exFAT.',
      no_room: 'no hay sitio suficiente: libera espacio o usa una memoria más grande.',
      not_the_same: 'lo releído no es lo que se escribió. Usa otra memoria.',
      hub_full: 'el disco del hub no tiene sitio para preparar la copia.',
      broken_off: 'empezó, y después nada más. ¿Se sacó la memoria?',
      other: 'no se pudo escribir.',
    },
    words: 'Detalles (palabras del hub)',
    noStick: (label) =>
      `¿Sin memoria? Toma cualquier memoria USB, llámala ${label} en un ordenador, conéctala al hub e inténtalo otra vez.`,
    device: 'Copiar a este dispositivo',
    deviceWhy:
      'El navegador descarga una copia (sin las imágenes de las fotos): compruébala en sus descargas. El hub no la cuenta como copia de seguridad.',
  },

  start: {
    title: 'Este hub',
    intro:
      'Seis puntos, en cualquier orden. Puedes salir de esta página y volver: Equipo, y luego «Este hub».',
    link: 'Este hub: puesta en marcha',

    name: 'Nombre del hub',
    nameIs: (name) => `Se llama ${name}.`,
    nameDefault: 'Aún no tiene nombre propio.',
    nameNew: 'Nombre nuevo, por ejemplo Furgoneta 1',
    writeInto: (file) =>
      `El hub no puede cambiar sus propios ajustes. En su máquina, escribe esta línea al principio de ${file} (quita la anterior):`,
    writeAtEnd: (file) => `Al final de ${file}, escribe:`,
    thenType: 'Después escribe, en la máquina del hub:',
    startAgain: 'Este hub se inició a mano: vuelve a iniciarlo con esta opción.',

    wifi: 'Wi-Fi y cartel',
    wifiIs: (ssid) => `Las tabletas se conectan a ${ssid}.`,
    wifiNone: 'El hub no conoce ninguna Wi-Fi.',
    wifiMake:
      'El hub puede crear la suya. No se puede hacer desde aquí: escribe en su máquina, con tus palabras:',
    wifiOther:
      'Si las tabletas usan otra Wi-Fi, no hay nada que hacer: el cartel deja sitio para escribirla a mano.',
    joined: (n) =>
      n === 0
        ? 'Nadie más se ha unido aún: enseña el cartel.'
        : `${numberText(n)} ${plural(n, 'persona más se ha unido', 'personas más se han unido')}.`,
    poster: 'Ver el cartel y los códigos',

    cloud: 'La nube',
    cloudNone: 'No hay ninguna nube configurada.',
    cloudReached: 'La nube ha respondido desde el arranque del hub.',
    cloudNotReached: 'La nube aún no ha respondido desde el arranque del hub.',
    cloudWhy:
      'Sin nube, todo se queda en este hub y en las tabletas. Prueba aquí la dirección y el token: el hub llama de verdad y no cambia nada.',
    cloudUrl: 'Dirección (fieldhub+https://… para otro fieldhub)',
    cloudToken: 'Token, si hace falta',
    cloudTry: 'Probar',
    cloudTrying: 'Llamando…',
    cloudWorks: 'Responde y deja entrar a este hub.',
    cloudAnswers:
      'Responde como una nube, pero no conoce ninguna auditoría de este hub. Si acepta el token solo se sabrá con una auditoría que también tenga.',
    cloudFails: 'La prueba ha fallado.',
    tokenFile: 'Para el token, escribe esto en la máquina del hub, pega el token, Intro y luego Ctrl+D:',

    doctor: 'Revisión de la máquina',
    doctorLooks: 'Revisando…',
    doctorFine: 'Nada que hacer, por lo que ve el hub.',
    doctorFound: (n) => `${numberText(n)} ${plural(n, 'punto', 'puntos')} que mirar`,
    doctorWords: 'Con las palabras del hub, en inglés:',
    doctorRest: (good, unknown) =>
      `${numberText(good)} ${plural(good, 'punto está', 'puntos están')} en orden. ${numberText(unknown)} no se ${plural(unknown, 've', 'ven')} desde aquí; esta orden, en la máquina del hub, lo ve todo:`,
    doctorAgain: 'Revisar otra vez',

    audit: 'Primera auditoría',
    auditsNone: 'Aún no hay ninguna.',
    auditsThere: (n) => `${numberText(n)} ${plural(n, 'auditoría', 'auditorías')} en este hub.`,
    auditNew: 'Nueva auditoría',
    auditImport: 'Importar un archivo',
    auditDemo: 'Probar una demostración',
    auditDemoWhy: 'La demostración es una pequeña auditoría normal: bórrala después.',
    auditDemoCloud:
      'La demostración es una pequeña auditoría normal, que también sube a la nube: bórrala después.',
    demoName: 'Demostración',
  },

  empty: {
    lead: 'Crea una, o suelta aquí un plano, una exportación de tableta o un archivo CSV. ¿El hub es nuevo? La puesta en marcha enseña el resto, paso a paso.',
    start: 'Puesta en marcha del hub',
    demo: 'Probar una demostración',
    technician: 'Pide al jefe de equipo que cree una en el hub: aparece aquí por sí sola.',
  },
};
