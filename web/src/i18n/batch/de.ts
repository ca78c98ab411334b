// Texts of marking many at once, in German: read with the bar for what is picked.
import { numberText } from '..';
import type { BatchTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const count = (n: number, one: string, many: string) =>
  n > 0 ? [`${numberText(n)} ${plural(n, one, many)}`] : [];

export const batch: BatchTexts = {
  ask: ({ defects, oks, own, comments, commented }) => {
    const lost = [
      ...count(defects, 'Mangel von anderen', 'Mängel von anderen'),
      ...count(oks, 'OK von anderen', 'OK von anderen'),
      ...count(own, 'Ihrer eigenen Markierungen', 'Ihrer eigenen Markierungen'),
      ...count(comments, 'Kommentar', 'Kommentare'),
    ];
    return [
      ...(lost.length > 0 ? [`Ersetzt würden: ${lost.join(', ')}.`] : []),
      ...count(
        commented,
        'Modul mit nur einem Kommentar würde auch markiert.',
        'Module mit nur einem Kommentar würden auch markiert.',
      ),
    ].join(' ');
  },
  keep: (free) =>
    free > 0
      ? `Behalten, und ${plural(free, 'das andere', `die anderen ${numberText(free)}`)} markieren`
      : 'Behalten',
  replace: 'Trotzdem ersetzen',
  takenBack: (name, time) => `rückgängig gemacht von ${name}, ${time}`,
  putBack: (name, time) => `wiederhergestellt von ${name}, ${time}`,
  nothing: 'Nichts zu ändern: Alles ist schon so markiert.',
};
