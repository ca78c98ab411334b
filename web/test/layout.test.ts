// Where strings and cells lie: every cell is drawn when it is in view, and nothing far away is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CELL_MIN,
  cellsInView,
  commonLength,
  pickColumns,
  placeStrings,
  ROW_MAX,
  roomy,
  stringsInView,
} from '../src/domain/layout';

const metrics = { columns: 12, head: 30, row: 60, tail: 10 };

test('the common length is the one most strings have', () => {
  assert.equal(commonLength([26, 24, 24, 24, 26]), 24);
  assert.equal(commonLength([]), 0);
});

test('columns suit the common string and stay wide enough for gloves', () => {
  assert.equal(pickColumns(800, [24, 24, 26], 6), 12);
  for (const width of [320, 412, 800, 1_280]) {
    const columns = pickColumns(width, [24, 24, 26], 6);
    assert.ok((width + 6) / columns - 6 >= CELL_MIN, String(width));
  }
  assert.equal(pickColumns(10, [24], 6), 1);
});

test('cells grow where there is room, and only there', () => {
  const m = { columns: 6, head: 44, row: 68, tail: 14 };
  const grown = roomy(m, [366, 513], [24], 6);
  // A phone, one string: from 56 by 62 to 87 by 69 pixels.
  assert.deepEqual([grown.columns, grown.row], [4, 75]);
  const all = [26, ...Array<number>(9).fill(24)];
  assert.deepEqual(roomy(m, [366, 513], all, 6), m, 'they do not fit');
  const wide = { ...m, columns: 12 };
  assert.deepEqual(roomy(wide, [1_240, 530], [24], 6), { ...wide, row: ROW_MAX });
  for (const height of [0, 60, 200, 400, 900]) {
    for (const lengths of [[24], [7], [24, 24], []]) {
      const one = roomy(m, [366, height], lengths, 6);
      assert.ok(one.row >= m.row && one.row <= ROW_MAX && one.columns >= 1, String(height));
      if (one.row > m.row) assert.ok(placeStrings(lengths, one).total <= height);
    }
  }
});

test('strings lie under each other without gap or overlap', () => {
  const placed = placeStrings([24, 25, 0], metrics);
  assert.deepEqual(placed.heights, [160, 220, 40]);
  assert.deepEqual(placed.tops, [0, 160, 380]);
  assert.equal(placed.total, 420);
});

test('the strings and cells in view are those that a plain search finds', () => {
  const lengths = [24, 25, 1, 0, 60, 12, 13];
  const placed = placeStrings(lengths, metrics);
  for (let from = -50; from < placed.total + 50; from += 7) {
    const to = from + 130;
    const [first, end] = stringsInView(placed, from, to);
    const seen = lengths.flatMap((_, i) => {
      const top = placed.tops[i] ?? 0;
      return top + (placed.heights[i] ?? 0) > from && top < to ? [i] : [];
    });
    assert.deepEqual(
      lengths.flatMap((_, i) => (i >= first && i < end ? [i] : [])),
      seen,
    );
    for (const i of seen) {
      const top = placed.tops[i] ?? 0;
      const [low, high] = cellsInView(top, lengths[i] ?? 0, metrics, from, to);
      for (let cell = 0; cell < (lengths[i] ?? 0); cell += 1) {
        const y = top + metrics.head + Math.floor(cell / metrics.columns) * metrics.row;
        const inView = y + metrics.row > from && y < to;
        assert.equal(cell >= low && cell < high, inView, `string ${String(i)}, cell ${String(cell)}`);
      }
    }
  }
});
