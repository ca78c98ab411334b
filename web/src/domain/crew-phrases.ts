// Phrases (templates) of a crew's own, which its lead has set for an audit: they stand in the place of the ready ones (docs/decisions/0056). Pure;
// used by ui/marking/ and, where they are typed, by state/profile.ts.

/** Between phrases that were put together. */
export const BETWEEN = ', ';

/** As many as stand under a thumb, and as long as a button shows. */
export const MOST_PHRASES = 12;
export const LONGEST_PHRASE = 60;

/** Out of the audit's property; none where nobody has set any, or it cannot be read. */
export function crewPhrases(value: string | undefined): readonly string[] {
  try {
    const list: unknown = JSON.parse(value ?? '');
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, MOST_PHRASES);
  } catch {
    return [];
  }
}

/** Of what was typed, one phrase a line: as it is kept; null for none. `fits`: whether that can be kept. */
export function typedPhrases(lines: string): { value: string | null; fits: boolean } {
  // As the hub has it: no control characters in one line, and none twice.
  const typed = lines.split('\n').map((line) => line.replace(/\p{Cc}+/gu, ' ').trim());
  const all = [...new Set(typed)].filter((line) => line !== '');
  const fits = all.length <= MOST_PHRASES && all.every((line) => [...line].length <= LONGEST_PHRASE);
  return { value: all.length > 0 ? JSON.stringify(all) : null, fits };
}
