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
  /** What its people have written, where that is not what is to be decided. */
  words: string[];
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
    const side: ConflictSide = { entries: [entry], words: [] };
    if (differ.status && entry.status !== undefined) side.status = entry.status;
    if (differ.comment && entry.comment !== undefined) side.comment = entry.comment;
    if (side.status === undefined && side.comment === undefined) continue;
    const key = JSON.stringify([side.status, side.comment]);
    const same = sides.get(key);
    if (same) same.entries.push(entry);
    else sides.set(key, side);
  }
  for (const side of sides.values()) if (side.comment === undefined) side.words = wordsOf(side, history);
  return [...sides.values()];
}

/** The last that each of a side has written of the module, with their mark or beside it; it often decides which is right. */
function wordsOf({ entries }: ConflictSide, history: readonly LoggedOp[]): string[] {
  const people = new Set(entries.map((entry) => entry.technician_id));
  const last = new Map<string | undefined, string | null>();
  for (const { technician_id, comment } of history) {
    if (people.has(technician_id) && comment !== undefined) last.set(technician_id, comment);
  }
  return [...new Set(last.values())].filter((words) => words !== null);
}
