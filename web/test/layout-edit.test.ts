// The plan as a lead changes it on the tablet, before the hub has heard of it: what is drawn, and what is sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addModules,
  addString,
  moveString,
  nextNumber,
  swapModules,
  usualCount,
  withChanges,
  type Plan,
} from '../src/domain/layout-edit';
import type { LayoutOp, MarkOp } from '../src/domain/types';
import { LAYOUT, Replica } from '../src/sync/replica';
import { auditOf, markOf, moduleOf, START } from './support';

/** As many modules as said in each string, numbered from 1. */
function planOf(...counts: number[]): Plan {
  const modules = counts.flatMap((count, at) =>
    Array.from({ length: count }, (_, n) => ({
      ...moduleOf(`S${String(at + 1)}-M${String(n + 1)}`),
      string: at + 1,
      position: n + 1,
    })),
  );
  return { modules, strings: counts.map((count, at) => ({ number: at + 1, module_count: count })) };
}

const strings = ({ strings }: Plan) => strings.map(({ number, module_count }) => [number, module_count]);
const ids = ({ modules }: Plan) => modules.map((module) => module.module_id);

test('a string that is missing: as most are, after the last, and named by its place', () => {
  const plan = planOf(3, 2, 2);
  assert.deepEqual([nextNumber(plan), usualCount(plan)], [4, 2]);
  const change = addString(plan, { number: 4, name: 'by the gate', count: 2, after: null });
  assert.deepEqual(change.modules, [
    { module_id: 'S4-01', string: 4, position: 1 },
    { module_id: 'S4-02', string: 4, position: 2 },
  ]);
  const drawn = withChanges(plan, [change]);
  assert.deepEqual(strings(drawn), [
    [1, 3],
    [2, 2],
    [3, 2],
    [4, 2],
  ]);
  assert.deepEqual(ids(drawn).slice(-2), ['S4-01', 'S4-02']);
  assert.equal(drawn.strings[3]?.name, 'by the gate');
  assert.deepEqual(ids(withChanges(plan, [change, change])), ids(drawn), 'a repeat has no effect');
  // Where it stands.
  const second = withChanges(plan, [addString(plan, { number: 4, name: null, count: 1, after: 1 })]);
  assert.deepEqual(
    second.strings.map(({ number }) => number),
    [1, 4, 2, 3],
  );
});

test('a name that the plan gave to another module is not taken', () => {
  const plan = planOf(1);
  plan.modules[0] = { ...moduleOf('S2-01'), string: 1, position: 1 };
  assert.deepEqual(
    addModules(plan, 2, 2).map((module) => module.module_id),
    ['S2-P01', 'S2-02'],
  );
});

test('strings can be moved for ever', () => {
  let plan = planOf(1, 1, 1, 1);
  for (let n = 0; n < 40; n += 1) {
    const before = plan.strings.map(({ number }) => number);
    const [first = 0, second = 0, third = 0, last = 0] = before;
    plan = withChanges(plan, [moveString(plan, last, first)]);
    assert.deepEqual(
      plan.strings.map(({ number }) => number),
      [first, last, second, third],
    );
  }
  plan = withChanges(plan, [moveString(plan, 2, 0)]);
  assert.equal(plan.strings[0]?.number, 2);
});

test('what is hidden is not drawn, and neighbours change places', () => {
  const plan = planOf(3, 2);
  const gone = withChanges(plan, [
    { strings: [{ number: 2, hidden: true }], modules: [{ module_id: 'S1-M2', hidden: true }] },
  ]);
  assert.deepEqual(ids(gone), ['S1-M1', 'S1-M3']);
  assert.deepEqual(strings(gone), [[1, 2]]);
  const swapped = swapModules(plan, 'S1-M1', 1);
  assert.ok(swapped);
  assert.deepEqual(ids(withChanges(plan, [swapped])).slice(0, 3), ['S1-M2', 'S1-M1', 'S1-M3']);
  assert.equal(swapModules(plan, 'S1-M1', -1), null, 'the first has nobody before it');
  // Of what the plan does not know nothing is drawn, and nothing fails.
  const strange = withChanges(plan, [{ modules: [{ module_id: 'hidden-on-the-hub', hidden: false }] }]);
  assert.deepEqual(ids(strange), ids(plan));
});

test('own changes lie over the hub’s plan until it holds them, or refuses them', () => {
  const told: string[][] = [];
  const replica = new Replica('audit-a', (touched) => told.push([...touched]));
  replica.load(auditOf('audit-a', [moduleOf('M1')], { layout_stamp: 'seen' }));
  assert.equal(replica.layout.stamp, 'seen');
  const op: LayoutOp = {
    id: 'op-1',
    kind: 'layout',
    strings: [{ number: 1, name: 'one' }],
    technician_id: 'tech_1',
    technician_name: 'Léa',
    device_id: 'dev_1',
    marked_at_ms: START,
    base: replica.layout.stamp,
  };
  told.length = 0;
  replica.mark([op]);
  assert.deepEqual([told, replica.changes], [[[LAYOUT]], [op]]);
  replica.stored([op], true);
  const waiting = { n: 1, token: 'audit-a', op, again: null, refused: null };
  replica.own([waiting], []);
  assert.deepEqual(replica.changes, [op], 'as the store has it');
  // A mark beside it is none of its business.
  const mark: MarkOp = markOf('M1', { status: 'dead' });
  replica.mark([mark]);
  assert.equal(replica.shown('M1')?.status, 'dead');
  const { seq } = replica;
  replica.settle([{ id: op.id, seq: seq + 1, outcome: 'applied' }], replica.log_id);
  assert.deepEqual(replica.changes, [op], 'acknowledged, and not read yet');
  replica.load(auditOf('audit-a', [moduleOf('M1')], { seq: seq + 1 }));
  assert.deepEqual(replica.changes, []);
  replica.mark([{ ...op, id: 'op-2' }]);
  replica.settle([{ id: 'op-2', seq: null, outcome: 'refused', reason: 'only a lead' }], replica.log_id);
  assert.deepEqual(replica.changes, []);
  // Somebody marked what is hidden: it is not shown by that.
  const hidden = { ...moduleOf('junk'), hidden: true };
  replica.apply({ seq: seq + 2, id: 'op-3', kind: 'mark', module_id: 'junk', module: hidden });
  assert.equal(replica.shown('junk'), null);
});
