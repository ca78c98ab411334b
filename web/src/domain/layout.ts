// Where strings and cells lie in the grid: pure arithmetic, so that 20,000 modules need no measuring.
// Used by ui/grid/Grid.svelte. Every row has the same height; only what is in view is drawn.

export const CELL_MIN = 52;
export const CELL_MAX = 108;

export interface Metrics {
  columns: number;
  /** Height of a string's heading, and of a row of cells with its gap. */
  head: number;
  row: number;
  /** Space under each string. */
  tail: number;
}

/** The length most strings have: rows are cut to suit it. */
export function commonLength(lengths: readonly number[]): number {
  const count = new Map<number, number>();
  let best = 0;
  for (const length of lengths) {
    const n = (count.get(length) ?? 0) + 1;
    count.set(length, n);
    if (best === 0 || n > (count.get(best) ?? 0)) best = length;
  }
  return best;
}

/**
 * As many columns as make the last row of a common string full, within what fingers in gloves can hit;
 * then the fewest rows.
 */
export function pickColumns(width: number, lengths: readonly number[], gap: number): number {
  const most = Math.max(1, Math.floor((width + gap) / (CELL_MIN + gap)));
  const fewest = Math.min(most, Math.max(1, Math.ceil((width + gap) / (CELL_MAX + gap))));
  const length = commonLength(lengths);
  if (length === 0) return most;
  if (length <= fewest) return fewest;
  let best = most;
  let bestWaste = Infinity;
  for (let columns = most; columns >= fewest; columns -= 1) {
    const rows = Math.ceil(length / columns);
    const waste = rows * columns - length;
    if (waste < bestWaste) {
      best = columns;
      bestWaste = waste;
    }
  }
  return best;
}

/** Rows grow to this where there is room. */
export const ROW_MAX = 112;

/** The same with cells as large as gloves want them, where all the strings fit into this height; nothing less full for it. */
export function roomy(
  m: Metrics,
  [width, height]: readonly [number, number],
  lengths: readonly number[],
  gap: number,
): Metrics {
  const length = commonLength(lengths);
  const waste = (columns: number) => Math.ceil(length / columns) * columns - length;
  const at = (columns: number): Metrics => {
    const rows = lengths.reduce((sum, n) => sum + Math.ceil(n / columns), 0);
    const free = height - lengths.length * (m.head + m.tail);
    return { ...m, columns, row: Math.min(ROW_MAX, Math.floor(free / Math.max(1, rows))) };
  };
  const side = ({ columns, row }: Metrics) => Math.min((width + gap) / columns, row);
  let best = at(m.columns);
  if (best.row < m.row) return m;
  for (let columns = m.columns - 1; (width + gap) / columns <= CELL_MAX + gap; columns -= 1) {
    const other = at(columns);
    if (other.row < m.row) break;
    if (waste(columns) <= waste(m.columns) && side(other) > side(best)) best = other;
  }
  return best;
}

export interface Placed {
  tops: number[];
  heights: number[];
  total: number;
}

export function placeStrings(lengths: readonly number[], m: Metrics): Placed {
  const tops: number[] = [];
  const heights: number[] = [];
  let total = 0;
  for (const length of lengths) {
    const height = m.head + Math.ceil(length / m.columns) * m.row + m.tail;
    tops.push(total);
    heights.push(height);
    total += height;
  }
  return { tops, heights, total };
}

/** The strings between two heights, as a half-open range of indices. */
export function stringsInView(placed: Placed, from: number, to: number): [number, number] {
  const { tops, heights } = placed;
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) + (heights[middle] ?? 0) > from) high = middle;
    else low = middle + 1;
  }
  let end = low;
  while (end < tops.length && (tops[end] ?? 0) < to) end += 1;
  return [low, end];
}

/** The cells of one string between two heights: whole rows, as a half-open range of indices. */
export function cellsInView(
  top: number,
  length: number,
  m: Metrics,
  from: number,
  to: number,
): [number, number] {
  const rows = Math.ceil(length / m.columns);
  const first = Math.min(rows, Math.max(0, Math.floor((from - top - m.head) / m.row)));
  const last = Math.min(rows, Math.max(first, Math.ceil((to - top - m.head) / m.row)));
  return [first * m.columns, Math.min(length, last * m.columns)];
}
