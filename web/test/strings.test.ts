// What somebody writes for strings is read as the hub reads it (src/domain/layout.rs has the same cases).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStrings, writeStrings } from '../src/domain/strings';

test('the short form makes the Jalibat layout', () => {
  const written = readStrings('26, 24x9');
  assert.equal(written.problem, null);
  assert.equal(written.total, 242);
  assert.deepEqual(written.counts.slice(0, 3), [26, 24, 24]);
  assert.equal(written.counts.length, 10);
  assert.equal(readStrings('26 , 24 X 9').problem, null);
  assert.equal(readStrings('26,24×9').problem, null);
  // As it is typed where the comma is the decimal point.
  assert.deepEqual(readStrings('26;24x9'), written);
});

test('what is no layout is told with the part that is none', () => {
  for (const bad of ['x', '0', '24x0', '24x', '-1', '24;', '65536', '2.5', '26,', '24x2x2']) {
    assert.equal(readStrings(bad).problem, 'bad', bad);
  }
  assert.deepEqual(readStrings('26, 24y9'), { problem: 'bad', part: '24y9' });
  assert.equal(readStrings('24x99999999999999999999').problem, 'many');
  assert.equal(readStrings('25x800').problem, null);
  assert.equal(readStrings('25x801').problem, 'many');
  assert.equal(readStrings('  ').problem, 'none');
});

test('a list of counts is written in the short form, and read back the same', () => {
  for (const counts of [[26], [26, 24, 24], [24, 24, 26, 24], [1, 2, 3]]) {
    const text = writeStrings(counts);
    const written = readStrings(text);
    assert.deepEqual(written.problem === null && written.counts, counts, text);
  }
  assert.equal(writeStrings([26, 24, 24, 24]), '26, 24x3');
  assert.equal(writeStrings([]), '');
});
