// Asking the hub again and again: at once when somebody wants to know, in one row of rounds, and not for nobody.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Polling } from '../src/state/polling';
import { deferred, Timers, until } from './support';

function setUp(t: TestContext) {
  const timers = new Timers(t);
  const scope = globalThis as { document?: { visibilityState: string } };
  scope.document = { visibilityState: 'visible' };
  t.after(() => {
    delete scope.document;
  });
  const now = { rounds: 0, wanted: true, gate: Promise.resolve(), current: [] as boolean[] };
  const polling = new Polling(
    async (current) => {
      now.rounds += 1;
      await now.gate;
      now.current.push(current());
    },
    () => 5_000,
    () => now.wanted,
  );
  const looked = (state: string) => (scope.document = { visibilityState: state });
  return { timers, now, polling, looked };
}

test('a round, a wait, and again', async (t) => {
  const { timers, now, polling } = setUp(t);
  polling.now();
  assert.equal(now.rounds, 1);
  assert.equal(await timers.pass(), 5_000);
  assert.equal(now.rounds, 2);
});

test('whoever asks meanwhile begins a row of its own, and the round before is of no more account', async (t) => {
  const { timers, now, polling } = setUp(t);
  const gate = deferred();
  now.gate = gate.promise;
  polling.now();
  polling.now();
  gate.resolve();
  await until('both are over', () => now.current.length === 2);
  assert.deepEqual(now.current, [false, true]);
  await until('one waits', () => timers.waits.length > 0);
  assert.deepEqual(timers.waits, [5_000]);
});

test('a page that is not looked at asks no more until somebody does', async (t) => {
  const { timers, now, polling, looked } = setUp(t);
  polling.now();
  looked('hidden');
  await timers.pass();
  assert.equal(now.rounds, 1);
  assert.deepEqual(timers.waits, []);
});

test('nothing is asked where nothing is wanted, not even by a round under way', async (t) => {
  const { timers, now, polling } = setUp(t);
  const gate = deferred();
  now.gate = gate.promise;
  polling.now();
  now.wanted = false;
  polling.stop();
  gate.resolve();
  await timers.pass();
  assert.equal(now.rounds, 1);
  polling.now();
  assert.equal(now.rounds, 1);
});
