// Identifiers made on the tablet: the form, the order and the uniqueness the hub relies on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId, uuidv7, uuidv7Minter } from '../src/domain/ids';

const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const fillWith = (value: number) => (bytes: Uint8Array) => bytes.fill(value);

test('a UUIDv7 has version 7, the RFC variant and the time, whatever the random bits are', () => {
  const now = 1_761_300_000_123;
  for (const random of [0x00, 0x55, 0xaa, 0xff]) {
    const id = uuidv7Minter(() => now, fillWith(random))();
    assert.match(id, UUIDV7);
    assert.equal(timeOf(id), now);
  }
});

test('the random bits come from the random source', () => {
  const zero = uuidv7Minter(() => 1, fillWith(0))();
  const ones = uuidv7Minter(() => 1, fillWith(0xff))();
  assert.equal(zero.slice(19), '8000-000000000000');
  assert.equal(ones.slice(19), 'bfff-ffffffffffff');
});

test('ids of later milliseconds sort later', () => {
  let now = 0xffff;
  const mint = uuidv7Minter(() => now);
  const ids: string[] = [];
  // Over the carry from the low 16 bits of the time to the high ones.
  for (; now < 0x1_0010; now += 1) ids.push(mint());
  for (now = 0xffff_fff0; now < 0x1_0000_0010; now += 1) ids.push(mint());
  assert.deepEqual(ids, ids.toSorted());
});

test('20,000 ids of one millisecond are unique and in order, with the same random bits each time', () => {
  for (const random of [0x00, 0xff]) {
    const mint = uuidv7Minter(() => 1_761_300_000_000, fillWith(random));
    const ids = Array.from({ length: 20_000 }, mint);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids, ids.toSorted());
    for (const id of ids) assert.match(id, UUIDV7);
  }
});

test('a clock that steps back does not put an id before the last one', () => {
  let now = 1_761_300_000_000;
  const mint = uuidv7Minter(() => now);
  const before = mint();
  now -= 3_600_000;
  const after = mint();
  assert.ok(before < after, `${before} < ${after}`);
});

test('nothing needs crypto.randomUUID, which a plain-HTTP address has not', (t) => {
  t.mock.method(crypto, 'randomUUID', () => {
    throw new TypeError('crypto.randomUUID is not a function');
  });
  assert.match(uuidv7(), UUIDV7);
  assert.match(shortId('tech_', 8), /^tech_[a-z0-9]{8}$/);
  assert.match(shortId('dev_', 16), /^dev_[a-z0-9]{16}$/);
});

test('short ids differ, use the whole alphabet, and skip the bytes that would favour some letters', () => {
  const ids = Array.from({ length: 2_000 }, () => shortId('tech_', 8));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(ids.join('').replaceAll('tech_', '')).size, 36);

  let next = 250;
  const counting = (bytes: Uint8Array) => {
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = next++ % 256;
  };
  // 250 and 251 are the last two of the alphabet, 252 to 255 are left out, 0 begins again.
  assert.equal(shortId('x_', 4, counting), 'x_89ab');
});
