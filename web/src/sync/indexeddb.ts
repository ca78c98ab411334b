// IndexedDB: the database port on the tablet's disk. Opened by sync/open.ts, used by sync/store.ts.
import { isRange, type Database, type Key, type Mode, type Range, type Transaction } from './database';
import { isSilent } from './quota';
import { NAME, SHAPES, VERSION, type Shapes, type StoreName } from './records';

/** `shapes`: the stores of a new one. */
export async function openIndexedDb(name = NAME, shapes: Shapes = SHAPES): Promise<Database> {
  const database = new IndexedDb(name, shapes);
  await database.opened.catch((error: unknown) => {
    if (!isSilent(error)) throw error;
    return database.opened;
  });
  return database;
}

/** An open that hears nothing, and a transaction: writing 20,000 modules takes an old tablet some seconds. */
const OPEN_MS = 10_000;
const PATIENCE_MS = 20_000;

/** As they are, whatever a test puts in their place. */
const { setTimeout: later, clearTimeout: cancel } = globalThis;

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = later(() => {
      reject(new DOMException('the storage does not answer', 'TimeoutError'));
    }, ms);
    work.then(resolve, reject).finally(() => {
      cancel(timer);
    });
  });
}

function answerTo<T>(request: IDBRequest<T>): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error as DOMException);
    };
  });
  // Of several under way one failure is enough to tell: the transaction ends with it.
  answer.catch(() => undefined);
  return answer;
}

async function connect(name: string, shapes: Shapes, lost: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const [store, { keyPath = null, autoIncrement = false, indexes = {} }] of Object.entries(shapes)) {
      const made = request.result.createObjectStore(store, { keyPath, autoIncrement });
      for (const [index, of] of Object.entries(indexes)) made.createIndex(index, of);
    }
  };
  const db = await answerTo(request);
  // A newer page in another tab wants to upgrade: let it; this tab reloads into the new page.
  db.onversionchange = () => {
    db.close();
    if (typeof location !== 'undefined') location.reload();
  };
  db.onclose = lost;
  return db;
}

/** `[[]]` is after every key of this page. */
const keyRange = ({ from = -Infinity, after, to = [[]], before }: Range) =>
  IDBKeyRange.bound(after ?? from, before ?? to, after !== undefined, before !== undefined);

/** What the port asks, in the words of IndexedDB. The types of the records are the port's: the disk has none. */
const over = (tx: IDBTransaction): Transaction =>
  ({
    get: (store: StoreName, key: IDBValidKey) => answerTo(tx.objectStore(store).get(key)),
    put: (store: StoreName, record: unknown, key?: string) =>
      answerTo(tx.objectStore(store).put(record, key)),
    delete: (store: StoreName, what: Key | Range) =>
      answerTo(tx.objectStore(store).delete(isRange(what) ? keyRange(what) : (what as IDBValidKey))),
    range: (
      store: StoreName,
      range: Range = {},
      { index, limit }: { index?: string; limit?: number } = {},
    ) => {
      const all = tx.objectStore(store);
      return answerTo((index === undefined ? all : all.index(index)).getAll(keyRange(range), limit));
    },
  }) as Transaction;

class IndexedDb implements Database {
  readonly lasting = true;
  #opened: Promise<IDBDatabase> | null = null;

  constructor(
    private readonly name: string,
    private readonly shapes: Shapes,
  ) {}

  /**
   * Opened anew where the browser has closed it under the page: site data were cleared, or the process that keeps them was
   * ended. The tab may be the only page that there is for days.
   */
  get opened(): Promise<IDBDatabase> {
    if (this.#opened) return this.#opened;
    const opened = within(
      OPEN_MS,
      connect(this.name, this.shapes, () => {
        this.#leave(opened);
      }),
    );
    opened.catch(() => {
      this.#leave(opened);
    });
    return (this.#opened = opened);
  }

  /**
   * Safari, and Android after waking, lose the connection without an event: whatever is asked of it fails, or hears nothing. So a
   * transaction that fails of that goes over a new one, once. Nothing of the first was written; should it have been, in the
   * moment in which the connection broke, an operation that is kept twice is one to every hub.
   */
  async transaction<T>(
    stores: readonly StoreName[],
    mode: Mode,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const opened = this.opened;
    try {
      return await within(PATIENCE_MS, this.#once(await opened, stores, mode, work));
    } catch (error) {
      if (!isSilent(error)) throw error;
      this.#leave(opened);
      return within(PATIENCE_MS, this.#once(await this.opened, stores, mode, work));
    }
  }

  /** This connection is dead: the next to ask opens another, those who ask at once the same. */
  #leave(opened: Promise<IDBDatabase>): void {
    if (this.#opened !== opened) return;
    this.#opened = null;
    opened.then(
      (db) => {
        db.close();
      },
      () => undefined,
    );
  }

  async #once<T>(
    db: IDBDatabase,
    stores: readonly StoreName[],
    mode: Mode,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const tx = db.transaction(stores, mode === 'read' ? 'readonly' : 'readwrite', {
      durability: mode === 'durable' ? 'strict' : 'default',
    });
    const done = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => {
        resolve();
      };
      tx.onabort = () => {
        reject(tx.error ?? new DOMException('the browser ended it', 'AbortError'));
      };
    });
    done.catch(() => undefined);
    try {
      const result = await work(over(tx));
      await done;
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It is over already.
      }
      // What ended it, such as a quota that is used up, says more than what the requests under way heard of that.
      throw tx.error ?? error;
    }
  }

  close(): void {
    void this.#opened?.then((db) => {
      db.close();
    });
  }
}
