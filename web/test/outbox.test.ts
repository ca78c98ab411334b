// The promise of the page: no mark is lost, none is sent out of order, none holds the others back. The same
// tests run over both stores.
import assert from 'node:assert/strict';
import { forceCloseDatabase } from 'fake-indexeddb';
import { describe, test, type TestContext } from 'node:test';
import type { MarkOp, OpResult } from '../src/domain/types';
import { ApiError, Unreachable } from '../src/net/call';
import { openStore } from '../src/sync/db';
import { BATCH } from '../src/sync/outbox';
import { KEEP_SENT_MS, type Settled, type Store, type Waiting } from '../src/sync/store';
import {
  deferred,
  FakeHub,
  idsOf,
  markOf,
  marksOf,
  START,
  STORES,
  summaryOf,
  Tab,
  Timers,
  until,
} from './support';

const A = 'audit-a';
const B = 'audit-b';

async function keep(store: Store, token: string, ops: readonly MarkOp[]): Promise<void> {
  for (const op of ops) await store.add(token, [op]);
}

const hubTook = (batch: readonly Waiting[]): OpResult[] =>
  batch.map(({ op }, i) => ({ id: op.id, seq: i + 1, outcome: 'applied' }));

const sentIds = async (store: Store, token: string, logId: string) =>
  (await store.sentSince(token, logId, -1)).map((one) => one.id);

for (const { kind, open } of STORES) {
  const setUp = async (t: TestContext) => {
    const { store, tab } = await open(t);
    const hub = new FakeHub();
    const timers = new Timers(t);
    return { store, tab, hub, timers, a: new Tab(store, hub, timers) };
  };

  describe(`sending, with the store ${kind}`, () => {
    test('a mark is kept before it is sent, and sent without being asked', async (t) => {
      const { store, hub, a } = await setUp(t);
      hub.answer = async (token, ops) => {
        assert.deepEqual(await a.waiting(), idsOf(ops), 'kept when the call was made');
        return hub.take(token, ops);
      };
      const op = markOf('M1');
      await a.outbox.add(A, [op]);
      await a.sent();
      assert.deepEqual(hub.logOf(A), [op.id]);
      assert.deepEqual(await sentIds(store, A, hub.logId), [op.id]);
    });

    test('marks go in the order they were made, at most 200 to a call, one audit to a call', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ofA = marksOf(450);
      const ofB = marksOf(150);
      // Three of A, one of B, and so on, as somebody who walks between two audits.
      for (let i = 0; i < 150; i += 1) {
        await keep(store, A, ofA.slice(3 * i, 3 * i + 3));
        await keep(store, B, ofB.slice(i, i + 1));
      }
      a.outbox.start();
      await a.sent();
      assert.equal(BATCH, 200);
      for (const { ids } of hub.calls) assert.ok(ids.length <= 200, String(ids.length));
      assert.deepEqual(hub.logOf(A), idsOf(ofA));
      assert.deepEqual(hub.logOf(B), idsOf(ofB));
      assert.deepEqual(
        hub.calls.map(({ token, ids }) => [token, ids.length]),
        [
          [A, 200],
          // The oldest that waits is one of B now.
          [B, 150],
          [A, 200],
          [A, 50],
        ],
      );
    });

    test('a mark made during a call goes with the next', async (t) => {
      const { hub, a } = await setUp(t);
      const gate = hub.hold();
      const ops = marksOf(3);
      for (const op of ops) await a.outbox.add(A, [op]);
      await until('a call is under way', () => hub.calls.length === 1);
      const late = markOf('M9');
      await a.outbox.add(A, [late]);
      gate.resolve();
      await a.sent();
      assert.deepEqual(hub.logOf(A), [...idsOf(ops), late.id]);
      assert.equal(new Set(hub.calls.flatMap(({ ids }) => ids)).size, 4);
      assert.equal(hub.calls.flatMap(({ ids }) => ids).length, 4, 'nothing went twice');
    });

    test('nothing is removed before it is acknowledged, and the page is told after', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(3);
      await keep(store, A, ops);
      const gate = hub.hold();
      a.outbox.start();
      await until('the call is under way', () => hub.calls.length === 1);
      assert.deepEqual(await a.waiting(), idsOf(ops));
      assert.equal(a.settled.length, 0);
      gate.resolve();
      await until('the page is told', () => a.settled.length === 1);
      assert.deepEqual(await a.waiting(), []);
      assert.deepEqual(await sentIds(store, A, hub.logId), idsOf(ops));
    });

    test('an unreachable hub: all is kept, and it is tried again with growing waits', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const ops = marksOf(3);
      await keep(store, A, ops);
      hub.down();
      a.outbox.start();
      const waits: number[] = [];
      for (let i = 0; i < 7; i += 1) {
        waits.push(await timers.pass());
        assert.deepEqual(await a.waiting(), idsOf(ops));
      }
      assert.deepEqual(waits, [700, 1_400, 2_800, 5_600, 11_200, 15_000, 15_000]);
      await until('the last call came back', () => hub.calls.length === 8 && timers.waits.length === 1);
      hub.up();
      await timers.pass();
      await a.sent();
      assert.deepEqual(hub.logOf(A), idsOf(ops));
    });

    test('the waits begin anew after a success, and when the hub is heard of', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.down();
      await a.outbox.add(A, [markOf('M1')]);
      assert.equal(await timers.pass(), 700);
      assert.equal(await timers.pass(), 1_400);
      await until('the next wait', () => timers.waits.length === 1);
      assert.deepEqual(timers.waits, [2_800]);
      a.outbox.wake();
      await until('the wake found the hub down', () => hub.calls.length === 4 && timers.waits.length === 1);
      assert.deepEqual(timers.waits, [700]);
      hub.up();
      await timers.pass();
      await a.sent();
      hub.down();
      await a.outbox.add(A, [markOf('M2')]);
      assert.equal(await timers.pass(), 700);
    });

    test('an answer lost on the way: the marks go again, and a duplicate counts as acknowledged', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const ops = marksOf(3);
      await keep(store, A, ops);
      hub.answer = (token, sent) => {
        hub.take(token, sent);
        hub.up();
        return new Unreachable('the answer was lost');
      };
      a.outbox.start();
      await timers.pass();
      await a.sent();
      assert.deepEqual(
        a.settled.flatMap(({ answer }) => answer.results.map(({ outcome }) => outcome)),
        ['duplicate', 'duplicate', 'duplicate'],
      );
      assert.deepEqual(hub.logOf(A), idsOf(ops));
      assert.deepEqual(
        (await store.sentSince(A, hub.logId, 0)).map(({ id, seq }) => [id, seq]),
        ops.map(({ id }, i) => [id, i + 1]),
      );
    });

    test('superseded and conflict are acknowledgements as well', async (t) => {
      const { store, hub, a } = await setUp(t);
      const [one, two] = [markOf('M1'), markOf('M2')];
      await keep(store, A, [one, two]);
      hub.answer = () => ({
        log_id: hub.logId,
        results: [
          { id: one.id, seq: 8, outcome: 'superseded' },
          { id: two.id, seq: 9, outcome: 'conflict' },
        ],
      });
      a.outbox.start();
      await a.sent();
      assert.deepEqual(await sentIds(store, A, hub.logId), [one.id, two.id]);
    });

    test('a partial answer: what has no result goes on waiting, and goes again in order', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(5);
      await keep(store, A, ops);
      const gate = deferred();
      hub.answer = (token, sent) => {
        hub.answer = async (...call) => {
          await gate.promise;
          return hub.take(...call);
        };
        return hub.take(
          token,
          sent.filter((_, i) => i % 2 === 0),
        );
      };
      a.outbox.start();
      await until('the rest is under way', () => hub.calls.length === 2);
      const rest = [ops[1]?.id, ops[3]?.id];
      assert.deepEqual(await a.waiting(), rest);
      assert.deepEqual(hub.calls[1]?.ids, rest);
      gate.resolve();
      await a.sent();
      assert.equal(hub.logOf(A).length, 5);
    });

    test('an answer about nothing that was asked removes nothing and is no progress', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const ops = marksOf(2);
      await keep(store, A, ops);
      hub.answer = () => ({
        log_id: hub.logId,
        results: [{ id: 'somebody-else', seq: 1, outcome: 'applied' }],
      });
      a.outbox.start();
      assert.equal(await timers.pass(), 700);
      assert.equal(await timers.pass(), 1_400);
      assert.deepEqual(await a.waiting(), idsOf(ops));
    });

    test('a refused mark is kept with its reason, and the others go on without it', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(4);
      const bad = ops[1] as MarkOp;
      await keep(store, A, ops);
      hub.answer = (token, sent) => ({
        log_id: hub.logId,
        results: sent.map((op) =>
          op.id === bad.id
            ? { id: op.id, seq: null, outcome: 'refused', reason: 'no such module' }
            : hub.takeOne(token, op),
        ),
      });
      a.outbox.start();
      await a.sent();
      const late = markOf('M9');
      await a.outbox.add(A, [late]);
      await a.sent();
      const kept = await store.outbox();
      assert.deepEqual(
        kept.map(({ op, refused }) => [op, refused]),
        [[bad, 'no such module']],
      );
      assert.deepEqual(hub.logOf(A), [...idsOf(ops.filter((op) => op !== bad)), late.id]);
      assert.equal(hub.calls.flatMap(({ ids }) => ids).filter((id) => id === bad.id).length, 1);

      // Tried again by hand it goes; deleted by hand it is gone.
      hub.up();
      const n = kept[0]?.n ?? -1;
      await store.retryRefused(n);
      a.outbox.kick();
      await a.sent();
      assert.equal(hub.logOf(A).at(-1), bad.id);
      assert.deepEqual(await store.outbox(), []);
    });

    test('a refused mark without a reason is a refused mark; deleting it deletes it alone', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(2);
      await keep(store, A, ops);
      hub.answer = (_, sent) => ({
        log_id: hub.logId,
        results: sent.map(({ id }) => ({ id, seq: null, outcome: 'refused' })),
      });
      a.outbox.start();
      await a.sent();
      const [first, second] = await store.outbox();
      assert.deepEqual([first?.refused, second?.refused], ['', '']);
      await store.dropRefused(first?.n ?? -1);
      assert.deepEqual(
        (await store.outbox()).map((one) => one.op.id),
        [second?.op.id],
      );
    });

    for (const status of [400, 413]) {
      test(`${String(status)} of a whole call: halved until the culprit stands alone`, async (t) => {
        const { store, hub, timers, a } = await setUp(t);
        const ops = marksOf(230);
        const bad = ops[137] as MarkOp;
        await keep(store, A, ops);
        hub.answer = (token, sent) =>
          sent.some((op) => op.id === bad.id)
            ? new ApiError(status, 'this call will not do', null)
            : hub.take(token, sent);
        a.outbox.start();
        await a.sent();
        assert.deepEqual(hub.logOf(A), idsOf(ops.filter((op) => op !== bad)), 'all others, in order');
        assert.deepEqual(
          (await store.outbox()).map(({ op, refused }) => [op.id, refused]),
          [[bad.id, 'this call will not do']],
        );
        const refusals = hub.calls.filter(({ ids }) => ids.includes(bad.id)).map(({ ids }) => ids.length);
        assert.equal(refusals.at(-1), 1);
        assert.ok(hub.calls.length < 40, `${String(hub.calls.length)} calls`);
        assert.deepEqual(timers.waits, [], 'nothing to wait for');
        assert.equal(a.settled.flatMap(({ answer }) => answer.results).length, 230);
      });
    }

    test('404 parks one audit for a minute; the others go on', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const [ofA, ofB] = [marksOf(3), marksOf(3)];
      await keep(store, A, ofA);
      await keep(store, B, ofB);
      hub.answer = (token, ops) =>
        token === A ? new ApiError(404, 'no such audit', 'not_found') : hub.take(token, ops);
      a.outbox.start();
      await until('the others are sent', () => hub.logOf(B).length === 3);
      await until('the outbox waits', () => timers.waits.length === 1);
      assert.deepEqual(await a.waiting(), idsOf(ofA));
      assert.deepEqual(a.troubles[0], { token: A, status: 404, message: 'no such audit' });
      assert.equal(hub.calls.filter(({ token }) => token === A).length, 1);

      const late = markOf('M9');
      await a.outbox.add(B, [late]);
      await until('a later mark goes', () => hub.logOf(B).length === 4);
      assert.equal(hub.calls.filter(({ token }) => token === A).length, 1, 'not asked again meanwhile');

      hub.up();
      assert.equal(await timers.pass(), 60_000);
      await a.sent();
      assert.deepEqual(hub.logOf(A), idsOf(ofA));
    });

    test('a parked audit is asked for at once when the hub comes back', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => new ApiError(404, 'no such audit', 'not_found');
      await a.outbox.add(A, [markOf('M1')]);
      await until('parked', () => timers.waits[0] === 60_000);
      hub.up();
      a.outbox.wake();
      await a.sent();
    });

    test('a parked audit does not make a new mark of another one wait', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      hub.answer = (token, ops) =>
        token === A ? new ApiError(404, 'no such audit', 'not_found') : hub.take(token, ops);
      const late = markOf('M9');
      // The mark is made at the worst moment: the outbox was read, and is about to say that nothing is left.
      const release = t.mock.method(store, 'release', async (name: string, holder: string) => {
        release.mock.restore();
        await a.outbox.add(B, [late]);
        await store.release(name, holder);
      });
      await a.outbox.add(A, [markOf('M1')]);
      await until('the outbox waits', () => timers.waits.length === 1);
      assert.deepEqual(hub.logOf(B), [late.id], 'sent without waiting a minute');
    });

    test('a clock that is set back does not park an audit for longer', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => new ApiError(404, 'no such audit', 'not_found');
      await a.outbox.add(A, [markOf('M1')]);
      await until('parked', () => timers.waits[0] === 60_000);
      timers.now -= 24 * 3_600_000;
      hub.up();
      await timers.pass();
      await a.sent();
    });

    for (const [status, message] of [
      [507, 'the disk is full'],
      [500, 'something broke'],
      [403, 'marks only from the crew'],
    ] as const) {
      test(`${String(status)}: all is kept, the trouble is told, and its end`, async (t) => {
        const { store, hub, timers, a } = await setUp(t);
        const ops = marksOf(3);
        await keep(store, A, ops);
        hub.answer = () => new ApiError(status, message, null);
        a.outbox.start();
        assert.equal(await timers.pass(), 700);
        assert.equal(await timers.pass(), 1_400);
        assert.deepEqual(await a.waiting(), idsOf(ops), 'waiting and not refused');
        assert.deepEqual(a.troubles[0], { token: A, status, message });
        await until('the third call came back', () => timers.waits.length === 1);
        hub.up();
        await timers.pass();
        await a.sent();
        await until('the end of it is told', () => a.troubles.at(-1)?.status === null);
        assert.deepEqual(hub.logOf(A), idsOf(ops));
      });
    }

    test('a store that fails to note the answer loses nothing: the marks go again', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const ops = marksOf(2);
      await keep(store, A, ops);
      const settle = t.mock.method(store, 'settle', () => {
        settle.mock.restore();
        return Promise.reject(new Error('QuotaExceededError'));
      });
      a.outbox.start();
      await until('it waits', () => timers.waits.length === 1);
      assert.deepEqual(await a.waiting(), idsOf(ops));
      assert.equal(a.settled.length, 0);
      await timers.pass();
      await a.sent();
      assert.deepEqual(hub.logOf(A), idsOf(ops));
    });

    test('where the tablet has no room to note the answer, copies go before marks wait for ever', async (t) => {
      const { store, hub, a } = await setUp(t);
      const head = { token: B, log_id: 'log-5', seq: 1, summary: summaryOf(B, 1), strings: [1] };
      await store.saveReplica(head, new Map(), true);
      const settle = store.settle.bind(store);
      t.mock.method(store, 'settle', async (...args: Parameters<Store['settle']>) => {
        if ((await store.replicaTokens()).length > 0)
          throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
        return settle(...args);
      });
      await a.outbox.add(A, marksOf(2));
      await a.sent();
      assert.equal(hub.calls.length, 1);
      assert.equal(a.full, 1, 'and it is told');
    });

    test('a mark that the store cannot keep is reported, and not sent', async (t) => {
      const { store, hub, a } = await setUp(t);
      t.mock.method(store, 'add', () => Promise.reject(new Error('QuotaExceededError')));
      await assert.rejects(a.outbox.add(A, [markOf('M1')]), /Quota/);
      assert.equal(hub.calls.length, 0);
    });

    test('a tab that goes away stops after the call under way, and takes no lease again', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const ops = marksOf(450);
      await keep(store, A, ops);
      const gate = hub.hold();
      a.outbox.start();
      await until('a call is under way', () => hub.calls.length === 1);
      a.outbox.stop();
      gate.resolve();
      await until('the answer is noted', () => a.settled.length > 0);
      const other = new Tab(store, hub, timers, 'tab_b');
      other.outbox.start();
      await other.sent();
      assert.deepEqual(timers.waits, [], 'the other tab found the lease free');
      assert.equal(a.settled.length, 1);
      assert.deepEqual(hub.logOf(A), idsOf(ops));
    });
  });

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
      assert.equal(await store.lease('sender', 'tab_dead', timers.now, 4_000), true);
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
      const other = await tab();
      assert.equal(await store.lease('x', 'one', START, 4_000), true);
      assert.equal(await other.lease('x', 'two', START + 3_999, 4_000), false);
      assert.equal(await store.lease('x', 'one', START + 3_999, 4_000), true, 'the holder renews it');
      await other.release('x', 'two');
      assert.equal(await other.lease('x', 'two', START + 4_000, 4_000), false);
      assert.equal(await other.lease('x', 'two', START + 7_999, 4_000), true);
      await other.release('x', 'two');
      assert.equal(await store.lease('x', 'one', START + 8_000, 4_000), true);
      assert.equal(await other.lease('x', 'two', START - 3_600_000, 4_000), true, 'the clock was set back');
    });
  });

  describe(`another log of the hub, with the store ${kind}`, () => {
    /** Three marks of A and one of B acknowledged by the first log, one of A fresh. */
    const replaced = async (t: TestContext, logId: string) => {
      const all = await setUp(t);
      const { store, hub, a } = all;
      const [ofA, ofB, fresh] = [marksOf(3), marksOf(1), markOf('M9')];
      await keep(store, A, ofA);
      await keep(store, B, ofB);
      a.outbox.start();
      await a.sent();
      await until('told', () => a.settled.length === 2);
      const first = hub.logId;
      await store.add(A, [fresh]);
      hub.calls.length = 0;
      hub.replace(logId);
      return { ...all, ofA, ofB, fresh, first };
    };

    // One that sorts before the first log's id, and one after.
    for (const logId of ['log-', 'log-1', 'log-9', 'log-55']) {
      test(`marks that another log took go to ${logId}, in their old order, before what is new`, async (t) => {
        const { store, hub, a, ofA, ofB, fresh, first } = await replaced(t, logId);
        assert.equal(await store.offerAgain(A, logId), 3);
        assert.deepEqual(await a.waiting(), [...idsOf(ofA), fresh.id]);
        assert.deepEqual(await sentIds(store, A, first), []);
        assert.deepEqual(await sentIds(store, B, first), idsOf(ofB), 'the other audit is left alone');
        assert.deepEqual(
          (await store.outbox()).map(({ again }) => again && [again.log_id, again.seq]),
          [[first, 1], [first, 2], [first, 3], null],
        );
        a.outbox.kick();
        await a.sent();
        assert.deepEqual(hub.logOf(A), [...idsOf(ofA), fresh.id]);
        assert.deepEqual(await sentIds(store, A, logId), [...idsOf(ofA), fresh.id]);
      });
    }

    test('offering again twice, or to the log that has them, does nothing', async (t) => {
      const { store, hub, a, ofA, fresh, first } = await replaced(t, 'log-9');
      assert.equal(await store.offerAgain(A, first), 0);
      assert.equal(await store.offerAgain(A, 'log-9'), 3);
      assert.equal(await store.offerAgain(A, 'log-9'), 0);
      assert.deepEqual(await a.waiting(), [...idsOf(ofA), fresh.id]);
      a.outbox.kick();
      await a.sent();
      assert.equal(await store.offerAgain(A, 'log-9'), 0);
      assert.deepEqual(hub.logOf(A), [...idsOf(ofA), fresh.id]);
    });

    test('a log that holds some of them already answers duplicate: each is there once', async (t) => {
      const { store, hub, a, ofA, fresh } = await replaced(t, 'log-9');
      // A backup from before the last mark.
      hub.take(A, ofA.slice(0, 2));
      await store.offerAgain(A, 'log-9');
      a.outbox.kick();
      await a.sent();
      assert.deepEqual(hub.logOf(A), [...idsOf(ofA), fresh.id]);
      assert.deepEqual(
        (await store.sentSince(A, 'log-9', 0)).map(({ id, seq }) => [id, seq]),
        [...ofA, fresh].map(({ id }, i) => [id, i + 1]),
      );
    });

    test('withdrawn, they are sent marks of their own log again; the fresh one goes on waiting', async (t) => {
      const { store, a, ofA, fresh, first } = await replaced(t, 'log-9');
      const before = await store.sentSince(A, first, -1);
      await store.offerAgain(A, 'log-9');
      await store.withdrawAgain(B);
      assert.deepEqual(await a.waiting(), [...idsOf(ofA), fresh.id], 'another audit withdraws nothing here');
      await store.withdrawAgain(A);
      assert.deepEqual(await a.waiting(), [fresh.id]);
      assert.deepEqual(await store.sentSince(A, first, -1), before);
      assert.equal(await store.offerAgain(A, 'log-9'), 3, 'and can be offered again');
    });

    test('a hub without the audit: what is offered again is withdrawn, what is fresh is parked', async (t) => {
      const { store, hub, timers, a, ofA, fresh, first } = await replaced(t, 'log-9');
      await store.offerAgain(A, 'log-9');
      hub.answer = () => new ApiError(404, 'no such audit', 'not_found');
      a.outbox.kick();
      await until('parked', () => timers.waits[0] === 60_000);
      assert.deepEqual(await a.waiting(), [fresh.id]);
      assert.deepEqual(await sentIds(store, A, first), idsOf(ofA));
    });
  });

  describe(`keeping, with the store ${kind}`, () => {
    test('the 30 days are the hub’s, whatever the clock of the tablet says', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const [before, during, after] = marksOf(3).map((op) => [op]);
      assert.ok(before && during && after);
      const told = (count: number) => until('told', () => a.settled.length === count);
      // A flat battery: until the hub has been heard of, nobody knows what day it is.
      timers.now = 0;
      await a.outbox.add(A, before);
      await told(1);
      a.outbox.hubTime(START);
      await a.outbox.add(A, during);
      await told(2);
      // Somebody sets the clock, by two years too much.
      timers.now = START + 2 * 365 * 86_400_000;
      const b = new Tab(store, hub, timers, 'tab_b');
      b.outbox.hubTime(START + KEEP_SENT_MS - 1);
      await b.outbox.add(A, after);
      await until('told', () => b.settled.length === 1);
      const all = [before, during, after].flatMap(idsOf);
      assert.deepEqual(await sentIds(store, A, hub.logId), all);
      new Tab(store, hub, timers, 'tab_c').outbox.hubTime(START + KEEP_SENT_MS + 1);
      await until('the second is forgotten', async () => (await sentIds(store, A, hub.logId)).length === 2);
    });

    test('sent marks are kept for 30 days', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const [old, young] = [markOf('M1'), markOf('M2')];
      a.outbox.hubTime(timers.now);
      await a.outbox.add(A, [old]);
      await a.sent();
      timers.now += 1;
      await a.outbox.add(A, [young]);
      await a.sent();
      await until('both told', () => a.settled.length === 2);
      const waiting = markOf('M3');
      await store.add(A, [waiting]);

      assert.equal(KEEP_SENT_MS, 30 * 86_400_000);
      const in30Days = START + KEEP_SENT_MS;
      await store.pruneSent(in30Days - KEEP_SENT_MS);
      assert.deepEqual(await sentIds(store, A, hub.logId), [old.id, young.id], 'at 30 days to the moment');
      await store.pruneSent(in30Days + 1 - KEEP_SENT_MS);
      assert.deepEqual(await sentIds(store, A, hub.logId), [young.id]);
      await store.pruneSent(START + 10 * KEEP_SENT_MS);
      assert.deepEqual(await sentIds(store, A, hub.logId), []);
      assert.deepEqual(await a.waiting(), [waiting.id], 'what is not on the hub is kept for ever');
    });

    test('sent marks are told from a place in the log on', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(4);
      await keep(store, A, ops);
      a.outbox.start();
      await a.sent();
      assert.deepEqual(
        (await store.sentSince(A, hub.logId, 2)).map(({ seq }) => seq),
        [3, 4],
      );
      assert.deepEqual(await store.sentSince(A, hub.logId, 4), []);
      assert.deepEqual(await store.sentSince(A, 'log-6', 0), []);
      assert.deepEqual(await store.sentSince(B, hub.logId, 0), []);
    });
  });
}

/** As when site data is cleared, or the system ends the process that keeps it. */
function closeUnder(opened?: IDBOpenDBRequest): void {
  assert.ok(opened);
  forceCloseDatabase(opened.result as unknown as Parameters<typeof forceCloseDatabase>[0]);
}

test('a store that the browser closes under the page is opened again, and keeps the next mark', async (t) => {
  const opened = t.mock.method(indexedDB, 'open');
  const store = await openStore('closed-under');
  t.after(() => {
    store.close();
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
    store.close();
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
  before.close();
  const after = await openStore('reopened');
  assert.ok(((await after.add(A, [ops[2] as MarkOp]))[0]?.n ?? 0) > last);
  assert.deepEqual(
    (await after.outbox()).map(({ op }) => op),
    ops,
  );
  after.close();
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
