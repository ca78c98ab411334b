// What is told on the page reaches whoever listens, in order, and nobody who has left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import { Api } from '../src/net/api';
import type { Events } from '../src/sync/events';
import { Session } from '../src/sync/session';
import {
  A,
  auditOf,
  FakeHub,
  hubTook,
  inMemory,
  markOf,
  moduleOf,
  PAGE,
  Tab,
  Timers,
  until,
} from './support';

interface Said {
  text: string;
  nothing: undefined;
}

test('each hears what it listens to, in the order of coming, until it leaves', () => {
  const events = new Emitter<Said>();
  const heard: string[] = [];
  const leaveOne = events.on({ text: (text) => heard.push(`one ${text}`) });
  const leaveTwo = events.on({
    text: (text) => heard.push(`two ${text}`),
    nothing: () => heard.push('two, nothing'),
  });
  events.emit('text', 'a');
  events.emit('nothing');
  assert.deepEqual(heard, ['one a', 'two a', 'two, nothing']);
  leaveOne();
  leaveOne();
  events.emit('text', 'b');
  assert.deepEqual(heard.slice(3), ['two b']);
  leaveTwo();
  events.emit('text', 'c');
  assert.equal(heard.length, 4);
  assert.equal(events.size, 0);
});

test('whoever leaves or comes while something is told: the one hears no more of it, the other nothing yet', () => {
  const events = new Emitter<Said>();
  const heard: string[] = [];
  events.on({
    text: () => {
      leave();
      events.on({ text: () => heard.push('late') });
    },
  });
  const leave = events.on({ text: () => heard.push('left') });
  events.on({ text: () => heard.push('stays') });
  events.emit('text', '');
  assert.deepEqual(heard, ['stays']);
});

test('the same listeners twice are two, and each leaves by itself', () => {
  const events = new Emitter<Said>();
  let heard = 0;
  const listeners = { nothing: () => (heard += 1) };
  const leave = events.on(listeners);
  events.on(listeners);
  events.emit('nothing');
  assert.equal(heard, 2);
  leave();
  events.emit('nothing');
  assert.equal(heard, 3);
});

/** An open audit whose hub cannot be reached: what it is told comes by the emitter alone. */
async function opened(events: Emitter<Events>): Promise<Session> {
  const store = inMemory();
  const audit = auditOf(A, [moduleOf('M1')]);
  const head = { token: A, log_id: 'log-5', seq: 10, summary: audit, strings: [1] };
  await store.saveReplica(head, new Map([[1, audit.modules]]), true);
  const api = new Api(new Emitter(), '', () => Promise.reject(new Error('no hub')));
  const session = new Session(A, api, store, { ...PAGE, off: () => true }, events);
  await session.open();
  return session;
}

test('an acknowledgement reaches the audit that is open in one step, and none that is closed', async (t) => {
  new Timers(t);
  t.mock.method(globalThis, 'setInterval', () => 0);
  const scope = globalThis as { document?: unknown };
  scope.document = { visibilityState: 'visible' };
  t.after(() => {
    delete scope.document;
  });
  const events = new Emitter<Events>();
  const [op, other] = [markOf('M1'), markOf('M1', { status: 'ok' })];
  const session = await opened(events);
  session.replica.mark([op, other]);
  const settle = (one: typeof op, token = A) => {
    const waiting = { n: 1, token, op: one, again: null, refused: null };
    const answer = { log_id: 'log-5', results: hubTook([waiting]).map((result) => ({ ...result, seq: 11 })) };
    events.emit('settled', { token, answer, moved: { sent: [], refused: [] } });
  };
  settle(op, 'another audit');
  assert.equal(session.replica.shown('M1')?.receipt, 'tablet');
  settle(op);
  assert.equal(session.replica.shown('M1')?.receipt, 'tablet', 'the second one waits');
  session.close();
  settle(other);
  assert.equal(session.replica.shown('M1')?.receipt, 'tablet', 'it is closed');
});

test('a night of opening and closing audits leaves no listener behind', async (t) => {
  new Timers(t);
  t.mock.method(globalThis, 'setInterval', () => 0);
  const scope = globalThis as { document?: unknown };
  scope.document = { visibilityState: 'visible' };
  t.after(() => {
    delete scope.document;
  });
  const events = new Emitter<Events>();
  const before = events.size;
  for (let n = 0; n < 20; n += 1) {
    const session = await opened(events);
    assert.equal(events.size, before + 1);
    session.close();
    session.close();
    assert.equal(events.size, before);
  }
});

test('the outbox says what became of marks once, to all', async (t) => {
  const timers = new Timers(t);
  const tab = new Tab(inMemory(), new FakeHub(), timers);
  const [one, two] = [markOf('M1'), markOf('M2')];
  await tab.outbox.add(A, [one, two]);
  await until('acknowledged', () => tab.settled.length > 0);
  assert.deepEqual(
    tab.settled.map(({ answer, moved }) => [answer.results.length, moved.sent.length]),
    [[2, 2]],
  );
});
