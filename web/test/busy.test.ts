// A hub that has too much to do, or does not let this tablet in: the marks wait as long as it asks, nothing is
// lost, and a single such answer alarms nobody.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { ApiError } from '../src/net/call';
import { FakeHub, idsOf, markOf, marksOf, STORES, Tab, Timers, until } from './support';

const A = 'audit-a';
const busy = (status: number, retryAfterMs: number | null) =>
  new ApiError(status, 'too much to do', 'too_many', retryAfterMs);

for (const { kind, open } of STORES) {
  const setUp = async (t: TestContext) => {
    const { store } = await open(t);
    const hub = new FakeHub();
    const timers = new Timers(t);
    const ops = marksOf(3);
    for (const op of ops) await store.add(A, [op]);
    return { hub, timers, ops, a: new Tab(store, hub, timers) };
  };

  describe(`a busy hub, with the store ${kind}`, () => {
    for (const status of [429, 503]) {
      test(`${String(status)}: waits as long as the hub asks, then everything goes, and no word of it`, async (t) => {
        const { hub, timers, ops, a } = await setUp(t);
        hub.answer = () => busy(status, 9_000);
        a.outbox.start();
        await until('it waits', () => timers.waits.length === 1);
        assert.deepEqual(timers.waits, [9_000]);
        assert.deepEqual(await a.waiting(), idsOf(ops));
        hub.up();
        assert.equal(await timers.pass(), 9_000);
        await a.sent();
        assert.deepEqual(hub.logOf(A), idsOf(ops));
        assert.deepEqual(
          a.troubles.filter((one) => one.status !== null),
          [],
        );
      });
    }

    test('a hub that names no time is tried again with growing waits', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => busy(503, null);
      a.outbox.start();
      const waits: number[] = [];
      for (let i = 0; i < 4; i += 1) waits.push(await timers.pass());
      assert.deepEqual(waits, [700, 1_400, 2_800, 5_600]);
    });

    test('a mark made meanwhile does not break in on the wait', async (t) => {
      const { hub, timers, ops, a } = await setUp(t);
      hub.answer = () => busy(429, 9_000);
      a.outbox.start();
      await until('it waits', () => timers.waits.length === 1);
      timers.now += 2_000;
      const late = markOf('M9');
      await a.outbox.add(A, [late]);
      assert.deepEqual(timers.waits, [7_000], 'what is left of it');
      assert.equal(hub.calls.length, 1);
      hub.up();
      await timers.pass();
      await a.sent();
      assert.deepEqual(hub.logOf(A), [...idsOf(ops), late.id]);
    });

    test('a hub that asks for a day is asked after five minutes, and one that is back at once', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => busy(503, 24 * 3_600_000);
      a.outbox.start();
      await until('it waits', () => timers.waits.length === 1);
      assert.deepEqual(timers.waits, [5 * 60_000]);
      hub.up();
      a.outbox.wake();
      await a.sent();
    });

    test('a clock that is set back makes nobody wait for longer', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => busy(503, 9_000);
      a.outbox.start();
      await until('it waits', () => timers.waits.length === 1);
      timers.now -= 24 * 3_600_000;
      hub.down();
      a.outbox.kick();
      await until('it waits again', () => hub.calls.length === 2 && timers.waits.length === 1);
      assert.deepEqual(timers.waits, [1_400], 'as for any hub that does not answer');
      hub.up();
      await timers.pass();
      await a.sent();
    });

    test('a hub that stays busy is spoken of from the third time on, until it takes marks', async (t) => {
      const { hub, timers, a } = await setUp(t);
      hub.answer = () => busy(503, 1_000);
      a.outbox.start();
      for (let i = 0; i < 2; i += 1) await timers.pass();
      await until('the third answer', () => a.troubles.length === 1);
      assert.equal(a.troubles[0]?.status, 503);
      assert.equal(hub.calls.length, 3);
      hub.up();
      await timers.pass();
      await a.sent();
      await until('its end is told', () => a.troubles.at(-1)?.status === null);
    });

    test('a tablet that is not let in keeps its marks in their order, and sends them when it is', async (t) => {
      const { hub, timers, ops, a } = await setUp(t);
      hub.answer = () => new ApiError(401, 'the lead has ended this session', 'revoked');
      a.outbox.start();
      for (let i = 0; i < 5; i += 1) await timers.pass();
      const late = markOf('M9');
      await a.outbox.add(A, [late]);
      await until('refused again', () => hub.calls.length === 6 && timers.waits.length === 1);
      assert.deepEqual(await a.waiting(), [...idsOf(ops), late.id], 'waiting, and none refused');
      hub.up();
      a.outbox.wake();
      await a.sent();
      assert.deepEqual(hub.logOf(A), [...idsOf(ops), late.id]);
    });
  });
}
