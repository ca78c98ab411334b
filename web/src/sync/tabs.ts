// BroadcastChannel between the tabs of one tablet: they tell each other that the marks in the store changed, who works
// here, or what was chosen. Used by the state. (Who sends is settled by a lease in the store, sync/outbox.ts; whose feed
// it is, by the tabs themselves, net/shared.ts.)
import { browserClock } from '../domain/clock';
import { shortId } from '../domain/ids';
import { SharedFeed, type Channel, type Stream } from '../net/shared';

export type Told = 'outbox' | 'session' | 'settings';

const KINDS: readonly Told[] = ['outbox', 'session', 'settings'];

export class Tabs {
  readonly #channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('fieldhub');

  /** Calls back when another tab changed something. */
  constructor(changed: (what: Told) => void) {
    if (this.#channel) {
      this.#channel.onmessage = (event: MessageEvent<unknown>) => {
        const what = KINDS.find((kind) => kind === event.data);
        if (what) changed(what);
      };
    }
  }

  tell(what: Told): void {
    this.#channel?.postMessage(what);
  }
}

/**
 * The feed that the tabs share; null where they have no way to speak with one another. A tab that still has the page of
 * another version speaks with its like: what they say to each other may have changed.
 */
export function sharedFeed(version: string, url: (wants: readonly string[]) => string): SharedFeed | null {
  if (typeof BroadcastChannel === 'undefined') return null;
  return new SharedFeed({
    ...browserClock,
    channel: new BroadcastChannel(`fieldhub-feed-${version}`) as Channel,
    id: shortId('tab_', 8),
    url,
    open: (address) => new EventSource(address),
  });
}

/** The stream of one audit: the shared one, where there is one. */
export const openFeed = (shared: SharedFeed | null, url: string, want: string): Stream =>
  shared?.open(url, want) ?? new EventSource(url);
