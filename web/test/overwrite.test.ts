// What a batch would write over, and whose marks those are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sorted, type Batch, type Seen } from '../src/domain/overwrite';

const module = (
  status: Seen['status'],
  by: string | null,
  comment: string | null = null,
  conflict = false,
) => ({
  shown: { status, comment, conflict, technician_id: by },
});
const pending = module('pending', null);

const of = (modules: { shown: Seen }[], batch: Batch) => {
  const { free, marked, of: lost } = sorted(modules, batch, 'me');
  const some = Object.fromEntries(Object.entries(lost).filter(([, n]) => n > 0));
  return { free: free.length, marked: marked.length, ...some };
};

test('a batch over what nobody has marked asks nothing', () => {
  assert.deepEqual(of([pending, pending], { status: 'ok' }), { free: 2, marked: 0 });
  assert.deepEqual(of([pending], { status: 'dead', comment: 'glass' }), { free: 1, marked: 0 });
  // Words are added to a mark, and take nothing away.
  assert.deepEqual(of([module('dead', 'lea')], { comment: 'glass' }), { free: 1, marked: 0 });
});

test('what others have marked is counted apart from one’s own', () => {
  const modules = [module('dead', 'lea'), module('microcracks', 'marc'), module('inequality', 'me'), pending];
  assert.deepEqual(of(modules, { status: 'ok' }), { free: 1, marked: 3, defects: 2, own: 1 });
  assert.deepEqual(of([module('ok', 'lea')], { status: 'dead' }), { free: 0, marked: 1, oks: 1 });
});

test('what is so already is left alone, with its author', () => {
  assert.deepEqual(of([module('ok', 'lea'), pending], { status: 'ok' }), { free: 1, marked: 0 });
  assert.deepEqual(of([module('ok', 'lea', 'glass')], { status: 'ok', comment: 'glass' }), {
    free: 0,
    marked: 0,
  });
});

test('a conflict is not settled unseen', () => {
  assert.deepEqual(of([module('ok', 'lea', null, true)], { status: 'ok' }), { free: 0, marked: 1, oks: 1 });
});

test('a comment is somebody’s finding: with a status, without one, and when it is replaced', () => {
  assert.deepEqual(of([module('pending', 'lea', 'diode')], { status: 'ok' }), {
    free: 0,
    marked: 1,
    commented: 1,
  });
  assert.deepEqual(of([module('dead', 'lea', 'diode')], { comment: 'glass' }), {
    free: 0,
    marked: 1,
    comments: 1,
  });
  assert.deepEqual(of([module('pending', 'lea', 'diode')], { status: 'ok', comment: 'glass' }), {
    free: 0,
    marked: 1,
    comments: 1,
  });
});
