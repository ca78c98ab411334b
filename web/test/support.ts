// What the tests of the outbox, the replica and the session stand on: a hub and timers that do as they are
// told, stores of both kinds, and marks. Nothing here sleeps.
import 'fake-indexeddb/auto';
import type { TestContext } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import { uuidv7Minter } from '../src/domain/ids';
import type {
  Audit,
  AuditSummary,
  MarkOp,
  Module,
  NoteOp,
  Offered,
  Op,
  OpResult,
  OpsAnswer,
} from '../src/domain/types';
import { Unreachable } from '../src/net/call';
import { openIndexedDb } from '../src/sync/indexeddb';
import { MemoryDatabase } from '../src/sync/memory';
import { Outbox } from '../src/sync/outbox';
import type { Events } from '../src/sync/events';
import type { Page } from '../src/sync/page';
import type { Waiting } from '../src/sync/records';
import { Store, type Settled } from '../src/sync/store';

export const START = 1_761_300_000_000;

export const inMemory = () => new Store(new MemoryDatabase());

export const openStore = async (name: string) => new Store(await openIndexedDb(name));

let databases = 0;

/** A store of each kind; `tab()` gives the store as another tab of the same tablet sees it. */
export const STORES = [
  {
    kind: 'in memory',
    open(): Promise<{ store: Store; tab: () => Promise<Store> }> {
      const store = inMemory();
      return Promise.resolve({ store, tab: () => Promise.resolve(store) });
    },
  },
  {
    kind: 'in IndexedDB',
    async open(t: TestContext): Promise<{ store: Store; tab: () => Promise<Store> }> {
      databases += 1;
      const name = `tablet-${String(databases)}`;
      const tab = async () => {
        const store = await openStore(name);
        t.after(() => {
          store.db.close();
        });
        return store;
      };
      return { store: await tab(), tab };
    },
  },
];

/** Lets everything that is under way go on until `done`; a test that never gets there fails with `what`. */
export async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (await done()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never: ${what}`);
}

export interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

/** Stands in for setTimeout: the test reads what was asked for, and lets it come to pass. */
export class Timers {
  now = START;
  readonly #set = new Map<number, { ms: number; run: () => void }>();
  #last = 0;

  constructor(readonly t: TestContext) {
    const set = (run: () => void, ms = 0) => {
      this.#last += 1;
      this.#set.set(this.#last, { ms, run });
      return this.#last;
    };
    t.mock.method(globalThis, 'setTimeout', set as unknown as typeof setTimeout);
    t.mock.method(globalThis, 'clearTimeout', (id: unknown) => {
      this.#set.delete(id as number);
    });
  }

  /** The waits that were asked for and are not over. */
  get waits(): number[] {
    return [...this.#set.values()].map(({ ms }) => ms);
  }

  /** Waits for a timer to be set, lets its time pass, and tells how long that was. */
  async pass(): Promise<number> {
    // Between seeing one and running it others may have taken it back.
    while (this.#set.size === 0) await until('a timer is set', () => this.#set.size > 0);
    const [id, { ms, run }] = [...this.#set].reduce((one, other) => (other[1].ms < one[1].ms ? other : one));
    this.#set.delete(id);
    this.now += ms;
    run();
    return ms;
  }
}

type Answer = (token: string, ops: Op[]) => OpsAnswer | Error | Promise<OpsAnswer>;

/** The hub as the outbox meets it: it takes each id once, and in between does what the test tells it to. */
export class FakeHub {
  logId = 'log-5';
  /** The ids of each call, refused and lost ones as well. */
  readonly calls: { token: string; ids: string[] }[] = [];
  readonly log = new Map<string, string[]>();
  answer: Answer = (token, ops) => this.take(token, ops);

  down(): void {
    this.answer = () => new Unreachable('no route to host');
  }

  up(): void {
    this.answer = (token, ops) => this.take(token, ops);
  }

  /** Every answer waits until this is resolved. */
  hold(): Deferred<void> {
    const gate = deferred();
    this.answer = async (token, ops) => {
      await gate.promise;
      return this.take(token, ops);
    };
    return gate;
  }

  /** Another hub in its place, or an older backup of it. */
  replace(logId: string): void {
    this.logId = logId;
    this.log.clear();
  }

  /** The stamps that came with operations. */
  readonly stamps = new Map<string, string>();
  /** A hub before that gave none. */
  stampFor: (op: Op) => { stamp?: string } = () => ({});

  take(token: string, ops: readonly Op[]): OpsAnswer {
    return { log_id: this.logId, results: ops.map((op) => this.takeOne(token, op)) };
  }

  takeOne(token: string, op: Op): OpResult {
    const log = this.logOf(token);
    const known = log.indexOf(op.id);
    if (known >= 0) return { id: op.id, seq: known + 1, outcome: 'duplicate' };
    return { id: op.id, seq: log.push(op.id), outcome: 'applied', ...this.stampFor(op) };
  }

  logOf(token: string): string[] {
    const log = this.log.get(token) ?? [];
    this.log.set(token, log);
    return log;
  }

  async post(token: string, ops: Offered[], logId?: string): Promise<OpsAnswer> {
    // Without this an outbox that goes in circles would never let the test fail.
    if (this.calls.length > 1_000) throw new Unreachable('called a thousand times');
    this.calls.push({ token, ids: ops.map((op) => op.id) });
    for (const { id, stamp } of ops) if (stamp !== undefined) this.stamps.set(id, stamp);
    // Asked for one log where it has another, it takes nothing.
    const another = logId !== undefined && logId !== this.logId;
    const answer = another ? { log_id: this.logId, results: [] } : await this.answer(token, ops);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** One tab: its outbox over a store, and what it told the page. */
export class Tab {
  readonly outbox: Outbox;
  readonly settled: { answer: OpsAnswer; moved: Settled }[] = [];
  full = 0;
  readonly troubles: { token: string; status: number | null; message: string | null }[] = [];

  constructor(
    readonly store: Store,
    readonly hub: FakeHub,
    readonly timers: Timers,
    name = 'tab_a',
  ) {
    const events = new Emitter<Events>();
    events.on({
      settled: ({ answer, moved }) => {
        this.settled.push({ answer, moved });
      },
      full: () => {
        this.full += 1;
      },
      trouble: ({ token, error }) => {
        this.troubles.push({ token, status: error?.status ?? null, message: error?.message ?? null });
      },
    });
    const api = {
      postOps: (token: string, ops: Offered[], _at: number, logId?: string) => hub.post(token, ops, logId),
    };
    // The whole of each wait, so that the bounds can be read.
    const clock = { now: () => timers.now, random: () => 1 };
    this.outbox = new Outbox(store, api, events, name, clock);
    // It would try for ever, with the real timers once those of the test are gone.
    timers.t.after(() => {
      this.outbox.stop();
    });
  }

  /** The ids that wait, without the refused ones. */
  async waiting(): Promise<string[]> {
    return (await this.store.outbox()).filter((one) => one.refused === null).map((one) => one.op.id);
  }

  async sent(): Promise<void> {
    await until('everything is sent', async () => (await this.waiting()).length === 0);
  }
}

/** A page that is not looked at: no calls about presence, so that the timers are those of the writes alone. */
export const PAGE: Page = {
  author: () => ({ technician_id: 'tech_ab12cd34', technician_name: 'Léa', device_id: 'dev_0' }),
  hidden: () => true,
  feed: (url) => new EventSource(url),
  off: () => false,
  alert: () => false,
  mendCookie: () => Promise.resolve(false),
};

const mint = uuidv7Minter(() => START);

export function markOf(moduleId: string, change: Partial<MarkOp> = { status: 'dead' }): MarkOp {
  return {
    id: mint(),
    kind: 'mark',
    module_id: moduleId,
    technician_id: 'tech_ab12cd34',
    technician_name: 'Léa',
    device_id: 'dev_0123456789abcdef',
    marked_at_ms: START,
    base: '',
    ...change,
  };
}

export const noteOf = (text: string): NoteOp => ({
  id: mint(),
  kind: 'note',
  text,
  technician_id: 'tech_ab12cd34',
  technician_name: 'Léa',
  device_id: 'dev_0123456789abcdef',
  marked_at_ms: START,
});

export function marksOf(count: number): MarkOp[] {
  return Array.from({ length: count }, (_, i) => markOf(`M${String(i + 1)}`));
}

export const idsOf = (ops: readonly Op[]) => ops.map((op) => op.id);

export function summaryOf(token: string, moduleCount: number, stringCount = 1): AuditSummary {
  return {
    token,
    name: 'Toiture sud',
    client: null,
    location: null,
    created_at_ms: START,
    string_count: stringCount,
    module_count: moduleCount,
    marked: 0,
    defects: 0,
    by_status: {},
    conflicts: 0,
    seq: 10,
    last_mark_at_ms: null,
  };
}

/** An audit as the hub gives it, of these modules in one string. */
export function auditOf(token: string, modules: Module[], change: Partial<Audit> = {}): Audit {
  const strings = [{ number: 1, module_count: modules.length }];
  return { ...summaryOf(token, modules.length), log_id: 'log-5', strings, modules, ...change };
}

export function moduleOf(id: string, change: Partial<Module> = {}): Module {
  return {
    module_id: id,
    string: 1,
    position: 1,
    status: 'pending',
    comment: null,
    technician_id: null,
    technician_name: null,
    updated_at_ms: null,
    conflict: false,
    stamp: '',
    ...change,
  };
}

export const A = 'audit-a';
export const B = 'audit-b';

/** Made one after the other. */
export async function keep(store: Store, token: string, ops: readonly MarkOp[]): Promise<void> {
  for (const op of ops) await store.add(token, [op]);
}

export const hubTook = (batch: readonly Waiting[]): OpResult[] =>
  batch.map(({ op }, i) => ({ id: op.id, seq: i + 1, outcome: 'applied' }));

export const sentIds = async (store: Store, token: string, logId: string) =>
  (await store.sentSince(token, logId, -1)).map((one) => one.id);

/** A tablet with one tab, and its hub. */
export const setUpOn = (open: (typeof STORES)[number]['open']) => async (t: TestContext) => {
  const { store, tab } = await open(t);
  const hub = new FakeHub();
  const timers = new Timers(t);
  return { store, tab, hub, timers, a: new Tab(store, hub, timers) };
};
