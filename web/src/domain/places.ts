// Where the marks of all audits are, in numbers. Pure; used by ui/sync/Places.svelte, and no part of the first load.
import type { AuditSummary, Cloud } from './types';

/** What is where. */
export interface Places {
  /** Operations: marks and messages. */
  tablet: number;
  /** Modules; or operations, where `counts` says so. Of an audit without a cloud: all that are marked, it has arrived. */
  hub: number;
  counts: 'modules' | 'ops';
  /** Modules. Null where nothing goes to a cloud, or nobody has counted them. */
  cloud: number | null;
  /** Modules that the cloud refuses. */
  parked: number;
}

/** Over all audits, as their summaries have it; `waiting` are the operations that this tablet alone has. */
export function placesOf(audits: readonly AuditSummary[], waiting: number): Places {
  const places: Places = { tablet: waiting, hub: 0, counts: 'modules', cloud: null, parked: 0 };
  const clouded = audits.filter((audit) => audit.cloud);
  if (clouded.length === 0) {
    places.hub = audits.reduce((sum, { marked }) => sum + marked, 0);
    return places;
  }
  let there = 0;
  for (const { marked, cloud } of clouded) {
    const { pending, parked, holds } = cloud as Cloud;
    places.hub += pending;
    places.parked += parked.length;
    there += Math.max(0, marked - pending - parked.length);
    // Another fieldhub gets operations, and how many modules they are of nobody has counted here.
    if (pending > 0 && holds === 'everything') places.counts = 'ops';
  }
  if (places.counts === 'modules') places.cloud = there;
  return places;
}
