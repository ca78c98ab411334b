// Two tabs of a tablet share one outbox: one of them sends, and whatever becomes of it no mark is lost.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { OpResult } from '../src/domain/types';
import { BATCH } from '../src/sync/outbox';
import { Lease } from '../src/sync/lease';
import type { Waiting } from '../src/sync/records';
import type { Settled, Store } from '../src/sync/store';
import {
  deferred,
  idsOf,
  keep,
  hubTook,
  markOf,
  marksOf,
  sentIds,
  setUpOn,
  START,
  STORES,
  Tab,
  until,
  A,
} from './support';

for (const { kind, open } of STORES) {
  const setUp = setUpOn(open);

  describe(`two tabs, with the store ${kind}`, () => {
    test('the lease lets one tab send; the other looks again in two seconds', async (t) => {
      const { store, tab, hub, timers, a } = await setUp(t);
      const b = new Tab(await tab(), hub, timers, 'tab_b');
      const ops = marksOf(3);
      await keep(store, A, ops);
      const gate = hub.hold();
      a.outbox.start();
      await until('the first tab sends', () => hub.calls.length === 1);
      b.outbox.start();
      await until('the second tab waits', () => timers.waits.length === 1);
      assert.deepEqual(timers.waits, [2_000]);
      assert.equal(hub.calls.length, 1);
      gate.resolve();
      await until('the first tab is through', () => a.settled.length === 1);
      await timers.pass();
      const late = markOf('M9');
      await b.outbox.add(A, [late]);
      await b.sent();
      assert.deepEqual(hub.logOf(A), [...idsOf(ops), late.id]);
      assert.equal(hub.calls.flatMap(({ ids }) => ids).length, 4, 'nothing went twice');
    });

    test('marks made in both tabs go in the order in which they were made', async (t) => {
      const { store, tab, hub, a } = await setUp(t);
      const other = await tab();
      const ops = marksOf(6);
      for (const [i, op] of ops.entries()) await (i % 2 === 0 ? store : other).add(A, [op]);
      a.outbox.start();
      await a.sent();
      assert.deepEqual(hub.logOf(A), idsOf(ops));
    });

    test('a tab that died with the lease holds nothing back for long', async (t) => {
      const { store, tab, hub, timers } = await setUp(t);
      await keep(store, A, marksOf(2));
      assert.equal(await new Lease(store, 'sender', 'tab_dead').take(timers.now, 4_000), true);
      const b = new Tab(await tab(), hub, timers, 'tab_b');
      b.outbox.start();
      assert.equal(await timers.pass(), 2_000);
      assert.equal(await timers.pass(), 2_000);
      await b.sent();
      assert.equal(hub.logOf(A).length, 2);
    });

    test('a call that outlives its lease: both tabs send, the hub keeps each mark once', async (t) => {
      const { store, tab, hub, timers, a } = await setUp(t);
      const b = new Tab(await tab(), hub, timers, 'tab_b');
      const ops = marksOf(3);
      await keep(store, A, ops);
      const gate = deferred();
      hub.answer = async (token, sent) => {
        hub.up();
        await gate.promise;
        return hub.take(token, sent);
      };
      a.outbox.start();
      await until('the first call is slow', () => hub.calls.length === 1);
      timers.now += 4_000;
      b.outbox.start();
      await b.sent();
      gate.resolve();
      await until('the first tab hears, too', () => a.settled.length === 1);
      assert.deepEqual(hub.logOf(A), idsOf(ops));
      assert.deepEqual(await store.outbox(), []);
      assert.deepEqual(await sentIds(store, A, hub.logId), idsOf(ops));
    });

    describe('an answer that a frozen tab hears late, when another tab has had it long since', () => {
      const late = async (t: TestContext) => {
        const all = await setUp(t);
        const { store, tab } = all;
        await keep(store, A, marksOf(3));
        const batch = await store.next(BATCH, new Set());
        const other = await tab();
        const settle = (by: Store, results = hubTook(batch)) => by.settle(batch, results, 'log-5', START);
        return { ...all, other, batch, settle };
      };
      const refusal = (batch: readonly Waiting[]): OpResult[] =>
        batch.map(({ op }) => ({ id: op.id, seq: null, outcome: 'refused', reason: 'no' }));

      test('counts nothing twice', async (t) => {
        const { store, other, settle } = await late(t);
        const moved = ({ sent, refused }: Settled) => [sent.length, refused.length];
        assert.deepEqual(moved(await settle(other)), [3, 0]);
        assert.deepEqual(moved(await settle(store)), [0, 0]);
      });

      test('takes nothing out that is offered to the log of another hub by now', async (t) => {
        const { store, other, batch, settle } = await late(t);
        await settle(other);
        assert.equal(await other.offerAgain(A, 'log-9'), 3);
        await settle(store);
        assert.deepEqual(
          (await store.outbox()).map((one) => one.op.id),
          batch.map((one) => one.op.id),
        );
        assert.deepEqual(await store.sent(A), []);
      });

      test('brings no mark back that somebody dropped, and refuses none that was taken', async (t) => {
        const { store, other, batch, settle } = await late(t);
        const [first, ...rest] = batch;
        assert.ok(first);
        await other.settle([first], refusal([first]), '', START);
        await other.dropRefused(first.n);
        const moved = await other.settle(rest, hubTook(rest), 'log-5', START);
        assert.equal(moved.sent.length, 2);
        await settle(store, refusal(batch));
        assert.deepEqual(await store.outbox(), []);
      });

      test('keeps no mark here that has moved to another address', async (t) => {
        const { store, other, batch, settle } = await late(t);
        await other.letGo(batch.map((one) => one.op.id));
        await settle(store);
        assert.deepEqual(await store.sent(A), []);
      });

      test('is believed where another tab was refused', async (t) => {
        const { store, other, batch, settle } = await late(t);
        await other.settle(batch, refusal(batch), '', START);
        await settle(store);
        assert.deepEqual(await store.outbox(), []);
        assert.equal((await store.sent(A)).length, 3);
      });
    });

    test('a lease is held by one, ends with its time, and cannot be released by another', async (t) => {
      const { store, tab } = await setUp(t);
      const one = new Lease(store, 'x', 'one');
      const two = new Lease(await tab(), 'x', 'two');
      assert.equal(await one.take(START, 4_000), true);
      assert.equal(await two.take(START + 3_999, 4_000), false);
      assert.equal(await one.take(START + 3_999, 4_000), true, 'the holder renews it');
      await two.release();
      assert.equal(await two.take(START + 4_000, 4_000), false);
      assert.equal(await two.take(START + 7_999, 4_000), true);
      await two.release();
      assert.equal(await one.take(START + 8_000, 4_000), true);
      assert.equal(await two.take(START - 3_600_000, 4_000), true, 'the clock was set back');
    });
  });
}
