// The stores in which marks wait: they outlive the tab and the browser’s closing them, and a tap reads no more than it needs.
import assert from 'node:assert/strict';
import { forceCloseDatabase } from 'fake-indexeddb';
import { test } from 'node:test';
import type { MarkOp } from '../src/domain/types';
import { BATCH } from '../src/sync/outbox';
import {
  FakeHub,
  idsOf,
  keep,
  markOf,
  marksOf,
  openStore,
  STORES,
  Tab,
  Timers,
  until,
  A,
  B,
} from './support';

/** As when site data is cleared, or the system ends the process that keeps it. */
function closeUnder(opened?: IDBOpenDBRequest): void {
  assert.ok(opened);
  forceCloseDatabase(opened.result as unknown as Parameters<typeof forceCloseDatabase>[0]);
}

test('a store that the browser closes under the page is opened again, and keeps the next mark', async (t) => {
  const opened = t.mock.method(indexedDB, 'open');
  const store = await openStore('closed-under');
  t.after(() => {
    store.db.close();
  });
  closeUnder(opened.mock.calls[0]?.result);
  const op = markOf('M1');
  await store.add(A, [op]);
  assert.deepEqual(
    (await store.outbox()).map((one) => one.op.id),
    [op.id],
  );
});

test('a store that could not be opened again is opened for the mark after', async (t) => {
  const opened = t.mock.method(indexedDB, 'open');
  const store = await openStore('closed-twice');
  t.after(() => {
    store.db.close();
  });
  closeUnder(opened.mock.calls[0]?.result);
  opened.mock.mockImplementationOnce(() => {
    throw new Error('not now');
  });
  await assert.rejects(store.add(A, [markOf('M1')]), /not now/);
  await store.add(A, [markOf('M2')]);
  assert.equal((await store.outbox()).length, 1);
});

test('marks outlive the tab: a store opened again has them in order, and goes on counting', async () => {
  const ops = marksOf(3);
  const before = await openStore('reopened');
  await keep(before, A, ops.slice(0, 2));
  const last = (await before.outbox()).at(-1)?.n ?? Infinity;
  before.db.close();
  const after = await openStore('reopened');
  assert.ok(((await after.add(A, [ops[2] as MarkOp]))[0]?.n ?? 0) > last);
  assert.deepEqual(
    (await after.outbox()).map(({ op }) => op),
    ops,
  );
  after.db.close();
});

for (const { kind, open } of STORES) {
  void test(`with 5,000 marks waiting a tap reads a handful, with the store ${kind}`, async (t) => {
    const { store } = await open(t);
    const hub = new FakeHub();
    hub.down();
    await store.add(
      A,
      Array.from({ length: 5_000 }, (_, n) => markOf(`M${String(n)}`)),
    );
    let whole = 0;
    const outbox = store.outbox.bind(store);
    store.outbox = () => {
      whole += 1;
      return outbox();
    };
    const tab = new Tab(store, hub, new Timers(t));
    for (let n = 0; n < 10; n += 1) await tab.outbox.add(A, [markOf(`T${String(n)}`)]);
    await until('the hub was tried', () => hub.calls.length > 0);
    assert.equal(whole, 0, 'the whole outbox was read');
    const next = await store.next(BATCH, new Set());
    assert.equal(next.length, BATCH);
  });

  void test(`the next marks are those of one audit, in order, past what is refused; ${kind}`, async (t) => {
    const { store } = await open(t);
    const [a1, a2, bad] = [markOf('A1'), markOf('A2'), markOf('A3')];
    const [b1, b2] = [markOf('B1'), markOf('B2')];
    const refused = await store.add(A, [bad]);
    await store.add(A, [a1]);
    await store.add(B, [b1]);
    await store.add(A, [a2]);
    await store.add(B, [b2]);
    await store.settle(refused, [{ id: bad.id, seq: null, outcome: 'refused', reason: 'no' }], 'log', 0);
    const ids = async (limit: number, ...but: string[]) =>
      idsOf((await store.next(limit, new Set(but))).map((one) => one.op));
    assert.deepEqual(await ids(9), idsOf([a1, a2]));
    assert.deepEqual(await ids(1), idsOf([a1]));
    assert.deepEqual(await ids(9, A), idsOf([b1, b2]));
    assert.deepEqual(await ids(9, A, B), []);
    const tally = await store.tally();
    assert.deepEqual(
      [...tally.waiting],
      [
        [A, 2],
        [B, 2],
      ],
    );
    assert.deepEqual(idsOf(tally.refused.map((one) => one.op)), [bad.id]);
  });
}
