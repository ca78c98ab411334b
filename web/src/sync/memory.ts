// The same store, in memory: for browsers that refuse IndexedDB (the page then says so), and for tests.
import type { Module, Op, OpResult } from '../domain/types';
import {
  addToTally,
  moduleOf,
  sortResults,
  stillWaits,
  takeNext,
  takes,
  type Carried,
  type ReplicaCopy,
  type ReplicaHead,
  type Sent,
  type Settled,
  type Store,
  type Tally,
  type Waiting,
} from './store';

export class MemoryStore implements Store {
  readonly lasting = false;
  #settings = new Map<string, unknown>();
  #outbox = new Map<number, Waiting>();
  #sent = new Map<string, Sent>();
  #heads = new Map<string, ReplicaHead>();
  #strings = new Map<string, Map<number, Module[]>>();
  #leases = new Map<string, { holder: string; until: number }>();
  #n = 0;

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#settings.get(key));
  }

  set(key: string, value: unknown): Promise<void> {
    this.#settings.set(key, value);
    return Promise.resolve();
  }

  add(token: string, ops: readonly Op[]): Promise<Waiting[]> {
    const added = ops.map((op) => {
      this.#n += 1;
      return { n: this.#n, token, op, again: null, refused: null };
    });
    for (const waiting of added) this.#outbox.set(waiting.n, waiting);
    return Promise.resolve(added);
  }

  next(limit: number, but: ReadonlySet<string>): Promise<Waiting[]> {
    const taken: Waiting[] = [];
    takeNext(taken, this.#waiting(), limit, but);
    return Promise.resolve(taken);
  }

  tally(): Promise<Tally> {
    const tally: Tally = { waiting: new Map(), refused: [] };
    addToTally(tally, this.#waiting());
    return Promise.resolve(tally);
  }

  outbox(): Promise<Waiting[]> {
    return Promise.resolve(this.#waiting());
  }

  #waiting(): Waiting[] {
    return [...this.#outbox.values()].sort((a, b) => a.n - b.n);
  }

  settle(
    batch: readonly Waiting[],
    results: readonly OpResult[],
    logId: string,
    nowMs: number,
  ): Promise<Settled> {
    const waits = batch.filter((read) => stillWaits(this.#outbox.get(read.n), read));
    const { sent, refused } = sortResults(waits, results, logId, nowMs);
    for (const one of sent) {
      this.#sent.set(one.id, one);
      this.#outbox.delete(one.n);
    }
    for (const one of refused) this.#outbox.set(one.n, one);
    return Promise.resolve({ sent, refused });
  }

  dropRefused(n: number): Promise<void> {
    this.#outbox.delete(n);
    return Promise.resolve();
  }

  retryRefused(n: number): Promise<void> {
    const waiting = this.#outbox.get(n);
    if (waiting) this.#outbox.set(n, { ...waiting, refused: null });
    return Promise.resolve();
  }

  sentSince(token: string, logId: string, seq: number): Promise<Sent[]> {
    const found = [...this.#sent.values()].filter(
      (one) => one.token === token && one.log_id === logId && one.seq > seq,
    );
    return Promise.resolve(found.sort((a, b) => a.seq - b.seq));
  }

  offerAgain(token: string, logId: string): Promise<number> {
    let count = 0;
    for (const { id, n, op, log_id, seq, acked_at_ms, token: of } of [...this.#sent.values()]) {
      if (of !== token || log_id === logId) continue;
      this.#outbox.set(n, { n, token, op, again: { log_id, seq, acked_at_ms }, refused: null });
      this.#sent.delete(id);
      count += 1;
    }
    return Promise.resolve(count);
  }

  withdrawAgain(token: string): Promise<void> {
    for (const { n, op, again, token: of } of [...this.#outbox.values()]) {
      if (of !== token || !again) continue;
      this.#sent.set(op.id, { id: op.id, n, token, op, ...again });
      this.#outbox.delete(n);
    }
    return Promise.resolve();
  }

  pruneSent(beforeMs: number): Promise<void> {
    for (const one of [...this.#sent.values()]) {
      if (one.acked_at_ms < beforeMs) this.#sent.delete(one.id);
    }
    return Promise.resolve();
  }

  forgetSent(token: string, logId: string, upto: number, but: readonly string[]): Promise<void> {
    const kept = new Set(but);
    for (const one of [...this.#sent.values()]) {
      const there = one.token === token && one.log_id === logId && one.seq <= upto;
      if (there && !kept.has(moduleOf(one.op) ?? '')) this.#sent.delete(one.id);
    }
    return Promise.resolve();
  }

  sent(token: string): Promise<Sent[]> {
    return Promise.resolve([...this.#sent.values()].filter((one) => one.token === token));
  }

  sentTokens(): Promise<string[]> {
    return Promise.resolve([...new Set([...this.#sent.values()].map((one) => one.token))].sort());
  }

  takeIn(marks: readonly Carried[], settings: Readonly<Record<string, unknown>>): Promise<void> {
    const known = new Set([...this.#sent.keys(), ...[...this.#outbox.values()].map((one) => one.op.id)]);
    for (const { token, op, again, refused, acked } of marks) {
      if (known.has(op.id)) continue;
      known.add(op.id);
      this.#n += 1;
      if (acked) this.#sent.set(op.id, { id: op.id, n: this.#n, token, op, ...acked });
      else this.#outbox.set(this.#n, { n: this.#n, token, op, again, refused });
    }
    for (const [key, value] of Object.entries(settings)) this.#settings.set(key, value);
    return Promise.resolve();
  }

  letGo(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    for (const { n, op } of [...this.#outbox.values()]) if (gone.has(op.id)) this.#outbox.delete(n);
    for (const id of gone) this.#sent.delete(id);
    return Promise.resolve();
  }

  loadReplica(token: string): Promise<ReplicaCopy | null> {
    const head = this.#heads.get(token);
    if (!head) return Promise.resolve(null);
    const strings = this.#strings.get(token);
    return Promise.resolve({ head, modules: head.strings.flatMap((number) => strings?.get(number) ?? []) });
  }

  saveReplica(head: ReplicaHead, strings: ReadonlyMap<number, Module[]>, whole: boolean): Promise<void> {
    const kept = this.#heads.get(head.token);
    if (!takes(kept, head, whole)) return Promise.resolve();
    const all = whole ? new Map<number, Module[]>() : (this.#strings.get(head.token) ?? new Map());
    for (const [number, modules] of strings) all.set(number, modules);
    this.#strings.set(head.token, all);
    this.#heads.set(head.token, head);
    return Promise.resolve();
  }

  dropReplica(token: string): Promise<void> {
    this.#heads.delete(token);
    this.#strings.delete(token);
    return Promise.resolve();
  }

  replicaTokens(): Promise<string[]> {
    return Promise.resolve([...this.#heads.keys()]);
  }

  lease(name: string, holder: string, nowMs: number, ttlMs: number): Promise<boolean> {
    const held = this.#leases.get(name);
    const free = !held || held.holder === holder || held.until <= nowMs || held.until > nowMs + 10 * ttlMs;
    if (free) this.#leases.set(name, { holder, until: nowMs + ttlMs });
    return Promise.resolve(free);
  }

  release(name: string, holder: string): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
    return Promise.resolve();
  }
}
