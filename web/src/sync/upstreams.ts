// Polling of the hub's upstreams and their dead letters (`parked`), while somebody looks at them. Says what came of
// having them try at once. Used by state/upstreams.svelte.ts.
import { sentNow, stillSo, type Parked, type SentNow, type Upstream } from '../domain/upstream';
import type { Api, WhichParked } from '../net/api';
import { backoff } from '../net/backoff';
import { ApiError } from '../net/call';

const LOOK_MS = 2_500;
const LOOK_MOVING_MS = 1_000;
const LOOK_AWAY_MS = 15_000;

export interface UpstreamsView {
  upstreams(all: Upstream[]): void;
  parked(all: Parked[]): void;
  /** By the name of each upstream that was asked, for as long as it is so. */
  sent(said: ReadonlyMap<string, SentNow>): void;
  /** The last look failed; null: it did not. */
  problem(error: unknown): void;
  /** Nobody looks. */
  hidden(): boolean;
}

export class Upstreams {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;
  #failures = 0;
  #closed = false;
  #last: Upstream[] = [];
  #parkedOf = '';
  /** How each was when it was asked to try at once, and how often was looked since. */
  #asked: { before: Map<string, Upstream>; looks: number } | null = null;
  #said: ReadonlyMap<string, SentNow> = new Map();

  constructor(
    private readonly api: Pick<Api, 'upstreams' | 'parked' | 'syncNow' | 'retryParked' | 'dropParked'>,
    private readonly view: UpstreamsView,
    private readonly random: () => number = Math.random,
  ) {}

  /** Looks now, and then again and again. */
  look(): void {
    clearTimeout(this.#timer);
    this.#looks += 1;
    const look = this.#looks;
    void (async () => {
      if (!this.view.hidden()) await this.#look();
      // Whoever looked since goes on.
      if (this.#closed || look !== this.#looks) return;
      this.#timer = setTimeout(() => {
        this.look();
      }, this.#wait());
    })();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Throws as a call does. */
  async syncNow(): Promise<void> {
    const before = new Map(this.#last.map((one) => [one.name, one]));
    await this.api.syncNow();
    this.#asked = { before, looks: 0 };
    this.#say(new Map(this.#last.map((one) => [one.name, 'asked'])));
    this.look();
  }

  retry(which: WhichParked): Promise<void> {
    return this.#change(this.api.retryParked(which));
  }

  drop(which: WhichParked): Promise<void> {
    return this.#change(this.api.dropParked(which));
  }

  async #change(call: Promise<void>): Promise<void> {
    await call;
    this.#parkedOf = '';
    this.look();
  }

  async #look(): Promise<void> {
    try {
      const all = await this.#read();
      if (this.#closed) return;
      this.#last = all;
      this.view.upstreams(all);
      this.#judge(all);
      await this.#readParked(all);
      this.#failures = 0;
      this.view.problem(null);
    } catch (error) {
      if (this.#closed) return;
      this.#failures += 1;
      this.view.problem(error);
    }
  }

  async #read(): Promise<Upstream[]> {
    try {
      return await this.api.upstreams();
    } catch (error) {
      // A hub that knows of no upstreams has none.
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }

  /** The list is read when how many there are has changed: it may be long. */
  async #readParked(all: readonly Upstream[]): Promise<void> {
    const counts = all.map(({ name, parked, audits }) => [name, parked, ...audits.map((one) => one.parked)]);
    const parkedOf = JSON.stringify(counts);
    if (parkedOf === this.#parkedOf) return;
    const any = all.some(({ parked, audits }) => parked > 0 || audits.some((one) => one.parked > 0));
    const parked = any ? await this.api.parked() : [];
    if (this.#closed) return;
    this.#parkedOf = parkedOf;
    this.view.parked(parked);
  }

  #judge(all: readonly Upstream[]): void {
    if (!this.#asked) {
      const now = new Map(all.map((one) => [one.name, one]));
      const so = [...this.#said].filter(([name, said]) => {
        const one = now.get(name);
        return one !== undefined && stillSo(said, one);
      });
      if (so.length < this.#said.size) this.#say(new Map(so));
      return;
    }
    this.#asked.looks += 1;
    const { before, looks } = this.#asked;
    const said = new Map(all.map((one) => [one.name, sentNow(before.get(one.name) ?? one, one, looks)]));
    if (![...said.values()].includes('asked')) this.#asked = null;
    this.#say(said);
  }

  #say(said: ReadonlyMap<string, SentNow>): void {
    this.#said = said;
    this.view.sent(said);
  }

  #wait(): number {
    if (this.#failures > 0) {
      return Math.max(LOOK_MS, backoff(this.#failures, LOOK_MS, LOOK_AWAY_MS, this.random));
    }
    const moving = this.#asked !== null || this.#last.some((one) => one.state === 'syncing');
    return moving ? LOOK_MOVING_MS : LOOK_MS;
  }
}
