// Pictures to lay beside one (comparison): another one of the same place, or of the module's neighbours in its string. Used by ui/photo/PhotoViewer.svelte.
import type { PhotoAt } from '../../domain/photo';
import type { AuditState } from '../audit.svelte';
import type { Album, Picture } from './album.svelte';

export interface Beside {
  /** `earlier` and `later` of the same place; `before` and `after` it in the string. */
  which: 'earlier' | 'later' | 'before' | 'after';
  picture: Picture;
  /** Of a neighbour, which module it is. */
  module: string | null;
}

export function besides(
  album: Album,
  audit: AuditState | null,
  place: PhotoAt,
  pictures: readonly Picture[],
  i: number,
): Beside[] {
  const all: Beside[] = [];
  const same = (which: Beside['which'], picture: Picture | undefined) => {
    if (picture) all.push({ which, picture, module: null });
  };
  same('earlier', pictures[i - 1]);
  same('later', pictures[i + 1]);
  const { module_id } = place;
  const row = audit?.strings.find(({ cells }) => cells.some((cell) => cell.id === module_id));
  if (module_id === undefined || !row) return all;
  const at = row.cells.findIndex((cell) => cell.id === module_id);
  for (const [which, step] of [
    ['before', -1],
    ['after', 1],
  ] as const) {
    const cell = row.cells[at + step];
    // Their latest, as one comes back to look at it.
    const picture = cell && album.of({ module_id: cell.id }).at(-1);
    if (cell && picture) all.push({ which, picture, module: cell.label });
  }
  return all;
}
