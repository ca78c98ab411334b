// What the tablet keeps, in IndexedDB. Opened once by main.ts; everybody else sees the Store interface.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
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

const NAME = 'fieldhub';
const VERSION = 1;
/** Marks that are read at once. */
const PIECE = 500;

interface Schema extends DBSchema {
  settings: { key: string; value: unknown };
  outbox: { key: number; value: Waiting; indexes: { token: string } };
  sent: { key: string; value: Sent; indexes: { log: [string, string, number]; acked: number } };
  audits: { key: string; value: ReplicaHead };
  // One record per string: a mark rewrites some 24 modules, not 20,000.
  strings: { key: [string, number]; value: { token: string; number: number; modules: Module[] } };
}

interface Lease {
  holder: string;
  until: number;
}

const everyString = (token: string) => IDBKeyRange.bound([token, -Infinity], [token, Infinity]);

export async function openStore(name = NAME): Promise<IdbStore> {
  const store = new IdbStore(name);
  await store.db;
  return store;
}

function connect(name: string, lost: () => void): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('settings');
      db.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true }).createIndex('token', 'token');
      const sent = db.createObjectStore('sent', { keyPath: 'id' });
      sent.createIndex('log', ['token', 'log_id', 'seq']);
      sent.createIndex('acked', 'acked_at_ms');
      db.createObjectStore('audits', { keyPath: 'token' });
      db.createObjectStore('strings', { keyPath: ['token', 'number'] });
    },
    // A newer page in another tab wants to upgrade: let it; this tab reloads into the new page.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      if (typeof location !== 'undefined') location.reload();
    },
    terminated: lost,
  });
}

export class IdbStore implements Store {
  readonly lasting = true;
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name: string) {}

  /**
   * Opened anew where the browser has closed it under the page: site data were cleared, or the process that keeps them was
   * ended. The tab may be the only page that there is for days.
   */
  get db(): Promise<IDBPDatabase<Schema>> {
    const lost = () => {
      this.#opened = null;
    };
    if (!this.#opened) {
      this.#opened = connect(this.name, lost);
      this.#opened.catch(lost);
    }
    return this.#opened;
  }

  close(): void {
    void this.#opened?.then((db) => {
      db.close();
    });
  }

  async get(key: string): Promise<unknown> {
    return (await this.db).get('settings', key);
  }

  async set(key: string, value: unknown): Promise<void> {
    await (await this.db).put('settings', value, key);
  }

  async add(token: string, ops: readonly Op[]): Promise<Waiting[]> {
    const fresh = ops.map((op) => ({ token, op, again: null, refused: null }));
    // "strict": resolved once it is on the disk, not in a cache that a flat battery empties.
    const tx = (await this.db).transaction('outbox', 'readwrite', { durability: 'strict' });
    // The store mints n.
    const places = await Promise.all(fresh.map((one) => tx.store.add(one as unknown as Waiting)));
    await tx.done;
    return fresh.map((one, i) => ({ n: places[i] ?? 0, ...one }));
  }

  async outbox(): Promise<Waiting[]> {
    return (await this.db).getAll('outbox');
  }

  async next(limit: number, but: ReadonlySet<string>): Promise<Waiting[]> {
    const taken: Waiting[] = [];
    for await (const read of this.#pieces(limit)) {
      takeNext(taken, read, limit, but);
      if (taken.length === limit) break;
    }
    return taken;
  }

  async tally(): Promise<Tally> {
    const tally: Tally = { waiting: new Map(), refused: [] };
    for await (const read of this.#pieces(PIECE)) addToTally(tally, read);
    return tally;
  }

  /** The outbox in pieces, as one transaction sees it. */
  async *#pieces(size: number): AsyncGenerator<Waiting[]> {
    const { store } = (await this.db).transaction('outbox');
    for (let after = -Infinity; ;) {
      const read = await store.getAll(IDBKeyRange.lowerBound(after, true), size);
      const last = read.at(-1);
      if (!last) return;
      yield read;
      if (read.length < size) return;
      after = last.n;
    }
  }

  async settle(
    batch: readonly Waiting[],
    results: readonly OpResult[],
    logId: string,
    nowMs: number,
  ): Promise<Settled> {
    const tx = (await this.db).transaction(['outbox', 'sent'], 'readwrite');
    const kept = await Promise.all(batch.map(({ n }) => tx.objectStore('outbox').get(n)));
    const waits = batch.filter((read, i) => stillWaits(kept[i], read));
    const { sent, refused } = sortResults(waits, results, logId, nowMs);
    const writes: Promise<unknown>[] = [];
    for (const one of sent) {
      writes.push(tx.objectStore('sent').put(one), tx.objectStore('outbox').delete(one.n));
    }
    for (const one of refused) writes.push(tx.objectStore('outbox').put(one));
    await Promise.all([...writes, tx.done]);
    return { sent, refused };
  }

  async dropRefused(n: number): Promise<void> {
    await (await this.db).delete('outbox', n);
  }

  async retryRefused(n: number): Promise<void> {
    const tx = (await this.db).transaction('outbox', 'readwrite');
    const waiting = await tx.store.get(n);
    if (waiting) await tx.store.put({ ...waiting, refused: null });
    await tx.done;
  }

  async sentSince(token: string, logId: string, seq: number): Promise<Sent[]> {
    const range = IDBKeyRange.bound([token, logId, seq], [token, logId, Infinity], true);
    return (await this.db).getAllFromIndex('sent', 'log', range);
  }

  async offerAgain(token: string, logId: string): Promise<number> {
    const tx = (await this.db).transaction(['outbox', 'sent'], 'readwrite');
    const log = tx.objectStore('sent').index('log');
    // Two ranges around this log: nothing is read when every mark is of this log.
    const elsewhere = [
      IDBKeyRange.bound([token], [token, logId], false, true),
      IDBKeyRange.bound([token, logId, Infinity], [token, []], true, true),
    ];
    let count = 0;
    for (const range of elsewhere) {
      for (const { id, n, op, log_id, seq, acked_at_ms } of await log.getAll(range)) {
        // With its old n it takes its old place, before everything marked since.
        await tx.objectStore('outbox').put({
          n,
          token,
          op,
          again: { log_id, seq, acked_at_ms },
          refused: null,
        });
        await tx.objectStore('sent').delete(id);
        count += 1;
      }
    }
    await tx.done;
    return count;
  }

  async withdrawAgain(token: string): Promise<void> {
    const tx = (await this.db).transaction(['outbox', 'sent'], 'readwrite');
    for (const { n, op, again } of await tx.objectStore('outbox').index('token').getAll(token)) {
      if (!again) continue;
      await tx.objectStore('sent').put({ id: op.id, n, token, op, ...again });
      await tx.objectStore('outbox').delete(n);
    }
    await tx.done;
  }

  async pruneSent(beforeMs: number): Promise<void> {
    const tx = (await this.db).transaction('sent', 'readwrite');
    for await (const cursor of tx.store.index('acked').iterate(IDBKeyRange.upperBound(beforeMs, true))) {
      await cursor.delete();
    }
    await tx.done;
  }

  async forgetSent(token: string, logId: string, upto: number, but: readonly string[]): Promise<void> {
    const kept = new Set(but);
    const tx = (await this.db).transaction('sent', 'readwrite');
    const range = IDBKeyRange.bound([token, logId], [token, logId, upto]);
    for await (const cursor of tx.store.index('log').iterate(range)) {
      if (!kept.has(moduleOf(cursor.value.op) ?? '')) await cursor.delete();
    }
    await tx.done;
  }

  async sent(token: string): Promise<Sent[]> {
    return (await this.db).getAllFromIndex('sent', 'log', IDBKeyRange.bound([token], [token, []]));
  }

  async sentTokens(): Promise<string[]> {
    const tx = (await this.db).transaction('sent');
    const index = tx.store.index('log');
    const tokens: string[] = [];
    let cursor = await index.openKeyCursor();
    while (cursor) {
      const [token] = cursor.key;
      tokens.push(token);
      // From one audit to the next, however many marks there are: an array sorts after every text.
      cursor = await index.openKeyCursor(IDBKeyRange.lowerBound([token, []]));
    }
    await tx.done;
    return tokens;
  }

  async takeIn(marks: readonly Carried[], settings: Readonly<Record<string, unknown>>): Promise<void> {
    // "strict": the other side forgets them once this resolves.
    const tx = (await this.db).transaction(['outbox', 'sent', 'settings'], 'readwrite', {
      durability: 'strict',
    });
    const [outbox, sent] = [tx.objectStore('outbox'), tx.objectStore('sent')];
    const known = new Set((await outbox.getAll()).map((one) => one.op.id));
    for (const { token, op, again, refused, acked } of marks) {
      if (known.has(op.id) || (await sent.getKey(op.id)) !== undefined) continue;
      known.add(op.id);
      // The outbox mints n for both: a sent mark may have to go back to its place there.
      const n = await outbox.add({ token, op, again, refused } as unknown as Waiting);
      if (!acked) continue;
      await sent.put({ id: op.id, n, token, op, ...acked });
      await outbox.delete(n);
    }
    for (const [key, value] of Object.entries(settings)) await tx.objectStore('settings').put(value, key);
    await tx.done;
  }

  async letGo(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    const tx = (await this.db).transaction(['outbox', 'sent'], 'readwrite');
    const outbox = tx.objectStore('outbox');
    for (const { n, op } of await outbox.getAll()) if (gone.has(op.id)) await outbox.delete(n);
    for (const id of gone) await tx.objectStore('sent').delete(id);
    await tx.done;
  }

  async loadReplica(token: string): Promise<ReplicaCopy | null> {
    const tx = (await this.db).transaction(['audits', 'strings']);
    const [head, chunks] = await Promise.all([
      tx.objectStore('audits').get(token),
      tx.objectStore('strings').getAll(everyString(token)),
    ]);
    await tx.done;
    if (!head) return null;
    const byNumber = new Map(chunks.map((chunk) => [chunk.number, chunk.modules]));
    return { head, modules: head.strings.flatMap((number) => byNumber.get(number) ?? []) };
  }

  async saveReplica(
    head: ReplicaHead,
    strings: ReadonlyMap<number, Module[]>,
    whole: boolean,
  ): Promise<void> {
    const tx = (await this.db).transaction(['audits', 'strings'], 'readwrite');
    const writes: Promise<unknown>[] = [];
    const kept = await tx.objectStore('audits').get(head.token);
    if (takes(kept, head, whole)) {
      if (whole) writes.push(tx.objectStore('strings').delete(everyString(head.token)));
      writes.push(tx.objectStore('audits').put(head));
      for (const [number, modules] of strings) {
        writes.push(tx.objectStore('strings').put({ token: head.token, number, modules }));
      }
    }
    await Promise.all([...writes, tx.done]);
  }

  async dropReplica(token: string): Promise<void> {
    const tx = (await this.db).transaction(['audits', 'strings'], 'readwrite');
    await Promise.all([
      tx.objectStore('audits').delete(token),
      tx.objectStore('strings').delete(everyString(token)),
      tx.done,
    ]);
  }

  async replicaTokens(): Promise<string[]> {
    return (await this.db).getAllKeys('audits');
  }

  async lease(name: string, holder: string, nowMs: number, ttlMs: number): Promise<boolean> {
    const key = `lease:${name}`;
    const tx = (await this.db).transaction('settings', 'readwrite');
    const held = (await tx.store.get(key)) as Lease | undefined;
    // A lease far in the future is of a clock that has been set back: it counts for nothing.
    const free = !held || held.holder === holder || held.until <= nowMs || held.until > nowMs + 10 * ttlMs;
    if (free) await tx.store.put({ holder, until: nowMs + ttlMs } satisfies Lease, key);
    await tx.done;
    return free;
  }

  async release(name: string, holder: string): Promise<void> {
    const key = `lease:${name}`;
    const tx = (await this.db).transaction('settings', 'readwrite');
    const held = (await tx.store.get(key)) as Lease | undefined;
    if (held?.holder === holder) await tx.store.delete(key);
    await tx.done;
  }
}
