// What the screen shows of one audit: the hub's state, and over it the tablet's own marks until the hub's log
// shows them back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7Minter } from '../src/domain/ids';
import { STATUSES, type Status } from '../src/domain/status';
import type { Audit, MarkOp, Module } from '../src/domain/types';
import { Replica } from '../src/sync/replica';
import type { Sent, Waiting } from '../src/sync/records';
import { auditOf as auditWith, markOf, moduleOf, START } from './support';

const TOKEN = 'audit-a';

const auditOf = (modules: Module[], change?: Partial<Audit>) => auditWith(TOKEN, modules, change);
const threeModules = () => [moduleOf('M1'), moduleOf('M2'), moduleOf('M3')];

function replicaOf(modules = threeModules(), change: Partial<Audit> = {}) {
  const told: string[][] = [];
  const replica = new Replica(TOKEN, (ids) => told.push([...ids].sort()));
  replica.load(auditOf(modules, change));
  told.length = 0;
  return { replica, told };
}

const waitingOf = (op: MarkOp, change: Partial<Waiting> = {}): Waiting => ({
  n: 1,
  token: TOKEN,
  op,
  again: null,
  refused: null,
  ...change,
});

const sentOf = (op: MarkOp, seq: number, change: Partial<Sent> = {}): Sent => ({
  id: op.id,
  n: 1,
  token: TOKEN,
  op,
  log_id: 'log-5',
  seq,
  acked_at_ms: START,
  ...change,
});

function statusAndComment(replica: Replica, id: string) {
  const { status, comment, receipt } = replica.shown(id) ?? {};
  return [status, comment, receipt === 'tablet'];
}

function counts(replica: Replica): Partial<Record<Status, number>> {
  const found: Partial<Record<Status, number>> = {};
  for (const status of STATUSES) {
    const n = [...replica.modules.keys()].filter((id) => replica.shown(id)?.status === status).length;
    if (n > 0) found[status] = n;
  }
  return found;
}

test('without own marks a module is shown as the hub has it', () => {
  const hubs = moduleOf('M1', {
    status: 'dead',
    comment: 'noir',
    technician_id: 'tech_noe',
    technician_name: 'Noé',
    updated_at_ms: 5,
    conflict: true,
    stamp: 's1',
  });
  const { replica } = replicaOf([hubs]);
  assert.deepEqual(replica.shown('M1'), {
    status: 'dead',
    comment: 'noir',
    conflict: true,
    receipt: null,
    technician_id: 'tech_noe',
    technician_name: 'Noé',
    updated_at_ms: 5,
    properties: {},
    contested: [],
  });
  assert.equal(replica.stamp('M1'), 's1');
  assert.equal(replica.stamp('M7'), '');
  assert.equal(replica.shown('M7'), null);
});

test('an own mark shows from the tap on, as unsent, and the hub state under it stays', () => {
  const { replica, told } = replicaOf();
  replica.mark([markOf('M2', { status: 'dead' })]);
  assert.deepEqual(told, [['M2']]);
  assert.deepEqual(replica.shown('M2'), {
    status: 'dead',
    comment: null,
    conflict: false,
    receipt: 'tablet',
    technician_id: 'tech_ab12cd34',
    technician_name: 'Léa',
    updated_at_ms: START,
    properties: {},
    contested: [],
  });
  assert.equal(replica.modules.get('M2')?.status, 'pending');
  assert.equal(replica.shown('M1')?.receipt, null);
});

test('the hub’s news of a module does not hide an unsent own mark of it', () => {
  const { replica, told } = replicaOf();
  replica.mark([markOf('M2', { status: 'dead' })]);
  told.length = 0;
  const news = moduleOf('M2', { status: 'ok', technician_name: 'Noé', conflict: true, stamp: 's2' });
  assert.equal(replica.apply({ seq: 11, id: 'x', kind: 'mark', module: news }), true);
  assert.deepEqual(told, [['M2']]);
  assert.deepEqual(statusAndComment(replica, 'M2'), ['dead', null, true]);
  assert.equal(replica.shown('M2')?.conflict, true, 'what only the hub knows is seen through');
  assert.equal(replica.stamp('M2'), 's2');
});

test('status and comment are registers of their own', () => {
  const { replica } = replicaOf([moduleOf('M1', { status: 'ok', comment: 'du hub' })]);
  replica.mark([markOf('M1', { comment: 'fissure' })]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', 'fissure', true]);
  replica.mark([markOf('M1', { status: 'microcracks' })]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['microcracks', 'fissure', true]);
  replica.mark([markOf('M1', { comment: null })]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['microcracks', null, true]);
  // Taken back: pending again, and the comment is left alone.
  replica.mark([markOf('M1', { status: null })]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['pending', null, true]);
  // The hub's news of one register comes through where no own mark touches it.
  const { replica: other } = replicaOf([moduleOf('M1')]);
  other.mark([markOf('M1', { status: 'dead' })]);
  other.apply({
    seq: 11,
    id: 'x',
    kind: 'mark',
    module: moduleOf('M1', { status: 'ok', comment: 'de Noé' }),
  });
  assert.deepEqual(statusAndComment(other, 'M1'), ['dead', 'de Noé', true]);
});

test('of several own marks the last one shows, in whatever order the store tells them', () => {
  const { replica } = replicaOf();
  const [one, two, three] = [
    markOf('M1', { status: 'dead' }),
    markOf('M1', { status: 'inequality' }),
    markOf('M1', { status: 'ok' }),
  ];
  for (const op of [one, two, three]) replica.mark([op]);
  assert.equal(replica.shown('M1')?.status, 'ok');
  replica.own([waitingOf(three, { n: 3 }), waitingOf(one, { n: 1 })], [sentOf(two, 11, { n: 2 })]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', null, true]);
});

test('of own marks the last one made shows, though the clock was set back before it was', () => {
  const { replica } = replicaOf();
  const back = uuidv7Minter(() => START - 40 * 365 * 24 * 3_600_000);
  const [before, after] = [markOf('M1', { status: 'dead' }), markOf('M1', { id: back(), status: 'ok' })];
  const writing = markOf('M1', { id: back(), comment: 'verre cassé' });
  replica.mark([writing]);
  replica.own([waitingOf(before, { n: 1 }), waitingOf(after, { n: 2 })], []);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', 'verre cassé', true]);
});

test('an acknowledged mark shows until the replica has read past it', () => {
  const { replica, told } = replicaOf();
  const op = markOf('M1', { status: 'dead' });
  replica.mark([op]);
  replica.settle([{ id: op.id, seq: 12, outcome: 'applied' }], 'log-5');
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', null, false], 'on the hub, and still shown');

  replica.apply({ seq: 11, id: 'x', kind: 'mark', module: moduleOf('M2', { status: 'ok' }) });
  assert.equal(replica.shown('M1')?.status, 'dead', 'not there yet');

  told.length = 0;
  // Somebody marked it later: from here on the hub's word counts.
  replica.apply({ seq: 12, id: op.id, kind: 'mark', module: moduleOf('M1', { status: 'ok' }) });
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', null, false]);
  assert.deepEqual(told, [['M1']]);
});

test('a mark over which the replica has read already is over when it is acknowledged', () => {
  const { replica } = replicaOf();
  const op = markOf('M1', { status: 'dead' });
  replica.mark([op]);
  replica.apply({ seq: 11, id: op.id, kind: 'mark', module: moduleOf('M1', { status: 'ok' }) });
  assert.equal(replica.shown('M1')?.status, 'dead', 'the tablet does not know yet that this was its own');
  replica.settle([{ id: op.id, seq: 11, outcome: 'duplicate' }], 'log-5');
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', null, false]);
});

test('a mark made on top of an acknowledged one stays when that is over', () => {
  const { replica } = replicaOf();
  const [first, second] = [markOf('M1', { status: 'dead' }), markOf('M1', { comment: 'noir' })];
  replica.mark([first]);
  replica.mark([second]);
  replica.settle([{ id: first.id, seq: 11, outcome: 'applied' }], 'log-5');
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', 'noir', true]);
  replica.apply({ seq: 11, id: first.id, kind: 'mark', module: moduleOf('M1', { status: 'dead' }) });
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', 'noir', true]);
});

test('a refused mark is not shown; the others of the same module are', () => {
  const { replica, told } = replicaOf();
  const [good, bad] = [markOf('M1', { status: 'dead' }), markOf('M1', { status: 'ok' })];
  replica.mark([good]);
  replica.mark([bad]);
  told.length = 0;
  replica.settle([{ id: bad.id, seq: null, outcome: 'refused', reason: 'no' }], 'log-5');
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', null, true]);
  assert.deepEqual(told, [['M1']]);
});

test('a mark that the store could not keep is shown no more', () => {
  const { replica, told } = replicaOf();
  const [kept, lost] = [markOf('M1', { status: 'dead' }), markOf('M2', { status: 'dead' })];
  replica.mark([kept]);
  replica.mark([lost]);
  told.length = 0;
  replica.stored([kept], true);
  replica.stored([lost], false);
  assert.equal(replica.shown('M1')?.status, 'dead');
  assert.deepEqual(statusAndComment(replica, 'M2'), ['pending', null, false]);
  assert.deepEqual(told, [['M2']]);
});

test('the same operation again, or an older one, changes nothing', () => {
  const { replica, told } = replicaOf([moduleOf('M1', { status: 'ok' })]);
  const old = { id: 'x', kind: 'mark', module: moduleOf('M1', { status: 'dead' }) };
  assert.equal(replica.apply({ ...old, seq: 10 }), false);
  assert.equal(replica.apply({ ...old, seq: 3 }), false);
  assert.equal(replica.shown('M1')?.status, 'ok');
  assert.equal(replica.seq, 10);
  assert.deepEqual(told, []);
});

test('an operation of a kind that the page does not know moves the cursor', () => {
  const { replica } = replicaOf();
  assert.equal(replica.apply({ seq: 11, id: 'x', kind: 'weather' }), true);
  assert.equal(replica.seq, 11);
});

test('from the store: own unsent marks, and acknowledged ones that the copy does not have yet', () => {
  const { replica, told } = replicaOf();
  const [unsent, ahead, behind] = [markOf('M1'), markOf('M2'), markOf('M3')];
  replica.own([waitingOf(unsent)], [sentOf(ahead, 11), sentOf(behind, 10)]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', null, true]);
  assert.deepEqual(statusAndComment(replica, 'M2'), ['dead', null, false]);
  assert.deepEqual(statusAndComment(replica, 'M3'), ['pending', null, false]);
  assert.ok(told.flat().includes('M1') && told.flat().includes('M2'));
});

test('from the store: neither refused marks, nor those offered again, nor those of other audits', () => {
  const { replica } = replicaOf();
  const again = { log_id: 'log-1', seq: 3, acked_at_ms: START };
  replica.own(
    [
      waitingOf(markOf('M1'), { refused: '' }),
      waitingOf(markOf('M2'), { again }),
      waitingOf(markOf('M3'), { token: 'audit-b' }),
    ],
    [sentOf(markOf('M3'), 99, { token: 'audit-b' })],
  );
  assert.deepEqual(counts(replica), { pending: 3 });
});

test('reading the store does not lose the mark that is just being written', () => {
  const { replica } = replicaOf();
  const [writing, kept] = [markOf('M1'), markOf('M2')];
  replica.mark([writing]);
  replica.mark([kept]);
  replica.stored([kept], true);
  replica.own([], []);
  assert.equal(replica.shown('M1')?.status, 'dead', 'not in the store yet');
  assert.equal(replica.shown('M2')?.status, 'pending', 'was in the store, and is no more: deleted elsewhere');
});

test('a mark read as waiting and, a moment later, as sent is sent', () => {
  const { replica } = replicaOf();
  const op = markOf('M1', { status: 'dead' });
  replica.own([waitingOf(op)], [sentOf(op, 11)]);
  assert.deepEqual(statusAndComment(replica, 'M1'), ['dead', null, false]);
  replica.apply({ seq: 11, id: op.id, kind: 'mark', module: moduleOf('M1', { status: 'ok' }) });
  assert.deepEqual(statusAndComment(replica, 'M1'), ['ok', null, false]);
});

test('another log id: its state replaces all, what the old log took is over, what is unsent stays', () => {
  const { replica, told } = replicaOf();
  const [taken, unsent] = [markOf('M1', { status: 'dead' }), markOf('M2', { status: 'dead' })];
  replica.mark([taken]);
  replica.mark([unsent]);
  replica.settle([{ id: taken.id, seq: 500, outcome: 'applied' }], 'log-5');
  replica.load(auditOf([moduleOf('M2'), moduleOf('M1'), moduleOf('M4')], { log_id: 'log-9', seq: 2 }));
  assert.equal(replica.log_id, 'log-9');
  assert.equal(replica.seq, 2);
  assert.deepEqual([...replica.modules.keys()], ['M2', 'M1', 'M4'], 'the layout’s order; M3 is gone');
  assert.deepEqual(statusAndComment(replica, 'M1'), ['pending', null, false]);
  assert.deepEqual(statusAndComment(replica, 'M2'), ['dead', null, true]);
  assert.deepEqual(told.at(-1), ['M1', 'M2', 'M4']);
  // Numbers begin anew: an operation with a small one counts.
  assert.equal(replica.apply({ seq: 3, id: 'x', kind: 'mark', module: moduleOf('M1') }), true);
});

test('whatever was seen of a module is in the base of the next mark of it, also on a hub that was taken back', () => {
  const [lea, marc, lin] = ['00000000000000a1', '00000000000000b2', '00000000000000c3'];
  const at = (ms: number, device: string | undefined) =>
    `${ms.toString(16).padStart(12, '0')}-0000-${String(device)}`;
  const stampOf = (replica: Replica) => replica.stamp('M1').split(',').sort();
  const { replica } = replicaOf([moduleOf('M1', { stamp: [at(5, lea), at(9, marc)].join(',') })]);
  replica.load(auditOf([moduleOf('M1', { stamp: at(3, lea) })], { log_id: 'log-9', seq: 1 }));
  assert.deepEqual(stampOf(replica), [at(5, lea), at(9, marc)]);
  const module = moduleOf('M1', { stamp: [at(7, lea), at(2, lin)].join(',') });
  replica.apply({ seq: 2, id: 'x', kind: 'mark', module });
  assert.deepEqual(stampOf(replica), [at(2, lin), at(7, lea), at(9, marc)]);
  // And the copy in the store has it.
  const copy = new Replica(TOKEN);
  const head = replica.head();
  assert.ok(head);
  copy.restore({ head, modules: [...replica.chunks(null).values()].flat() });
  assert.deepEqual(stampOf(copy), stampOf(replica));
  const nothing = moduleOf('M1');
  replica.apply({ seq: 3, id: 'y', kind: 'mark', module: nothing });
  assert.deepEqual(stampOf(replica), stampOf(copy));
  assert.equal(nothing.stamp, '', 'what the feed brought is left as it is');
});

test('a mark that a new log took, before this replica has followed it there, stays in view', () => {
  const { replica } = replicaOf();
  const op = markOf('M1', { status: 'dead' });
  replica.mark([op]);
  // Its number is small in the new log; it says nothing of the old one.
  replica.settle([{ id: op.id, seq: 1, outcome: 'applied' }], 'log-9');
  replica.apply({ seq: 11, id: 'x', kind: 'mark', module: moduleOf('M2', { status: 'ok' }) });
  assert.equal(replica.shown('M1')?.status, 'dead');
});

test('the counts of what is shown follow own marks, their end, and the hub', () => {
  const { replica } = replicaOf([...threeModules(), moduleOf('M4', { status: 'ok' })]);
  assert.deepEqual(counts(replica), { ok: 1, pending: 3 });
  const op = markOf('M1', { status: 'dead' });
  replica.mark([op]);
  replica.mark([markOf('M4', { status: null })]);
  assert.deepEqual(counts(replica), { dead: 1, pending: 3 });
  replica.settle([{ id: op.id, seq: 11, outcome: 'applied' }], 'log-5');
  assert.deepEqual(counts(replica), { dead: 1, pending: 3 });
  replica.apply({ seq: 11, id: op.id, kind: 'mark', module: moduleOf('M1', { status: 'inequality' }) });
  assert.deepEqual(counts(replica), { inequality: 1, pending: 3 });
});

test('head and chunks hold what is needed to restore, without own marks', () => {
  const modules = [
    moduleOf('M1', { string: 7 }),
    moduleOf('M2', { string: 2 }),
    moduleOf('M3', { string: 7 }),
  ];
  const { replica } = replicaOf(modules);
  replica.mark([markOf('M1')]);
  const head = replica.head();
  assert.deepEqual([head?.token, head?.log_id, head?.seq, head?.strings], [TOKEN, 'log-5', 10, [7, 2]]);
  assert.ok(head && !('modules' in head.summary) && head.summary.name === 'Toiture sud');
  assert.deepEqual([...replica.chunks(new Set([2])).keys()], [2]);
  const copy = new Replica(TOKEN);
  assert.equal(copy.head(), null);
  copy.restore({ head, modules: [...replica.chunks(null).values()].flat() });
  assert.deepEqual(copy.head(), head);
  assert.deepEqual(
    [...copy.modules.values()].sort((a, b) => (a.module_id < b.module_id ? -1 : 1)),
    modules,
  );
});
