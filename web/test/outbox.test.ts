// The promise of the page: no mark is lost, none is sent out of order, none holds the others back. The same tests run
// over both stores. With several tabs: outbox-tabs.test.ts; over another log of the hub, and how long marks are kept:
// outbox-logs.test.ts; the stores themselves: store.test.ts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MarkOp } from '../src/domain/types';
import { ApiError, Unreachable } from '../src/net/call';
import { BATCH } from '../src/sync/outbox';
import type { Store } from '../src/sync/store';
import {
  deferred,
  idsOf,
  keep,
  markOf,
  marksOf,
  sentIds,
  setUpOn,
  STORES,
  summaryOf,
  Tab,
  until,
  A,
  B,
} from './support';

for (const { kind, open } of STORES) {
  const setUp = setUpOn(open);

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

    test('a mark that the hub cannot read has no id in the answer, and is known by its place', async (t) => {
      const { store, hub, a } = await setUp(t);
      const ops = marksOf(3);
      const other = markOf('M7');
      await keep(store, A, ops);
      await keep(store, B, [other]);
      // As a hub of before says it, for all of them but the last.
      hub.answer = (token, sent) => ({
        log_id: hub.logId,
        results: sent.map((op, i) =>
          token === A && i < 2
            ? { id: null as unknown as string, seq: null, outcome: 'refused', reason: 'half an emoji' }
            : hub.takeOne(token, op),
        ),
      });
      a.outbox.start();
      await a.sent();
      assert.deepEqual(
        (await store.outbox()).map(({ op, refused }) => [op.id, refused]),
        ops.slice(0, 2).map(({ id }) => [id, 'half an emoji']),
      );
      assert.deepEqual([hub.logOf(A), hub.logOf(B)], [[ops[2]?.id], [other.id]]);
      assert.equal(hub.calls.length, 2, 'none went twice');
      assert.deepEqual(
        a.settled.flatMap(({ answer }) => answer.results.map(({ id }) => id)),
        [...idsOf(ops), other.id],
        'and whoever listens hears which one it was',
      );
    });

    test('a mark that the hub fails over is refused in the end with what it said, for somebody to decide', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const bad = markOf('M1');
      await keep(store, A, [bad]);
      hub.answer = (token, sent) =>
        sent.some(({ id }) => id === bad.id)
          ? new ApiError(500, 'the hub could not do that', 'internal')
          : hub.take(token, sent);
      a.outbox.start();
      const refused = async () => (await store.outbox())[0]?.refused ?? null;
      // While nothing else is sent nobody knows whether it is the mark or the hub.
      for (let i = 0; i < 12; i += 1) await timers.pass();
      assert.equal(await refused(), null);
      for (let i = 0; i < 40 && (await refused()) === null; i += 1) {
        await a.outbox.add(A, [markOf(`M${String(i + 2)}`)]);
        await timers.pass();
        await until('it came back', () => timers.waits.length > 0 || hub.calls.length > 500);
      }
      assert.equal(await refused(), 'the hub could not do that');
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
      const { hub, timers, a } = await setUp(t);
      hub.answer = (token, ops) =>
        token === A ? new ApiError(404, 'no such audit', 'not_found') : hub.take(token, ops);
      const late = markOf('M9');
      // The mark is made at the worst moment: the outbox was read, and is about to say that nothing is left.
      const release = t.mock.method(a.outbox.lease, 'release', async () => {
        release.mock.restore();
        await a.outbox.add(B, [late]);
        await a.outbox.lease.release();
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
}
