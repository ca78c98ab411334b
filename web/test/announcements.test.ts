// What others did is one line, not eleven.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcementOf, type Heard } from '../src/domain/announcements';

const mark = (module_id: string, status: Heard['status'] = 'ok', who = 'lea'): Heard => ({
  technician_id: who,
  technician_name: who,
  module_id,
  status,
  conflict: false,
});

test('eleven modules by one with one status are one line', () => {
  const batch = Array.from({ length: 11 }, (_, n) => mark(`M${String(n)}`, 'inequality'));
  assert.deepEqual(announcementOf(batch), { kind: 'same', name: 'lea', count: 11, status: 'inequality' });
});

test('one module is named, and counts once however often it was marked', () => {
  assert.deepEqual(announcementOf([mark('M1', 'ok'), mark('M1', 'dead')]), {
    kind: 'one',
    name: 'lea',
    module: 'M1',
    status: 'dead',
  });
});

test('different statuses are a number, several people as well', () => {
  assert.deepEqual(announcementOf([mark('M1', 'ok'), mark('M2', 'dead')]), {
    kind: 'some',
    name: 'lea',
    count: 2,
  });
  assert.deepEqual(announcementOf([mark('M1'), mark('M2', 'ok', 'marc'), mark('M3', 'ok', 'ines')]), {
    kind: 'many',
    people: 3,
    count: 3,
  });
  assert.equal(announcementOf([]), null);
});

test('a conflict is told before all else, several as their number', () => {
  const apart = (module_id: string) => ({ ...mark(module_id, 'dead', 'marc'), conflict: true });
  assert.deepEqual(announcementOf([mark('M1'), apart('M2'), mark('M3', 'ok', 'ines'), mark('M2')]), {
    kind: 'conflict',
    by: 'marc',
    name: 'marc',
    module: 'M2',
    shows: undefined,
  });
  assert.deepEqual(announcementOf([apart('M2'), mark('M1'), apart('M3'), apart('M2')]), {
    kind: 'conflicts',
    count: 2,
  });
});

test('of a conflict among others the mark that stands is told, and whose it is', () => {
  const lost = { ...mark('M2', 'ok', 'marc'), stands: { status: 'ok' as const, name: 'lea' } };
  assert.deepEqual(announcementOf([lost]), { kind: 'contested', name: 'lea', module: 'M2', status: 'ok' });
  const own = { ...lost, conflict: true };
  assert.deepEqual(announcementOf([own]), {
    kind: 'conflict',
    by: 'marc',
    name: 'marc',
    module: 'M2',
    shows: 'ok',
  });
});
