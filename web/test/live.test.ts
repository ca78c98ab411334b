// Silence on a live feed: it is noticed in time, whatever somebody does to the tablet's clock.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Live, type LiveHandlers } from '../src/net/live';
import type { Stream } from '../src/net/shared';
import { START, Timers } from './support';

class FakeStream extends EventTarget {
  readyState = 1;

  close(): void {
    this.readyState = 2;
  }
}

function live(t: TestContext) {
  const timers = new Timers(t);
  const clock = { now: START };
  let look: () => void = () => undefined;
  t.mock.method(globalThis, 'setInterval', ((run: () => void) => {
    look = run;
    return 0;
  }) as unknown as typeof setInterval);
  const streams: FakeStream[] = [];
  const nothing = () => undefined;
  const handlers: LiveHandlers = {
    url: () => 'live',
    want: () => 'x@log:5',
    hello: nothing,
    op: nothing,
    presence: nothing,
    photos: nothing,
    cloud: nothing,
    ping: nothing,
    reset: nothing,
    gone: nothing,
    heard: nothing,
    failed: nothing,
  };
  const feed = new Live(handlers, {
    open: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream as unknown as Stream;
    },
    now: () => clock.now,
    random: () => 1,
    hidden: () => false,
  });
  feed.start();
  const ping = () => streams.at(-1)?.dispatchEvent(new MessageEvent('ping', { data: 'null' }));
  ping();
  const later = (ms: number) => {
    clock.now += ms;
    look();
  };
  return { feed, timers, streams, later, ping };
}

test('a stream that pings is kept, a silent one is replaced', async (t) => {
  const { timers, streams, later, ping } = live(t);
  for (let n = 0; n < 5; n += 1) {
    later(10_500);
    ping();
  }
  assert.equal(streams.length, 1);
  later(21_000);
  assert.equal(streams.length, 1);
  later(1_500);
  assert.equal(streams[0]?.readyState, 2);
  await timers.pass();
  assert.equal(streams.length, 2);
});

test('a clock that is set back by years makes nobody wait for years', async (t) => {
  const { feed, timers, streams, later } = live(t);
  later(-3 * 365 * 24 * 3_600_000);
  assert.equal(streams[0]?.readyState, 2, 'how long it is silent nobody knows');
  await timers.pass();
  assert.equal(streams.length, 2);
  later(-60_000);
  feed.check();
  assert.equal(streams.length, 3, 'nor on coming back into view');
});
