// Receipts: where a mark has got to: on this tablet, on the hub, in the cloud. Pure; used by sync/replica.ts, which has
// the marks, and by whatever says it in words.
import type { AuditSummary, Cloud } from './types';

/** `parked`: the cloud will not have it, and says why. */
export type Receipt = 'tablet' | 'hub' | 'cloud' | 'parked';

/**
 * Tells of a module whose last mark is at `seq` in the hub's log where that has got to. Null: nobody has marked
 * it, or this hub has no cloud to get to, and being on the hub is all there is.
 */
export function receipts(cloud: Cloud | null): (moduleId: string, seq: number) => Receipt | null {
  if (!cloud) return () => null;
  const parked = new Set(cloud.parked);
  const shown = cloud.shown ?? cloud.seq;
  return (moduleId, seq) => {
    if (seq <= 0) return null;
    if (parked.has(moduleId)) return 'parked';
    return seq <= shown ? 'cloud' : 'hub';
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
 * Makes a bar of what waits: it begins when something has gone up, and ends when nothing waits any more, or nothing
 * has gone up for a while.
 */
export class CatchingUp {
  #most = 0;
  #last = 0;
  #movedMs = 0;

  /** `pending`: what waits now. */
  at(pending: number, nowMs: number): CatchUp | null {
    if (pending < this.#last || this.#most === 0) this.#movedMs = nowMs;
    // What waits now is where the next catch-up begins: a bar that was at half would stay so all night.
    else if (nowMs - this.#movedMs >= STALLED_MS) this.#most = pending;
    this.#last = pending;
    this.#most = pending === 0 ? 0 : Math.max(this.#most, pending);
    const done = this.#most - pending;
    return this.#most >= WORTH_A_BAR && done > 0 ? { done, total: this.#most } : null;
  }
}

/** How many modules have their last mark where. */
export interface Places {
  tablet: number;
  hub: number;
  /** Null where nothing goes to a cloud. */
  cloud: number | null;
}

/** Over all audits, as their summaries have it; `waiting` are the marks that this tablet alone has. */
export function placesOf(audits: readonly AuditSummary[], waiting: number): Places {
  const places: Places = { tablet: waiting, hub: 0, cloud: null };
  for (const { marked, cloud } of audits) {
    // What is behind counts operations on some clouds: never more than there is.
    const behind = cloud ? Math.min(marked, cloud.pending + cloud.parked.length) : marked;
    places.hub += behind;
    if (cloud) places.cloud = (places.cloud ?? 0) + marked - behind;
  }
  return places;
}
