// Announcements: what others did, as one line instead of eleven. Pure; used by state/others.svelte.ts, which says it in
// words.
import type { Status } from './status';

/** A mark that somebody else made, or that is in conflict with somebody else's. */
export interface Heard {
  technician_id: string;
  technician_name: string;
  module_id: string;
  /** Undefined: a comment alone. */
  status: Status | undefined;
  /** It and one of whoever works here, or of somebody else where it is their own, were made without seeing each other. */
  conflict: boolean;
  /** Two were made without seeing each other: what shows of them, and whose that is. */
  stands?: { status: Status; name: string };
}

export type Announcement =
  | { kind: 'one'; name: string; module: string; status: Status | undefined }
  | { kind: 'same'; name: string; count: number; status: Status | undefined }
  | { kind: 'some'; name: string; count: number }
  | { kind: 'many'; people: number; count: number }
  | { kind: 'conflict'; by: string; name: string; module: string; shows: Status | undefined }
  | { kind: 'contested'; name: string; module: string; status: Status }
  | { kind: 'conflicts'; count: number };

/**
 * Null: there is nothing to tell. A module that was marked twice counts once, as what it became. Conflicts come before all
 * else: of those somebody has to know.
 */
export function announcementOf(heard: readonly Heard[]): Announcement | null {
  const contested = new Map(heard.filter((one) => one.conflict).map((one) => [one.module_id, one]));
  if (contested.size > 1) return { kind: 'conflicts', count: contested.size };
  for (const { technician_id: by, technician_name: name, module_id: module, stands } of contested.values())
    return { kind: 'conflict', by, name, module, shows: stands?.status };
  const last = new Map<string, Heard>();
  for (const one of heard) last.set(one.module_id, one);
  const [first, ...others] = last.values();
  if (!first) return null;
  const count = last.size;
  const people = new Set([...last.values()].map((one) => one.technician_id)).size;
  if (people > 1) return { kind: 'many', people, count };
  const { technician_name: name, module_id: module, status, stands } = first;
  if (count === 1 && stands && status)
    return { kind: 'contested', name: stands.name, module, status: stands.status };
  if (count === 1) return { kind: 'one', name, module, status };
  if (others.every((one) => one.status === status)) return { kind: 'same', name, count, status };
  return { kind: 'some', name, count };
}
