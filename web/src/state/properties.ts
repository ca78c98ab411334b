// Properties are set (registers beside marks): each with what its author saw of the thing, kept and sent like a mark. Used by
// ui/property/; the audit shows and keeps them (state/audit.svelte.ts).
import { uuidv7 } from '../domain/ids';
import { cut, mended } from '../domain/text';
import type { PropertyOf, PropertyOp } from '../domain/types';
import type { AuditState } from './audit.svelte';

/** As long as a value may be. */
export const LONGEST_VALUE = 4_000;
/** As many names as one operation may set. */
const MOST_NAMES = 32;

export interface Setting {
  of: PropertyOf;
  set: PropertyOp['set'];
}

/** On the screen at once. False where the tablet could not keep it. */
export async function setProperties(audit: AuditState, settings: readonly Setting[]): Promise<boolean> {
  // What has come in is drawn: whoever decides now decides on that.
  audit.settle();
  const ops = settings.flatMap(({ of, set }) =>
    pieces(set).map((piece): PropertyOp => ({
      id: uuidv7(),
      kind: 'property',
      of,
      set: piece,
      ...audit.author,
      marked_at_ms: Date.now(),
      base: audit.known(of).property_stamp ?? '',
    })),
  );
  return ops.length === 0 || audit.record(ops);
}

/** No hub can read half a character, and none takes an empty text. */
function fit(value: string | null): string | null {
  const text = value === null ? '' : cut(mended(value.trim()), LONGEST_VALUE);
  return text === '' ? null : text;
}

function pieces(set: PropertyOp['set']): PropertyOp['set'][] {
  const entries = Object.entries(set).map(([name, value]) => [name, fit(value)] as const);
  const all: PropertyOp['set'][] = [];
  for (let at = 0; at < entries.length; at += MOST_NAMES)
    all.push(Object.fromEntries(entries.slice(at, at + MOST_NAMES)));
  return all;
}

/** Now, by the hub's clock, on which all agree. */
export const hubNow = (audit: AuditState): number => {
  const now = Date.now();
  return Math.round(now + (now - audit.localTime(now)));
};
