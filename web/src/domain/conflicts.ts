// Conflicts: the values that stand against each other in a conflict, out of the history of a module. Pure; used by
// ui/marking/Conflict.svelte.
import type { Mark } from './status';
import type { LoggedOp } from './types';

/** One side of a conflict. Absent: that field is not what they differ in. */
export interface ConflictSide {
  /** The operations that say so, the latest first. */
  entries: LoggedOp[];
  status?: Mark | null;
  comment?: string | null;
}

/**
 * Each value that somebody gave without having seen the others, the one that shows first. Empty where nothing is in
 * conflict, or the history does not tell.
 */
export function conflictSides(history: readonly LoggedOp[]): ConflictSide[] {
  const standing = history.filter((entry) => entry.stands === true).reverse();
  const differ = {
    status: new Set(standing.flatMap(({ status }) => (status === undefined ? [] : [status]))).size > 1,
    comment: new Set(standing.flatMap(({ comment }) => (comment === undefined ? [] : [comment]))).size > 1,
  };
  const sides = new Map<string, ConflictSide>();
  for (const entry of standing) {
    const side: ConflictSide = { entries: [entry] };
    if (differ.status && entry.status !== undefined) side.status = entry.status;
    if (differ.comment && entry.comment !== undefined) side.comment = entry.comment;
    if (side.status === undefined && side.comment === undefined) continue;
    const key = JSON.stringify([side.status, side.comment]);
    const same = sides.get(key);
    if (same) same.entries.push(entry);
    else sides.set(key, side);
  }
  return [...sides.values()];
}
