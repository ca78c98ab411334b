// Outbox: sends this tablet's marks, in order, in batches, for ever, removing nothing that was not acknowledged.
// Used by the state (add, retry) and told by everybody who hears of the hub (kick).
//
// Nothing at its head holds up what is behind it: an audit that the hub does not have is parked, a mark that it cannot read is
// refused alone, and one with which calls fail is set aside (sync/suspects.ts); test/outbox-property.test.ts.
//
// All tabs share the outbox in the store; a short lease there lets one tab send at a time. Should two send
// after all (a lease that ran out during a slow call), the hub answers `duplicate`: no harm.
import { browserClock } from '../domain/clock';
import type { Emitter } from '../domain/emitter';
import { nameFrom } from '../domain/text';
import type { Offered, Op, OpsAnswer } from '../domain/types';
import type { Api } from '../net/api';
import { backoff } from '../net/backoff';
import { ApiError } from '../net/call';
import type { Events } from './events';
import { Lease } from './lease';
import { withinQuota } from './quota';
import type { Waiting } from './records';
import { KEEP_SENT_MS, stampOf, type Settled, type Store } from './store';
import { Suspects } from './suspects';

export const BATCH = 200;
const LEASE_MS = 4_000;
/** How long an audit that the hub does not know is left alone, so that it does not hold the others back. */
const PARK_MS = 60_000;
/** A hub that is busy this many times in a row is worth a word to the technician. */
const BUSY_MANY = 3;
/** The longest that a hub is left alone because it asked to be. */
const BUSY_MAX_MS = 5 * 60_000;
/** The request will not do, whatever the hub is like. */
const UNFIT: ReadonlySet<number> = new Set([400, 413, 422]);

/** What came of a call: marks moved, fewer are to be tried, other audits are, or nothing will go for now. */
type Step = 'moved' | 'again' | 'elsewhere' | 'wait';

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
  /** Marks per call, of audits with which a call failed: fewer and fewer, until the cause stands alone. */
  readonly #sizes = new Map<string, number>();
  readonly #suspects = new Suspects();
  /** The hub was heard of since a call of marks failed. */
  #answers = false;
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

  /** The hub is known to be back: forget the failures, the wait and the parked audits, too. Suspects stay what they are. */
  wake(): void {
    this.#answers = true;
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
      let idle: boolean;
      do {
        this.#kicked = false;
        ({ wait, idle } = await this.#drain());
        // What is left alone is in nobody's way: another mark, made meanwhile, goes now.
      } while (this.#kicked && idle);
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

  /** Sends until nothing waits (null), until all that waits is left alone for now (idle), or something is in the way. */
  async #drain(): Promise<{ wait: number | null; idle: boolean }> {
    /** Audits with which the hub had trouble: one of them keeps none of the others here. */
    const troubled = new Set<string>();
    for (;;) {
      // Going on would take the lease again, which another tab may need.
      if (this.#stopped) return { wait: null, idle: true };
      const batch = await this.#next(troubled);
      const first = batch[0];
      if (!first && troubled.size > 0) return { wait: this.#backOff(), idle: false };
      if (!first) {
        await this.lease.release();
        return { wait: this.#untilNext(), idle: true };
      }
      if (!(await this.lease.take(this.clock.now(), LEASE_MS))) return { wait: LEASE_MS / 2, idle: false };
      switch (await this.#send(first.token, batch)) {
        case 'moved':
          this.#failures = 0;
          break;
        case 'again':
          break;
        case 'elsewhere':
          troubled.add(first.token);
          break;
        case 'wait':
          return { wait: this.#backOff(), idle: false };
      }
    }
  }

  #backOff(): number {
    const wait = backoff(this.#failures, 700, 15_000, this.clock.random);
    this.#failures += 1;
    return Math.max(wait, this.#askedFor());
  }

  async #next(troubled: ReadonlySet<string>): Promise<Waiting[]> {
    const now = this.clock.now();
    const but = new Set([...this.#parkedNow(), ...troubled]);
    const next = await this.store.next(
      (token) => this.#sizes.get(token) ?? BATCH,
      but,
      (one) => this.#suspects.aside(one),
    );
    if (next.length > 0 || this.#suspects.wait(now) === null) return next;
    // A suspect goes alone, and after all others.
    return this.store.next(
      () => 1,
      but,
      (one) => !this.#suspects.due(one, now),
    );
  }

  #untilNext(): number | null {
    const suspects = this.#suspects.wait(this.clock.now());
    if (this.#parked.size === 0) return suspects;
    return Math.min(PARK_MS, suspects ?? PARK_MS);
  }

  #parkedNow(): ReadonlySet<string> {
    const now = this.clock.now();
    for (const [token, until] of this.#parked) {
      // Parked for longer than audits are: the clock has been set back.
      if (until <= now || until > now + PARK_MS) this.#parked.delete(token);
    }
    return new Set(this.#parked.keys());
  }

  async #send(token: string, batch: readonly Waiting[]): Promise<Step> {
    const log = await this.store.sentLog(token);
    let answer: OpsAnswer;
    try {
      const said = await this.api.postOps(token, batch.map(offered), this.clock.now(), log);
      answer = placed(batch, said);
    } catch (error) {
      return this.#failed(token, batch, error);
    }
    if (answer.results.length === 0) {
      // It took nothing: what another log had, and this one may not have, goes first.
      const another = answer.log_id !== '' && answer.log_id !== log;
      const again = another ? await this.store.offerAgain(token, answer.log_id) : 0;
      if (again === 0) return this.#suspect(token, batch, '');
      this.events.emit('recount');
      return 'moved';
    }
    const moved = await this.#settle(token, batch, answer);
    this.#grow(token);
    this.#busy = 0;
    this.events.emit('trouble', { token, error: null });
    this.#tell(token, answer, moved);
    const known = new Set(answer.results.map((result) => result.id));
    const unanswered = batch.filter((waiting) => !known.has(waiting.op.id));
    this.#suspects.settled(batch.filter((waiting) => known.has(waiting.op.id)));
    for (const one of unanswered) await this.#strike(token, one, '');
    return unanswered.length < batch.length ? 'moved' : 'elsewhere';
  }

  #tell(token: string, answer: OpsAnswer, moved: Settled): void {
    this.events.emit('settled', { token, answer, moved });
    this.events.emit('outbox');
  }

  /** Without the room to note it a full tablet would send the same marks for ever. */
  async #settle(token: string, batch: readonly Waiting[], { results, log_id }: OpsAnswer): Promise<Settled> {
    // Rather kept too long than forgotten by a clock that began in 1970: the hub's, or this tablet's.
    const ahead = this.#hubAheadMs;
    const at = ahead === null ? Number.MAX_SAFE_INTEGER : this.clock.now() + Math.max(0, ahead);
    const settle = () => this.store.settle(batch, results, log_id, at);
    try {
      return await withinQuota(this.store, token, settle, () => {
        this.events.emit('full');
      });
    } catch (error) {
      // The hub has them; those behind are to get there too, whatever this tablet can note.
      for (const one of batch) this.#suspects.strike(one, this.clock.now());
      throw error;
    }
  }

  async #failed(token: string, batch: readonly Waiting[], error: unknown): Promise<Step> {
    if (!(error instanceof ApiError)) {
      // Nobody has heard of the hub since the last failure: it is away, and no mark is to blame.
      const answers = this.#answers;
      this.#answers = false;
      return answers ? this.#suspect(token, batch, '') : 'wait';
    }
    if (error.status === 404 || error.status === 410) {
      // Marks that another hub has long taken are not "waiting" because this one has no such audit.
      await this.store.withdrawAgain(token);
      this.events.emit('recount');
      const fresh = batch.some((waiting) => waiting.again === null);
      if (fresh) this.#parked.set(token, this.clock.now() + PARK_MS);
      this.events.emit('trouble', { token, error });
      this.events.emit('outbox');
      return 'moved';
    }
    if (UNFIT.has(error.status)) {
      // One of them is the cause: halve until it stands alone.
      const [one] = batch;
      if (batch.length > 1) this.#halve(token, batch);
      else if (one) await this.#refuse(token, one, error.message, error.code);
      return 'moved';
    }
    if (error.busy) {
      this.#notBefore = this.clock.now() + Math.min(error.retryAfterMs ?? 0, BUSY_MAX_MS);
      this.#busy += 1;
      // Fifty tablets that come back at once are no trouble: it passes.
      if (this.#busy < BUSY_MANY) return 'wait';
    }
    this.events.emit('trouble', { token, error });
    // 401, 403, 429, 503, 507: a state of the hub, not of the marks. The rest may be about one audit, or one mark.
    const ofTheHub = error.busy || error.outside || error.status === 403 || error.status === 507;
    return ofTheHub ? 'wait' : this.#suspect(token, batch, error.message);
  }

  /** One of them may be the cause: halve, and one that stands alone is set aside in the end. Other audits go on at once. */
  async #suspect(token: string, batch: readonly Waiting[], why: string): Promise<Step> {
    const [one] = batch;
    if (batch.length > 1) {
      this.#halve(token, batch);
      return 'again';
    }
    if (one) await this.#strike(token, one, why);
    return 'elsewhere';
  }

  #halve(token: string, batch: readonly Waiting[]): void {
    this.#sizes.set(token, Math.ceil(batch.length / 2));
  }

  /** What failed stands alone by now, or is behind: by and by, so that the next one is found soon. */
  #grow(token: string): void {
    const size = 2 * (this.#sizes.get(token) ?? BATCH);
    if (size < BATCH) this.#sizes.set(token, size);
    else this.#sizes.delete(token);
  }

  async #strike(token: string, one: Waiting, why: string): Promise<void> {
    // Somebody is to know of it, and to decide: it is kept, shown with its reason, and in the file of this tablet's marks.
    if (this.#suspects.strike(one, this.clock.now())) await this.#refuse(token, one, why);
  }

  async #refuse(token: string, one: Waiting, reason: string, code?: string | null): Promise<void> {
    const results = [
      { id: one.op.id, seq: null, outcome: 'refused' as const, reason, ...(code && { code }) },
    ];
    const answer = { log_id: '', results };
    const moved = await this.#settle(token, [one], answer);
    this.#grow(token);
    this.#suspects.settled([one]);
    this.#tell(token, answer, moved);
  }
}

/** An operation as it is sent. A name of before may be one that no hub takes. */
export const offered = ({ op, stamp }: Pick<Waiting, 'op' | 'stamp'>): Offered => ({
  ...op,
  technician_name: nameFrom(op.technician_name),
  ...stampOf(stamp),
});

/** Results stand in the order of the request: a hub finds no id in what it cannot read. */
function placed(batch: readonly Waiting[], { log_id, results }: OpsAnswer): OpsAnswer {
  // Whatever came may be no answer of a hub.
  const all = Array.isArray(results) ? results : [];
  const inPlace = all.length === batch.length;
  const idAt = (i: number) => (inPlace ? batch[i]?.op.id : undefined);
  return {
    log_id: typeof log_id === 'string' ? log_id : '',
    results: all.flatMap((result, i) => {
      const id = (result.id as string | null) ?? idAt(i);
      return id === undefined ? [] : [{ ...result, id }];
    }),
  };
}
