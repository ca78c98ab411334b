// What the tablet keeps, as an interface: sync/db.ts keeps it in IndexedDB, sync/memory.ts in memory only
// (where the browser allows nothing else, and in tests). Used by the outbox, the session and the state.
import type { AuditSummary, Module, Op, OpResult } from '../domain/types';

/** Where an acknowledged mark lies in the hub's log. */
export interface Receipt {
  log_id: string;
  seq: number;
  acked_at_ms: number;
}

/** A mark that is not on the hub yet. */
export interface Waiting {
  /** The order of sending, over all tabs. */
  n: number;
  token: string;
  op: Op;
  /** It was acknowledged by an earlier log and is offered to a new one; null for a fresh mark. */
  again: Receipt | null;
  /** The hub's reason for refusing it; it is kept, but not sent by itself. */
  refused: string | null;
}

/**
 * A mark that some log of the hub holds; kept until it is in the cloud, or for 30 days, in case the hub is replaced
 * or rolled back.
 */
export interface Sent extends Receipt {
  id: string;
  n: number;
  token: string;
  op: Op;
}

/** A mark on its way from the store of one address of the hub to that of another (sync/handover-message.ts). */
export interface Carried {
  token: string;
  op: Op;
  again: Receipt | null;
  refused: string | null;
  /** Some log of the hub holds it: it belongs to the sent marks. */
  acked: Receipt | null;
}

export const KEEP_SENT_MS = 30 * 24 * 3_600_000;

export interface ReplicaHead {
  token: string;
  log_id: string;
  seq: number;
  summary: AuditSummary;
  /** String numbers, in layout order. */
  strings: number[];
}

export interface ReplicaCopy {
  head: ReplicaHead;
  modules: Module[];
}

/** What is in the outbox, without reading it whole. */
export interface Tally {
  /** Of each audit, how many wait to be sent. */
  waiting: Map<string, number>;
  refused: Waiting[];
}

/** What became of marks that waited. */
export interface Settled {
  sent: Sent[];
  refused: Waiting[];
}

export interface Store {
  /** False when everything is forgotten with the tab. */
  readonly lasting: boolean;

  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;

  /** Kept, all of them or none, when this resolves. */
  add(token: string, ops: readonly Op[]): Promise<Waiting[]>;
  /** All marks not on the hub, in order. A night's work: not to be read at every tap. */
  outbox(): Promise<Waiting[]>;
  /** The next to be sent: the oldest that are not refused, of one audit and none of `but`, at most `limit`. */
  next(limit: number, but: ReadonlySet<string>): Promise<Waiting[]>;
  tally(): Promise<Tally>;
  /**
   * Moves what the hub took to the sent marks, and notes what it refused: both or neither. Only what still waits as it
   * did when it was read: a tab may hear an answer late, when another has had it, and more has come of it since.
   */
  settle(
    batch: readonly Waiting[],
    results: readonly OpResult[],
    logId: string,
    nowMs: number,
  ): Promise<Settled>;
  dropRefused(n: number): Promise<void>;
  retryRefused(n: number): Promise<void>;

  /** Acknowledged marks of an audit that a replica at `seq` does not show yet. */
  sentSince(token: string, logId: string, seq: number): Promise<Sent[]>;
  /** Puts acknowledged marks which another log took back into the outbox; tells how many. */
  offerAgain(token: string, logId: string): Promise<number>;
  /** Takes those back out: this hub has no such audit. */
  withdrawAgain(token: string): Promise<void>;
  pruneSent(beforeMs: number): Promise<void>;
  /** Forgets the acknowledged marks of an audit up to `upto` of this log, but for those of the modules in `but`. */
  forgetSent(token: string, logId: string, upto: number, but: readonly string[]): Promise<void>;
  /** All acknowledged marks of an audit that are kept, by whichever log. */
  sent(token: string): Promise<Sent[]>;
  /** The audits that acknowledged marks are kept of. */
  sentTokens(): Promise<string[]>;

  /**
   * Keeps marks and settings that come from elsewhere: all of them or none. They take their places, in the order given,
   * after what is here; marks that are here already stay as they are.
   */
  takeIn(marks: readonly Carried[], settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Forgets these marks, which are kept elsewhere now. */
  letGo(ids: readonly string[]): Promise<void>;

  loadReplica(token: string): Promise<ReplicaCopy | null>;
  /**
   * Writes the head and the given strings, if the copy that is kept takes them (takes); `whole` forgets every other
   * string first.
   */
  saveReplica(head: ReplicaHead, strings: ReadonlyMap<number, Module[]>, whole: boolean): Promise<void>;
  dropReplica(token: string): Promise<void>;
  /** The audits that a copy is kept of. */
  replicaTokens(): Promise<string[]>;

  /** One holder at a time among the tabs, until the time is up. */
  lease(name: string, holder: string, nowMs: number, ttlMs: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}

/**
 * May this be written over the copy that is kept? Several tabs write, and an answer may be long on the way: the one that has
 * read further stays. And strings over no copy, or over that of another log, would make an audit with holes that no
 * operation fills.
 */
export function takes(kept: ReplicaHead | undefined, head: ReplicaHead, whole: boolean): boolean {
  return kept?.log_id === head.log_id ? kept.seq <= head.seq : whole;
}

/** The module that an operation is about, if any. */
export const moduleOf = (op: Op): string | null => (op.kind === 'mark' ? op.module_id : null);

/** What `Store.next` takes of the marks that are read, oldest first; `taken` is what it has so far. */
export function takeNext(
  taken: Waiting[],
  read: readonly Waiting[],
  limit: number,
  but: ReadonlySet<string>,
): void {
  for (const waiting of read) {
    if (taken.length === limit) return;
    const token = taken[0]?.token ?? waiting.token;
    if (waiting.refused === null && waiting.token === token && !but.has(token)) taken.push(waiting);
  }
}

export function addToTally({ waiting, refused }: Tally, read: readonly Waiting[]): void {
  for (const one of read) {
    if (one.refused === null) waiting.set(one.token, (waiting.get(one.token) ?? 0) + 1);
    else refused.push(one);
  }
}

/** Is this, as it is kept now, the mark that was read? */
export const stillWaits = (kept: Waiting | undefined, read: Waiting): boolean =>
  kept?.op.id === read.op.id && kept.again?.log_id === read.again?.log_id;

/** What becomes of each mark of a batch, by the hub's answer. Marks without a result go on waiting. */
export function sortResults(
  batch: readonly Waiting[],
  results: readonly OpResult[],
  logId: string,
  nowMs: number,
): Settled {
  const byId = new Map(results.map((result) => [result.id, result]));
  const sent: Sent[] = [];
  const refused: Waiting[] = [];
  for (const waiting of batch) {
    const result = byId.get(waiting.op.id);
    if (!result) continue;
    if (result.outcome === 'refused') {
      refused.push({ ...waiting, refused: result.reason ?? '' });
    } else {
      const { n, token, op } = waiting;
      sent.push({ id: op.id, n, token, op, log_id: logId, seq: result.seq ?? 0, acked_at_ms: nowMs });
    }
  }
  return { sent, refused };
}
