// The sides of a conflict, out of a module's history.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictSides } from '../src/domain/conflicts';
import type { LoggedOp } from '../src/domain/types';

let seq = 0;
const entry = (name: string, change: Partial<LoggedOp>): LoggedOp => {
  seq += 1;
  return {
    seq,
    id: `op-${String(seq)}`,
    kind: 'mark',
    technician_id: name,
    technician_name: name,
    ...change,
  };
};

const sidesOf = (history: LoggedOp[]) =>
  conflictSides(history).map(({ entries, status, comment }) => ({
    ...(status !== undefined && { status }),
    ...(comment !== undefined && { comment }),
    by: entries.map((one) => one.technician_name),
  }));

test('two statuses that neither has seen stand side by side, the later first', () => {
  const history = [
    entry('Marc', { status: 'ok' }),
    entry('Léa', { status: 'dead', stands: true }),
    entry('Inès', { status: 'inequality', stands: true }),
  ];
  assert.deepEqual(sidesOf(history), [
    { status: 'inequality', by: ['Inès'] },
    { status: 'dead', by: ['Léa'] },
  ]);
});

test('who says the same is on the same side', () => {
  const history = [
    entry('Léa', { status: 'dead', stands: true }),
    entry('Inès', { status: null, stands: true }),
    entry('Marc', { status: 'dead', stands: true }),
  ];
  assert.deepEqual(sidesOf(history), [
    { status: 'dead', by: ['Marc', 'Léa'] },
    { status: null, by: ['Inès'] },
  ]);
});

test('only the field in which they differ is to be decided', () => {
  const history = [
    entry('Léa', { status: 'dead', comment: 'verre cassé', stands: true }),
    entry('Inès', { status: 'ok', stands: true }),
  ];
  assert.deepEqual(sidesOf(history), [
    { status: 'ok', by: ['Inès'] },
    { status: 'dead', by: ['Léa'] },
  ]);
  const words = [
    entry('Léa', { status: 'dead', comment: 'verre cassé', stands: true }),
    entry('Inès', { status: 'dead', comment: 'ombrage', stands: true }),
  ];
  assert.deepEqual(sidesOf(words), [
    { comment: 'ombrage', by: ['Inès'] },
    { comment: 'verre cassé', by: ['Léa'] },
  ]);
});

test('each side tells what its people have written, with the mark or beside it', () => {
  const history = [
    entry('Marc', { comment: 'diode' }),
    entry('Léa', { comment: 'à revoir' }),
    entry('Léa', { status: 'dead', comment: 'verre cassé', stands: true }),
    entry('Inès', { status: 'ok', stands: true }),
    entry('Marc', { status: 'dead', stands: true }),
  ];
  const words = (log: LoggedOp[]) => conflictSides(log).map((side) => [side.status, side.words]);
  assert.deepEqual(words(history), [
    ['dead', ['diode', 'verre cassé']],
    ['ok', []],
  ]);
  // What was cleared is not said any more.
  assert.deepEqual(words([...history, entry('Léa', { comment: null })])[0], ['dead', ['diode']]);
});

test('nothing stands against nothing', () => {
  assert.deepEqual(conflictSides([]), []);
  assert.deepEqual(conflictSides([entry('Léa', { status: 'dead', stands: true })]), []);
  assert.deepEqual(conflictSides([entry('Léa', { status: 'dead' }), entry('Inès', { status: 'ok' })]), []);
});
