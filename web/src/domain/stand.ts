// Where modules stand, where the layout says: columns and rows from a corner at 0. Pure; used by state/view.svelte.ts, and by domain/site.ts,
// which draws them and is no part of the first load.

export interface Spot {
  x: number;
  y: number;
}

/**
 * The places of modules as columns and rows from a corner at 0. Null where the layout does not tell all of them, or puts
 * two at one place.
 */
export function stand(places: readonly { row: number | null; col: number | null }[]): Spot[] | null {
  if (places.length === 0) return null;
  const taken = new Set<string>();
  let [left, top] = [Infinity, Infinity];
  for (const { row, col } of places) {
    if (row === null || col === null) return null;
    taken.add(`${String(row)}:${String(col)}`);
    left = Math.min(left, col);
    top = Math.min(top, row);
  }
  if (taken.size < places.length) return null;
  return places.map(({ row, col }) => ({ x: (col ?? 0) - left, y: (row ?? 0) - top }));
}
