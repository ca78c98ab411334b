// A database whose connection dies without an event, as Safari's does and Android's after waking: it is opened anew and what was
// asked is done; where that does not help, the cause is told by its name.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openStore as openPageStore } from '../src/sync/open';
import { isQuotaError, isSilent } from '../src/sync/quota';
import { A, idsOf, inMemory, markOf, openStore } from './support';

/** The connections that were opened, to close them behind the page's back: no event comes of that. */
function watchOpens(t: TestContext): IDBDatabase[] {
  const opened: IDBDatabase[] = [];
  const { open } = IDBFactory.prototype;
  t.mock.method(IDBFactory.prototype, 'open', function (this: IDBFactory, ...args: Parameters<typeof open>) {
    const request = open.apply(this, args);
    request.addEventListener('success', () => opened.push(request.result));
    return request;
  });
  return opened;
}

/** The browser ends so many transactions with this. */
function endWith(t: TestContext, name: string, times: number): void {
  const { transaction } = IDBDatabase.prototype;
  let left = times;
  t.mock.method(
    IDBDatabase.prototype,
    'transaction',
    function (this: IDBDatabase, ...args: Parameters<typeof transaction>) {
      const tx = transaction.apply(this, args);
      if (left > 0) {
        left -= 1;
        queueMicrotask(() => {
          (tx as unknown as { _abort(name: string): void })._abort(name);
        });
      }
      return tx;
    },
  );
}

test('a connection that was closed is opened anew, once for all who ask at that moment', async (t) => {
  const opened = watchOpens(t);
  const store = await openStore('closed');
  t.after(() => {
    store.db.close();
  });
  const before = markOf('M1');
  await store.add(A, [before]);
  opened[0]?.close();
  const marks = [markOf('M2'), markOf('M3'), markOf('M4')];
  await Promise.all([...marks.map((op) => store.add(A, [op])), store.set('key', 1), store.tally()]);
  assert.equal(opened.length, 2);
  const kept = (await store.outbox()).map((one) => one.op);
  assert.deepEqual(new Set(idsOf(kept)), new Set(idsOf([before, ...marks])));
  assert.equal(kept.length, 4, 'and each is kept once');
});

for (const name of ['InvalidStateError', 'UnknownError', 'AbortError']) {
  test(`a transaction that the browser ends (${name}) goes over a new connection`, async (t) => {
    const opened = watchOpens(t);
    const store = await openStore(`ended-${name}`);
    t.after(() => {
      store.db.close();
    });
    endWith(t, name, 1);
    const op = markOf('M1');
    await store.add(A, [op]);
    assert.equal(opened.length, 2);
    assert.deepEqual(
      (await store.outbox()).map((one) => one.op.id),
      [op.id],
    );
  });
}

test('where a new connection fails too it is told what it was, and the next one is tried for the next mark', async (t) => {
  const store = await openStore('dead');
  t.after(() => {
    store.db.close();
  });
  endWith(t, 'UnknownError', 2);
  await assert.rejects(store.add(A, [markOf('M1')]), (error) => isSilent(error) && !isQuotaError(error));
  await store.add(A, [markOf('M2')]);
  assert.equal((await store.outbox()).length, 1);
});

test('a failure of what was asked is no failure of the connection', async (t) => {
  const opened = watchOpens(t);
  const store = await openStore('asked');
  t.after(() => {
    store.db.close();
  });
  let tries = 0;
  const failing = (error: Error) =>
    store.db.transaction(['settings'], 'write', () => {
      tries += 1;
      return Promise.reject(error);
    });
  await assert.rejects(failing(new Error('in the middle')), /in the middle/);
  endWith(t, 'QuotaExceededError', 1);
  await assert.rejects(store.add(A, [markOf('M1')]), isQuotaError);
  assert.equal(tries, 1);
  assert.equal(opened.length, 1, 'and nothing was opened anew');
});

test('a transaction that hears nothing is given up, and goes over a new connection', async (t) => {
  const { later, pass } = slowTimers(t);
  const fresh = (await import(
    `../src/sync/indexeddb?${String(later)}`
  )) as typeof import('../src/sync/indexeddb');
  const opened = watchOpens(t);
  const db = await fresh.openIndexedDb('hangs');
  t.after(() => {
    db.close();
  });
  const { transaction } = IDBDatabase.prototype;
  const hang = t.mock.method(
    IDBDatabase.prototype,
    'transaction',
    function (this: IDBDatabase, ...args: Parameters<typeof transaction>) {
      const tx = transaction.apply(this, args);
      hang.mock.restore();
      // Its events never come.
      const put = t.mock.method(IDBObjectStore.prototype, 'put', () => {
        put.mock.restore();
        pass();
        return {} as IDBRequest<IDBValidKey>;
      });
      return tx;
    },
  );
  await db.transaction(['settings'], 'write', (tx) => tx.put('settings', 7, 'key'));
  assert.equal(await db.transaction(['settings'], 'read', (tx) => tx.get('settings', 'key')), 7);
  assert.equal(opened.length, 2);
});

/** Timers that pass when they are told to, for a module that is loaded after. */
function slowTimers(t: TestContext): { later: number; pass: () => void } {
  const set: (() => void)[] = [];
  t.mock.method(globalThis, 'setTimeout', ((run: () => void) =>
    set.push(run)) as unknown as typeof setTimeout);
  t.mock.method(globalThis, 'clearTimeout', (id: unknown) => {
    set[(id as number) - 1] = () => undefined;
  });
  return {
    later: 1,
    pass: () => {
      queueMicrotask(() => {
        for (const run of set.splice(0)) run();
      });
    },
  };
}

test('a page whose storage does not answer says so, and not that the browser keeps nothing', async (t) => {
  const open = t.mock.method(IDBFactory.prototype, 'open', () => {
    throw new DOMException('connection to Indexed Database server lost', 'UnknownError');
  });
  const silent = await openPageStore();
  assert.deepEqual([silent.lasting, silent.silent], [false, true]);
  assert.equal(open.mock.callCount(), 2, 'it was tried again');
  open.mock.mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const refusing = await openPageStore();
  assert.deepEqual([refusing.lasting, refusing.silent], [false, false]);
  assert.equal(inMemory().silent, false);
});
