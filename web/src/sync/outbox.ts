// Outbox: sends this tablet's marks, in order, in batches, for ever, removing nothing that was not acknowledged.
// Used by the state (add, retry) and told by everybody who hears of the hub (kick).
//
// All tabs share the outbox in the store; a short lease there lets one tab send at a time. Should two send
// after all (a lease that ran out during a slow call), the hub answers `duplicate`: no harm.
import { browserClock } from '../domain/clock';
import type { Emitter } from '../domain/emitter';
import type { Op, OpsAnswer } from '../domain/types';
import type { Api } from '../net/api';
import { backoff } from '../net/backoff';
import { ApiError } from '../net/call';
import type { Events } from './events';
import { Lease } from './lease';
import { withinQuota } from './quota';
import type { Waiting } from './records';
import { KEEP_SENT_MS, stampOf, type Settled, type Store } from './store';

export const BATCH = 200;
const LEASE_MS = 4_000;
/** How long an audit that the hub does not know is left alone, so that it does not hold the others back. */
const PARK_MS = 60_000;
/** A hub that is busy this many times in a row is worth a word to the technician. */
const BUSY_MANY = 3;
/** The longest that a hub is left alone because it asked to be. */
const BUSY_MAX_MS = 5 * 60_000;

export class Outbox {
  readonly lease: Lease;
  #running = false;
  #kicked = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #parked = new Map<string, number>();
  #busy = 0;
  /** The hub asked to be left alone until then. */
  #notBefore = 0;
  /** Marks per call; smaller after a hub found a call too large. */
  #size = BATCH;
  #stopped = false;
  /** The hub's clock before the tablet's, which may be off by years; null: not heard of yet. */
  #hubAheadMs: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Pick<Api, 'postOps'>,
    private readonly events: Emitter<Events>,
    /** This tab, among the tabs. */
    tab: string,
    private readonly clock = browserClock,
  ) {
    this.lease = new Lease(store, 'sender', tab);
  }

  /** Kept by the tablet when this resolves; sent as soon as the hub takes it. */
  async add(token: string, ops: readonly Op[]): Promise<void> {
    await this.store.add(token, ops);
    this.events.emit('added', { token, count: ops.length });
    this.events.emit('outbox');
    this.kick();
  }

  /** Try now: there is a new mark, or the hub was heard of. */
  kick(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#kicked = true;
      return;
    }
    clearTimeout(this.#timer);
    const wait = this.#askedFor();
    if (wait > 0) this.#later(wait);
    else void this.#run();
  }

  /** How long the hub still wants to be left alone. */
  #askedFor(): number {
    const wait = this.#notBefore - this.clock.now();
    // Longer than anybody asks for: the clock has been set back.
    return wait > 0 && wait <= BUSY_MAX_MS ? wait : 0;
  }

  /** The hub is known to be back: forget the failures, the wait and the parked audits, too. */
  wake(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#parked.clear();
    this.kick();
  }

  /** The tab is going away: let another tab send at once. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.lease.release().catch(() => undefined);
  }

  start(): void {
    this.#stopped = false;
    this.kick();
  }

  /** What time it is on the hub. Marks that it has are forgotten some day, when the hub and this tablet agree on that. */
  hubTime(timeMs: number): void {
    const first = this.#hubAheadMs === null;
    this.#hubAheadMs = timeMs - this.clock.now();
    if (first) this.store.pruneSent(Math.min(timeMs, this.clock.now()) - KEEP_SENT_MS).catch(() => undefined);
  }

  async #run(): Promise<void> {
    this.#running = true;
    let wait: number | null;
    try {
      do {
        this.#kicked = false;
        wait = await this.#drain();
        // Parked audits are in nobody's way: a mark of another one, made meanwhile, goes now.
      } while (this.#kicked && (wait === null || wait === PARK_MS));
    } catch {
      // The store failed (no room, or it is closing): nothing was removed; try again later.
      wait = backoff((this.#failures += 1), 1_000, 15_000, this.clock.random);
    }
    this.#running = false;
    if (wait !== null && !this.#stopped) this.#later(wait);
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.kick();
    }, ms);
  }

  /** Sends until nothing waits (null) or until something is in the way (the time to wait). */
  async #drain(): Promise<number | null> {
    for (;;) {
      // Going on would take the lease again, which another tab may need.
      if (this.#stopped) return null;
      const batch = await this.store.next(this.#size, this.#parkedNow());
      const first = batch[0];
      if (!first) {
        await this.lease.release();
        return this.#parked.size > 0 ? PARK_MS : null;
      }
      if (!(await this.lease.take(this.clock.now(), LEASE_MS))) return LEASE_MS / 2;
      const progress = await this.#send(first.token, batch);
      if (!progress) {
        const wait = backoff(this.#failures, 700, 15_000, this.clock.random);
        this.#failures += 1;
        return Math.max(wait, this.#askedFor());
      }
      this.#failures = 0;
    }
  }

  #parkedNow(): ReadonlySet<string> {
    const now = this.clock.now();
    for (const [token, until] of this.#parked) {
      // Parked for longer than audits are: the clock has been set back.
      if (until <= now || until > now + PARK_MS) this.#parked.delete(token);
    }
    return new Set(this.#parked.keys());
  }

  /** True when something moved. */
  async #send(token: string, batch: readonly Waiting[]): Promise<boolean> {
    const log = await this.store.sentLog(token);
    let answer: OpsAnswer;
    try {
      answer = await this.api.postOps(
        token,
        batch.map(({ op, stamp }) => ({ ...op, ...stampOf(stamp) })),
        this.clock.now(),
        log,
      );
    } catch (error) {
      return error instanceof ApiError && (await this.#refusedWhole(token, batch, error));
    }
    if (answer.results.length === 0 && answer.log_id !== log) {
      // It took nothing: what another log had, and this one may not have, goes first.
      const again = await this.store.offerAgain(token, answer.log_id);
      this.events.emit('recount');
      return again > 0;
    }
    const moved = await this.#settle(token, batch, answer);
    this.#size = BATCH;
    this.#busy = 0;
    this.events.emit('trouble', { token, error: null });
    this.events.emit('settled', { token, answer, moved });
    this.events.emit('outbox');
    const known = new Set(answer.results.map((result) => result.id));
    return batch.some((waiting) => known.has(waiting.op.id));
  }

  /** Without the room to note it a full tablet would send the same marks for ever. */
  #settle(token: string, batch: readonly Waiting[], { results, log_id }: OpsAnswer): Promise<Settled> {
    // Rather kept too long than forgotten by a clock that began in 1970: the hub's, or this tablet's.
    const ahead = this.#hubAheadMs;
    const at = ahead === null ? Number.MAX_SAFE_INTEGER : this.clock.now() + Math.max(0, ahead);
    const settle = () => this.store.settle(batch, results, log_id, at);
    return withinQuota(this.store, token, settle, () => {
      this.events.emit('full');
    });
  }

  /** The hub refused the call and not single marks. */
  async #refusedWhole(token: string, batch: readonly Waiting[], error: ApiError): Promise<boolean> {
    if (error.status === 404) {
      // Marks that another hub has long taken are not "waiting" because this one has no such audit.
      await this.store.withdrawAgain(token);
      this.events.emit('recount');
      const fresh = batch.some((waiting) => waiting.again === null);
      if (fresh) this.#parked.set(token, this.clock.now() + PARK_MS);
      this.events.emit('trouble', { token, error });
      this.events.emit('outbox');
      return true;
    }
    if (error.status === 400 || error.status === 413 || error.status === 422) {
      if (batch.length > 1) {
        // One of them is the cause: halve until it stands alone.
        this.#size = Math.ceil(batch.length / 2);
        return true;
      }
      const results = batch.map(({ op }) => ({
        id: op.id,
        seq: null,
        outcome: 'refused' as const,
        reason: error.message,
      }));
      const answer = { log_id: '', results };
      const moved = await this.#settle(token, batch, answer);
      this.#size = BATCH;
      this.events.emit('settled', { token, answer, moved });
      this.events.emit('outbox');
      return true;
    }
    if (error.busy) {
      this.#notBefore = this.clock.now() + Math.min(error.retryAfterMs ?? 0, BUSY_MAX_MS);
      this.#busy += 1;
      // Fifty tablets that come back at once are no trouble: it passes.
      if (this.#busy < BUSY_MANY) return false;
    }
    // 401, 403, 507, 500, ...: a state of the hub, not of the marks. Say so and keep trying.
    this.events.emit('trouble', { token, error });
    return false;
  }
}
