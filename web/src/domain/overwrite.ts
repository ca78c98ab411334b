// Batch marking, without harm: which of the picked modules a batch would write over, and whose marks those are. Pure; used by
// ui/marking/PickBar.svelte.
import { isDefect, type Mark, type Status } from './status';

/** What is known of a module that is picked. */
export interface Seen {
  status: Status;
  comment: string | null;
  conflict: boolean;
  technician_id: string | null;
}

export interface Batch {
  status?: Mark | null;
  comment?: string | null;
}

/** Of what would be written over. */
export interface Overwritten {
  /** Marked as defects, or as OK, by others. */
  defects: number;
  oks: number;
  own: number;
  /** Comments alone: their status stays, or there is none. */
  comments: number;
  /** Modules without a status that somebody has written a comment on: they would be marked as if nobody had. */
  commented: number;
}

export interface Sorted<T> {
  /** Nobody's mark is in the way. */
  free: T[];
  /** Those of which something would be lost. */
  marked: T[];
  of: Overwritten;
}

/**
 * Modules that are what the batch makes of them are in neither list: whoever marked them stays the one who did. In a conflict
 * they are not: the batch would settle it, unseen.
 */
export function sorted<T extends { shown: Seen }>(picked: readonly T[], batch: Batch, me: string): Sorted<T> {
  const { status, comment } = batch;
  const free: T[] = [];
  const marked: T[] = [];
  const of: Overwritten = { defects: 0, oks: 0, own: 0, comments: 0, commented: 0 };
  for (const cell of picked) {
    const one = cell.shown;
    const restatus = status !== undefined && (status ?? 'pending') !== one.status;
    const reword = comment !== undefined && comment !== one.comment;
    const settles = one.conflict && (status !== undefined || comment !== undefined);
    if (!restatus && !reword && !settles) continue;
    const kind = lost(one, restatus || settles, reword, me);
    if (kind === null) free.push(cell);
    else {
      marked.push(cell);
      of[kind] += 1;
    }
  }
  return { free, marked, of };
}

function lost(one: Seen, restatus: boolean, reword: boolean, me: string): keyof Overwritten | null {
  if (restatus && one.status !== 'pending') {
    if (one.technician_id === me) return 'own';
    return isDefect(one.status) ? 'defects' : 'oks';
  }
  if (one.comment === null) return null;
  if (reword) return 'comments';
  return restatus ? 'commented' : null;
}
