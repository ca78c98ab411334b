// The hand-over between the hub's two addresses: what moves, who is listened to, and that no break loses a mark.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Author } from '../src/domain/types';
import { Giver, Taker, type Ears, type Giving, type Peer } from '../src/sync/handover';
import {
  isEmpty,
  nameIn,
  pack,
  readHandoverMessage,
  unpack,
  unsent,
  type HandoverMessage,
} from '../src/sync/handover-message';
import type { Store } from '../src/sync/store';
import { deferred, FakeHub, idsOf, markOf, marksOf, START, STORES, Timers, until } from './support';

const PLAIN = 'http://192.168.4.1';
const SECURE = 'https://192.168.4.1';

const lea: Author = {
  technician_id: 'tech_ab12cd34',
  technician_name: 'Léa',
  device_id: 'dev_0123456789abcdef',
};

/** A window as the other side has it: what is said to it is heard there with the address that said it. */
class FakeWindow implements Ears, Peer {
  readonly #ears = new Set<(event: MessageEvent<unknown>) => void>();
  readonly said: { step: string }[] = [];
  /** Whoever is in the way of this window may keep a message from arriving. */
  lets: (step: string) => boolean = () => true;
  /** The window that speaks to this one. */
  other: FakeWindow | null = null;

  constructor(
    readonly origin: string,
    public otherOrigin: string,
  ) {}

  addEventListener(_type: string, heard: unknown): void {
    this.#ears.add(heard as (event: MessageEvent<unknown>) => void);
  }

  removeEventListener(_type: string, heard: unknown): void {
    this.#ears.delete(heard as (event: MessageEvent<unknown>) => void);
  }

  postMessage(message: unknown, target: string): void {
    const { step } = message as { step: string };
    this.said.push({ step });
    if (target !== this.origin || !this.lets(step)) return;
    const event = { origin: this.otherOrigin, source: this.other, data: structuredClone(message) };
    for (const heard of this.#ears) heard(event as unknown as MessageEvent<unknown>);
  }
}

function windows(): { plain: FakeWindow; secure: FakeWindow } {
  const plain = new FakeWindow(PLAIN, SECURE);
  const secure = new FakeWindow(SECURE, PLAIN);
  plain.other = secure;
  secure.other = plain;
  return { plain, secure };
}

/** A tablet with three marks that wait, one that was refused, and two that a hub has. */
async function fill(store: Store): Promise<string[]> {
  const ops = marksOf(6);
  for (const op of ops) await store.add('jalibat', [op]);
  const all = await store.outbox();
  const results = [
    { id: ops[0]?.id ?? '', seq: 1, outcome: 'applied' as const, stamp: 'given' },
    { id: ops[1]?.id ?? '', seq: 2, outcome: 'applied' as const },
    { id: ops[2]?.id ?? '', seq: null, outcome: 'refused' as const, reason: 'unknown status' },
  ];
  await store.settle(all, results, 'log-5', START);
  await store.set('author', lea);
  await store.set('session', { token: 'a.b.c', name: 'Léa' });
  return idsOf(ops);
}

const idsIn = async (store: Store) =>
  [
    ...(await store.outbox()).map((one) => one.op.id),
    ...(await store.sent('jalibat')).map((one) => one.id),
  ].sort();

for (const { kind, open } of STORES) {
  const two = async (t: TestContext) => [(await open(t)).store, (await open(t)).store] as const;

  test(`everything moves in its order, once, with who works here: ${kind}`, async (t) => {
    const [old, fresh] = await two(t);
    const ids = await fill(old);
    const message = await pack(old);
    assert.deepEqual(idsOf(message.marks.map((mark) => mark.op)), ids);
    assert.equal(unsent(message), 4);
    assert.equal(nameIn(message), 'Léa');

    // A message makes a copy of it, and the other side checks what it gets.
    const got = readHandoverMessage(structuredClone(message));
    assert.ok(got);
    assert.deepEqual(await unpack(fresh, got), ids);
    assert.deepEqual(await unpack(fresh, got), ids);
    const outbox = await fresh.outbox();
    assert.deepEqual(idsOf(outbox.map((one) => one.op)), ids.slice(2));
    assert.deepEqual(
      outbox.map((one) => one.refused),
      ['unknown status', null, null, null],
    );
    const sent = await fresh.sent('jalibat');
    assert.deepEqual(
      sent.map(({ id, log_id, seq, acked_at_ms }) => ({ id, log_id, seq, acked_at_ms })),
      [1, 2].map((seq) => ({ id: ids[seq - 1], log_id: 'log-5', seq, acked_at_ms: START })),
    );
    assert.deepEqual(
      sent.map(({ stamp }) => stamp),
      ['given', undefined],
      'with the places that they were given',
    );
    assert.deepEqual(await fresh.get('author'), lea);
    assert.deepEqual(await fresh.get('session'), { token: 'a.b.c', name: 'Léa' });
    // Offered to another hub, they take their places before what was made after them.
    await fresh.offerAgain('jalibat', 'log-6');
    assert.deepEqual(idsOf((await fresh.outbox()).map((one) => one.op)), ids);
  });

  test(`whoever works at the new address already stays who they are: ${kind}`, async (t) => {
    const [old, fresh] = await two(t);
    const ids = await fill(old);
    const marc = { ...lea, technician_name: 'Marc', device_id: 'dev_of_marc' };
    await fresh.set('author', marc);
    const own = markOf('M9');
    await fresh.add('jalibat', [own]);
    await unpack(fresh, await pack(old));
    assert.deepEqual(await fresh.get('author'), marc);
    assert.equal(await fresh.get('session'), undefined);
    assert.deepEqual(await idsIn(fresh), [...ids, own.id].sort());
  });

  test(`the old page forgets what the new one keeps, and nothing else: ${kind}`, async (t) => {
    const [old, fresh] = await two(t);
    const ids = await fill(old);
    const { plain, secure } = windows();
    const how: Giving[] = [];
    const giver = new Giver(old, plain, SECURE, (it) => how.push(it));
    const taker = new Taker(fresh, secure, plain, PLAIN);
    const message = await taker.ask();
    assert.ok(message);
    assert.deepEqual(await idsIn(old), [...ids].sort());
    // While the question stands there, somebody marks on the old page.
    const late = markOf('M7');
    await old.add('jalibat', [late]);
    assert.equal(await taker.take(message), true);
    await until('it has moved', () => how.includes('moved'));
    assert.deepEqual(await idsIn(fresh), [...ids].sort());
    assert.deepEqual(await idsIn(old), [late.id]);
    assert.equal(await old.get('moved'), SECURE);
    // The late one comes with the next hand-over.
    const rest = await taker.ask();
    assert.ok(rest);
    assert.deepEqual(idsOf(rest.marks.map((mark) => mark.op)), [late.id]);
    assert.equal(await taker.take(rest), true);
    assert.deepEqual(await idsIn(old), []);
    assert.deepEqual(await idsIn(fresh), [...ids, late.id].sort());
    giver.close();
    taker.close();
  });

  for (const lost of ['parcel', 'kept', 'gone']) {
    test(`a break at "${lost}" loses nothing, and doubles nothing: ${kind}`, async (t) => {
      const [old, fresh] = await two(t);
      const ids = await fill(old);
      const hub = new FakeHub();
      const { plain, secure } = windows();
      const giver = new Giver(old, plain, SECURE, () => undefined);
      let taker = new Taker(fresh, secure, plain, PLAIN);
      let broken = true;
      plain.lets = secure.lets = (step) => !(broken && step === lost);
      const timers = new Timers(t);
      t.mock.method(globalThis, 'setInterval', (run: () => void) => {
        const again = (): void => {
          setTimeout(() => {
            run();
            again();
          }, 500);
        };
        again();
        return 0;
      });
      t.mock.method(globalThis, 'clearInterval', () => undefined);
      const over = deferred<boolean>();
      void (async () => {
        const message = await taker.ask();
        over.resolve(message !== null && (await taker.take(message)));
      })();
      let ended: boolean | null = null;
      void over.promise.then((it) => (ended = it));
      await until('the taker gives up', async () => {
        if (ended === null) await timers.pass();
        return ended !== null;
      });
      assert.equal(ended, false);
      const there = new Set([...(await idsIn(old)), ...(await idsIn(fresh))]);
      assert.deepEqual([...there].sort(), [...ids].sort());
      // Where the old page did not hear that they are kept, both have them: the hub counts them once.
      for (const store of [old, fresh])
        hub.take(
          'jalibat',
          (await store.outbox()).map((one) => one.op),
        );
      const waited = ids.slice(2);
      const log = hub.logOf('jalibat');
      assert.deepEqual(log, lost === 'parcel' ? waited : [...new Set(log)]);
      // And once more, with nothing in the way.
      broken = false;
      taker.close();
      taker = new Taker(fresh, secure, plain, PLAIN);
      const message = await taker.ask();
      assert.ok(message);
      assert.equal(await taker.take(message), true);
      assert.deepEqual(await idsIn(fresh), [...ids].sort());
      assert.deepEqual(await idsIn(old), []);
      giver.close();
      taker.close();
    });
  }
}

test('neither side listens to another address', async (t) => {
  const memory = STORES[0];
  assert.ok(memory);
  const [{ store: old }, { store: fresh }] = [await memory.open(t), await memory.open(t)];
  const ids = await fill(old);
  const { plain } = windows();
  const giver = new Giver(old, plain, SECURE, () => undefined);
  const stranger = new FakeWindow('https://evil.example', PLAIN);
  plain.other = stranger;
  for (const origin of ['https://evil.example', 'https://192.168.4.1:8443', 'http://192.168.4.1', 'null']) {
    plain.otherOrigin = origin;
    plain.postMessage({ protocol: 'fieldhub-handover-1', step: 'ready' }, PLAIN);
    plain.postMessage({ protocol: 'fieldhub-handover-1', step: 'kept', ids }, PLAIN);
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(stranger.said, []);
  assert.deepEqual(await idsIn(old), [...ids].sort());
  giver.close();

  const secure = new FakeWindow(SECURE, 'http://evil.example');
  secure.other = plain;
  const taker = new Taker(fresh, secure, plain, PLAIN);
  let taken: HandoverMessage | null | undefined;
  void taker.ask().then((it) => (taken = it));
  secure.postMessage({ protocol: 'fieldhub-handover-1', step: 'parcel', parcel: await pack(old) }, SECURE);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(taken, undefined);
  taker.close();
});

test('what is no hand-over message is none', () => {
  const op = markOf('M1');
  const mark = { token: 'jalibat', op, again: null, refused: null, acked: null };
  assert.ok(readHandoverMessage({ marks: [mark], identity: {} }));
  for (const wrong of [
    null,
    'marks',
    {},
    { marks: {}, identity: {} },
    { marks: [], identity: null },
    { marks: [{ ...mark, token: 7 }], identity: {} },
    { marks: [{ ...mark, op: null }], identity: {} },
    { marks: [{ ...mark, op: { ...op, id: undefined } }], identity: {} },
    { marks: [{ ...mark, refused: undefined }], identity: {} },
    { marks: [{ ...mark, acked: { log_id: 'log-5' } }], identity: {} },
  ]) {
    assert.equal(readHandoverMessage(wrong), null, JSON.stringify(wrong));
  }
  // What a page of another version has to say beside is left out.
  const odd = readHandoverMessage({ marks: [], identity: { author: lea, 'lease:sender': 1 } });
  assert.deepEqual(odd, { marks: [], identity: { author: lea } });
  assert.equal(isEmpty({ marks: [], identity: {} }), true);
});

test('pictures that stay under the old address are counted, and where they cannot be counted marks move as ever', async () => {
  const store = await STORES[0]?.open({} as TestContext);
  assert.ok(store);
  const message = await pack(store.store, () => Promise.resolve(3));
  assert.deepEqual(readHandoverMessage(structuredClone(message)), { marks: [], identity: {}, photos: 3 });
  assert.equal(isEmpty(message), false);
  assert.deepEqual(await pack(store.store, () => Promise.reject(new Error('no store'))), {
    marks: [],
    identity: {},
  });
  // Of a page of before, or of one that says nonsense.
  const odd = { marks: [], identity: {}, photos: 'many' };
  assert.deepEqual(readHandoverMessage(odd), { marks: [], identity: {} });
});
