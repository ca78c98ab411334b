// Texts of marking many at once, in French: read with the bar for what is picked. `BatchTexts` is what every language says.
import { numberText } from '..';
import type { Overwritten } from '../../domain/overwrite';

const plural = (n: number, one: string, many: string) => (n < 2 ? one : many);
const count = (n: number, one: string, many: string) =>
  n > 0 ? [`${numberText(n)} ${plural(n, one, many)}`] : [];

export const batch = {
  ask: ({ defects, oks, own, comments, commented }: Overwritten) => {
    const lost = [
      ...count(defects, 'défaut d’un collègue', 'défauts des collègues'),
      ...count(oks, 'OK d’un collègue', 'OK des collègues'),
      ...count(own, 'de vos propres relevés', 'de vos propres relevés'),
      ...count(comments, 'commentaire', 'commentaires'),
    ];
    const head = defects + oks + own + comments > 1 ? 'Seraient remplacés' : 'Serait remplacé';
    return [
      ...(lost.length > 0 ? [`${head} : ${lost.join(', ')}.`] : []),
      ...count(
        commented,
        'module avec un commentaire seul serait marqué aussi.',
        'modules avec un commentaire seul seraient marqués aussi.',
      ),
    ].join(' ');
  },
  /** `free`: how many are marked all the same. */
  keep: (free: number) =>
    free > 0 ? `Garder, et marquer ${plural(free, 'l’autre', `les ${numberText(free)} autres`)}` : 'Garder',
  replace: 'Remplacer quand même',
  /** In the history of a module. */
  takenBack: (name: string, time: string) => `défait par ${name}, ${time}`,
  putBack: (name: string, time: string) => `remis par ${name}, ${time}`,
  nothing: 'Rien à changer : tout est déjà marqué ainsi.',
};

export type BatchTexts = typeof batch;
