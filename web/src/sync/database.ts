// Transaction port: the few things that a database of this page has to be able to do. sync/indexeddb.ts does them on the
// disk, sync/memory.ts in memory; all that they mean is in sync/store.ts, once.
import type { Records, Writes } from './records';

/** As IndexedDB sorts them: numbers before texts before lists, and a list before a longer one that begins with it. */
export type Key = number | string | readonly (number | string | readonly never[])[];

/** `from` and `to` are of it, `after` and `before` are not; without an end it goes as far as there is anything. */
export interface Range {
  from?: Key;
  after?: Key;
  to?: Key;
  before?: Key;
}

/** Everything that `key` is the beginning of: a list sorts after every text and number. */
export const within = (...key: (number | string)[]): Range => ({ from: key, to: [...key, []] });

export const isRange = (what: Key | Range): what is Range => typeof what === 'object' && !Array.isArray(what);

/** `R`: what is read of each store, `W`: what is written to it. */
export interface Transaction<R = Records, W = Writes> {
  get<S extends keyof R>(store: S, key: Key): Promise<R[S] | undefined>;
  /** Tells the key. `key` is said where the record does not have it. */
  put<S extends keyof R & keyof W>(store: S, record: W[S], key?: string): Promise<Key>;
  delete(store: keyof R, what: Key | Range): Promise<void>;
  /** In the order of the keys, of the store or of the index. */
  range<S extends keyof R>(store: S, range?: Range, by?: { index?: string; limit?: number }): Promise<R[S][]>;
}

/** `durable`: on the disk when it resolves, not in a cache that a flat battery empties. */
export type Mode = 'read' | 'write' | 'durable';

export interface Database<R = Records, W = Writes> {
  /** False when everything is forgotten with the tab. */
  readonly lasting: boolean;
  /**
   * One transaction over these stores: all of it or nothing, and no other writes to them meanwhile. `work` waits for nothing
   * but what it asks of the transaction; where it throws, nothing is written.
   */
  transaction<T>(
    stores: readonly (keyof R)[],
    mode: Mode,
    work: (tx: Transaction<R, W>) => Promise<T>,
  ): Promise<T>;
  close(): void;
}
