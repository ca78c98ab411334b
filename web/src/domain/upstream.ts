// Upstreams and dead letters (`Parked`): as the hub's API tells of them (docs/api.md). Used by net/, state/ and ui/.
import type * as hub from './api.gen';

export type UpstreamWord = 'untried' | 'idle' | 'syncing' | 'waiting' | 'paused';

/** Why one waits or is paused. A later hub may have other words. */
export type ReasonCode = NonNullable<hub.UpstreamInfo['reason_code']>;

/** One of `GET /api/v1/upstream`; `reason` is in the hub's words, and all that an older hub says. */
export type Upstream = Omit<hub.UpstreamInfo, 'kind' | 'state' | 'reason_code' | 'photos'> & {
  kind: 'v33' | 'fieldhub';
  state: UpstreamWord;
  reason_code?: ReasonCode | null;
  /** How far pictures are there; a hub of before does not say. */
  photos?: hub.UpstreamPhotos | null;
};

/** One of `GET /api/v1/upstream/parked`; `reason` is what the upstream said. */
export type Parked = hub.ParkedInfo;

/** Nothing was asked of it, so nobody knows whether it answers. A hub of before said `idle` of that. */
export const untried = ({ state, last_success_ms }: Upstream): boolean =>
  state === 'untried' || (state === 'idle' && last_success_ms === null);

/** What somebody who presses "send now" gets to hear. */
export type SentNow = 'asked' | 'done' | 'left' | 'failed' | 'nothing';

/** Whether what was said of a try is still so: "everything has arrived" is not beside a mark that waits. */
export function stillSo(said: SentNow, upstream: Upstream): boolean {
  const { state, pending } = upstream;
  switch (said) {
    case 'nothing':
      return untried(upstream);
    case 'asked':
      return true;
    case 'done':
      return pending === 0;
    case 'left':
      return pending > 0 && state !== 'waiting' && state !== 'paused';
    case 'failed':
      return state === 'waiting' || state === 'paused';
  }
}

/** A wait that is still there after this many looks is a new one: the try has failed. */
const LOOKS = 3;

/**
 * What came of having this upstream try at once, by how it was before and how it is at the nth look since. It is
 * over when a round has succeeded, or the next try was put off.
 */
export function sentNow(before: Upstream, now: Upstream, look: number): SentNow {
  if (now.state === 'syncing') return 'asked';
  if (now.state === 'paused') return 'failed';
  if (untried(now)) return look < LOOKS ? 'asked' : 'nothing';
  if (now.state === 'waiting') {
    // The wait that was on when it was asked may not have been given up yet.
    const same = before.state === 'waiting' && (now.retry_in_ms ?? 0) <= (before.retry_in_ms ?? 0);
    return same && look < LOOKS ? 'asked' : 'failed';
  }
  const succeeded = now.last_success_ms !== null && now.last_success_ms !== before.last_success_ms;
  if (now.pending === 0) return 'done';
  return succeeded ? 'left' : 'asked';
}
