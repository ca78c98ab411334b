// The strings of a site as somebody writes them: `26, 24x9` is one of 26 modules, then nine of 24. The hub reads the same
// (src/domain/layout.rs); here it is read to be drawn while it is written. Pure; used by ui/home/StringsField.svelte.

export const MAX_MODULES = 20_000;

export type Written =
  | { counts: number[]; total: number; problem: null }
  /** `bad`: this part is no count; `many`: more modules than an audit can have; `none`: nothing is written yet. */
  | { problem: 'bad'; part: string }
  | { problem: 'many' | 'none' };

/** Digits alone, as the hub has it: no sign, no point. */
function whole(text: string): number | null {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : null;
}

export function readStrings(text: string): Written {
  if (text.trim() === '') return { problem: 'none' };
  const counts: number[] = [];
  let total = 0;
  for (const part of text.split(/[,;]/)) {
    const cut = part.search(/[xX×]/);
    const count = whole(cut < 0 ? part : part.slice(0, cut));
    const times = cut < 0 ? 1 : whole(part.slice(cut + 1));
    if (count === null || times === null || count === 0 || times === 0 || count > 65_535) {
      return { problem: 'bad', part: part.trim() };
    }
    total += count * times;
    if (total > MAX_MODULES) return { problem: 'many' };
    for (let n = 0; n < times; n += 1) counts.push(count);
  }
  return { counts, total, problem: null };
}

/** The other way round; what repeats is written once. */
export function writeStrings(counts: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < counts.length;) {
    let to = from + 1;
    while (to < counts.length && counts[to] === counts[from]) to += 1;
    const count = String(counts[from]);
    parts.push(to - from === 1 ? count : `${count}x${String(to - from)}`);
    from = to;
  }
  return parts.join(', ');
}
