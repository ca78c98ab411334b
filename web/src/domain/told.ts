// What others did, as one line instead of eleven. Pure; used by state/others.svelte.ts, which says it in words.
import type { Status } from './status';

/** A mark that somebody else made. */
export interface Heard {
  technician_id: string;
  technician_name: string;
  module_id: string;
  /** Undefined: a comment alone. */
  status: Status | undefined;
}

export type Told =
  | { kind: 'one'; name: string; module: string; status: Status | undefined }
  | { kind: 'same'; name: string; count: number; status: Status | undefined }
  | { kind: 'some'; name: string; count: number }
  | { kind: 'many'; people: number; count: number };

/** Null: there is nothing to tell. A module that was marked twice counts once, as what it became. */
export function tell(heard: readonly Heard[]): Told | null {
  const last = new Map<string, Heard>();
  for (const one of heard) last.set(one.module_id, one);
  const [first, ...others] = last.values();
  if (!first) return null;
  const count = last.size;
  const people = new Set([...last.values()].map((one) => one.technician_id)).size;
  if (people > 1) return { kind: 'many', people, count };
  const { technician_name: name, module_id: module, status } = first;
  if (count === 1) return { kind: 'one', name, module, status };
  if (others.every((one) => one.status === status)) return { kind: 'same', name, count, status };
  return { kind: 'some', name, count };
}
