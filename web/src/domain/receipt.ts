// Receipts: where a mark has got to: on this tablet, on the hub, in the cloud. Pure; used by sync/replica.ts, which has
// the marks, and by whatever says it in words.
import type { Cloud } from './types';

/** `parked`: the cloud will not have it, and says why. */
export type Receipt = 'tablet' | 'hub' | 'cloud' | 'parked';

/**
 * Tells of a module whose last mark is at `seq` in the hub's log where that has got to. Null: nobody has marked
 * it, or this hub has no cloud to get to, and being on the hub is all there is.
 */
export function receipts(cloud: Cloud | null): (moduleId: string, seq: number) => Receipt | null {
  if (!cloud) return () => null;
  const parked = new Set(cloud.parked);
  const settled = new Set(cloud.settled);
  const lacking = new Set(cloud.lacking);
  const shown = cloud.shown ?? cloud.seq;
  return (moduleId, seq) => {
    if (seq <= 0) return null;
    if (parked.has(moduleId)) return 'parked';
    if (lacking.has(moduleId)) return 'hub';
    return seq <= shown || settled.has(moduleId) ? 'cloud' : 'hub';
  };
}

/** Up to where all of this log is elsewhere as well, with notes, marks that lost and history: no tablet need keep it. */
export const wholeUpTo = (cloud: Cloud, logId: string): number => (cloud.log_id === logId ? cloud.seq : 0);

/**
 * The same of what is not what a module shows: a note, a mark that lost, an earlier one. `kept`: no upstream holds such
 * things, so the tablet that sent it keeps it for its 30 days. Null: nobody says.
 */
export function wholeReceipt(cloud: Cloud | null, seq: number): 'cloud' | 'hub' | 'kept' | null {
  if (cloud?.holds === undefined) return null;
  if (cloud.holds === 'shown') return 'kept';
  return seq <= cloud.seq ? 'cloud' : 'hub';
}

/** Fewer than this are there before anybody has read a bar. */
const WORTH_A_BAR = 50;

/** A catch-up under way. */
export interface CatchUp {
  done: number;
  total: number;
}

/** A catch-up of which nothing was heard for so long has stopped: a page takes less over a very poor link. */
export const STALLED_MS = 60_000;

/**
 * Makes a bar of what the hub says to have sent, and of no fall of what waits: a hub that starts anew, or looks again, counts
 * anew. It begins when something has gone up, and ends when nothing waits any more, or nothing has gone up for a while.
 */
export class CatchingUp {
  #from = NaN;
  #last = NaN;
  #movedMs = 0;

  /** An older hub does not say what it has sent: no bar then. */
  at(cloud: Pick<Cloud, 'pending' | 'sent'> | null, nowMs: number): CatchUp | null {
    const { pending = 0, sent = NaN } = cloud ?? {};
    if (sent > this.#last) this.#movedMs = nowMs;
    // The hub has begun anew, or the bar would stay at half all night.
    else if (!(sent >= this.#last) || nowMs - this.#movedMs >= STALLED_MS) this.#from = sent;
    if (pending === 0) this.#from = sent;
    this.#last = sent;
    const done = sent - this.#from;
    const total = done + pending;
    return done > 0 && total >= WORTH_A_BAR ? { done, total } : null;
  }
}
