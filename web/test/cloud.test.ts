// What a tablet does with the hub's word of what is in the cloud: it shows it, keeps it with its copy, and lets go of
// its own marks that are there, and of no others.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import type { Cloud } from '../src/domain/types';
import { Api } from '../src/net/api';
import type { Events } from '../src/sync/events';
import { Session } from '../src/sync/session';
import type { Store } from '../src/sync/store';
import {
  auditOf,
  FakeHub,
  idsOf,
  markOf,
  marksOf,
  moduleOf,
  noteOf,
  PAGE,
  STORES,
  Tab,
  Timers,
  until,
} from './support';

const A = 'audit-a';
const B = 'audit-b';

class FakeStream extends EventTarget {
  static opened: FakeStream[] = [];
  readonly readyState = 1;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeStream.opened.push(this);
  }

  say(type: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }

  hello(): void {
    this.say('hello', { log_id: 'log-5', head: 10, time_ms: 0 });
  }

  close(): void {
    FakeStream.opened = FakeStream.opened.filter((one) => one !== this);
  }
}

/** An open audit of three marked modules over this store, and its feed. */
async function open(t: TestContext, store: Store, cloud: Cloud | null, seq = 10) {
  const modules = [1, 2, 3].map((n) => moduleOf(`M${String(n)}`, { status: 'dead', seq: n }));
  const hub = { audit: auditOf(A, modules, { cloud, seq }), reads: 0 };
  const told: (Cloud | null)[] = [];
  const scope = globalThis as { EventSource?: unknown; document?: unknown };
  FakeStream.opened = [];
  scope.EventSource = FakeStream;
  scope.document = { visibilityState: 'visible' };
  t.mock.method(globalThis, 'setInterval', () => 0);
  const events = new Emitter<Events>();
  const api = new Api(events, '', () => {
    hub.reads += 1;
    return Promise.resolve(new Response(JSON.stringify(hub.audit)));
  });
  const session = new Session(A, api, store, PAGE, events);
  session.events.on({
    cloud: (said) => {
      told.push(said);
    },
  });
  t.after(() => {
    session.close();
    delete scope.EventSource;
    delete scope.document;
  });
  await session.open();
  const feed = async () => {
    await until('the feed is open', () => FakeStream.opened.length === 1);
    return FakeStream.opened[0] as FakeStream;
  };
  const receipts = () => ['M1', 'M2', 'M3'].map((id) => session.replica.shown(id)?.receipt);
  return { session, hub, told, feed, receipts };
}

const at = (seq: number, parked: string[] = []): Cloud => ({
  log_id: 'log-5',
  seq,
  shown: seq,
  holds: 'everything',
  pending: 0,
  parked,
});

/** Of a v3.3 cloud, which has what modules show by marks up to there, and nothing else. */
const shownAt = (shown: number): Cloud => ({ ...at(0), shown, holds: 'shown' });

for (const { kind, open: openStore } of STORES) {
  describe(`what is in the cloud, with the store ${kind}`, () => {
    /** Four marks that the hub took as 1 to 4, and one of another audit. */
    const sent = async (t: TestContext) => {
      const { store } = await openStore(t);
      const timers = new Timers(t);
      const hub = new FakeHub();
      const tab = new Tab(store, hub, timers);
      const ops = marksOf(4);
      for (const op of ops) await store.add(A, [op]);
      const other = markOf('M1');
      await store.add(B, [other]);
      tab.outbox.start();
      await tab.sent();
      const kept = async (token = A) => (await store.sent(token)).map((one) => one.id).sort();
      await until(
        'both acknowledged',
        async () => (await kept()).length === 4 && (await kept(B)).length === 1,
      );
      return { store, ops, other, kept, hub, timers };
    };

    test('a tablet keeps its marks until they are in the cloud, and those of parked modules', async (t) => {
      const { store, ops, other, kept } = await sent(t);
      const { session, feed } = await open(t, store, at(0));
      const live = await feed();
      live.hello();
      live.say('cloud', at(3, ['M2']));
      session.flush();
      await until('forgotten', async () => (await kept()).length === 2);
      assert.deepEqual(await kept(), [ops[1]?.id, ops[3]?.id]);
      assert.deepEqual(await kept(B), [other.id], 'another audit’s stay');
      live.say('cloud', at(4));
      session.flush();
      await until('all', async () => (await kept()).length === 0);
    });

    test('of what only shows in a v3.3 cloud nothing is forgotten, and a hub in the place of this one gets it', async (t) => {
      const { store, ops, kept } = await sent(t);
      const note = noteOf('the ladder is at M050');
      await store.add(A, [note]);
      const [waiting] = await store.outbox();
      assert.ok(waiting);
      await store.settle([waiting], [{ id: note.id, seq: 5, outcome: 'applied' }], 'log-5', 0);
      const { session, feed, receipts } = await open(t, store, shownAt(0));
      const live = await feed();
      live.hello();
      live.say('cloud', shownAt(10));
      session.flush();
      session.close();
      await until(
        'the copy says so',
        async () => (await store.loadReplica(A))?.head.summary.cloud?.shown === 10,
      );
      assert.deepEqual(receipts(), ['cloud', 'cloud', 'cloud'], 'what shows is there');
      assert.deepEqual(await kept(), idsOf([...ops, note]).sort());
      assert.equal(await store.offerAgain(A, 'log-6'), 5);
    });

    test('a word of another log, or of a hub that does not say which, lets go of nothing', async (t) => {
      const { store, kept } = await sent(t);
      const { session, told, feed, receipts } = await open(t, store, at(0));
      const live = await feed();
      live.hello();
      live.say('cloud', { ...at(4), log_id: 'log-6' });
      assert.deepEqual(told, [], 'positions in a restored log');
      // As hubs of before said it: marks up to there show in some cloud.
      live.say('cloud', { seq: 4, pending: 0, parked: [] });
      assert.deepEqual(receipts(), ['cloud', 'cloud', 'cloud']);
      session.flush();
      session.close();
      await until(
        'the copy says so',
        async () => (await store.loadReplica(A))?.head.summary.cloud?.seq === 4,
      );
      assert.equal((await kept()).length, 4);
    });

    test('where there is no cloud, none is forgotten', async (t) => {
      const { store, kept } = await sent(t);
      const { session, feed } = await open(t, store, null);
      (await feed()).hello();
      session.flush();
      session.close();
      await until('the copy is written', async () => (await store.loadReplica(A)) !== null);
      assert.equal((await kept()).length, 4);
    });

    test('marks of another log are not in this cloud', async (t) => {
      const { store, kept } = await sent(t);
      await store.forgetSent(A, 'log-9', 1_000, []);
      await store.forgetSent(A, 'log-4', 1_000, []);
      assert.equal((await kept()).length, 4);
      assert.equal(await store.offerAgain(A, 'log-9'), 4, 'and a hub in its place gets them');
    });

    test('what the replica has not read is kept: it is shown over it', async (t) => {
      const { store, ops, kept } = await sent(t);
      const { session, feed } = await open(t, store, at(0), 2);
      (await feed()).say('cloud', at(4));
      session.flush();
      await until('forgotten', async () => (await kept()).length === 2);
      assert.deepEqual(await kept(), [ops[2]?.id, ops[3]?.id]);
    });

    test('what was sent and forgotten is not offered again, what was not is', async (t) => {
      const { store, ops } = await sent(t);
      await store.forgetSent(A, 'log-5', 2, []);
      assert.equal(await store.offerAgain(A, 'log-9'), 2);
      assert.deepEqual(
        (await store.outbox()).map((one) => one.op.id),
        idsOf(ops.slice(2)),
      );
    });

    test('the copy knows how much was in the cloud, without any mark since', async (t) => {
      const { store } = await openStore(t);
      const timers = new Timers(t);
      const { told, feed, receipts } = await open(t, store, at(1));
      const live = await feed();
      live.hello();
      assert.deepEqual(receipts(), ['cloud', 'hub', 'hub']);
      live.say('cloud', at(2));
      assert.deepEqual(told, [at(2)]);
      assert.deepEqual(receipts(), ['cloud', 'cloud', 'hub']);
      while ((await timers.pass()) !== 400);
      await until('kept', async () => (await store.loadReplica(A))?.head.summary.cloud?.seq === 2);
    });

    test('a hub that lost its upstream says nothing of it: the signs go with the first ping', async (t) => {
      const { store } = await openStore(t);
      const { told, feed, receipts } = await open(t, store, at(3));
      const live = await feed();
      live.hello();
      live.say('cloud', at(3));
      live.say('ping', { time_ms: 0 });
      assert.deepEqual(receipts(), ['cloud', 'cloud', 'cloud'], 'it has said so in this feed');
      // It starts again, without one.
      live.hello();
      live.say('ping', { time_ms: 0 });
      assert.deepEqual(told, [at(3), null]);
      assert.deepEqual(receipts(), [null, null, null]);
    });

    test('a copy of an older page is read anew', async (t) => {
      const { store } = await openStore(t);
      const modules = [moduleOf('M1')];
      const head = { token: A, log_id: 'log-5', seq: 10, summary: auditOf(A, modules), strings: [1] };
      await store.saveReplica(head, new Map([[1, modules]]), true);
      const { hub, feed, receipts } = await open(t, store, at(3));
      assert.equal(hub.reads, 0, 'it opens from the copy');
      (await feed()).hello();
      await until('read', () => hub.reads === 1 && FakeStream.opened.length === 1);
      assert.deepEqual(receipts(), ['cloud', 'cloud', 'cloud']);
    });

    test('an older hub, which tells no places in the log, is not read again and again for them', async (t) => {
      const { store } = await openStore(t);
      const modules = [moduleOf('M1')];
      const head = { token: A, log_id: 'log-5', seq: 10, summary: auditOf(A, modules), strings: [1] };
      await store.saveReplica(head, new Map([[1, modules]]), true);
      const { session, hub, feed } = await open(t, store, null);
      hub.audit = auditOf(A, modules);
      for (let hello = 0; hello < 3; hello += 1) {
        (await feed()).hello();
        await until('read once', () => hub.reads === 1 && FakeStream.opened.length === 1);
      }
      assert.equal(session.replica.modules.size, 1);
    });
  });
}
