// Texts of marking many at once, in Italian: read with the bar for what is picked.
import { numberText } from '..';
import type { BatchTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const count = (n: number, one: string, many: string) =>
  n > 0 ? [`${numberText(n)} ${plural(n, one, many)}`] : [];

export const batch: BatchTexts = {
  ask: ({ defects, oks, own, comments, commented }) => {
    const lost = [
      ...count(defects, 'difetto di un collega', 'difetti dei colleghi'),
      ...count(oks, 'OK di un collega', 'OK dei colleghi'),
      ...count(own, 'dei tuoi rilievi', 'dei tuoi rilievi'),
      ...count(comments, 'commento', 'commenti'),
    ];
    const head = defects + oks + own + comments > 1 ? 'Verrebbero sostituiti' : 'Verrebbe sostituito';
    return [
      ...(lost.length > 0 ? [`${head}: ${lost.join(', ')}.`] : []),
      ...count(
        commented,
        'modulo con solo un commento verrebbe segnato anch’esso.',
        'moduli con solo un commento verrebbero segnati anch’essi.',
      ),
    ].join(' ');
  },
  keep: (free) =>
    free > 0 ? `Tieni, e segna ${plural(free, 'l’altro', `gli altri ${numberText(free)}`)}` : 'Tieni',
  replace: 'Sostituisci comunque',
  takenBack: (name, time) => `disfatto da ${name}, ${time}`,
  putBack: (name, time) => `rimesso da ${name}, ${time}`,
  nothing: 'Niente da cambiare: tutto è già segnato così.',
};
