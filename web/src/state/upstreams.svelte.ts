// The hub's upstreams as its panel shows them, what they do not take, and files to carry by hand. Made by the panel
// while it is open; the watching is done by sync/upstreams.ts.
import type { Parked, SentNow, Upstream } from '../domain/upstream';
import type { WhichParked } from '../net/api';
import { Upstreams } from '../sync/upstreams';
import type { App } from './app.svelte';
import { plain } from './plain';
import { saveFile } from './save';

export class UpstreamsState {
  /** Null: the hub has not said yet. */
  all: Upstream[] | null = $state.raw(null);
  parked: Parked[] = $state.raw([]);
  /** What came of having them try at once. */
  sent: ReadonlyMap<string, SentNow> = $state.raw(new Map());
  /** Why the last look failed. */
  away: string | null = $state(null);
  /** What went wrong with what somebody pressed. */
  problem: string | null = $state(null);
  /** What was pressed and is under way: a bundle may take minutes, and keeps nobody from the other buttons. */
  busy = $state({ sync: false, parked: false, bundle: false });
  /** The name of the bundle that was saved. */
  bundleSaved: string | null = $state(null);

  readonly #upstreams: Upstreams;

  constructor(private readonly app: App) {
    this.#upstreams = new Upstreams(app.api, {
      upstreams: (all) => {
        this.all = all;
      },
      parked: (parked) => {
        this.parked = parked;
      },
      sent: (said) => {
        this.sent = said;
      },
      problem: (error) => {
        this.away = error === null ? null : plain(error, true);
      },
      hidden: () => document.visibilityState === 'hidden' || app.access.outside,
    });
    this.#upstreams.look();
  }

  close(): void {
    this.#upstreams.close();
  }

  /** The hub is back, or the page came into view. */
  wake(): void {
    this.#upstreams.look();
  }

  syncNow(): Promise<void> {
    return this.#press('sync', () => this.#upstreams.syncNow());
  }

  retry(which: WhichParked): Promise<void> {
    return this.#press('parked', () => this.#upstreams.retry(which));
  }

  drop(which: WhichParked): Promise<void> {
    return this.#press('parked', () => this.#upstreams.drop(which));
  }

  saveBundle(): Promise<void> {
    return this.#press('bundle', async () => {
      this.bundleSaved = null;
      const { name, blob } = await this.app.api.bundle();
      saveFile(name, blob);
      this.bundleSaved = name;
    });
  }

  async #press(what: 'sync' | 'parked' | 'bundle', call: () => Promise<void>): Promise<void> {
    if (this.busy[what]) return;
    this.busy[what] = true;
    try {
      await call();
      this.problem = null;
    } catch (error) {
      this.problem = plain(error);
    }
    this.busy[what] = false;
  }
}
