// How a person is told from the others at a glance: initials and a colour, the same on every tablet. Pure; used by
// ui/crew/ and the cells.
import type { Technician } from './types';

/** As many as app.css has (--p0, --p1, ...); the letters tell apart those who share one. */
const COLOURS = 8;

export interface Face {
  initials: string;
  /** 0 to 7. */
  colour: number;
}

/** By the id: it is the same person under another name. Among those who are here it may be another one (facesOf). */
export function colourOf(technicianId: string): number {
  let hash = 7;
  for (const letter of technicianId) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % COLOURS;
}

const wordsOf = (name: string) =>
  name
    .trim()
    .split(/[\s-]+/)
    .filter((word) => word !== '');
const letters = (word: string, count: number) => [...word].slice(0, count).join('');

function initialsOf(name: string): string {
  const words = wordsOf(name);
  const [first = '?', second] = words;
  return (second === undefined ? letters(first, 2) : letters(first, 1) + letters(second, 1)).toUpperCase();
}

/** `known`: the colours that people have had here; they keep them, and nobody gets another's.
 *
 * Léa Martin and Luc Morel are both LM: the later of two by id gets another letter of the name, or a figure; and as long as
 * there are colours, one that nobody has.
 */
export function facesOf(
  people: readonly Pick<Technician, 'technician_id' | 'technician_name'>[],
  known: ReadonlyMap<string, number> = new Map(),
): Map<string, Face> {
  const faces = new Map<string, Face>();
  const taken = new Set<string>();
  const used = new Set(known.values());
  for (const { technician_id, technician_name } of [...people].sort((a, b) =>
    a.technician_id < b.technician_id ? -1 : 1,
  )) {
    const plain = initialsOf(technician_name);
    const rest = [...wordsOf(technician_name).join('').toUpperCase()].map(
      (letter) => letters(plain, 1) + letter,
    );
    const figures = Array.from({ length: people.length }, (_, n) => letters(plain, 1) + String(n + 2));
    const initials = [plain, ...rest.slice(1), ...figures].find((one) => !taken.has(one)) ?? plain;
    taken.add(initials);
    const own = colourOf(technician_id);
    const free = Array.from({ length: COLOURS }, (_, n) => (own + n) % COLOURS).find((one) => !used.has(one));
    const colour = known.get(technician_id) ?? free ?? own;
    used.add(colour);
    faces.set(technician_id, { initials, colour });
  }
  return faces;
}
