// The panel behind the hub: what it asks and how often, what it makes of pressing "send now", and what it does while
// the hub is away.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sentNow, stillSo, type Parked, type SentNow, type Upstream } from '../src/domain/upstream';
import { ApiError, Unreachable } from '../src/net/call';
import { Upstreams } from '../src/sync/upstreams';
import { deferred, START, Timers, until } from './support';

const upstreamOf = (change: Partial<Upstream> = {}): Upstream => ({
  name: 'cloud',
  kind: 'v33',
  url: 'https://cloud.example',
  state: 'idle',
  reason: null,
  retry_in_ms: null,
  pending: 0,
  done: 0,
  total: 0,
  last_success_ms: START,
  bytes_today: { sent: 0, received: 0 },
  budget_bytes: null,
  left_out: 0,
  left_out_example: null,
  parked: 0,
  audits: [],
  ...change,
});

const parkedOf = (module_id: string): Parked => ({
  upstream: 'cloud',
  token: 'audit-a',
  module_id,
  reason: 'no such module',
  reason_code: null,
  at_ms: START,
  dropped: false,
});

function panel(t: TestContext) {
  const timers = new Timers(t);
  const hub = {
    calls: [] as string[],
    upstreams: [upstreamOf()],
    parked: [] as Parked[],
    answer: null as Error | null,
    gate: Promise.resolve(),
  };
  const told = {
    upstreams: [] as Upstream[],
    parked: [] as Parked[],
    sent: new Map() as ReadonlyMap<string, SentNow>,
    hidden: false,
    problem: null as Error | null,
  };
  const call = async <T>(name: string, said: () => T): Promise<T> => {
    hub.calls.push(name);
    await hub.gate;
    if (hub.answer) throw hub.answer;
    return said();
  };
  const upstreams = new Upstreams(
    {
      upstreams: () => call('upstreams', () => hub.upstreams),
      parked: () => call('parked', () => hub.parked),
      syncNow: () => call('sync', () => hub.upstreams.length),
      retryParked: (which) => call(`retry ${JSON.stringify(which)}`, () => undefined),
      dropParked: (which) => call(`drop ${JSON.stringify(which)}`, () => undefined),
    },
    {
      upstreams: (all) => (told.upstreams = all),
      parked: (all) => (told.parked = all),
      sent: (said) => (told.sent = said),
      problem: (error) => (told.problem = error as Error | null),
      hidden: () => told.hidden,
    },
    () => 1,
  );
  t.after(() => {
    upstreams.close();
  });
  const looked = (times: number) =>
    until(
      `looked ${String(times)} times`,
      () => hub.calls.filter((one) => one === 'upstreams').length === times && timers.waits.length === 1,
    );
  return { upstreams, hub, told, problem: () => told.problem, timers, looked };
}

test('it looks at once, then at a walking pace, and faster while something moves', async (t) => {
  const { upstreams, hub, told, timers, looked, problem } = panel(t);
  upstreams.look();
  await looked(1);
  assert.deepEqual(told.upstreams, hub.upstreams);
  assert.equal(problem(), null);
  assert.deepEqual(timers.waits, [2_500]);
  hub.upstreams = [upstreamOf({ state: 'syncing', done: 1_200, total: 20_000, pending: 18_800 })];
  await timers.pass();
  await looked(2);
  assert.deepEqual(timers.waits, [1_000]);
  assert.equal(told.upstreams[0]?.done, 1_200);
});

test('closed, it looks no more, and says nothing of a look that was under way', async (t) => {
  const { upstreams, hub, told, timers, looked } = panel(t);
  upstreams.look();
  await looked(1);
  hub.upstreams = [];
  const answered = deferred();
  hub.gate = answered.promise;
  await timers.pass();
  upstreams.close();
  answered.resolve();
  await answered.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hub.calls.length, 2);
  assert.equal(told.upstreams.length, 1);
  assert.deepEqual(timers.waits, []);
});

test('nobody looks: nothing is asked', async (t) => {
  const { upstreams, hub, told, timers } = panel(t);
  told.hidden = true;
  upstreams.look();
  await until('the next look is set', () => timers.waits.length === 1);
  assert.deepEqual(hub.calls, []);
  told.hidden = false;
  await timers.pass();
  await until('asked', () => hub.calls.length === 1);
});

test('a hub that is away is asked ever more seldom, and what it last said stays', async (t) => {
  const { upstreams, hub, told, timers, looked, problem } = panel(t);
  upstreams.look();
  await looked(1);
  hub.answer = new Unreachable('no route to host');
  const waits: number[] = [];
  for (let look = 2; look < 8; look += 1) {
    waits.push(await timers.pass());
    await looked(look);
  }
  assert.deepEqual(waits, [2_500, 5_000, 10_000, 15_000, 15_000, 15_000]);
  assert.ok(problem() instanceof Unreachable);
  assert.equal(told.upstreams.length, 1);
  hub.answer = null;
  upstreams.look();
  await looked(8);
  assert.equal(problem(), null);
  assert.deepEqual(timers.waits, [2_500]);
});

test('a hub that knows of no upstreams has none; other refusals are told', async (t) => {
  const { upstreams, hub, told, timers, looked, problem } = panel(t);
  hub.answer = new ApiError(404, 'no such route', 'not_found');
  upstreams.look();
  await looked(1);
  assert.deepEqual(told.upstreams, []);
  assert.equal(problem(), null);
  hub.answer = new ApiError(500, 'something broke', 'internal');
  await timers.pass();
  await looked(2);
  assert.ok(problem() instanceof ApiError);
});

test('what is parked is read when how many has changed, and after somebody has dealt with it', async (t) => {
  const { upstreams, hub, told, timers, looked } = panel(t);
  upstreams.look();
  await looked(1);
  assert.deepEqual(hub.calls, ['upstreams']);
  hub.upstreams = [upstreamOf({ parked: 1 })];
  hub.parked = [parkedOf('M17')];
  await timers.pass();
  await looked(2);
  assert.deepEqual(told.parked, hub.parked);
  await timers.pass();
  await looked(3);
  assert.equal(hub.calls.filter((one) => one === 'parked').length, 1);
  await upstreams.retry({ upstream: 'cloud', token: 'audit-a', module_id: 'M17' });
  await looked(4);
  assert.equal(hub.calls.filter((one) => one === 'parked').length, 2);
  assert.ok(hub.calls.includes('retry {"upstream":"cloud","token":"audit-a","module_id":"M17"}'));
  hub.upstreams = [upstreamOf()];
  await upstreams.drop({});
  await looked(5);
  assert.deepEqual(told.parked, [], 'nothing is parked any more, and nothing is asked for that');
  assert.equal(hub.calls.filter((one) => one === 'parked').length, 2);
});

test('a list that could not be read is read at the next look', async (t) => {
  const { upstreams, hub, told, timers, looked, problem } = panel(t);
  hub.upstreams = [upstreamOf({ parked: 1 })];
  hub.parked = [parkedOf('M17')];
  const { parked } = hub;
  Object.defineProperty(hub, 'parked', {
    configurable: true,
    get: () => {
      throw new Unreachable('cut');
    },
  });
  upstreams.look();
  await looked(1);
  assert.ok(problem() instanceof Unreachable);
  Object.defineProperty(hub, 'parked', { value: parked });
  await timers.pass();
  await looked(2);
  assert.deepEqual(told.parked, parked);
});

test('"send now" says that it tries, then that everything has arrived', async (t) => {
  const { upstreams, hub, told, timers, looked } = panel(t);
  hub.upstreams = [upstreamOf({ state: 'waiting', reason: 'no route', retry_in_ms: 90_000, pending: 7 })];
  upstreams.look();
  await looked(1);
  await upstreams.syncNow();
  await looked(2);
  assert.equal(told.sent.get('cloud'), 'asked', 'the old wait is still on');
  assert.deepEqual(timers.waits, [1_000]);
  hub.upstreams = [upstreamOf({ state: 'syncing', pending: 7 })];
  await timers.pass();
  await looked(3);
  assert.equal(told.sent.get('cloud'), 'asked');
  hub.upstreams = [upstreamOf({ last_success_ms: START + 5_000 })];
  await timers.pass();
  await looked(4);
  assert.equal(told.sent.get('cloud'), 'done');
  await timers.pass();
  await looked(5);
  assert.equal(told.sent.get('cloud'), 'done', 'as long as it is so');
  hub.upstreams = [upstreamOf({ state: 'syncing', pending: 1 })];
  await timers.pass();
  await looked(6);
  assert.equal(told.sent.get('cloud'), undefined, 'a mark has been made since');
});

test('what was said of a try goes when it is so no more', () => {
  const waiting = upstreamOf({ state: 'waiting', retry_in_ms: 4_000, pending: 7 });
  const paused = upstreamOf({ state: 'paused', pending: 7 });
  const sending = upstreamOf({ state: 'syncing', pending: 7 });
  const cases: [SentNow, Upstream, boolean][] = [
    ['asked', waiting, true],
    ['done', upstreamOf(), true],
    ['done', sending, false],
    ['left', sending, true],
    ['left', upstreamOf(), false],
    ['left', waiting, false],
    ['left', paused, false],
    ['failed', waiting, true],
    ['failed', paused, true],
    ['failed', sending, false],
    ['failed', upstreamOf(), false],
  ];
  for (const [said, now, so] of cases) assert.equal(stillSo(said, now), so, `${said}, ${now.state}`);
});

test('what came of "send now", by how it was and how it is', () => {
  const waiting = (retry_in_ms: number) => upstreamOf({ state: 'waiting', retry_in_ms, pending: 7 });
  const idle = upstreamOf({ pending: 7 });
  const cases: [Upstream, Upstream, number, SentNow][] = [
    [waiting(90_000), waiting(89_000), 1, 'asked'],
    [waiting(90_000), waiting(120_000), 1, 'failed'],
    [waiting(90_000), waiting(20_000), 3, 'failed'],
    [idle, waiting(4_000), 1, 'failed'],
    [idle, upstreamOf({ state: 'paused', pending: 7 }), 1, 'failed'],
    [idle, upstreamOf({ state: 'syncing', pending: 7 }), 9, 'asked'],
    [idle, idle, 1, 'asked'],
    [idle, upstreamOf({ pending: 3, last_success_ms: START + 1 }), 1, 'left'],
    [idle, upstreamOf({ pending: 0, last_success_ms: START + 1 }), 1, 'done'],
    [upstreamOf(), upstreamOf(), 1, 'done'],
    // Nothing was asked of it: that all has arrived, nobody can say.
    [idle, upstreamOf({ state: 'untried', last_success_ms: null }), 1, 'asked'],
    [idle, upstreamOf({ state: 'untried', last_success_ms: null }), 3, 'nothing'],
    [idle, upstreamOf({ last_success_ms: null }), 3, 'nothing'],
  ];
  for (const [before, now, look, said] of cases) {
    assert.equal(sentNow(before, now, look), said, JSON.stringify([before.state, now.state, look]));
  }
});

test('"send now" to a hub that is away fails as a call does, and is not said to try', async (t) => {
  const { upstreams, hub, told, looked } = panel(t);
  upstreams.look();
  await looked(1);
  hub.answer = new Unreachable('no route to host');
  await assert.rejects(upstreams.syncNow(), Unreachable);
  assert.equal(told.sent.size, 0);
});
