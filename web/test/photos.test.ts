// Photos: what the first bytes of a file say, what is kept of one that is taken, and what becomes of the room.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureType, placeOf, readFacts } from '../src/domain/photo';
import { Begun } from '../src/state/photo/begun';
import { keepPhoto, NotTaken, prepare, tidy } from '../src/state/photo/prepare';
import { CHUNK } from '../src/sync/photo/records';
import { RESERVE, SMALLER, smallerName, type PhotoStore } from '../src/sync/photo/store';
import { PHOTO_STORES, pictureOf, sha256 } from './photo-support';
import { A, START } from './support';

const author = { technician_id: 'tech_ab12cd34', technician_name: 'Léa', device_id: 'dev_0' };
const from = { token: A, at: { module_id: 'M050' }, author, now: START };

const hash = async (pieces: AsyncIterable<ArrayBuffer>) => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(new Uint8Array(piece));
  return sha256(Buffer.concat(all));
};

/** A JPEG of this size as its camera held it, with EXIF of this orientation and time; in either order of bytes. */
function jpegOf(width: number, height: number, orientation: number, little: boolean): Uint8Array {
  const exif = new DataView(new ArrayBuffer(8 + 2 + 24 + 4 + 2 + 12 + 4 + 20));
  const [u16, u32] = [
    (at: number, n: number) => {
      exif.setUint16(at, n, little);
    },
    (at: number, n: number) => {
      exif.setUint32(at, n, little);
    },
  ];
  exif.setUint16(0, little ? 0x4949 : 0x4d4d);
  u16(2, 42);
  u32(4, 8);
  u16(8, 2);
  u16(10, 0x0112);
  u16(12, 3);
  u32(14, 1);
  u16(18, orientation);
  u16(22, 0x8769);
  u16(24, 4);
  u32(26, 1);
  u32(30, 38);
  u16(38, 1);
  u16(40, 0x9003);
  u16(42, 2);
  u32(44, 20);
  u32(48, 56);
  const time = '2026:10:24 22:51:07\0';
  for (let i = 0; i < time.length; i += 1) exif.setUint8(56 + i, time.charCodeAt(i));
  const app1 = [0xff, 0xe1, 0, 2 + 6 + exif.byteLength, 0x45, 0x78, 0x69, 0x66, 0, 0];
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return new Uint8Array([
    ...[0xff, 0xd8, ...app1, ...new Uint8Array(exif.buffer)],
    ...[0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2],
  ]);
}

test('a picture is known by its first bytes, and what is none is none', () => {
  const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
  assert.equal(pictureType(bytes('\xff\xd8\xff\xe0')), 'image/jpeg');
  assert.equal(pictureType(bytes('\x89PNG\r\n\x1a\n')), 'image/png');
  assert.equal(pictureType(bytes('II*\0')), 'image/tiff');
  assert.equal(pictureType(bytes('MM\0*')), 'image/tiff');
  assert.equal(pictureType(bytes('\0\0\0\x18ftypheic')), 'image/heic');
  for (const form of ['VP8 ', 'VP8L', 'VP8X'])
    assert.equal(pictureType(bytes(`RIFF\x10\0\0\0WEBP${form}`)), 'image/webp');
  for (const none of [
    '<svg xmlns',
    'GIF89a',
    'RIFF\0\0\0\0WEBP',
    'RIFF\0\0\0\0WAVEfmt ',
    '\0\0\0\x18ftypmp42',
    '',
    '%PDF-1.7',
  ])
    assert.equal(pictureType(bytes(none)), null, none);
});

test('the size of a WebP in its three forms', () => {
  const webp = (form: string, ...rest: number[]) =>
    Uint8Array.from([
      ...Buffer.from(`RIFF\0\0\0\0WEBP${form}\0\0\0\0`, 'latin1'),
      ...rest,
      ...Array<number>(12).fill(0),
    ]);
  const size = { width: 400, height: 300 };
  // As the specification has them: 399 and 299, or the numbers themselves.
  assert.deepEqual(readFacts(webp('VP8X', 0, 0, 0, 0, 0x8f, 1, 0, 0x2b, 1, 0)), size);
  assert.deepEqual(readFacts(webp('VP8X', 8, 0, 0, 0, 0x8f, 1, 0, 0x2b, 1, 0)), {}, 'its EXIF may turn it');
  assert.deepEqual(readFacts(webp('VP8L', 0x2f, 0x8f, 0xc1, 0x4a, 0)), size);
  assert.deepEqual(readFacts(webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 0x90, 1, 0x2c, 1)), size);
});

test('size and time of a JPEG, whichever way its camera was held', () => {
  const taken_at_ms = new Date(2026, 9, 24, 22, 51, 7).getTime();
  for (const little of [true, false]) {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const [width, height] = orientation >= 5 ? [300, 400] : [400, 300];
      const facts = readFacts(jpegOf(400, 300, orientation, little));
      assert.deepEqual(facts, { taken_at_ms, width, height }, `${String(orientation)} ${String(little)}`);
    }
  }
});

test('a file that is cut off or lies tells nothing, and breaks nothing', () => {
  const whole = jpegOf(400, 300, 6, true);
  for (let length = 0; length < whole.length; length += 1) {
    const { width } = readFacts(whole.slice(0, length));
    assert.ok(width === undefined || width === 300, String(length));
  }
  for (let seed = 1; seed < 200; seed += 1) readFacts(pictureOf(600, seed));
});

test('each place has a name of its own', () => {
  assert.deepEqual([placeOf({ module_id: 'M1' }), placeOf({ string: 1 }), placeOf({})], ['m:M1', 's:1', '']);
});

const file = (bytes: Uint8Array<ArrayBuffer>, name = 'IMG_1.JPG') => new File([bytes], name);

for (const { kind, open } of PHOTO_STORES) {
  test(`${kind}: a photo is kept as it is, in pieces, and made ready from what is stored`, async (t) => {
    const store = await open(t);
    const bytes = pictureOf(2 * CHUNK + 11);
    const kept = await keepPhoto(store, file(bytes), from);
    assert.equal(kept.state, 'kept');
    const [original] = kept.files;
    assert.ok(original);
    assert.deepEqual(new Uint8Array(await (await store.blob(original)).arrayBuffer()), bytes);
    // Nothing here draws pictures: the original goes alone.
    await prepare(store, kept, hash);
    const [ready] = await store.inState('ready');
    assert.deepEqual(
      ready?.files.map((one) => [one.class, one.sha256]),
      [['original', sha256(bytes)]],
    );
  });

  test(`${kind}: what a page left that went while it drew smaller ones is drawn over, or goes with the photo`, async (t) => {
    const store = await open(t);
    const left = async (original: string) => {
      const pieces = SMALLER.map((of) => store.piece(smallerName(original, of), 0));
      return (await Promise.all(pieces)).filter((piece) => piece !== undefined).length;
    };
    for (const end of ['made ready', 'given up'] as const) {
      const kept = await keepPhoto(store, file(pictureOf(700)), from);
      const original = kept.files[0]?.file ?? '';
      for (const of of SMALLER) await store.keepFile(new Blob(['half of it']), smallerName(original, of));
      assert.equal(await left(original), 2);
      await (end === 'given up' ? store.drop(kept) : prepare(store, kept, hash));
      assert.equal(await left(original), 0, end);
    }
  });

  test(`${kind}: room is held, given up and held again`, async (t) => {
    const store = await open(t);
    const all = async () => {
      let sum = 0;
      for (let at = 0; await store.piece('reserve', at); at += CHUNK) sum += CHUNK;
      return sum;
    };
    await store.reserve();
    await store.reserve();
    assert.equal(await all(), RESERVE);
    await store.release();
    assert.equal(await all(), 0);
  });
}

const inMemory = PHOTO_STORES[0];
assert.ok(inMemory);
const { open } = inMemory;

const why = (store: PhotoStore, picture: File) =>
  keepPhoto(store, picture, from).then(
    () => null,
    (error: unknown) => (error instanceof NotTaken ? error.why : 'another'),
  );

test('what is no picture is not taken, and nothing of it stays', async (t) => {
  const store = await open(t);
  assert.equal(await why(store, new File(['<svg/>'], 'plan.svg')), 'no_picture');
  assert.equal(await why(store, new File([], 'IMG_2.JPG')), 'no_picture');
  assert.deepEqual(await store.ofAudit(A), []);
});

test('a full tablet gives up what the hub has, and the room that was held; then it says so', async (t) => {
  const store = await open(t);
  await store.reserve();
  const given: string[] = [];
  const keepFile = store.keepFile.bind(store);
  store.letGo = (_, all = false) => {
    given.push(all ? 'small' : 'originals');
    return Promise.resolve(0);
  };
  store.release = () => {
    given.push('reserve');
    return Promise.resolve();
  };
  let full = true;
  store.keepFile = (blob) => {
    if (full && given.length < 2) return Promise.reject(new DOMException('no room', 'QuotaExceededError'));
    return keepFile(blob);
  };
  assert.equal(await why(store, file(pictureOf(1_000))), null);
  assert.deepEqual(given, ['originals', 'reserve']);
  store.keepFile = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
  full = true;
  assert.equal(await why(store, file(pictureOf(1_000))), 'full');
  assert.equal((await store.ofAudit(A)).length, 1);
});

test('a picture is hashed later where the worker is not here, and that is no fault of the picture', async (t) => {
  const store = await open(t);
  const kept = await keepPhoto(store, file(pictureOf(500)), from);
  for (let i = 0; i < 5; i += 1)
    await assert.rejects(prepare(store, kept, () => Promise.reject(new Error('the hub is away'))));
  assert.deepEqual([(await store.get(kept.id))?.state, (await store.get(kept.id))?.tries], ['kept', 0]);
  await prepare(store, kept, hash);
  assert.equal((await store.get(kept.id))?.state, 'ready');
});

test('what a killed page had half read is no photo; what another tab reads stays', async (t) => {
  const store = await open(t);
  const kept = await keepPhoto(store, file(pictureOf(500)), from);
  const half = { ...kept, id: '0190b8f0-0000-7000-8000-00000000000a', state: 'reading' as const, files: [] };
  await store.put(half);
  await tidy(store, START + 1_000);
  assert.equal((await store.inState('reading')).length, 1);
  await tidy(store, START + 3_600_000);
  assert.equal((await store.inState('reading')).length, 0);
  assert.equal((await store.ofAudit(A)).length, 1);
});

test('a photo that was begun is told to the next page once, and not the day after', async (t) => {
  const store = await open(t);
  await new Begun(store).begin(A, { module_id: 'M050' });
  assert.deepEqual((await new Begun(store).left(Date.now()))?.at, { module_id: 'M050' });
  assert.equal(await new Begun(store).left(Date.now()), null);
  const begun = new Begun(store);
  await begun.begin(A, { string: 3 });
  assert.equal(await new Begun(store).left(Date.now() + 24 * 3_600_000), null);
  await begun.begin(A, {});
  await begun.end();
  assert.equal(await new Begun(store).left(Date.now()), null);
});
