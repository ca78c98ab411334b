// What a hub is asked about the files of a card, and the order in which its proposal is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardPicture, ofString } from '../src/domain/photo-import';

/** A little-endian TIFF that says when it was taken, as cameras write it: also what a JPEG has in its EXIF. */
function tiff(taken: string): Uint8Array {
  const bytes = new Uint8Array(80);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 0x2a, 0]);
  view.setUint32(4, 8, true);
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  };
  view.setUint16(8, 1, true);
  entry(10, 0x8769, 4, 1, 26);
  view.setUint16(26, 1, true);
  entry(28, 0x9003, 2, 20, 44);
  bytes.set(new TextEncoder().encode(taken), 44);
  return bytes;
}

test('the camera’s time is said as its clock stood, whatever the zone of this place', () => {
  const card = cardPicture('DCIM/100EL/IMG_1.TIF', 7_000_000, tiff('2026:11:22 23:45:06'));
  assert.deepEqual(card, {
    name: 'DCIM/100EL/IMG_1.TIF',
    bytes: 7_000_000,
    taken_at_ms: Date.UTC(2026, 10, 22, 23, 45, 6),
  });
  assert.deepEqual(cardPicture('a.tif', 9, tiff('no time at all')), { name: 'a.tif', bytes: 9 });
  // An index that lies beyond what was read.
  assert.deepEqual(cardPicture('a.tif', 9, tiff('2026:11:22 23:45:06').slice(0, 20)), {
    name: 'a.tif',
    bytes: 9,
  });
});

test('what is no picture is not asked about, and a long path keeps its end', () => {
  assert.equal(cardPicture('thumbs.db', 100, new Uint8Array([1, 2, 3])), null);
  assert.equal(cardPicture('empty.jpg', 0, new Uint8Array()), null);
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
  const path = `${'x'.repeat(500)}/M001.JPG`;
  const card = cardPicture(path, 4, jpeg);
  assert.equal(card?.name.length, 400);
  assert.ok(card.name.endsWith('/M001.JPG'));
});

test('a string is shown in the order of its modules, two pictures of one in the order of the card', () => {
  const of = (picture: number, module_id: string | null, string: number) => ({
    ...{ picture, shot: picture, string },
    at: module_id === null ? { string } : { module_id },
  });
  const pictures = [of(0, 'M002', 1), of(1, 'M001', 1), of(2, 'M002', 1), of(3, 'M021', 2), of(4, null, 1)];
  const left = { picture: 5, shot: 5, left: 'nothing_in_name' };
  const shown = ofString({ pictures: [...pictures, left] }, 1, ['M001', 'M002']);
  assert.deepEqual(
    shown.map(({ picture }) => picture),
    [4, 1, 0, 2],
  );
});
