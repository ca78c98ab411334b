// Colours of people, for a night: whoever was seen in one keeps it, whoever comes and goes, over reloads of this tab. Used by state/others.svelte.ts.
import type { Face } from '../domain/people';

const KEPT = 'fieldhub-colours';

let seen: Map<string, number> | null = null;

export function coloursSeen(): ReadonlyMap<string, number> {
  if (seen) return seen;
  try {
    seen = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as [string, number][]);
  } catch {
    // Nothing kept that can be read.
    seen = new Map();
  }
  return seen;
}

export function keepColours(faces: ReadonlyMap<string, Face>): void {
  const all = new Map(coloursSeen());
  for (const [id, { colour }] of faces) all.set(id, colour);
  if (all.size === seen?.size) return;
  seen = all;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...all]));
  } catch {
    // Refused in some private windows: it holds until the page is closed.
  }
}
