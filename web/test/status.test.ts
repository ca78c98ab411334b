// The seven statuses of docs/api.md, and that each can be told from the others by sign and by colour. That they can be
// read is in theme.test.ts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asStatus, COLOURS, isDefect, markOfKey, MARKS, SIGNS, STATUSES } from '../src/domain/status';

const api = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

test('the statuses are the seven of the contract', () => {
  const written = /`status` is one of `([a-z_ ]+)`/.exec(api)?.[1]?.split(' ') ?? [];
  assert.equal(written.length, 7);
  assert.deepEqual(STATUSES.toSorted(), written.toSorted());
  assert.deepEqual([...MARKS, 'pending'].sort(), written.toSorted());
});

test('each status has a sign, and in each theme a ground and a colour of its own', () => {
  assert.deepEqual(Object.keys(SIGNS).sort(), STATUSES.toSorted());
  assert.equal(new Set(Object.values(SIGNS)).size, STATUSES.length);
  for (const sign of Object.values(SIGNS)) assert.match(sign, /^M[\d .,a-z-]+$/i);
  for (const [look, colours] of Object.entries(COLOURS)) {
    assert.deepEqual(Object.keys(colours).sort(), STATUSES.toSorted(), look);
    for (const part of ['fill', 'hue'] as const) {
      const all = STATUSES.map((status) => colours[status][part].toLowerCase());
      assert.equal(new Set(all).size, STATUSES.length, `${look} ${part}`);
    }
    for (const { fill, ink, hue } of Object.values(colours)) {
      for (const colour of [fill, ink, hue]) assert.match(colour, /^#[0-9a-f]{6}$/);
    }
  }
});

test('what a newer hub knows and this page does not is drawn as unmarked', () => {
  assert.equal(asStatus('dead'), 'dead');
  for (const strange of ['shaded', '', 'OK', null, undefined, 'constructor']) {
    assert.equal(asStatus(strange), 'pending');
  }
});

test('all but OK and pending are defects', () => {
  assert.deepEqual(
    STATUSES.filter((status) => !isDefect(status)),
    ['ok', 'pending'],
  );
});

test('the keys 1 to 6 choose the marks in the order of the buttons, no other key does', () => {
  assert.deepEqual(
    ['1', '2', '3', '4', '5', '6'].map((key) => markOfKey(key)),
    [...MARKS],
  );
  for (const key of ['0', '7', '', ' ', '11', 'Enter', '1.5', 'F1']) assert.equal(markOfKey(key), null, key);
});
