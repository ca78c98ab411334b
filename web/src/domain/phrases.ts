// Ready phrases (templates) of comments, in every language of the page: what a colleague chose in another language is read in one's own. What is
// stored stays the text that was chosen: any hub, cloud and old page can read it (docs/decisions/0040). Pure; used by ui/marking/.

import { BETWEEN } from './crew-phrases';

/** As the texts of each language have them (`marking.phrases`), in the same order. */
export const READY: Readonly<Record<string, readonly string[]>> = {
  fr: ['Verre cassé', 'Point chaud', 'Boîtier de jonction', 'Ombrage', 'Salissure', 'À revoir'],
  en: ['Broken glass', 'Hot spot', 'Junction box', 'Shading', 'Soiling', 'Look again'],
  de: ['Glasbruch', 'Hotspot', 'Dose', 'Schatten', 'Schmutz', 'Noch prüfen'],
  es: ['Vidrio roto', 'Punto caliente', 'Caja de conexiones', 'Sombreado', 'Suciedad', 'Revisar de nuevo'],
  it: ['Vetro rotto', 'Punto caldo', 'Scatola di giunzione', 'Ombra', 'Sporco', 'Da rivedere'],
};

const places = new Map(
  Object.values(READY).flatMap((phrases) => phrases.map((phrase, at) => [phrase, at] as const)),
);

/** Part by part: what is exactly a ready phrase is said by `mine`, all else as it was written. */
export function inMine(comment: string, mine: readonly string[]): string {
  const say = (part: string) => mine[places.get(part) ?? -1] ?? part;
  return comment.split(BETWEEN).map(say).join(BETWEEN);
}
