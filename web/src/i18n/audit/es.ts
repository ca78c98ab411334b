// Texts of an open audit that are not of the first load, in Spanish: read right after it.
import { numberText } from '..';
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  aloneWhy: 'Nadie más está ahora en esta auditoría.',
  nowhere: 'en esta auditoría',
  follow: 'Seguir',
  followName: (name) => `Seguir a ${name}`,
  you: 'tú',
  tray: (module, status) => `${module}: ${status}. ¿Gravedad, comentario?`,
  trayOther: 'Otro…',
  back: (module) => `Volver a ${module}`,
  undoTo: (what) => `Deshacer ${what}`,
  neighbours: 'Módulos vecinos',
  halt: (string) => `Fin: ${string}`,
  haltCount: (marked, total) => `${marked} de ${total} módulos marcados`,
  haltOn: (string, module) => `Seguir: ${string}, ${module}`,

  quoted: (text) => `«${text}»`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nada',
  everywhere: 'en todos los strings',
  lookEverywhere: 'Buscar en todas partes',
  anew: 'Actualizar',
  showAll: 'Mostrar todo',

  chat: {
    none: 'Aún no hay mensajes. Lo que escribas aquí llega a todo el equipo.',
    stays:
      'La nube v3.3 no guarda mensajes. Están en el hub; la tableta que envió uno también lo guarda, hasta 30 días.',
    kept: (until) => `guardado aquí hasta el ${until}`,
    write: 'Mensaje al equipo',
    hint: 'Mensaje, #M050, @nombre',
    send: 'Enviar',
    readOnly: 'Puedes leer, pero no escribir.',
    refused: (reason) => `Rechazado por el hub: ${reason}`,
    notKept: 'La tableta no ha podido guardar este mensaje. Inténtalo de nuevo.',
  },

  history: {
    loading: 'Cargando…',
    none: 'Nunca marcado.',
    away: 'El historial está en el hub, que ahora no está al alcance.',
    commentCleared: 'comentario borrado',
    stays:
      'La nube v3.3 solo conserva la última marca. Las anteriores están en el hub; las tabletas que las enviaron también las guardan, hasta 30 días.',
    all: (n) => `Todo el historial (${numberText(n)})`,
    unseen: 'Marcado sin ver la otra marca',
    superseded: 'Llegó después de una marca posterior',
  },

  sides: {
    line: 'Dos personas marcaron este módulo sin ver la marca de la otra. Se muestra la más reciente.',
    confirm: 'Vuelve a marcarlo para confirmar.',
    keepThis: 'Mantener',
    wordless: 'sin comentario',
    orAnother: 'O elige otro valor abajo.',
  },

  receiptLine: {
    tablet: 'Solo en esta tableta, aún no en el hub.',
    hub: 'En el hub, aún no en la nube.',
    cloud: 'En el hub y en la nube.',
    parked: 'En el hub. La nube lo rechaza.',
  },

  refused: {
    title: 'Marcas rechazadas',
    why: 'El hub no ha aceptado estas marcas. Se quedan aquí hasta que decidas.',
    retry: 'Reintentar',
    drop: 'Borrar',
  },
};
