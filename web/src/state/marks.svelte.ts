// Outbox state: the marks of this tablet that are not on the hub, how many wait, what was refused, what is in the way.
// Made by state/app.svelte.ts; the sending is done by sync/outbox.ts.
import { shortId } from '../domain/ids';
import type { Emitter } from '../domain/emitter';
import type { Op } from '../domain/types';
import { t } from '../i18n';
import type { Api } from '../net/api';
import type { ApiError } from '../net/call';
import type { Events } from '../sync/events';
import { Outbox } from '../sync/outbox';
import { isQuotaError, withinQuota } from '../sync/quota';
import type { Waiting } from '../sync/records';
import type { Settled, Store } from '../sync/store';
import { plain } from './plain';

export class Marks {
  /** How many are not on the hub, and of which audits. */
  waiting = $state(0);
  #byToken: ReadonlyMap<string, number> = $state.raw(new Map());
  refused: Waiting[] = $state.raw([]);
  /** Why the hub takes no marks. */
  trouble: string | null = $state(null);
  /** Marks are kept, but what the hub can give again is not. */
  full = $state(false);
  /** Why the tablet could not keep the last mark: it is full, or its storage did not answer. */
  notKept: 'full' | 'silent' | null = $state(null);

  readonly #outbox: Outbox;
  #counting = false;
  #countAgain = false;
  #changes = 0;

  constructor(
    private readonly store: Store,
    api: Api,
    private readonly events: Emitter<Events>,
  ) {
    this.#outbox = new Outbox(store, api, events, shortId('tab_', 8));
    // As long as the page is there.
    events.on({
      added: ({ token, count }) => {
        this.#add(token, count);
      },
      recount: () => {
        void this.count();
      },
      settled: ({ token, moved }) => {
        this.#settled(token, moved);
      },
      full: () => {
        this.full = true;
      },
      trouble: ({ token, error }) => {
        this.#trouble(token, error);
      },
      log: ({ token, logId }) => {
        this.offerAgain([token], logId);
      },
    });
  }

  /** `send`: or keep all, until `resume`. */
  async start(send: boolean): Promise<void> {
    await this.count();
    if (send) this.#outbox.start();
    else this.#outbox.stop();
  }

  /** The tab goes away, for good or into the browser's cache, out of which it may come again. */
  stop(): void {
    this.#outbox.stop();
  }

  resume(): void {
    this.#outbox.start();
  }

  hubTime(timeMs: number): void {
    this.#outbox.hubTime(timeMs);
  }

  /** The hub is back, or lets this tablet in again. */
  wake(): void {
    this.#outbox.wake();
  }

  /** Keeps operations and sends them; false when the tablet could not keep them. */
  async keep(token: string, ops: readonly Op[]): Promise<boolean> {
    try {
      const keep = () => this.#outbox.add(token, ops);
      await withinQuota(this.store, token, keep, () => (this.full = true));
      this.notKept = null;
      return true;
    } catch (error) {
      this.notKept = isQuotaError(error) ? 'full' : 'silent';
      return false;
    }
  }

  /** Offers marks that another log of the hub took to this log as well. */
  offerAgain(tokens: readonly string[], logId: string): void {
    void (async () => {
      let count = 0;
      for (const token of tokens) count += await this.store.offerAgain(token, logId);
      if (count > 0) {
        void this.count();
        this.#outbox.wake();
      }
    })().catch(() => undefined);
  }

  async dropRefused(n: number): Promise<void> {
    await this.store.dropRefused(n);
    this.events.emit('outbox');
    await this.count();
  }

  async retryRefused(n: number): Promise<void> {
    await this.store.retryRefused(n);
    this.events.emit('outbox');
    this.events.emit('ownChanged');
    await this.count();
    this.#outbox.kick();
  }

  /** Marks went to another address of the hub (state/secure.svelte.ts). */
  movedAway(): void {
    this.events.emit('outbox');
    this.events.emit('ownChanged');
    void this.count();
  }

  /** Marks of this audit that this tablet alone has. */
  waitingOf(token: string): number {
    return this.#byToken.get(token) ?? 0;
  }

  #add(token: string, count: number): void {
    this.#changes += 1;
    const counts = new Map(this.#byToken);
    counts.set(token, Math.max(0, (counts.get(token) ?? 0) + count));
    this.#byToken = counts;
    this.waiting = [...counts.values()].reduce((sum, one) => sum + one, 0);
  }

  #settled(token: string, { sent, refused }: Settled): void {
    const before = this.waiting;
    this.#add(token, -sent.length - refused.length);
    if (refused.length > 0) this.refused = [...this.refused, ...refused];
    if (before > 1 && this.waiting === 0) this.events.emit('say', t.allSent);
  }

  /** Counts anew, where others may have changed the outbox; asked twice at once, it counts once more at the end. */
  async count(): Promise<void> {
    this.#countAgain = true;
    if (this.#counting) return;
    this.#counting = true;
    while (this.#countAgain) {
      this.#countAgain = false;
      const changes = this.#changes;
      const tally = await this.store.tally().catch(() => null);
      if (!tally) continue;
      // A tap in between is in the one count or in neither.
      if (changes !== this.#changes) {
        this.#countAgain = true;
        continue;
      }
      const before = this.waiting;
      this.#byToken = tally.waiting;
      this.waiting = [...tally.waiting.values()].reduce((sum, one) => sum + one, 0);
      this.refused = tally.refused;
      if (before > 1 && this.waiting === 0) this.events.emit('say', t.allSent);
    }
    this.#counting = false;
  }

  #trouble(token: string, error: ApiError | null): void {
    if (error?.status === 404) {
      // Those that another hub has long taken are withdrawn by now, and no loss.
      this.store.tally().then(
        ({ waiting }) => {
          if (waiting.has(token)) this.events.emit('gone', token);
        },
        () => undefined,
      );
      return;
    }
    // A lost session has a banner of its own, with the way back in.
    this.trouble = error === null || error.outside ? null : plain(error, true);
  }
}
