// The copy of an audit in the store: it never says that it is further than it is, whatever write fails, and
// whichever tab writes.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Audit, LiveOp, Module } from '../src/domain/types';
import { Emitter } from '../src/domain/emitter';
import { Api } from '../src/net/api';
import { Session } from '../src/sync/session';
import type { Events } from '../src/sync/events';
import type { ReplicaHead } from '../src/sync/records';
import type { Store } from '../src/sync/store';
import { markOf, moduleOf, PAGE, STORES, summaryOf, Timers, until } from './support';

const TOKEN = 'audit-a';
const M1 = moduleOf('M1', { string: 1 });
const M2 = moduleOf('M2', { string: 2 });
const dead = (module: Module): Module => ({ ...module, status: 'dead' });

const SUMMARY = summaryOf(TOKEN, 2, 2);

const headAt = (seq: number, logId = 'log-5'): ReplicaHead => ({
  token: TOKEN,
  log_id: logId,
  seq,
  summary: SUMMARY,
  strings: [1, 2],
});

const strings = (...modules: Module[]) => new Map(modules.map((module) => [module.string, [module]]));

async function copyOf(store: Store): Promise<[string, number, ...string[]] | null> {
  const copy = await store.loadReplica(TOKEN);
  return (
    copy && [copy.head.log_id, copy.head.seq, ...copy.modules.map((one) => `${one.module_id} ${one.status}`)]
  );
}

/** The stream as the hub would fill it. */
class FakeStream extends EventTarget {
  static last: FakeStream | null = null;
  readonly readyState = 1;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeStream.last = this;
  }

  say(type: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }

  op(op: LiveOp): void {
    this.say('op', op, `log-5:${String(op.seq)}`);
  }

  close(): void {
    if (FakeStream.last === this) FakeStream.last = null;
  }
}

function sessionOver(t: TestContext, store: Store, timers: Timers, told: string[] = []): Session {
  const audit: Audit = {
    ...SUMMARY,
    log_id: 'log-5',
    strings: [
      { number: 1, module_count: 1 },
      { number: 2, module_count: 1 },
    ],
    modules: [M1, M2],
  };
  const scope = globalThis as { EventSource?: unknown; document?: unknown };
  scope.EventSource = FakeStream;
  scope.document = { visibilityState: 'visible' };
  t.mock.method(globalThis, 'setInterval', () => 0);
  const events = new Emitter<Events>();
  const api = new Api(events, '', (input) => {
    const said = String(input).endsWith('/presence') ? { technicians: [] } : audit;
    return Promise.resolve(new Response(JSON.stringify(said)));
  });
  events.on({
    log: ({ logId }) => {
      told.push(logId);
    },
    full: () => {
      told.push('full');
    },
  });
  const session = new Session(TOKEN, api, store, PAGE, events);
  timers.t.after(() => {
    session.close();
    delete scope.EventSource;
    delete scope.document;
  });
  return session;
}

async function stream(): Promise<FakeStream> {
  await until('the stream is open', () => FakeStream.last !== null);
  return FakeStream.last as FakeStream;
}

for (const { kind, open } of STORES) {
  describe(`the copy of an audit, with the store ${kind}`, () => {
    test('strings are written over the copy of the same log, with the cursor that they stand for', async (t) => {
      const { store } = await open(t);
      assert.equal(await copyOf(store), null);
      await store.saveReplica(headAt(10), strings(M1, M2), true);
      await store.saveReplica(headAt(12), strings(dead(M2)), false);
      assert.deepEqual(await copyOf(store), ['log-5', 12, 'M1 pending', 'M2 dead']);
    });

    test('a tab that has read less does not write over one that has read more', async (t) => {
      const { store, tab } = await open(t);
      const other = await tab();
      await store.saveReplica(headAt(12), strings(dead(M1), M2), true);
      await other.saveReplica(headAt(11), strings(M1), false);
      assert.deepEqual(await copyOf(store), ['log-5', 12, 'M1 dead', 'M2 pending']);
    });

    test('a whole audit that was read earlier does not write over what another tab has read since', async (t) => {
      const { store, tab } = await open(t);
      const other = await tab();
      await store.saveReplica(headAt(10), strings(M1, M2), true);
      await store.saveReplica(headAt(12), strings(dead(M1)), false);
      // Its answer was long on the way.
      await other.saveReplica(headAt(11), strings(M1, M2), true);
      await store.saveReplica(headAt(13), strings(dead(M2)), false);
      assert.deepEqual(await copyOf(store), ['log-5', 13, 'M1 dead', 'M2 dead'], 'what 12 changed is there');
    });

    test('a whole audit forgets every other string', async (t) => {
      const { store } = await open(t);
      await store.saveReplica(headAt(12), strings(M1, M2), true);
      await store.saveReplica({ ...headAt(3, 'log-9'), strings: [2] }, strings(M2), true);
      await store.saveReplica({ ...headAt(4, 'log-9'), strings: [1, 2] }, strings(M2), false);
      assert.deepEqual(await copyOf(store), ['log-9', 4, 'M2 pending'], 'M1 did not come back');
    });

    test('single strings do not make a copy with holes where there is none', async (t) => {
      const { store } = await open(t);
      await store.saveReplica(headAt(12), strings(M2), false);
      assert.equal(await copyOf(store), null);
    });

    test('single strings of one log are not mixed into the copy of another', async (t) => {
      const { store, tab } = await open(t);
      await store.saveReplica(headAt(3, 'log-9'), strings(M1, M2), true);
      await (await tab()).saveReplica(headAt(12, 'log-5'), strings(dead(M2)), false);
      assert.deepEqual(await copyOf(store), ['log-9', 3, 'M1 pending', 'M2 pending']);
    });

    test('a dropped copy is gone, and another audit’s is not', async (t) => {
      const { store } = await open(t);
      await store.saveReplica(headAt(12), strings(M1, M2), true);
      await store.saveReplica({ ...headAt(1), token: 'audit-b' }, strings(M1, M2), true);
      await store.dropReplica(TOKEN);
      assert.equal(await copyOf(store), null);
      assert.equal((await store.loadReplica('audit-b'))?.modules.length, 2);
    });

    test('what the live feed brings is in the copy a moment later', async (t) => {
      const { store } = await open(t);
      const timers = new Timers(t);
      await sessionOver(t, store, timers).open();
      const feed = await stream();
      feed.op({ seq: 11, id: 'x', kind: 'mark', module: dead(M1) });
      while ((await timers.pass()) !== 400);
      await until('written', async () => (await copyOf(store))?.[1] === 11);
      assert.deepEqual(await copyOf(store), ['log-5', 11, 'M1 dead', 'M2 pending']);
    });

    test('an own mark that the feed brings before the answer has its stamp in the store, should that get lost', async (t) => {
      const { store } = await open(t);
      const own = markOf('M1');
      const other = markOf('M2');
      await store.add(TOKEN, [own, other]);
      const session = sessionOver(t, store, new Timers(t));
      await session.open();
      const feed = await stream();
      await until('the audit is kept', async () => (await copyOf(store)) !== null);
      feed.op({ seq: 11, id: own.id, kind: 'mark', module_id: 'M1', module: dead(M1), stamp: 'given' });
      feed.op({ seq: 12, id: 'x', kind: 'mark', module_id: 'M2', module: dead(M2), stamp: 'of another' });
      session.flush();
      const stamps = async () => (await store.outbox()).map((one) => one.stamp);
      await until('written', async () => (await stamps())[0] !== undefined);
      assert.deepEqual(await stamps(), ['given', undefined]);
    });

    test('a write that fails is made up for by the next', async (t) => {
      const { store } = await open(t);
      const session = sessionOver(t, store, new Timers(t));
      await session.open();
      const feed = await stream();
      await until('the audit is kept', async () => (await copyOf(store)) !== null);
      const full = t.mock.method(store, 'saveReplica', () => Promise.reject(new Error('QuotaExceededError')));
      feed.op({ seq: 11, id: 'x', kind: 'mark', module: dead(M1) });
      session.flush();
      await until('the store refused', () => full.mock.callCount() === 1);
      full.mock.restore();
      feed.op({ seq: 12, id: 'y', kind: 'mark', module: dead(M2) });
      session.flush();
      await until('written', async () => (await copyOf(store))?.[1] === 12);
      assert.deepEqual(await copyOf(store), ['log-5', 12, 'M1 dead', 'M2 dead']);
    });

    test('a tablet without room for the copy says so; another failure is none of room', async (t) => {
      const { store } = await open(t);
      const told: string[] = [];
      const session = sessionOver(t, store, new Timers(t), told);
      await session.open();
      const feed = await stream();
      await until('the audit is kept', async () => (await copyOf(store)) !== null);
      told.length = 0;
      for (const [i, name] of ['AbortError', 'QuotaExceededError'].entries()) {
        const failure = Object.assign(new Error(name), { name });
        const save = t.mock.method(store, 'saveReplica', () => Promise.reject(failure));
        feed.op({ seq: 11 + i, id: name, kind: 'mark', module: dead(M1) });
        session.flush();
        await until('the store refused', () => save.mock.callCount() === 1);
        save.mock.restore();
      }
      await until('it is told', () => told.length > 0);
      assert.deepEqual(told, ['full']);
    });

    test('a whole audit that could not be written is written whole the next time', async (t) => {
      const { store } = await open(t);
      const session = sessionOver(t, store, new Timers(t));
      const full = t.mock.method(store, 'saveReplica', () => Promise.reject(new Error('QuotaExceededError')));
      await session.open();
      const feed = await stream();
      await until('the store refused', () => full.mock.callCount() === 1);
      full.mock.restore();
      feed.op({ seq: 11, id: 'x', kind: 'mark', module: dead(M1) });
      session.flush();
      await until('written', async () => (await copyOf(store)) !== null);
      assert.deepEqual(await copyOf(store), ['log-5', 11, 'M1 dead', 'M2 pending']);
    });

    test('marks are offered to the log that the hub has, each time it says so, and not to that of an old copy', async (t) => {
      const { store } = await open(t);
      await store.saveReplica(headAt(10, 'log-4'), strings(M1, M2), true);
      const logs: string[] = [];
      await sessionOver(t, store, new Timers(t), logs).open();
      const feed = await stream();
      assert.deepEqual(logs, [], 'the hub may have another by now');
      feed.say('hello', { log_id: 'log-5', head: 10, time_ms: 0 });
      await until('the audit is read', () => logs.length > 0);
      assert.deepEqual(logs, ['log-5']);
      await until('its feed is open', () => FakeStream.last !== null);
      // What went wrong with the offer is made up for with the next feed.
      FakeStream.last?.say('hello', { log_id: 'log-5', head: 10, time_ms: 0 });
      assert.deepEqual(logs, ['log-5', 'log-5']);
    });

    test('what proves the position is kept with it and goes up with it', async (t) => {
      const { store } = await open(t);
      const timers = new Timers(t);
      await sessionOver(t, store, timers).open();
      const feed = await stream();
      assert.ok(!feed.url.includes('proof'), 'an earlier hub gives none');
      feed.op({ seq: 11, id: 'x', kind: 'mark', module: dead(M1), proof: 'c0ffee' });
      await timers.pass();
      await until('written', async () => (await copyOf(store))?.[1] === 11);
      assert.equal((await store.loadReplica(TOKEN))?.head.proof, 'c0ffee');
      FakeStream.last = null;
      await sessionOver(t, store, new Timers(t)).open();
      assert.ok((await stream()).url.endsWith('live?after=log-5%3A11&proof=c0ffee'));
    });

    test('a hub that has lost what was read is offered all marks, and its state takes the place of a copy that is further', async (t) => {
      const { store } = await open(t);
      await store.saveReplica(headAt(99), strings({ ...dead(M1), seq: 99 }, { ...M2, seq: 0 }), true);
      const logs: string[] = [];
      await sessionOver(t, store, new Timers(t), logs).open();
      const feed = await stream();
      feed.say('hello', { log_id: 'log-5', head: 10, time_ms: 0 });
      feed.say('reset', { log_id: 'log-5', head: 10, resend: true });
      await until('the audit is read and kept', async () => (await copyOf(store))?.[1] === 10);
      assert.deepEqual(logs, ['log-5', '']);
      // Of an audit that was removed and made again nothing is offered.
      await until('its feed is open', () => FakeStream.last !== null);
      FakeStream.last?.say('reset', { log_id: 'log-5', head: 10, resend: false });
      await until('it is read again', () => logs.length > 2);
      assert.equal(logs[2], 'log-5');
    });

    test('a change of layout is not skipped by a tab that closes before it was read', async (t) => {
      const { store } = await open(t);
      const session = sessionOver(t, store, new Timers(t));
      await session.open();
      const feed = await stream();
      await until('the audit is kept', async () => (await copyOf(store)) !== null);
      const save = t.mock.method(store, 'saveReplica');
      feed.op({ seq: 11, id: 'x', kind: 'mark', module: dead(M1) });
      // What is written of it with no module would take the cursor along.
      feed.say('cloud', { seq: 11, pending: 0, parked: [] });
      feed.op({ seq: 12, id: 'y', kind: 'layout' });
      session.close();
      assert.equal(save.mock.callCount(), 0);
      assert.equal((await copyOf(store))?.[1], 10);
    });
  });
}
