// A hub that has another log than before is offered what the one before it took; and how long a tablet keeps that.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { ApiError } from '../src/net/call';
import type { Op } from '../src/domain/types';
import { KEEP_SENT_MS } from '../src/sync/store';
import { idsOf, keep, markOf, marksOf, sentIds, setUpOn, START, STORES, Tab, until, A, B } from './support';

for (const { kind, open } of STORES) {
  const setUp = setUpOn(open);

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

  describe(`the place of a mark among all, with the store ${kind}`, () => {
    const stamped = ({ id }: Op) => ({ stamp: `stamp-of-${id}` });

    test('what waits stays until the log that was put back has what the one before it had, with its stamps', async (t) => {
      const { hub, a } = await setUp(t);
      hub.stampFor = stamped;
      const [dead, ok] = [markOf('M1'), markOf('M1', { status: 'ok' })];
      await a.outbox.add(A, [dead]);
      await a.sent();
      // A backup from before, put back while the tablet is out of reach: it has not heard of another log.
      hub.replace('log-9');
      await a.outbox.add(A, [ok]);
      await a.sent();
      await until('told', () => a.settled.length === 2);
      assert.deepEqual(hub.logOf(A), [dead.id, ok.id]);
      assert.deepEqual([...hub.stamps], [[dead.id, `stamp-of-${dead.id}`]], 'a fresh one has none');
    });

    test('a hub before that takes whatever it is asked to still gets all', async (t) => {
      const { hub, a } = await setUp(t);
      await a.outbox.add(A, [markOf('M1')]);
      await a.sent();
      hub.logId = 'log-9';
      const { post } = hub;
      hub.post = (token, ops) => post.call(hub, token, ops);
      await a.outbox.add(A, [markOf('M2')]);
      await a.sent();
      assert.equal(hub.logOf(A).length, 2);
    });

    test('stamps are kept: of those that were known already, and of those that the feed brought before the answer', async (t) => {
      const { store, hub, a } = await setUp(t);
      const [known, lost, old] = [markOf('M1'), markOf('M2'), markOf('M3')];
      await keep(store, A, [known, lost, old]);
      await store.stamped(A, new Map([[lost.id, 'by-the-feed']]));
      hub.answer = (_, ops) => ({
        log_id: hub.logId,
        results: ops.map(({ id }, i) => ({
          ...{ id, seq: i + 1, outcome: 'duplicate' },
          ...(id === known.id && { stamp: 'by-the-answer' }),
        })),
      });
      a.outbox.start();
      await a.sent();
      assert.deepEqual([...hub.stamps], [[lost.id, 'by-the-feed']]);
      const stamps = (await store.sent(A)).map(({ id, stamp }) => [id, stamp]);
      assert.deepEqual(stamps, [
        [known.id, 'by-the-answer'],
        [lost.id, 'by-the-feed'],
        [old.id, undefined],
      ]);
      await store.offerAgain(A, 'log-9');
      await store.withdrawAgain(A);
      assert.deepEqual(
        (await store.sent(A)).map(({ id, stamp }) => [id, stamp]),
        stamps,
        'there and back',
      );
    });

    test('what a log took before is sent before what none has, be that older', async (t) => {
      const { store, hub, a } = await setUp(t);
      const [refused, sent] = [markOf('M1'), markOf('M2')];
      hub.answer = (token, ops) => ({
        log_id: hub.logId,
        results: ops.map((op) =>
          op.id === refused.id ? { id: op.id, seq: null, outcome: 'refused' } : hub.takeOne(token, op),
        ),
      });
      await keep(store, A, [refused, sent]);
      a.outbox.start();
      await a.sent();
      await store.retryRefused((await store.outbox())[0]?.n ?? -1);
      hub.replace('log-9');
      hub.up();
      a.outbox.kick();
      await a.sent();
      assert.deepEqual(hub.logOf(A), [sent.id, refused.id]);
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

    test('a hub whose clock is set ahead makes no tablet forget', async (t) => {
      const { store, hub, timers, a } = await setUp(t);
      const [early, late] = [[markOf('M1')], [markOf('M2')]];
      // The hub has woken up months ago.
      a.outbox.hubTime(START - 5 * KEEP_SENT_MS);
      await a.outbox.add(A, early);
      await until('told', () => a.settled.length === 1);
      a.outbox.hubTime(START);
      await a.outbox.add(A, late);
      await until('told', () => a.settled.length === 2);
      // It learns the time; then somebody lies to it.
      for (const time of [START, START + 30 * KEEP_SENT_MS]) {
        const tab = new Tab(store, hub, timers, `tab ${String(time)}`);
        tab.outbox.hubTime(time);
        await tab.outbox.add(A, [markOf('M3')]);
        await until('told', () => tab.settled.length === 1);
        const kept = await sentIds(store, A, hub.logId);
        assert.deepEqual(kept.slice(0, 2), [early, late].flatMap(idsOf));
      }
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
