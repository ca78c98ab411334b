// What decides which modules are shown and where: filters, the search, and the drawings of a site.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, matches, mentions, spellings, type Filter, type Looked } from '../src/domain/filter';
import { drawSpots, drawStrings, nameSpots, nearest, sharpness } from '../src/domain/site';
import { stand } from '../src/domain/stand';
import { MARKS, STATUSES } from '../src/domain/status';

const shown = (change: Partial<Looked>): Looked => ({
  status: 'pending',
  conflict: false,
  technician_id: null,
  properties: {},
  contested: [],
  ...change,
});

test('a module is unmarked, OK, or one of the defects', () => {
  for (const status of STATUSES) {
    const is = (filter: Filter) => matches(filter, shown({ status }), 'me', false, false);
    assert.equal(is('unmarked'), status === 'pending', status);
    assert.equal(is('defects'), status !== 'pending' && status !== 'ok', status);
    for (const mark of MARKS) assert.equal(is(mark), status === mark, `${status} as ${mark}`);
  }
});

test('mine and in conflict', () => {
  assert.ok(matches('mine', shown({ technician_id: 'me' }), 'me', false, false));
  assert.ok(!matches('mine', shown({ technician_id: 'other' }), 'me', false, false));
  assert.ok(!matches('mine', shown({}), 'me', false, false));
  assert.ok(matches('conflicts', shown({ conflict: true }), 'me', false, false));
  assert.ok(!matches('conflicts', shown({}), 'me', false, false));
  assert.ok(matches('photo', shown({}), 'me', true, false));
  assert.ok(!matches('photo', shown({}), 'me', false, false));
  assert.ok(matches('bare', shown({ status: 'dead' }), 'me', false, false));
  assert.ok(!matches('bare', shown({ status: 'dead' }), 'me', true, false));
  assert.ok(!matches('bare', shown({ status: 'ok' }), 'me', false, false));
});

test('a defect without severity; and what was not examined, which is not pending any more', () => {
  const dead = shown({ status: 'dead' });
  assert.ok(matches('ungraded', dead, 'me', false, false));
  assert.ok(!matches('ungraded', { ...dead, properties: { severity: 'B' } }, 'me', false, false));
  assert.ok(!matches('ungraded', shown({ status: 'ok' }), 'me', false, false));
  assert.ok(matches('excused', shown({}), 'me', false, true));
  assert.ok(!matches('unmarked', shown({}), 'me', false, true));
  assert.ok(matches('conflicts', shown({ contested: ['severity'] }), 'me', false, false));
});

test('a module is found by any part of its id, however it is typed', () => {
  for (const typed of ['M050', 'm050', '50', ' 050 ', '#M050']) assert.ok(found('M050', typed), typed);
  assert.ok(found('S3-12', 's3 12'));
  assert.ok(!found('M050', '51'));
  // As the hub named it where there are thousands, and as v3.3 clients do.
  for (const typed of ['M050', 'm0050', 'M50']) assert.ok(found('M0050', typed), typed);
  assert.ok(found('M050', 'M0050'));
  assert.ok(!found('M0050', 'M051') && !found('S1-1', 'M'));
  assert.ok(spellings('m050').includes('M0050') && spellings('M0050').includes('M050'));
  assert.deepEqual(spellings('s3-12'), ['s3-12', 'S3-12']);
});

test('words of a comment are found in any case, and without accents', () => {
  for (const typed of ['brûlée', 'BRULEE', ' diode 2']) assert.ok(mentions('Diode 2 brûlée', typed), typed);
  assert.ok(!mentions('Diode 2 brûlée', 'diode 3'));
});

test('modules stand where the layout says, from the first row and column on', () => {
  const at = (row: number | null, col: number | null) => ({ row, col });
  assert.deepEqual(stand([at(3, 5), at(4, 5), at(3, 7)]), [
    { x: 0, y: 0 },
    { x: 0, y: 1 },
    { x: 2, y: 0 },
  ]);
  assert.equal(stand([at(1, 1), at(null, 2)]), null, 'one is not told');
  assert.equal(stand([at(1, 1), at(1, 1)]), null, 'two at one place');
  assert.equal(stand([]), null);
});

for (const [what, lengths] of [
  ['Jalibat', [26, ...Array<number>(9).fill(24)]],
  ['20,000 modules', Array<number>(800).fill(25)],
  ['one module', [1]],
] as const) {
  test(`strings are drawn without overlapping: ${what}`, () => {
    const drawing = drawStrings(lengths, 1_240, 560);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    assert.equal(drawing.corners.length, total);
    assert.equal(drawing.labels.length, lengths.length);
    assert.ok(drawing.pitch.x >= 6 && drawing.pitch.x <= 26);
    assert.ok(drawing.width <= 1_240);
    const seen = new Set(drawing.corners.map(({ x, y }) => `${String(x)}:${String(y)}`));
    assert.equal(seen.size, total);
    for (const { x, y } of drawing.corners) {
      assert.ok(x >= 0 && x + drawing.pitch.x <= drawing.width + 18);
      assert.ok(y >= 0 && y + drawing.pitch.y <= drawing.height);
    }
  });
}

test('a site that fits is not scrolled, one that does not is drawn as small as can be hit', () => {
  assert.ok(drawStrings([26, ...Array<number>(9).fill(24)], 1_240, 560).height <= 560);
  const large = drawStrings(Array<number>(800).fill(25), 390, 400);
  assert.deepEqual(large.pitch, { x: 6, y: 6 });
  assert.ok(large.height > 400);
  // Half of what is written before a string is above its middle.
  assert.ok((large.labels[0]?.y ?? 0) + large.pitch.y / 2 >= 6);
});

test('the name of a string stands over its first module or before it, and on no other', () => {
  // Two columns beside each other, and a row that begins under the first.
  const spots = [0, 1].flatMap((x) => [0, 1].map((y) => ({ x, y })));
  const row = [0, 1, 2].map((x) => ({ x, y: 2 }));
  const names = nameSpots([...spots, ...row], [0, 2, 4]);
  assert.deepEqual(names, [
    { x: 0, y: -1, over: true },
    { x: 1, y: -1, over: true },
    { x: -1, y: 2, over: false },
  ]);
  const drawing = drawSpots([...spots, ...row], 200, 200, names);
  for (const [at, label] of drawing.labels.entries()) {
    const middle = (label?.y ?? NaN) + drawing.pitch.y / 2;
    assert.ok((label?.x ?? -1) >= 0 && middle >= 6, `name ${String(at)} is on the drawing`);
    for (const { x, y } of drawing.corners) {
      const within =
        middle > y &&
        middle < y + drawing.pitch.y &&
        (label?.x ?? 0) >= x &&
        (label?.x ?? 0) < x + drawing.pitch.x;
      assert.ok(!within, `name ${String(at)} is on a module`);
    }
  }
  // Closed in on both sides there is none.
  const block = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => ({ x, y })));
  assert.deepEqual(nameSpots(block, [4]), [null]);
});

test('a canvas is as sharp as the screen, and never larger than a phone can hold', () => {
  assert.equal(sharpness(drawStrings([26, ...Array<number>(9).fill(24)], 1_240, 560), 2), 2);
  const large = drawStrings(Array<number>(800).fill(25), 390, 400);
  const scale = sharpness(large, 3);
  assert.ok(scale >= 1, String(scale));
  assert.ok(large.width * large.height * scale ** 2 <= 16_000_001);
  assert.ok(sharpness({ width: 60_000, height: 6 }, 1) * 60_000 <= 32_000);
});

test('a tap finds the module it is on, or the nearest, and none from far away', () => {
  const drawing = drawSpots(
    [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 9, y: 9 },
    ],
    200,
    200,
  );
  const { pitch } = drawing;
  assert.equal(nearest(drawing, { x: pitch.x * 0.5, y: pitch.y * 0.5 }), 0);
  assert.equal(nearest(drawing, { x: pitch.x * 1.4, y: pitch.y * 0.9 }), 1);
  assert.equal(nearest(drawing, { x: pitch.x * 9.5, y: pitch.y * 9.5 }), 2);
  assert.equal(nearest(drawing, { x: pitch.x * 5, y: pitch.y * 5 }), -1);
});
