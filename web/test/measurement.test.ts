// Measurements: the same verdicts as on the hub, what is typed, settings, curves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  curveOf,
  judge,
  limitsOf,
  limitsText,
  measurementOf,
  measurementsOf,
  readingFrom,
  TYPED,
  typedOf,
  typedWith,
  USUAL,
} from '../src/domain/measurement';

interface Case {
  measurement: object;
  limits?: object;
  verdict: string | null;
  beyond: string[];
}

test('verdicts are those of the list that the hub goes by too', () => {
  const file = new URL('../../tests/fixtures/measurement-verdicts.json', import.meta.url);
  const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];
  assert.ok(cases.length > 15);
  for (const one of cases) {
    const read = measurementOf('measurement_x', JSON.stringify(one.measurement));
    assert.ok(read);
    const judged = judge(limitsOf(one.limits && JSON.stringify(one.limits)), read);
    const beyond = (judged?.beyond ?? []).map(
      ({ field, under, limit }) => `${field} ${under ? '<' : '>'} ${String(limit)}`,
    );
    assert.deepEqual([judged?.verdict ?? null, beyond], [one.verdict, one.beyond], JSON.stringify(one));
  }
});

test('all of a string are told in one order, and what is out of form is left out', () => {
  const value = (kind: string, n: number, take?: number) =>
    JSON.stringify({ kind, n, take, values: { ff: '0.95' } });
  const all = measurementsOf({
    ...{ measurement_insulation_a: value('insulation', 1), measurement_dark_iv_c: value('dark_iv', 4, 2) },
    ...{ measurement_dark_iv_b: value('dark_iv', 4), measurement_later_x: value('thermal', 1) },
    ...{ measurement_values_y: '{', measurement_limits: '{}', measurement_typed: value('typed', 1) },
    ...{ measurement_columns: '{}', severity: 'B' },
  });
  assert.deepEqual(
    all.map(({ kind, number, take }) => [kind, number, take]),
    [
      ['dark_iv', 4, null],
      ['dark_iv', 4, 2],
      ['insulation', 1, null],
      ['thermal', 1, null],
    ],
  );
});

test('what is typed is kept as decimals, and the last field that is emptied takes all back', () => {
  const typed = ['785,1', '>200', ' 9.2 ', '-3', 'x', '1e3', '1,2,3', ''].map(readingFrom);
  assert.deepEqual(typed, ['785.1', '>200', '9.2', '-3', null, null, null, null]);
  const one = typedWith({}, 'voc', '785.1');
  assert.deepEqual(one, { [TYPED]: '{"kind":"typed","values":{"voc":"785.1"}}' });
  const both = typedWith(one as Record<string, string>, 'riso', '>200');
  assert.deepEqual(typedOf(both as Record<string, string>)?.values, { voc: '785.1', riso: '>200' });
  assert.deepEqual(typedWith(one as Record<string, string>, 'voc', null), { [TYPED]: null });
});

test('limits are kept where they are not the usual ones', () => {
  assert.equal(limitsText(USUAL), null);
  const own = { ...USUAL, riso_least: 5 };
  assert.equal(limitsText(own), '{"riso_least":5}');
  assert.deepEqual(limitsOf(limitsText(own) ?? ''), own);
  for (const wrong of ['', '[]', '{"riso_least":"x"}', '{"riso_least":-1}'])
    assert.deepEqual(limitsOf(wrong), USUAL);
});

test('a curve fills its drawing, also one of a single voltage or of currents below zero', () => {
  const points = [
    [559, 0],
    [700, 1.5],
    [777, 3.1],
  ] as const;
  assert.equal(curveOf(points, 300, 100).line, '0.0,100.0 194.0,51.6 300.0,0.0');
  const odd = curveOf(
    [
      [22, -1],
      [22, 1],
    ],
    300,
    100,
  );
  assert.deepEqual([odd.line, odd.zero], ['150.0,100.0 150.0,0.0', 50]);
});
