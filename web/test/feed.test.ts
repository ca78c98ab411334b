// A live feed that the hub refuses: the page finds out why, mends the cookie, or waits to be let in again.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import { Api } from '../src/net/api';
import type { Events } from '../src/sync/events';
import type { Page } from '../src/sync/page';
import { Session } from '../src/sync/session';
import { inMemory, PAGE, auditOf, moduleOf, Timers, until } from './support';

const TOKEN = 'audit-a';
const AUDIT = auditOf(TOKEN, [moduleOf('M1')]);

class FakeStream extends EventTarget {
  static opened: FakeStream[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    FakeStream.opened.push(this);
  }

  /** As the browser does for any status but 200. */
  refuse(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event('error'));
  }

  close(): void {
    this.readyState = 2;
  }
}

/** An open audit over a hub that answers each call with `status`. */
function open(t: TestContext) {
  const timers = new Timers(t);
  const scope = globalThis as { EventSource?: unknown; document?: unknown };
  FakeStream.opened = [];
  scope.EventSource = FakeStream;
  scope.document = { visibilityState: 'visible' };
  t.mock.method(globalThis, 'setInterval', () => 0);
  const hub = { status: 200, calls: [] as string[], cookieGone: false, missing: 0 };
  const events = new Emitter<Events>();
  const api = new Api(events, '', (input) => {
    hub.calls.push(String(input));
    const said = hub.status === 200 ? AUDIT : { success: false, error: 'in words', code: 'in_a_word' };
    return Promise.resolve(new Response(JSON.stringify(said), { status: hub.status }));
  });
  events.on({
    gone: () => {
      hub.missing += 1;
    },
  });
  const page: Page = {
    ...PAGE,
    mendCookie: () => {
      const { cookieGone } = hub;
      hub.cookieGone = false;
      return Promise.resolve(cookieGone);
    },
  };
  const session = new Session(TOKEN, api, inMemory(), page, events);
  t.after(() => {
    session.close();
    delete scope.EventSource;
    delete scope.document;
  });
  return { session, hub, timers };
}

const streams = (count: number) =>
  until(`${String(count)} feeds were opened`, () => FakeStream.opened.length === count);

/** The calls that ask whether the audit is there. */
const probes = (calls: readonly string[]) => calls.filter((call) => call.includes('/ops?'));

test('a feed refused for want of a cookie is opened again as soon as it is mended', async (t) => {
  const { session, hub, timers } = open(t);
  await session.open();
  await streams(1);
  hub.cookieGone = true;
  FakeStream.opened[0]?.refuse();
  await streams(2);
  assert.equal(probes(hub.calls).length, 1);
  assert.deepEqual(
    timers.waits.filter((ms) => ms < 9_000),
    [],
    'nothing else waits to open it',
  );
});

test('a feed refused by a busy hub is opened again after a wait', async (t) => {
  const { session, hub, timers } = open(t);
  await session.open();
  await streams(1);
  hub.status = 503;
  FakeStream.opened[0]?.refuse();
  await until('asked why', () => probes(hub.calls).length === 1);
  assert.equal(FakeStream.opened.length, 1);
  await timers.pass();
  await streams(2);
});

test('a tablet that is not let in does not knock at the feed, and opens it when it is let in again', async (t) => {
  const { session, hub, timers } = open(t);
  await session.open();
  await streams(1);
  hub.status = 401;
  FakeStream.opened[0]?.refuse();
  await until('it stops', () => probes(hub.calls).length === 1 && timers.waits.length === 0);
  hub.status = 200;
  session.wake();
  await streams(2);
  session.wake();
  assert.equal(FakeStream.opened.length, 2, 'once');
});

test('an audit that could not be read for want of a session is read when there is one', async (t) => {
  const { session, hub, timers } = open(t);
  hub.status = 401;
  await session.open();
  await until('refused', () => timers.waits.includes(10_000));
  assert.equal(hub.calls.length, 1, 'and it does not ask all the time');
  hub.status = 200;
  session.wake();
  await streams(1);
  assert.equal(session.replica.modules.size, 1);
});

for (const status of [400, 404]) {
  test(`an audit that the hub answers ${String(status)} about is missing, and not asked for again`, async (t) => {
    const { session, hub, timers } = open(t);
    hub.status = status;
    await session.open();
    await until('told', () => hub.missing === 1);
    assert.equal(hub.calls.length, 1);
    assert.deepEqual(timers.waits, []);
    assert.equal(FakeStream.opened.length, 0);
  });
}

test('waking an audit whose copy is still being read opens no feed from nowhere', async (t) => {
  const { session } = open(t);
  const opening = session.open();
  session.wake();
  await opening;
  await streams(1);
  assert.match(FakeStream.opened[0]?.url ?? '', /after=log-5%3A10$/);
});
