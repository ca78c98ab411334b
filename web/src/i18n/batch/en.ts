// Texts of marking many at once, in English: read with the bar for what is picked.
import { numberText } from '..';
import type { BatchTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const count = (n: number, one: string, many: string) =>
  n > 0 ? [`${numberText(n)} ${plural(n, one, many)}`] : [];

export const batch: BatchTexts = {
  ask: ({ defects, oks, own, comments, commented }) => {
    const lost = [
      ...count(defects, 'defect of others', 'defects of others'),
      ...count(oks, 'OK of others', 'OK of others'),
      ...count(own, 'of your own marks', 'of your own marks'),
      ...count(comments, 'comment', 'comments'),
    ];
    return [
      ...(lost.length > 0 ? [`${lost.join(', ')} would be replaced.`] : []),
      ...count(
        commented,
        'module with only a comment would be marked as well.',
        'modules with only a comment would be marked as well.',
      ),
    ].join(' ');
  },
  keep: (free) =>
    free > 0 ? `Keep, and mark the ${free === 1 ? 'other one' : `other ${numberText(free)}`}` : 'Keep',
  replace: 'Replace anyway',
  takenBack: (name, time) => `taken back by ${name}, ${time}`,
  putBack: (name, time) => `put back by ${name}, ${time}`,
  nothing: 'Nothing to change: all of it is marked so already.',
};
