// In-memory database: the same port for browsers that refuse IndexedDB (the page then says so), and for tests.
import { isRange, type Database, type Key, type Mode, type Range, type Transaction } from './database';
import { SHAPES, type Shapes, type StoreName } from './records';

type Entry = readonly [key: Key, record: unknown];

export class MemoryDatabase implements Database {
  readonly lasting = false;
  readonly #stores: Map<string, Map<string, Entry>>;
  #minted = 0;
  /** They go one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly shapes: Shapes = SHAPES) {
    this.#stores = new Map(Object.keys(shapes).map((name) => [name, new Map<string, Entry>()]));
  }

  transaction<T>(
    _stores: readonly StoreName[],
    _mode: Mode,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const done = this.#last.then(() => this.#run(work));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const undo: (() => void)[] = [];
    const set = (store: StoreName, key: Key, entry: Entry | null) => {
      const records = this.#stores.get(store);
      const name = JSON.stringify(key);
      const before = records?.get(name);
      undo.push(() => (before ? records?.set(name, before) : records?.delete(name)));
      if (entry) records?.set(name, entry);
      else records?.delete(name);
    };
    const tx = {
      get: (store: StoreName, key: Key) =>
        Promise.resolve(this.#stores.get(store)?.get(JSON.stringify(key))?.[1]),
      put: (store: StoreName, record: object, named?: string) => {
        const [key, whole] = this.#keyed(store, record, named);
        set(store, key, [key, whole]);
        return Promise.resolve(key);
      },
      delete: (store: StoreName, what: Key | Range) => {
        const keys = isRange(what) ? this.#range(store, what).map(([key]) => key) : [what];
        for (const key of keys) set(store, key, null);
        return Promise.resolve();
      },
      range: (store: StoreName, range: Range = {}, by: { index?: string; limit?: number } = {}) =>
        Promise.resolve(
          this.#range(store, range, by.index)
            .slice(0, by.limit)
            .map(([, record]) => record),
        ),
    };
    try {
      return await work(tx as Transaction);
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  }

  close(): void {
    // There is nothing to let go of.
  }

  #keyed(store: StoreName, record: object, named?: string): Entry {
    const { keyPath, autoIncrement } = this.shapes[store] ?? {};
    if (keyPath === undefined) return [named ?? '', record];
    if (!autoIncrement) return [keyOf(record, keyPath), record];
    const { n = this.#minted + 1 } = record as { n?: number };
    this.#minted = Math.max(this.#minted, n);
    return [n, { ...record, n }];
  }

  #range(store: StoreName, range: Range, index?: string): Entry[] {
    const path = index === undefined ? undefined : this.shapes[store]?.indexes?.[index];
    return [...(this.#stores.get(store)?.values() ?? [])]
      .map((entry) => ({ entry, at: path === undefined ? entry[0] : keyOf(entry[1], path) }))
      .filter(({ at }) => isIn(range, at))
      .sort((a, b) => compare(a.at, b.at) || compare(a.entry[0], b.entry[0]))
      .map(({ entry }) => entry);
  }
}

function keyOf(record: unknown, path: string | string[]): Key {
  const at = (name: string) => (record as Record<string, string | number>)[name] ?? [];
  return typeof path === 'string' ? at(path) : path.map(at);
}

const isIn = ({ from, after, to, before }: Range, key: Key): boolean =>
  (from === undefined || compare(key, from) >= 0) &&
  (after === undefined || compare(key, after) > 0) &&
  (to === undefined || compare(key, to) <= 0) &&
  (before === undefined || compare(key, before) < 0);

const rank = (key: Key) => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2);

function compare(one: Key, other: Key): number {
  if (rank(one) !== rank(other)) return rank(one) - rank(other);
  if (typeof one === 'number' || typeof one === 'string') return one < other ? -1 : one > other ? 1 : 0;
  const rest = other as readonly Key[];
  for (const [i, part] of one.entries()) {
    const against = rest[i];
    if (against === undefined) return 1;
    const order = compare(part, against);
    if (order !== 0) return order;
  }
  return one.length - rest.length;
}
