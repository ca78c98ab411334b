// Texts of marking many at once, in Spanish: read with the bar for what is picked.
import { numberText } from '..';
import type { BatchTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const count = (n: number, one: string, many: string) =>
  n > 0 ? [`${numberText(n)} ${plural(n, one, many)}`] : [];

export const batch: BatchTexts = {
  ask: ({ defects, oks, own, comments, commented }) => {
    const lost = [
      ...count(defects, 'defecto de un compañero', 'defectos de compañeros'),
      ...count(oks, 'OK de un compañero', 'OK de compañeros'),
      ...count(own, 'de tus propias marcas', 'de tus propias marcas'),
      ...count(comments, 'comentario', 'comentarios'),
    ];
    const head = defects + oks + own + comments > 1 ? 'Se reemplazarían' : 'Se reemplazaría';
    return [
      ...(lost.length > 0 ? [`${head}: ${lost.join(', ')}.`] : []),
      ...count(
        commented,
        'módulo con solo un comentario también se marcaría.',
        'módulos con solo un comentario también se marcarían.',
      ),
    ].join(' ');
  },
  keep: (free) =>
    free > 0 ? `Mantener, y marcar ${plural(free, 'el otro', `los otros ${numberText(free)}`)}` : 'Mantener',
  replace: 'Reemplazar de todos modos',
  takenBack: (name, time) => `deshecho por ${name}, ${time}`,
  putBack: (name, time) => `repuesto por ${name}, ${time}`,
  nothing: 'Nada que cambiar: todo está ya marcado así.',
};
