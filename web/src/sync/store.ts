// Store of the tablet (repository over a transaction port): what is kept of marks, audits and settings, and what may be done
// with it, whichever database is below (sync/database.ts). Used by the outbox, the session and the state.
import { mended } from '../domain/text';
import type { Module, Op, OpResult } from '../domain/types';
import { within, type Database, type Transaction } from './database';
import type { Acknowledgement, ReplicaHead, Sent, Waiting } from './records';

/** A mark on its way from the store of one address of the hub to that of another (sync/handover-message.ts). */
export interface Carried {
  stamp?: string;
  token: string;
  op: Op;
  again: Acknowledgement | null;
  refused: string | null;
  /** Some log of the hub holds it: it belongs to the sent marks. */
  acked: Acknowledgement | null;
}

export const KEEP_SENT_MS = 30 * 24 * 3_600_000;

/** When an acknowledged mark is let go of at the latest, by the hub's clock; or as far off as a date can be. */
export const keptUntil = (ackedAtMs: number) => Math.min(ackedAtMs + KEEP_SENT_MS, 8.64e15);
/** Marks that are read at once. */
const PIECE = 500;

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

export class Store {
  constructor(
    readonly db: Database,
    /** The tablet's storage did not answer when the page was opened: what it holds is there, and not seen here. */
    readonly silent = false,
  ) {}

  /** False when everything is forgotten with the tab. */
  get lasting(): boolean {
    return this.db.lasting;
  }

  get(key: string): Promise<unknown> {
    return this.db.transaction(['settings'], 'read', (tx) => tx.get('settings', key));
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.db.transaction(['settings'], 'write', (tx) => tx.put('settings', value, key));
  }

  // ---- marks that wait ----

  /** Kept, all of them or none, when this resolves. */
  add(token: string, ops: readonly Op[]): Promise<Waiting[]> {
    const fresh = ops.map((op) => ({ token, op: mendedOp(op), again: null, refused: null }));
    return this.db.transaction(['outbox'], 'durable', async (tx) => {
      const places = await Promise.all(fresh.map((one) => tx.put('outbox', one)));
      return fresh.map((one, i) => ({ n: places[i] as number, ...one }));
    });
  }

  /** All marks not on the hub, in order. A night's work: not to be read at every tap. */
  outbox(): Promise<Waiting[]> {
    return this.db.transaction(['outbox'], 'read', (tx) => tx.range('outbox'));
  }

  /**
   * The next to be sent: the oldest that are not refused, of one audit and none of `but`, at most `limit`, which may be another
   * for each audit. `skip`: marks that others go before.
   */
  next(
    limit: number | ((token: string) => number),
    but: ReadonlySet<string>,
    skip: (waiting: Waiting) => boolean = () => false,
  ): Promise<Waiting[]> {
    return this.db.transaction(['outbox'], 'read', async (tx) => {
      const taken: Waiting[] = [];
      for await (const read of pieces(tx, typeof limit === 'number' ? limit : PIECE)) {
        for (const waiting of read) {
          const token = taken[0]?.token ?? waiting.token;
          if (waiting.refused !== null || waiting.token !== token || but.has(token) || skip(waiting))
            continue;
          taken.push(waiting);
          if (taken.length === (typeof limit === 'number' ? limit : limit(token))) return inOrder(taken);
        }
      }
      return inOrder(taken);
    });
  }

  tally(): Promise<Tally> {
    return this.db.transaction(['outbox'], 'read', async (tx) => {
      const waiting = new Map<string, number>();
      const refused: Waiting[] = [];
      for await (const read of pieces(tx, PIECE)) {
        for (const one of read) {
          if (one.refused === null) waiting.set(one.token, (waiting.get(one.token) ?? 0) + 1);
          else refused.push(one);
        }
      }
      return { waiting, refused };
    });
  }

  /**
   * Moves what the hub took to the sent marks, and notes what it refused: both or neither. Only what still waits as it
   * did when it was read: a tab may hear an answer late, when another has had it, and more has come of it since.
   */
  settle(
    batch: readonly Waiting[],
    results: readonly OpResult[],
    logId: string,
    nowMs: number,
  ): Promise<Settled> {
    return this.db.transaction(['outbox', 'sent'], 'write', async (tx) => {
      const kept = await Promise.all(batch.map(({ n }) => tx.get('outbox', n)));
      const waits = batch.filter((read, i) => stillWaits(kept[i], read));
      const settled = sortResults(waits, results, logId, nowMs);
      await Promise.all([
        ...settled.sent.flatMap((one) => [tx.put('sent', one), tx.delete('outbox', one.n)]),
        ...settled.refused.map((one) => tx.put('outbox', one)),
      ]);
      return settled;
    });
  }

  /** The feed brought these back, though no answer came: the hub has them, with these stamps. */
  stamped(token: string, stamps: ReadonlyMap<string, string>): Promise<void> {
    return this.db.transaction(['outbox'], 'write', async (tx) => {
      for (const one of await tx.range('outbox', { from: token, to: token }, { index: 'token' })) {
        const stamp = stamps.get(one.op.id);
        if (stamp !== undefined) await tx.put('outbox', { ...one, stamp });
      }
    });
  }

  dropRefused(n: number): Promise<void> {
    return this.db.transaction(['outbox'], 'write', (tx) => tx.delete('outbox', n));
  }

  retryRefused(n: number): Promise<void> {
    return this.db.transaction(['outbox'], 'write', async (tx) => {
      const waiting = await tx.get('outbox', n);
      if (waiting) await tx.put('outbox', { ...waiting, refused: null });
    });
  }

  // ---- marks that some log of the hub holds ----

  /** Acknowledged marks of an audit that a replica at `seq` does not show yet. */
  sentSince(token: string, logId: string, seq: number): Promise<Sent[]> {
    const range = { after: [token, logId, seq], to: [token, logId, []] };
    return this.db.transaction(['sent'], 'read', (tx) => tx.range('sent', range, { index: 'log' }));
  }

  /** All acknowledged marks of an audit that are kept, by whichever log. */
  sent(token: string): Promise<Sent[]> {
    return this.db.transaction(['sent'], 'read', (tx) => tx.range('sent', within(token), { index: 'log' }));
  }

  /** The log that took the acknowledged marks of an audit, if any are kept. */
  async sentLog(token: string): Promise<string | undefined> {
    const first = { index: 'log', limit: 1 };
    const [one] = await this.db.transaction(['sent'], 'read', (tx) => tx.range('sent', within(token), first));
    return one?.log_id;
  }

  /** The audits that acknowledged marks are kept of. */
  sentTokens(): Promise<string[]> {
    return this.db.transaction(['sent'], 'read', async (tx) => {
      const tokens: string[] = [];
      for (let after = ''; ;) {
        // From one audit to the next, however many marks there are.
        const [one] = await tx.range('sent', { after: [after, []] }, { index: 'log', limit: 1 });
        if (!one) return tokens;
        tokens.push((after = one.token));
      }
    });
  }

  /** Puts acknowledged marks which another log took back into the outbox; tells how many. */
  offerAgain(token: string, logId: string): Promise<number> {
    return this.db.transaction(['outbox', 'sent'], 'write', async (tx) => {
      // Two ranges around this log: nothing is read when every mark is of this log.
      const elsewhere = [
        { from: [token], before: [token, logId] },
        { after: [token, logId, []], to: [token, []] },
      ];
      let count = 0;
      for (const range of elsewhere) {
        const marks = await tx.range('sent', range, { index: 'log' });
        count += marks.length;
        await Promise.all(
          marks.flatMap(({ id, n, op, log_id, seq, acked_at_ms, stamp }) => [
            // With its old n it takes its old place, before everything marked since.
            tx.put('outbox', {
              ...{ n, token, op, again: { log_id, seq, acked_at_ms }, refused: null },
              ...stampOf(stamp),
            }),
            tx.delete('sent', id),
          ]),
        );
      }
      return count;
    });
  }

  /** Takes those back out: this hub has no such audit. */
  withdrawAgain(token: string): Promise<void> {
    return this.db.transaction(['outbox', 'sent'], 'write', async (tx) => {
      for (const { n, op, again, stamp } of await tx.range(
        'outbox',
        { from: token, to: token },
        { index: 'token' },
      )) {
        if (!again) continue;
        await tx.put('sent', { id: op.id, n, token, op, ...again, ...stampOf(stamp) });
        await tx.delete('outbox', n);
      }
    });
  }

  pruneSent(beforeMs: number): Promise<void> {
    return this.db.transaction(['sent'], 'write', async (tx) => {
      for (;;) {
        const old = await tx.range('sent', { before: beforeMs }, { index: 'acked', limit: PIECE });
        if (old.length === 0) return;
        await Promise.all(old.map(({ id }) => tx.delete('sent', id)));
      }
    });
  }

  /** Forgets the acknowledged marks of an audit up to `upto` of this log, but for those of the modules in `but`. */
  forgetSent(token: string, logId: string, upto: number, but: readonly string[]): Promise<void> {
    const kept = new Set(but);
    return this.db.transaction(['sent'], 'write', async (tx) => {
      const range = { from: [token, logId], to: [token, logId, upto] };
      const marks = await tx.range('sent', range, { index: 'log' });
      await Promise.all(
        marks
          .filter(({ op }) => op.kind !== 'mark' || !kept.has(op.module_id))
          .map(({ id }) => tx.delete('sent', id)),
      );
    });
  }

  // ---- between two addresses of the hub ----

  /**
   * Keeps marks and settings that come from elsewhere: all of them or none. They take their places, in the order given,
   * after what is here; marks that are here already stay as they are.
   */
  takeIn(marks: readonly Carried[], settings: Readonly<Record<string, unknown>>): Promise<void> {
    // The other side forgets them once this resolves.
    return this.db.transaction(['outbox', 'sent', 'settings'], 'durable', async (tx) => {
      const known = new Set((await tx.range('outbox')).map((one) => one.op.id));
      for (const { token, op, again, refused, acked, stamp } of marks) {
        if (known.has(op.id) || (await tx.get('sent', op.id)) !== undefined) continue;
        known.add(op.id);
        // The outbox mints n for both: a sent mark may have to go back to its place there.
        const n = (await tx.put('outbox', { token, op, again, refused, ...stampOf(stamp) })) as number;
        if (!acked) continue;
        await tx.put('sent', { id: op.id, n, token, op, ...acked, ...stampOf(stamp) });
        await tx.delete('outbox', n);
      }
      for (const [key, value] of Object.entries(settings)) await tx.put('settings', value, key);
    });
  }

  /** Forgets these marks, which are kept elsewhere now. */
  letGo(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    return this.db.transaction(['outbox', 'sent'], 'write', async (tx) => {
      for (const { n, op } of await tx.range('outbox')) if (gone.has(op.id)) await tx.delete('outbox', n);
      for (const id of gone) await tx.delete('sent', id);
    });
  }

  // ---- copies of audits ----

  loadReplica(token: string): Promise<ReplicaCopy | null> {
    return this.db.transaction(['audits', 'strings'], 'read', async (tx) => {
      const [head, chunks] = await Promise.all([tx.get('audits', token), tx.range('strings', within(token))]);
      if (!head) return null;
      const byNumber = new Map(chunks.map((chunk) => [chunk.number, chunk.modules]));
      return { head, modules: head.strings.flatMap((number) => byNumber.get(number) ?? []) };
    });
  }

  /**
   * Writes the head and the given strings, if the copy that is kept takes them (takes); `whole` forgets every other
   * string first.
   */
  saveReplica(head: ReplicaHead, strings: ReadonlyMap<number, Module[]>, whole: boolean): Promise<void> {
    const { token } = head;
    return this.db.transaction(['audits', 'strings'], 'write', async (tx) => {
      if (!takes(await tx.get('audits', token), head, whole)) return;
      await Promise.all([
        whole && tx.delete('strings', within(token)),
        tx.put('audits', head),
        ...[...strings].map(([number, modules]) => tx.put('strings', { token, number, modules })),
      ]);
    });
  }

  async dropReplica(token: string): Promise<void> {
    await this.db.transaction(['audits', 'strings'], 'write', (tx) =>
      Promise.all([tx.delete('audits', token), tx.delete('strings', within(token))]),
    );
  }

  /** The audits that a copy is kept of. */
  async replicaTokens(): Promise<string[]> {
    const heads = await this.db.transaction(['audits'], 'read', (tx) => tx.range('audits'));
    return heads.map(({ token }) => token);
  }
}

/** The outbox in pieces, as one transaction sees it. */
async function* pieces(tx: Transaction, limit: number): AsyncGenerator<Waiting[]> {
  for (let after = -Infinity; ;) {
    const read = await tx.range('outbox', { after }, { limit });
    const last = read.at(-1);
    if (!last) return;
    yield read;
    if (read.length < limit) return;
    after = last.n;
  }
}

/**
 * May this be written over the copy that is kept? Several tabs write, and an answer may be long on the way: the one that has
 * read further stays. And strings over no copy, or over that of another log, would make an audit with holes that no
 * operation fills.
 */
const takes = (kept: ReplicaHead | undefined, head: ReplicaHead, whole: boolean): boolean =>
  kept?.log_id === head.log_id ? kept.seq <= head.seq : whole;

/** No hub can read half a character. */
const mendedOp = (op: Op): Op => {
  if (op.kind === 'note') return { ...op, text: mended(op.text) };
  // Names of a plan: the hub says what it does not take of them. Values are mended where they are typed (state/properties.ts).
  if (op.kind === 'layout' || op.kind === 'property') return op;
  return typeof op.comment === 'string' ? { ...op, comment: mended(op.comment) } : op;
};

/** Without one the record stays as it was before there were any. */
export const stampOf = (stamp: string | undefined): { stamp?: string } =>
  stamp === undefined ? {} : { stamp };

/** What a log took before goes before what none has. */
const inOrder = (batch: Waiting[]): Waiting[] =>
  batch.sort((a, b) => Number(a.again === null) - Number(b.again === null));

/** Is this, as it is kept now, the mark that was read? */
const stillWaits = (kept: Waiting | undefined, read: Waiting): boolean =>
  kept?.op.id === read.op.id && kept.again?.log_id === read.again?.log_id;

/** What becomes of each mark of a batch, by the hub's answer. Marks without a result go on waiting. */
function sortResults(
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
      refused.push({ ...waiting, refused: result.reason ?? '', ...(result.code && { code: result.code }) });
    } else {
      const { n, token, op } = waiting;
      const acked = { log_id: logId, seq: result.seq ?? 0, acked_at_ms: nowMs };
      sent.push({ id: op.id, n, token, op, ...acked, ...stampOf(result.stamp ?? waiting.stamp) });
    }
  }
  return { sent, refused };
}
