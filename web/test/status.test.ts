// The seven statuses of docs/api.md, and that each can be told from the others by sign and by colour.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDefect, LOOKS, markOfKey, MARKS, STATUSES } from '../src/domain/status';

const api = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

test('the statuses are the seven of the contract', () => {
  const written = /`status` is one of `([a-z_ ]+)`/.exec(api)?.[1]?.split(' ') ?? [];
  assert.equal(written.length, 7);
  assert.deepEqual(STATUSES.toSorted(), written.toSorted());
  assert.deepEqual([...MARKS, 'pending'].sort(), written.toSorted());
});

test('each status has a look, with a sign, a ground and a colour of its own', () => {
  assert.deepEqual(Object.keys(LOOKS).sort(), STATUSES.toSorted());
  for (const part of ['sign', 'fill', 'hue'] as const) {
    const all = STATUSES.map((status) => LOOKS[status][part].toLowerCase());
    assert.equal(new Set(all).size, STATUSES.length, part);
  }
  for (const status of STATUSES) {
    const { fill, ink, hue, sign } = LOOKS[status];
    for (const colour of [fill, ink, hue]) assert.match(colour, /^#[0-9a-f]{6}$/, status);
    assert.match(sign, /^M[\d .,a-z-]+$/i, status);
  }
});

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('number and sign can be read on their ground, the colour on black', () => {
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const status of STATUSES) {
    const { fill, ink, hue } = LOOKS[status];
    assert.ok(contrast(fill, ink) >= 4.5, `${status}: ${String(contrast(fill, ink))}`);
    assert.ok(contrast(hue, '#000000') >= 4.5, status);
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
