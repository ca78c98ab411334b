// The port that the store stands on: one set of tests for IndexedDB and for memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { within, type Range } from '../src/sync/database';
import { isQuotaError } from '../src/sync/quota';
import type { Sent } from '../src/sync/records';
import { deferred, idsOf, markOf, openStore, STORES, A, B } from './support';

const sentOf = (id: string, token: string, log_id: string, seq: number): Sent => ({
  id,
  n: 1,
  token,
  op: markOf(id),
  log_id,
  seq,
  acked_at_ms: seq,
});

for (const { kind, open } of STORES) {
  describe(`a database ${kind}`, () => {
    test('a transaction that fails has written nothing, and the next is not held up', async (t) => {
      const { store } = await open(t);
      await store.set('kept', 'before');
      const [waiting] = await store.add(A, [markOf('M1')]);
      assert.ok(waiting);
      const failing = store.db.transaction(['settings', 'outbox', 'sent'], 'write', async (tx) => {
        await tx.put('settings', 'after', 'kept');
        await tx.put('settings', 1, 'new');
        await tx.delete('outbox', waiting.n);
        await tx.put('sent', sentOf('M1', A, 'log-1', 1));
        assert.equal(await tx.get('settings', 'kept'), 'after', 'it sees what it wrote');
        throw new Error('in the middle');
      });
      await assert.rejects(failing, /in the middle/);
      assert.equal(await store.get('kept'), 'before');
      assert.equal(await store.get('new'), undefined);
      assert.deepEqual(await store.outbox(), [waiting]);
      assert.deepEqual(await store.sent(A), []);
    });

    test('two that write the same go one after the other', async (t) => {
      const { store, tab } = await open(t);
      const other = await tab();
      const count = (one: typeof store) =>
        one.db.transaction(['settings'], 'write', async (tx) => {
          const n = ((await tx.get('settings', 'n')) as number | undefined) ?? 0;
          await tx.put('settings', n + 1, 'n');
        });
      await Promise.all([count(store), count(other), count(store), count(other)]);
      assert.equal(await store.get('n'), 4);
    });

    test('what resolves is written: the next to read sees it', async (t) => {
      const { store, tab } = await open(t);
      const other = await tab();
      const asked = deferred<unknown>();
      void store.set('key', 1).then(async () => {
        asked.resolve(await other.get('key'));
      });
      assert.equal(await asked.promise, 1);
    });

    test('ranges are in the order of the keys, with their ends as they are said', async (t) => {
      const { store } = await open(t);
      const rows: [string, string, string, number][] = [
        ['a', A, 'log-1', 2],
        ['b', A, 'log-1', 10],
        ['c', A, 'log-2', 1],
        ['d', B, 'log-1', 1],
        ['e', `${A}b`, 'log-1', 1],
        ['f', A, 'log', 5],
      ];
      await store.db.transaction(['sent'], 'write', (tx) =>
        Promise.all(rows.map(([id, token, log, seq]) => tx.put('sent', sentOf(id, token, log, seq)))),
      );
      const ids = (range?: Range, by?: { index?: string; limit?: number }) =>
        store.db.transaction(['sent'], 'read', async (tx) =>
          (await tx.range('sent', range, by)).map(({ id }) => id).join(''),
        );
      const log = { index: 'log' };
      assert.equal(await ids(), 'abcdef');
      assert.equal(await ids({ after: 'b', to: 'e' }), 'cde');
      assert.equal(await ids({ from: 'b', before: 'e' }), 'bcd');
      assert.equal(await ids({}, { limit: 2 }), 'ab');
      assert.equal(await ids(within(A), log), 'fabc');
      assert.equal(await ids(within(A, 'log-1'), log), 'ab');
      assert.equal(await ids({ after: [A, 'log-1', 2], to: [A, 'log-1', []] }, log), 'b');
      assert.equal(await ids({ from: [A], before: [A, 'log-1'] }, log), 'f');
      assert.equal(await ids({ after: [A, 'log-1', []], to: [A, []] }, log), 'c');
      assert.equal(await ids({ after: [A, []] }, { ...log, limit: 1 }), 'e');
      assert.equal(await ids({ before: 2 }, { index: 'acked' }), 'cde', 'equal ones by their own key');
      await store.db.transaction(['sent'], 'write', (tx) => tx.delete('sent', { from: 'b', to: 'd' }));
      assert.equal(await ids(), 'aef');
    });

    test('the outbox mints a place after every place that there ever was', async (t) => {
      const { store } = await open(t);
      const [one, two] = await store.add(A, [markOf('M1'), markOf('M2')]);
      assert.ok(one && two && two.n > one.n);
      await store.dropRefused(two.n);
      const [three] = await store.add(A, [markOf('M3')]);
      assert.ok(three && three.n > two.n);
      await store.db.transaction(['outbox'], 'write', (tx) => tx.put('outbox', { ...one, n: three.n + 5 }));
      const [four] = await store.add(A, [markOf('M4')]);
      assert.equal(four?.n, three.n + 6);
    });
  });
}

describe('a quota that is used up comes through by its name', () => {
  const full = () => new DOMException('no room', 'QuotaExceededError');

  test('where a request says so: no mark of the batch is kept', async (t) => {
    const store = await openStore('full-at-request');
    t.after(() => {
      store.db.close();
    });
    const put = t.mock.method(IDBObjectStore.prototype, 'put');
    put.mock.mockImplementationOnce(() => {
      throw full();
    }, 1);
    await assert.rejects(store.add(A, [markOf('M1'), markOf('M2')]), isQuotaError);
    put.mock.restore();
    assert.deepEqual(await store.outbox(), []);
    const later = markOf('M3');
    await store.add(A, [later]);
    assert.deepEqual(idsOf((await store.outbox()).map((one) => one.op)), [later.id]);
  });

  test('where the browser ends the transaction for it, and its requests hear no more than that', async (t) => {
    const store = await openStore('full-at-commit');
    t.after(() => {
      store.db.close();
    });
    const { put } = IDBObjectStore.prototype;
    const mock = t.mock.method(
      IDBObjectStore.prototype,
      'put',
      function (this: IDBObjectStore, record: unknown) {
        const request = put.call(this, record);
        const { transaction } = this as unknown as { transaction: { _abort(name: string): void } };
        queueMicrotask(() => {
          transaction._abort('QuotaExceededError');
        });
        return request;
      },
    );
    await assert.rejects(store.add(A, [markOf('M1')]), isQuotaError);
    mock.mock.restore();
    assert.deepEqual(await store.outbox(), []);
  });
});

test('marks are flushed to the disk before they are acknowledged; what can be read again need not be', async (t) => {
  const store = await openStore('durability');
  t.after(() => {
    store.db.close();
  });
  const opened = t.mock.method(IDBDatabase.prototype, 'transaction');
  await store.add(A, [markOf('M1')]);
  await store.takeIn([], {});
  await store.set('key', 1);
  assert.deepEqual(
    opened.mock.calls.map((call) => (call.arguments[2] as IDBTransactionOptions).durability),
    ['strict', 'strict', 'default'],
  );
});
