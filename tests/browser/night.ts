// A night's work as the hub gets it: mostly OK, some of everything. Used by the screens specs, and by others for its ids.

function found(n: number): string {
  const defects = ['inequality', 'microcracks', 'dead', 'string_open', 'not_connected'];
  if (n % 11 === 4) return defects[Math.floor(n / 11) % defects.length] ?? 'dead';
  return 'ok';
}

export const idOf = (n: number) => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** The nth mark of the night, of the nth module; the last of them is number `last`. */
export function markOf(n: number, last: number, status = found(n)) {
  return {
    id: idOf(n),
    kind: 'mark',
    module_id: `M${String(n).padStart(3, '0')}`,
    status,
    ...(status === 'dead' ? { comment: 'verre cassé' } : {}),
    marked_at_ms: Date.now() - (last - n) * 20_000,
    base: '',
  };
}

/** The first marks of the night. */
export const marksOf = (last: number) => Array.from({ length: last }, (_, i) => markOf(i + 1, last));

/** The nth message. */
export const noteOf = (n: number, text: string) => ({
  id: idOf(9_000 + n),
  kind: 'note',
  text,
  marked_at_ms: Date.now() - (10 - n) * 60_000,
});
