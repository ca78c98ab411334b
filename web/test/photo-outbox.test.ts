// The outbox of photos: in steps, marks first, on from where it broke off, and nothing at its head holds up what is behind it.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ApiError, Unreachable } from '../src/net/call';
import { CHUNK, type KeptPhoto } from '../src/sync/photo/records';
import type { PhotoStore } from '../src/sync/photo/store';
import { PHOTO_STORES, PhotoHub, pictureOf, PhotoTab, ready, sha256 } from './photo-support';
import { A, B, deferred, START, Timers, until } from './support';

for (const { kind, open } of PHOTO_STORES) {
  test(`${kind}: a photo goes small first, in steps, and its operation last`, async (t) => {
    const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
    const files = {
      original: pictureOf(2 * CHUNK + 7),
      thumb: pictureOf(900, 2),
      preview: pictureOf(5_000, 3),
    };
    const photo = await ready(store, A, files);
    const tab = new PhotoTab(t, store, hub, timers);
    tab.outbox.start();
    await tab.sent();
    assert.deepEqual(hub.calls, [
      ...['PATCH 0+900!', 'PATCH 0+5000!'],
      ...[
        `PATCH 0+${String(CHUNK)}`,
        `PATCH ${String(CHUNK)}+${String(CHUNK)}`,
        `PATCH ${String(2 * CHUNK)}+7!`,
      ],
      'POST photo',
    ]);
    for (const bytes of Object.values(files)) assert.deepEqual(hub.whole.get(sha256(bytes)), bytes);
    const kept = await store.get(photo.id);
    assert.equal(kept?.state, 'sent');
    assert.deepEqual(kept.ack, { log_id: 'log-5', seq: 1, acked_at_ms: START, stamp: 's1' });
    assert.equal(tab.progress.at(-1), 2 * CHUNK + 7 + 900 + 5_000);
  });

  test(`${kind}: killed in the middle, the next page goes on where the hub is`, async (t) => {
    const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
    const original = pictureOf(4 * CHUNK);
    await ready(store, A, { original });
    const gate = deferred();
    hub.before = async (call) => {
      if (hub.calls.length === 3 && call.startsWith('PATCH')) await gate.promise;
      return null;
    };
    const first = new PhotoTab(t, store, hub, timers);
    first.outbox.start();
    await until('two steps are there', () => hub.calls.length === 3);
    first.outbox.stop();
    hub.before = () => null;
    // Of the third step a part came, and the hub kept that.
    const part = hub.parts.get(sha256(original)) ?? new Uint8Array();
    hub.parts.set(sha256(original), original.slice(0, part.length + 1_000));
    hub.calls.length = 0;
    timers.now += 60_000;
    const next = new PhotoTab(t, store, hub, timers, undefined, 'tab_b');
    next.outbox.start();
    await next.sent();
    gate.resolve();
    // To the end of that chunk, then by whole ones: nothing twice.
    assert.equal(hub.calls[0], `PATCH ${String(2 * CHUNK + 1_000)}+${String(CHUNK - 1_000)}`);
    assert.equal(hub.calls[1], `PATCH ${String(3 * CHUNK)}+${String(CHUNK)}!`);
    assert.deepEqual(hub.whole.get(sha256(original)), original);
  });
}

const inMemoryStore = PHOTO_STORES[0];
assert.ok(inMemoryStore);
const { open } = inMemoryStore;

test('marks go first: between two steps nothing is sent while one waits', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  await ready(store, A, { original: pictureOf(3 * CHUNK) });
  const tab = new PhotoTab(t, store, hub, timers);
  hub.before = (call) => {
    // A mark is made while the first step is on its way.
    if (call.startsWith('PATCH') && hub.calls.length === 1) tab.marks = 1;
    return null;
  };
  tab.outbox.start();
  await until('it waits for the mark', () => timers.waits.includes(10_000));
  assert.equal(hub.calls.length, 1);
  tab.marks = 0;
  tab.outbox.marksMoved();
  await tab.sent();
  assert.equal(hub.calls.at(-1), 'POST photo');
});

test('a step that takes long is broken off for a mark, within half a second, and gone on with after it', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const original = pictureOf(2 * CHUNK);
  await ready(store, A, { original });
  const tab = new PhotoTab(t, store, hub, timers);
  let broken = false;
  const append = hub.append.bind(hub);
  hub.append = (token, sha, offset, bytes, last, signal) => {
    if (broken) return append(token, sha, offset, bytes, last, signal);
    hub.calls.push('slow');
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        broken = true;
        reject(new Unreachable('broken off'));
      });
    });
  };
  tab.outbox.start();
  await until('a step is on its way', () => hub.calls.includes('slow'));
  tab.marks = 1;
  tab.outbox.markMade();
  assert.ok((await timers.pass()) < 500);
  await until('it was broken off', () => broken);
  tab.marks = 0;
  tab.outbox.marksMoved();
  await tab.sent();
  assert.deepEqual(hub.whole.get(sha256(original)), original);
});

test('marks that do not go hold photos up for a while, and not for ever', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  await ready(store, A, { thumb: pictureOf(500) });
  const tab = new PhotoTab(t, store, hub, timers);
  tab.marks = 1;
  tab.outbox.start();
  let waited = 0;
  for (let done = false; !done; done = (await store.inState('ready')).length === 0) {
    if (timers.waits.length > 0) waited += await timers.pass();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(waited <= 40_000, String(waited));
});

test('what cannot be drawn here the hub draws, once, and again where it lost that', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const [original, thumb, preview] = [pictureOf(2_000), pictureOf(90, 2), pictureOf(500, 3)];
  const small = [thumb, preview].map(sha256);
  hub.draws = () => [thumb, preview];
  const photo = await ready(store, A, { original });
  const named = () => {
    const op = hub.log.get(photo.id);
    assert.ok(op?.kind === 'photo');
    return op.variants.map((one) => [one.class, one.sha256, one.width]);
  };
  const tab = new PhotoTab(t, store, hub, timers);
  // The answer to its operation is lost: it is said again in the same words, and nothing is drawn twice.
  hub.before = (call) =>
    call === `POST ${photo.id}` && hub.calls.length === 3
      ? new ApiError(503, 'later', 'unavailable', 1)
      : null;
  tab.outbox.start();
  await until('it waits', () => timers.waits.length > 0);
  await timers.pass();
  await tab.sent();
  const sent = ['PATCH 0+2000!', 'POST variants', 'POST photo', 'PATCH 0+2000!', 'POST photo'];
  assert.deepEqual(hub.calls, sent);
  assert.deepEqual(named(), [
    ['original', sha256(original), undefined],
    ['thumb', small[0], 320],
    ['preview', small[1], 320],
  ]);
  assert.equal((await store.get(photo.id))?.files.filter((file) => file.gone).length, 2);

  // Another card, with nothing on it.
  hub.before = () => null;
  hub.whole.clear();
  hub.log.clear();
  hub.logId = 'log-6';
  hub.calls.length = 0;
  await store.offerAgain(A, 'log-6');
  tab.outbox.kick();
  await tab.sent();
  assert.equal(hub.calls.filter((call) => call === 'POST variants').length, 1);
  assert.deepEqual([named().length, hub.whole.size, tab.lost], [3, 3, []]);
});

test('a hub of before draws nothing, and the original goes alone', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const photo = await ready(store, A, { original: pictureOf(2_000) });
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await tab.sent();
  assert.deepEqual([(await store.get(photo.id))?.files.length, tab.troubles.at(-1)], [1, null]);
});

test('photo_missing sends what is missing again, and then the operation', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const thumb = pictureOf(500);
  await ready(store, A, { thumb });
  let tidied = false;
  hub.before = (call) => {
    if (call.startsWith('POST') && !tidied) {
      tidied = true;
      hub.whole.clear();
    }
    return null;
  };
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await tab.sent();
  assert.deepEqual(hub.calls, ['PATCH 0+500!', 'POST photo', 'PATCH 0+500!', 'POST photo']);
  assert.equal(hub.log.size, 1);
});

test('a hub without room for photos is told, asked again, and nothing is lost', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  await ready(store, A, { thumb: pictureOf(500) });
  let full = true;
  hub.before = (call) =>
    full && call.startsWith('PATCH') ? new ApiError(507, 'no room for photos', 'photos_full') : null;
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await until('it waits', () => timers.waits.includes(30_000));
  assert.equal(tab.troubles.at(-1), 'full');
  assert.equal((await store.waiting()).length, 1);
  full = false;
  await timers.pass();
  await tab.sent();
  assert.equal(tab.troubles.at(-1), null);
});

test('one that the hub does not take is refused with its reason, and those behind it go', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const bad = pictureOf(500, 9);
  const first = await ready(store, A, { thumb: bad });
  const second = await ready(store, A, { thumb: pictureOf(600) });
  hub.before = (call) =>
    call === `PATCH ${sha256(bad)}` ? new ApiError(415, 'not a picture', 'not_an_image') : null;
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await tab.sent();
  const refused = await store.get(first.id);
  assert.deepEqual([refused?.state, refused?.reason], ['refused', 'not_an_image']);
  assert.equal((await store.get(second.id))?.state, 'sent');
});

test('a picture that is damaged on its way is sent again, and refused when that does not help', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const photo = await ready(store, A, { thumb: pictureOf(500) });
  const kept = await store.get(photo.id);
  // What is stored is something else than what it was said to be.
  await store.change(photo.id, () => ({
    files: (kept?.files ?? []).map((file) => ({ ...file, sha256: '0'.repeat(64) })),
  }));
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await until('it is refused', async () => (await store.inState('refused')).length === 1);
  assert.equal((await store.get(photo.id))?.reason, 'wrong_hash');
  assert.ok(hub.calls.length >= 3 && hub.calls.length <= 8, String(hub.calls.length));
});

test('an audit that the hub does not have is left alone, and the photos of others go', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const lost = pictureOf(400, 7);
  await ready(store, B, { thumb: lost });
  const here = await ready(store, A, { thumb: pictureOf(500) });
  hub.before = (call) =>
    call.includes(sha256(lost)) ? new ApiError(404, 'no such audit', 'not_found') : null;
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await until('the other is sent', async () => (await store.get(here.id))?.state === 'sent');
  assert.equal((await store.inState('ready')).length, 1);
  hub.before = () => null;
  tab.outbox.wake();
  await tab.sent();
});

test('what is said of a photo goes before pictures', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const { id: photo_id } = await ready(store, A, { original: pictureOf(CHUNK + 1) });
  const id = '0190b8f0-0000-7000-8000-000000000001';
  const author = { technician_id: 'tech_ab12cd34', technician_name: 'Léa', device_id: 'dev_0' };
  const op = {
    id,
    kind: 'photo_edit' as const,
    photo_id,
    caption: 'busbar',
    base: '',
    marked_at_ms: START,
    ...author,
  };
  await store.addEdit({ id, token: A, op, refused: null });
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await tab.sent();
  assert.equal(hub.calls[0], 'POST photo_edit');
  assert.deepEqual(await store.edits(), []);
});

test('the photos of an audit that somebody removed are told, and told again when they go', async (t) => {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const photo = await ready(store, A, { thumb: pictureOf(400, 7) });
  let answer: ApiError | null = new ApiError(410, 'removed', 'gone');
  hub.before = () => answer;
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await until('it is told', () => tab.astray.length > 0);
  assert.deepEqual(tab.astray.at(-1), { [A]: 'removed' });
  assert.equal((await store.get(photo.id))?.state, 'ready');
  answer = new ApiError(404, 'no such audit', 'not_found');
  tab.outbox.wake();
  await until('it is another reason', () => tab.astray.length > 1);
  assert.deepEqual(tab.astray.at(-1), { [A]: 'unknown' });
  answer = null;
  tab.outbox.wake();
  await tab.sent();
  assert.deepEqual(tab.astray.at(-1), {});
});

/** An original and a thumbnail on a hub, of which the tablet has let the original go. */
async function letGo(t: TestContext): Promise<{
  store: PhotoStore;
  hub: PhotoHub;
  tab: PhotoTab;
  photo: KeptPhoto;
  original: Uint8Array<ArrayBuffer>;
  thumb: Uint8Array<ArrayBuffer>;
}> {
  const [store, hub, timers] = [await open(t), new PhotoHub(), new Timers(t)];
  const [original, thumb] = [pictureOf(CHUNK, 4), pictureOf(300)];
  const photo = await ready(store, A, { original, thumb });
  const tab = new PhotoTab(t, store, hub, timers);
  tab.outbox.start();
  await tab.sent();
  assert.equal(await store.letGo(0), CHUNK);
  return { store, hub, tab, photo, original, thumb };
}

async function again({ store, hub, tab }: { store: PhotoStore; hub: PhotoHub; tab: PhotoTab }) {
  hub.logId = 'log-6';
  assert.equal(await store.offerAgain(A, 'log-6'), 1);
  tab.outbox.wake();
  await tab.sent();
}

test('another log is offered what is left here: a hub that still has the original gets the photo as it was', async (t) => {
  const all = await letGo(t);
  const { store, hub, tab, photo, thumb } = all;
  // Its log went back to before the photo; the pictures lie beside it.
  hub.log.clear();
  hub.whole.delete(sha256(thumb));
  await again(all);
  assert.deepEqual([...hub.log.keys()], [photo.id]);
  assert.deepEqual(hub.whole.get(sha256(thumb)), thumb);
  assert.deepEqual(tab.lost, []);
  assert.equal(await store.offerAgain(A, 'log-6'), 0);
});

test('a hub that lost its disk gets what is left of a photo, and the loss of the original is told', async (t) => {
  const all = await letGo(t);
  const { store, hub, tab, photo, thumb } = all;
  hub.log.clear();
  hub.whole.clear();
  await again(all);
  assert.deepEqual(tab.lost, [photo.id]);
  // Under another id: what others may still know by the first one names an original.
  const [op] = [...hub.log.values()];
  assert.ok(op?.kind === 'photo' && op.id !== photo.id);
  assert.deepEqual(
    op.variants.map((one) => one.class),
    ['thumb'],
  );
  assert.equal(op.marked_at_ms, photo.marked_at_ms);
  assert.deepEqual(hub.whole.get(sha256(thumb)), thumb);
  assert.deepEqual(
    (await store.inState('sent')).map((one) => one.id),
    [op.id],
  );
});

test('a hub that knows the photo and lost its pictures gets the small ones again under the same id', async (t) => {
  const all = await letGo(t);
  const { store, hub, tab, photo, original, thumb } = all;
  hub.whole.clear();
  // What the log has it has acknowledged.
  hub.asks = false;
  await again(all);
  assert.deepEqual([...hub.log.keys()], [photo.id]);
  assert.deepEqual([...hub.whole.keys()], [sha256(thumb)]);
  assert.deepEqual(tab.lost, [photo.id]);
  const files = (await store.get(photo.id))?.files;
  assert.equal(files?.find((file) => file.class === 'original')?.lost, true);
  // Somebody else brings it: it is no loss any more.
  hub.whole.set(sha256(original), original);
  hub.logId = 'log-7';
  await store.offerAgain(A, 'log-7');
  tab.outbox.wake();
  await tab.sent();
  assert.equal(
    (await store.get(photo.id))?.files.some((file) => file.lost),
    false,
  );
});

test('a photo of which nothing is left is refused with that reason, and holds up none behind it', async (t) => {
  const all = await letGo(t);
  const { store, hub, photo } = all;
  await store.letGo(0, true);
  hub.log.clear();
  hub.whole.clear();
  await ready(store, A, { thumb: pictureOf(700, 8) });
  await again(all);
  const refused = await store.get(photo.id);
  assert.deepEqual([refused?.state, refused?.reason], ['refused', 'lost']);
  assert.equal(hub.log.size, 1);
});
