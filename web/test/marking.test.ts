// What can be taken back, and done again: with what it takes back by name, over a reload, and no more of it than is of use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell } from '../src/state/cells.svelte';
import { Marking, type Change, type Target, type Turns } from '../src/state/marking.svelte';
import type { Shown } from '../src/sync/replica';

// As it is where nothing is drawn.
const state = <T>(value: T): T => value;
Object.assign(globalThis, { $state: Object.assign(state, { raw: state }) });

type Put = { target: Target; change: Change };

/** Modules on a tablet, which a mark changes at once. */
function tablet(): { marking: Marking; cells: Map<string, Cell>; put: Put[]; kept: () => Turns } {
  const cells = new Map<string, Cell>();
  for (let n = 1; n <= 3_000; n += 1) {
    const shown = {
      status: 'pending',
      comment: null,
      technician_id: null,
      technician_name: null,
      updated_at_ms: null,
    };
    cells.set(`M${String(n)}`, { id: `M${String(n)}`, shown: shown as Partial<Shown> } as Cell);
  }
  const put: Put[] = [];
  let turns: Turns = { done: [], undone: [] };
  const marking = new Marking({
    cell: (id) => cells.get(id) ?? null,
    stamp: (id) => `seen of ${id}`,
    put: (marks) => {
      put.push(...marks);
      for (const { target, change } of marks) {
        const cell = cells.get(target.id);
        const status = change.status === null ? 'pending' : change.status;
        if (cell)
          cell.shown = { ...cell.shown, ...change, ...(status && { status }), technician_id: 'me' } as Shown;
      }
      return marks.map((_, i) => `op-${String(put.length - marks.length + i)}`);
    },
    keep: (now) => {
      turns = structuredClone(now);
    },
  });
  return { marking, cells, put, kept: () => turns };
}

const lea = { technician_id: 'lea', technician_name: 'Léa', updated_at_ms: 5 };

test('an undo names what it takes back, and whose the finding is that comes back', () => {
  const { marking, cells, put } = tablet();
  const cell = cells.get('M1');
  if (cell) cell.shown = { ...cell.shown, status: 'dead', ...lea };
  marking.markAll(['M1'], { status: 'ok' });
  marking.undo();
  assert.deepEqual(put[1], {
    target: { id: 'M1', base: 'seen of M1', undoes: { id: 'op-0', base: 'seen of M1', was: lea } },
    change: { status: 'dead' },
  });
});

test('what is undone can be done again, and undone again, until something else is marked', () => {
  const { marking, cells, put } = tablet();
  const status = () => cells.get('M1')?.shown.status;
  marking.markAll(['M1', 'M2'], { status: 'ok' });
  assert.deepEqual(marking.undo(), { undone: 2, left: 0 });
  assert.deepEqual([status(), marking.last, marking.next?.marks.length], ['pending', null, 2]);
  marking.redo();
  assert.deepEqual([status(), marking.next, marking.last?.marks.length], ['ok', null, 2]);
  marking.undo();
  assert.deepEqual(put.at(-1)?.target.undoes?.id, 'op-5', 'it takes the second one back');
  marking.markAll(['M3'], { status: 'dead' });
  assert.equal(marking.next, null);
  assert.equal(marking.redo(), null);
});

test('what somebody has changed since is left alone, forth and back', () => {
  const { marking, cells } = tablet();
  marking.markAll(['M1', 'M2'], { status: 'ok' });
  const other = cells.get('M2');
  if (other) other.shown = { ...other.shown, status: 'dead', ...lea };
  assert.deepEqual(marking.undo(), { undone: 1, left: 1 });
  const first = cells.get('M1');
  if (first) first.shown = { ...first.shown, status: 'microcracks' };
  assert.deepEqual(marking.redo(), { undone: 0, left: 1 });
  assert.equal(first?.shown.status, 'microcracks');
});

test('a reload takes nothing of it away, and no more is kept than is of use', () => {
  const { marking, cells, kept } = tablet();
  marking.markAll(['M1'], { status: 'dead' });
  marking.markAll(['M2'], { status: 'ok' });
  marking.undo();
  const later = tablet();
  for (const [id, { shown }] of cells) {
    const cell = later.cells.get(id);
    if (cell) cell.shown = shown;
  }
  later.marking.restore(kept());
  assert.equal(later.marking.next?.marks[0]?.id, 'M2');
  assert.deepEqual(later.marking.undo(), { undone: 1, left: 0 });
  assert.equal(later.put[0]?.target.undoes?.id, 'op-0');
  // Once something was done here, that is what counts.
  later.marking.markAll(['M3'], { status: 'ok' });
  later.marking.restore(kept());
  assert.equal(later.marking.last?.marks[0]?.id, 'M3');

  for (let n = 0; n < 40; n += 1) later.marking.markAll(['M4'], { comment: String(n) });
  assert.equal(later.kept().done.length, 30);
  later.marking.markAll([...cells.keys()], { status: 'ok' });
  assert.equal(later.kept().done.length, 0, 'larger than is written to the disk with each tap');
  assert.equal(later.marking.last?.marks.length, 3_000, 'and here all the same');
});
