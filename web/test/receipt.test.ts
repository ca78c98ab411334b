// Where a mark has got to: by the rule alone, and as the screen shows it while marks, acknowledgements and the
// cloud's word of itself arrive in any order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf } from '../src/domain/places';
import { CatchingUp, receipts, STALLED_MS, wholeReceipt, wholeUpTo } from '../src/domain/receipt';
import type { Cloud, Module } from '../src/domain/types';
import { Replica } from '../src/sync/replica';
import { auditOf, markOf, moduleOf } from './support';

const cloudAt = (seq: number, change: Partial<Cloud> = {}): Cloud => ({
  seq,
  pending: 0,
  parked: [],
  ...change,
});

function replicaOf(modules: Module[], cloud: Cloud | null | undefined) {
  const told: string[][] = [];
  const replica = new Replica('audit-a', (ids) => told.push([...ids].sort()));
  replica.load(auditOf('audit-a', modules, cloud === undefined ? {} : { cloud }));
  told.length = 0;
  return { replica, told, receiptOf: (id: string) => replica.shown(id)?.receipt };
}

const marked = (id: string, seq: number) => moduleOf(id, { status: 'dead', seq });

test('without a cloud nothing is said of marks that are on the hub', () => {
  const receiptOf = receipts(null);
  assert.equal(receiptOf('M1', 5), null);
  assert.equal(receiptOf('M1', 0), null);
  for (const cloud of [null, undefined]) {
    assert.equal(replicaOf([marked('M1', 5)], cloud).receiptOf('M1'), null);
  }
});

test('a mark is in the cloud up to its receipt and not beyond; a module nobody marked is nowhere', () => {
  const receiptOf = receipts(cloudAt(7));
  assert.deepEqual(
    [0, 1, 7, 8].map((seq) => receiptOf('M1', seq)),
    [null, 'cloud', 'cloud', 'hub'],
  );
});

test('what a v3.3 cloud shows is there, and what it cannot hold is kept', () => {
  const cloud = cloudAt(0, { log_id: 'log-5', shown: 7, holds: 'shown' });
  const receiptOf = receipts(cloud);
  assert.deepEqual(
    [0, 1, 7, 8].map((seq) => receiptOf('M1', seq)),
    [null, 'cloud', 'cloud', 'hub'],
  );
  assert.deepEqual([wholeReceipt(cloud, 1), wholeReceipt(cloud, 9)], ['kept', 'kept']);
  assert.equal(wholeUpTo(cloud, 'log-5'), 0);
});

test('what another fieldhub has is whole there, in this log alone', () => {
  const cloud = cloudAt(7, { log_id: 'log-5', shown: 7, holds: 'everything' });
  assert.deepEqual([wholeReceipt(cloud, 7), wholeReceipt(cloud, 8)], ['cloud', 'hub']);
  assert.deepEqual([wholeUpTo(cloud, 'log-5'), wholeUpTo(cloud, 'log-6')], [7, 0]);
  // A hub of before says neither.
  assert.deepEqual([wholeReceipt(cloudAt(7), 3), wholeUpTo(cloudAt(7), 'log-5')], [null, 0]);
  assert.equal(wholeReceipt(null, 3), null);
});

test('a parked module is parked wherever its mark is, and only while it has one', () => {
  const receiptOf = receipts(cloudAt(7, { parked: ['M2'] }));
  assert.deepEqual(
    [0, 3, 9].map((seq) => receiptOf('M2', seq)),
    [null, 'parked', 'parked'],
  );
  assert.equal(receiptOf('M1', 3), 'cloud');
});

test('a new receipt redraws the modules whose place has changed, and no others', () => {
  const modules = [marked('M1', 4), marked('M2', 6), marked('M3', 9), moduleOf('M4', { seq: 0 })];
  const { replica, told, receiptOf } = replicaOf(modules, cloudAt(4));
  assert.deepEqual(['M1', 'M2', 'M3', 'M4'].map(receiptOf), ['cloud', 'hub', 'hub', null]);
  replica.cloud(cloudAt(8));
  assert.deepEqual(told, [['M2']]);
  assert.deepEqual(['M1', 'M2', 'M3', 'M4'].map(receiptOf), ['cloud', 'cloud', 'hub', null]);
  told.length = 0;
  replica.cloud(cloudAt(8, { pending: 3 }));
  assert.deepEqual(told, [], 'how many wait changes no cell');
  replica.cloud(cloudAt(8, { parked: ['M1'] }));
  assert.deepEqual(told, [['M1']]);
  assert.equal(receiptOf('M1'), 'parked');
  assert.equal(replica.summary?.cloud?.seq, 8, 'and the copy that is kept says so');
});

test('an upstream that was taken away takes its signs along', () => {
  const { replica, told, receiptOf } = replicaOf([marked('M1', 4), marked('M2', 6)], cloudAt(4));
  replica.cloud(null);
  assert.deepEqual(told, [['M1', 'M2']]);
  assert.deepEqual(['M1', 'M2'].map(receiptOf), [null, null]);
});

test('a mark goes from the tablet to the hub to the cloud', () => {
  const { replica, receiptOf } = replicaOf([marked('M1', 4)], cloudAt(10));
  const op = markOf('M1', { status: 'ok' });
  assert.equal(receiptOf('M1'), 'cloud');
  replica.mark([op]);
  assert.equal(receiptOf('M1'), 'tablet');
  replica.settle([{ id: op.id, seq: 11, outcome: 'applied' }], 'log-5');
  assert.equal(receiptOf('M1'), 'hub', 'before its log was read that far');
  replica.apply({ seq: 11, id: op.id, kind: 'mark', module: { ...marked('M1', 11), status: 'ok' } });
  assert.equal(receiptOf('M1'), 'hub');
  replica.cloud(cloudAt(11));
  assert.equal(receiptOf('M1'), 'cloud');
});

test('the cloud may have a mark before its author has read it back', () => {
  const { replica, told, receiptOf } = replicaOf([moduleOf('M1', { seq: 0 })], cloudAt(10));
  const op = markOf('M1');
  replica.mark([op]);
  replica.settle([{ id: op.id, seq: 12, outcome: 'applied' }], 'log-5');
  assert.equal(receiptOf('M1'), 'hub');
  told.length = 0;
  replica.cloud(cloudAt(12));
  assert.deepEqual(told, [['M1']]);
  assert.equal(receiptOf('M1'), 'cloud');
});

test('a mark that another log took is not in this cloud for all that is known', () => {
  const { replica, receiptOf } = replicaOf([moduleOf('M1', { seq: 0 })], cloudAt(10));
  const op = markOf('M1');
  replica.mark([op]);
  replica.settle([{ id: op.id, seq: 3, outcome: 'applied' }], 'log-6');
  assert.equal(receiptOf('M1'), 'hub');
});

test('a copy of an older page, without places in the log, is known as such', () => {
  const dated = (modules: Module[]) => {
    const { replica } = replicaOf(modules, null);
    const head = replica.head();
    assert.ok(head);
    replica.restore({ head, modules });
    return replica.dated;
  };
  assert.equal(dated([moduleOf('M1')]), true);
  assert.equal(dated([marked('M1', 4)]), false);
  assert.equal(dated([]), false);
});

test('an older hub that tells no places is taken as it is', () => {
  const { replica, receiptOf } = replicaOf([moduleOf('M1', { status: 'dead' })], undefined);
  assert.equal(replica.dated, false);
  assert.equal(receiptOf('M1'), null);
});

test('a module that need not go up is not on its way, and one that is tried again is', () => {
  const receiptOf = receipts(cloudAt(7, { shown: 7, settled: ['M2'], lacking: ['M3'] }));
  assert.deepEqual([receiptOf('M1', 9), receiptOf('M2', 9), receiptOf('M3', 5)], ['hub', 'cloud', 'hub']);
});

test('a module whose mark was taken back has no sign, unless that waits to go up', () => {
  const modules = [moduleOf('M1', { seq: 4 }), moduleOf('M2', { seq: 9 }), moduleOf('M3', { seq: 9 })];
  const { replica, receiptOf } = replicaOf(modules, cloudAt(7, { shown: 7, settled: ['M2'] }));
  assert.deepEqual(['M1', 'M2', 'M3'].map(receiptOf), [null, null, 'hub']);
  replica.cloud(cloudAt(9, { shown: 9 }));
  assert.equal(receiptOf('M3'), null);
});

test('a bar shows once a long catch-up moves, grows with what is added, and ends with it', () => {
  const catchUp = new CatchingUp();
  const at = (pending: number, sent: number, ms: number) => catchUp.at({ pending, sent }, ms);
  assert.equal(catchUp.at(null, 0), null);
  assert.equal(at(20_000, 100, 0), null, 'nothing has gone up yet');
  assert.deepEqual(at(15_000, 5_100, 1), { done: 5_000, total: 20_000 });
  assert.deepEqual(at(15_010, 5_100, 2), { done: 5_000, total: 20_010 });
  assert.deepEqual(at(1, 20_100, 4), { done: 20_000, total: 20_001 });
  assert.equal(at(0, 20_101, 5), null);
  for (const n of [3, 2, 1, 0]) assert.equal(at(n, 20_104 - n, 6), null, 'a few are not worth one');
});

test('no bar is made of a fall of what waits: a hub that starts anew counts anew', () => {
  const catchUp = new CatchingUp();
  assert.equal(catchUp.at({ pending: 129, sent: 0 }, 0), null);
  assert.equal(catchUp.at({ pending: 96, sent: 0 }, 1), null, 'counted anew, and not a byte sent');
  assert.deepEqual(catchUp.at({ pending: 90, sent: 6 }, 2), { done: 6, total: 96 });
  assert.equal(catchUp.at({ pending: 80, sent: 0 }, 3), null, 'restarted');
  assert.deepEqual(catchUp.at({ pending: 79, sent: 1 }, 4), { done: 1, total: 80 });
  assert.equal(catchUp.at(null, 5), null, 'its upstream is gone');
  // As hubs of before say it.
  const older = new CatchingUp();
  for (const pending of [200, 100, 50]) assert.equal(older.at({ pending }, 0), null);
});

test('a bar goes when nothing has gone up for a minute, and the next one begins with what is left', () => {
  const catchUp = new CatchingUp();
  const at = (pending: number, sent: number, ms: number) => catchUp.at({ pending, sent }, ms);
  at(20_000, 0, 0);
  const half = { done: 10_000, total: 20_000 };
  assert.deepEqual(at(10_000, 10_000, 1_000), half);
  assert.deepEqual(at(10_000, 10_000, 1_000 + STALLED_MS - 1), half, 'it may still be under way');
  assert.equal(at(10_000, 10_000, 1_000 + STALLED_MS), null);
  assert.equal(at(10_200, 10_000, 1_000 + 9 * STALLED_MS), null, 'marks are made meanwhile');
  assert.deepEqual(at(10_100, 10_100, 1_000 + 10 * STALLED_MS), { done: 100, total: 10_200 });
});

test('over all audits what is counted is named: modules, or what another fieldhub gets', () => {
  const summary = (marked: number, cloud: Partial<Cloud> | null) =>
    auditOf('audit', [], { marked, cloud: cloud && cloudAt(0, cloud) });
  const none = { tablet: 2, counts: 'modules', parked: 0 };
  assert.deepEqual(placesOf([summary(3, null), summary(4, null)], 2), { ...none, hub: 7, cloud: null });
  assert.deepEqual(
    placesOf(
      [summary(96, { pending: 40, parked: ['M1'], holds: 'shown' }), summary(4, { holds: 'shown' })],
      2,
    ),
    { ...none, hub: 40, cloud: 59, parked: 1 },
  );
  const office = summary(36, { pending: 52, holds: 'everything' });
  assert.deepEqual(placesOf([office], 2), { ...none, hub: 52, counts: 'ops', cloud: null });
  assert.deepEqual(placesOf([summary(36, { holds: 'everything' })], 2), { ...none, hub: 0, cloud: 36 });
});
