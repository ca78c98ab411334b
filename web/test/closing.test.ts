// What is open before a report is final: each point leads to what shows it, what nobody uses holds nobody up, and what a tablet did not say is no zero.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClosingInfo } from '../src/domain/api.gen';
import { closingOf } from '../src/domain/closing';
import { RECENT_MS } from '../src/domain/tablets';

const NOW = 1_800_000_000_000;
const nothing: ClosingInfo = {
  clean: true,
  checks: [],
  pictures_missing: 0,
  tablets: [],
  version: null,
  final: false,
  changes_since: 0,
};
const check = (name: string, count: number, first: [number, string | null][], used = true) => ({
  check: name,
  count,
  used,
  first: first.map(([string, module_id]) => ({ string, module_id })),
});

test('each point that is open leads to the filter or the string that shows it', () => {
  const checks = [
    check('pending', 2, [[1, 'M003']]),
    check('conflicts', 1, [[2, 'M030']]),
    check('no_session', 1, [[7, null]]),
    check('no_severity', 3, [], false),
    check('no_picture', 0, []),
    check('of_a_later_hub', 4, [[1, 'M001']]),
  ];
  const { open, unused, points } = closingOf({ ...nothing, checks, pictures_missing: 2 }, NOW);
  assert.deepEqual(
    open.map(({ check, goal }) => [check, goal.filter, goal.tab]),
    [
      ['pending', 'unmarked', null],
      ['conflicts', 'conflicts', null],
      ['no_session', null, 7],
    ],
  );
  assert.deepEqual(unused, ['no_severity']);
  assert.equal(points, 4);
});

test('a conflict over a string leads to that string', () => {
  const checks = [check('conflicts', 1, [[4, null]])];
  assert.deepEqual(closingOf({ ...nothing, checks }, NOW).open[0]?.goal, { filter: null, tab: 4 });
});

test('what a tablet did not say is not known, and what it said long ago is old', () => {
  const tablet = (
    name: string,
    unsent: number | null,
    unsent_photos: number | null,
    told: number | null,
  ) => ({
    technician_id: `tech_${name}`,
    name,
    unsent,
    unsent_photos,
    told_ms: told,
  });
  const tablets = [
    tablet('Ana', 0, 0, NOW - 1_000),
    tablet('Omar', 2, 1, NOW - 1_000),
    tablet('Marc', 0, null, NOW - RECENT_MS - 1),
    tablet('Old', null, null, null),
  ];
  const { tablets: word, points } = closingOf({ ...nothing, tablets }, NOW);
  assert.deepEqual(word, { waiting: [{ name: 'Omar', count: 3 }], silent: ['Marc'], unknown: ['Old'] });
  assert.equal(points, 1);
  assert.equal(closingOf({ ...nothing, tablets: null }, NOW).tablets, null);
});
