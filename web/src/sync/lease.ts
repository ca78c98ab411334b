// Lease among the tabs of a tablet: one holder at a time, until the time is up. Kept in the store; used by sync/outbox.ts.
import type { Store } from './store';

interface Held {
  holder: string;
  until: number;
}

export class Lease {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    name: string,
    private readonly holder: string,
  ) {
    this.#key = `lease:${name}`;
  }

  /** False where another one holds it. */
  take(nowMs: number, ttlMs: number): Promise<boolean> {
    const { holder } = this;
    return this.store.db.transaction(['settings'], 'write', async (tx) => {
      const held = (await tx.get('settings', this.#key)) as Held | undefined;
      // A lease far in the future is of a clock that has been set back: it counts for nothing.
      const free = !held || held.holder === holder || held.until <= nowMs || held.until > nowMs + 10 * ttlMs;
      if (free) await tx.put('settings', { holder, until: nowMs + ttlMs } satisfies Held, this.#key);
      return free;
    });
  }

  release(): Promise<void> {
    return this.store.db.transaction(['settings'], 'write', async (tx) => {
      const held = (await tx.get('settings', this.#key)) as Held | undefined;
      if (held?.holder === this.holder) await tx.delete('settings', this.#key);
    });
  }
}
