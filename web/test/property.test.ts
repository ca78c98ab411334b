// What is known beside marks: scales, sessions and lists as people type them; and how the replica shows what the hub has, with own changes over it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decimalFrom,
  DEVICE,
  FIVE,
  KOENTGES,
  listOf,
  listText,
  MEMBER,
  propertySides,
  scaleOf,
  scaleText,
  serialFrom,
  sessionOf,
  withGrade,
} from '../src/domain/property';
import { beginAgain, sessionsBefore, takeBack } from '../src/domain/sessions';
import { uuidv7Minter } from '../src/domain/ids';
import type { Audit, Known, LiveOp, LoggedOp, PropertyOf, PropertyOp } from '../src/domain/types';
import { Replica, SITE } from '../src/sync/replica';
import type { Sent, Waiting } from '../src/sync/records';
import { A, auditOf, markOf, moduleOf, setUpOn, START, STORES } from './support';

const mint = uuidv7Minter(() => START);

const setOf = (of: PropertyOf, set: PropertyOp['set'], change: Partial<PropertyOp> = {}): PropertyOp => ({
  ...{ id: mint(), kind: 'property', of, set, base: '', marked_at_ms: START },
  ...{ technician_id: 'tech_ab12cd34', technician_name: 'Léa', device_id: 'dev_0123456789abcdef' },
  ...change,
});

let seq = 10;
const heard = (of: PropertyOf, known: Known, id = mint()): LiveOp => ({
  ...{ seq: (seq += 1), id, kind: 'property', property: { of, ...known } },
});

function replicaOf(change: Partial<Audit> = {}) {
  const told: string[][] = [];
  const replica = new Replica(A, (ids) => told.push([...ids]));
  const known = { properties: { severity: 'B' }, property_stamp: 's1' };
  replica.load(
    auditOf(A, [moduleOf('M1', { status: 'dead', ...known }), moduleOf('M2')], { seq: 0, ...change }),
  );
  told.length = 0;
  seq = 10;
  return { replica, told };
}

const severity = (replica: Replica, id: string) => replica.shown(id)?.properties.severity;

test('a scale is one of the two ready ones, or one’s own; what cannot be read is the first', () => {
  assert.equal(scaleOf(undefined), KOENTGES);
  assert.equal(scaleOf('koentges'), KOENTGES);
  assert.equal(scaleOf('five'), FIVE);
  const own = '{"keys":[{"key":"1","label":"light","action":"watch"},{"key":"X"}]}';
  assert.deepEqual(scaleOf(own), {
    name: 'own',
    grades: [
      { key: '1', label: 'light', action: 'watch' },
      { key: 'X', label: '', action: null },
    ],
  });
  for (const bad of ['six', '{', '{"keys":[]}', '{"keys":[{"key":3}]}', '[1]', 'null'])
    assert.equal(scaleOf(bad), KOENTGES, bad);
});

test('a scale of one’s own is written as it is read, without steps that have no sign or one that is there', () => {
  const step = (key: string, label = '') => ({ key, label, action: null });
  const text = scaleText([step(' 1 ', 'a'), step(''), step('1'), { key: '2', label: '', action: 'urgent' }]);
  assert.deepEqual(scaleOf(text ?? '').grades, [step('1', 'a'), { key: '2', label: '', action: 'urgent' }]);
  assert.equal(scaleText([step('1'), step('1'), step('')]), null);
});

test('a step takes its action along, unless another was chosen; the same step again takes both back', () => {
  assert.deepEqual(withGrade(KOENTGES, {}, 'C'), { severity: 'C', action: 'replace' });
  assert.deepEqual(withGrade(KOENTGES, { severity: 'A', action: 'watch' }, 'B'), { severity: 'B' });
  assert.deepEqual(withGrade(KOENTGES, { severity: 'A', action: 'watch' }, 'C'), {
    severity: 'C',
    action: 'replace',
  });
  assert.deepEqual(withGrade(KOENTGES, { severity: 'A', action: 'claim' }, 'C'), { severity: 'C' });
  assert.deepEqual(withGrade(KOENTGES, { severity: 'C', action: 'replace' }, 'C'), {
    severity: null,
    action: null,
  });
  assert.deepEqual(withGrade(KOENTGES, { severity: 'C', action: 'claim' }, 'C'), { severity: null });
});

test('numbers, serials and sessions are read as they are typed', () => {
  assert.deepEqual(['3,5', ' 784 ', '-4.25', '', 'x', '3.', '1e3'].map(decimalFrom), [
    '3.5',
    '784',
    '-4.25',
    null,
    null,
    null,
    null,
  ]);
  assert.equal(serialFrom(' JKM550-24 001 '), 'JKM550-24 001');
  for (const bad of ['', 'AB', 'A\nB1', 'x'.repeat(65)]) assert.equal(serialFrom(bad), null, bad);
  assert.equal(sessionOf({}), null);
  assert.equal(sessionOf({ energised_to: '5' }), null);
  assert.deepEqual(sessionOf({ energised_from: '5' }), { from: 5, to: null });
  assert.deepEqual(sessionOf({ energised_from: '5', energised_to: '9' }), { from: 5, to: 9 });
  // Begun again on a tablet that had not heard of the end.
  assert.deepEqual(sessionOf({ energised_from: '9', energised_to: '5' }), { from: 9, to: null });
});

test('lists of people and devices go round, without empty rows', () => {
  const lea = { name: 'Léa', role: 'lead', qualification: '' };
  const text = listText([lea, { name: ' ', role: '', qualification: '' }]);
  assert.equal(text, '[{"name":"Léa","role":"lead"}]');
  assert.deepEqual(listOf(text ?? '', MEMBER), [lea]);
  assert.deepEqual(listOf('{"a":1}', DEVICE), []);
  assert.equal(listText([]), null);
});

test('each value that stands is a side of a conflict, the latest first; of each person the last word', () => {
  const entry = (n: number, who: string, value: string | null, stands?: boolean): LoggedOp => ({
    ...{ seq: n, id: mint(), kind: 'property', technician_id: who, set: { severity: value } },
    ...(stands !== undefined && { stands }),
  });
  const sides = (all: LoggedOp[]) =>
    propertySides(all, 'severity').map(({ value, entries }) => [value, entries.map((one) => one.seq)]);
  assert.deepEqual(sides([entry(1, 'a', 'A', false), entry(2, 'a', 'B', true), entry(3, 'b', 'C', true)]), [
    ['C', [3]],
    ['B', [2]],
  ]);
  // A hub that does not say what stands.
  assert.deepEqual(sides([entry(1, 'a', 'A'), entry(2, 'a', 'B'), entry(3, 'b', 'C'), entry(4, 'c', 'B')]), [
    ['B', [4, 2]],
    ['C', [3]],
  ]);
  assert.deepEqual(propertySides([entry(1, 'a', 'A')], 'action'), []);
});

test('an own value shows from the tap on, unsent, over what the hub has', () => {
  const { replica, told } = replicaOf();
  assert.equal(severity(replica, 'M1'), 'B');
  replica.mark([setOf({ module_id: 'M1' }, { severity: 'C', serial: 'S-1' })]);
  assert.deepEqual(told, [['M1']]);
  assert.deepEqual(replica.shown('M1')?.properties, { severity: 'C', serial: 'S-1' });
  assert.equal(replica.shown('M1')?.receipt, 'tablet');
  assert.equal(replica.shown('M1')?.status, 'dead');
  replica.mark([setOf({ module_id: 'M1' }, { severity: null })]);
  assert.deepEqual(replica.shown('M1')?.properties, { serial: 'S-1' });
  assert.deepEqual(replica.shown('M2')?.properties, {});
});

test('it is shown until the hub’s log was read past it; a refused one no more', () => {
  const { replica } = replicaOf();
  const [one, two] = [
    setOf({ module_id: 'M1' }, { severity: 'C' }),
    setOf({ module_id: 'M2' }, { serial: 'S-1' }),
  ];
  replica.mark([one, two]);
  replica.settle(
    [
      { id: one.id, seq: 11, outcome: 'applied' },
      { id: two.id, seq: null, outcome: 'refused', reason: 'no' },
    ],
    'log-5',
  );
  assert.equal(severity(replica, 'M1'), 'C');
  assert.deepEqual(replica.shown('M2')?.properties, {});
  // Of another: what the hub has by then.
  replica.apply(
    heard({ module_id: 'M1' }, { properties: { severity: 'C', action: 'claim' }, property_stamp: 's2' }),
  );
  assert.deepEqual(replica.shown('M1')?.properties, { severity: 'C', action: 'claim' });
  assert.equal(replica.shown('M1')?.receipt, null);
});

test('what comes back before its answer is known as one’s own', () => {
  const { replica } = replicaOf();
  const ops = [
    setOf({ module_id: 'M1' }, { severity: 'C' }),
    setOf({ string: 1 }, { not_examined: 'shade' }),
  ];
  replica.mark(ops);
  for (const op of ops) assert.ok(replica.awaits(heard(op.of, {}, op.id)));
  assert.ok(!replica.awaits(heard({ module_id: 'M2' }, {})));
});

test('a mark that comes without properties leaves them, one with properties brings them, and a whole audit takes them away', () => {
  const { replica } = replicaOf();
  const live = (change: Parameters<typeof moduleOf>[1]): LiveOp => ({
    ...{ seq: (seq += 1), id: mint(), kind: 'mark', module: moduleOf('M1', { status: 'ok', ...change }) },
  });
  replica.apply(live({}));
  assert.deepEqual([replica.shown('M1')?.status, severity(replica, 'M1')], ['ok', 'B']);
  assert.equal(replica.known({ module_id: 'M1' }).property_stamp, 's1');
  replica.apply(live({ properties: { severity: 'A' }, property_stamp: 's2' }));
  assert.equal(severity(replica, 'M1'), 'A');
  // A hub that went back to a backup.
  replica.load(auditOf(A, [moduleOf('M1')], { seq: 3 }));
  assert.equal(severity(replica, 'M1'), undefined);
});

test('what is taken back on the hub is gone here', () => {
  const { replica } = replicaOf();
  replica.apply(heard({ module_id: 'M1' }, { property_stamp: 's2' }));
  assert.deepEqual(replica.shown('M1')?.properties, {});
  replica.apply(heard({ module_id: 'M9' }, { properties: { severity: 'A' } }));
  assert.equal(replica.shown('M9'), null);
});

test('a conflict shows until whoever works here has decided', () => {
  const { replica } = replicaOf();
  const known = { properties: { severity: 'C' }, property_stamp: 's2', property_conflicts: ['severity'] };
  replica.apply(heard({ module_id: 'M1' }, known));
  assert.deepEqual(replica.shown('M1')?.contested, ['severity']);
  replica.mark([setOf({ module_id: 'M1' }, { action: 'claim' })]);
  assert.deepEqual(replica.shown('M1')?.contested, ['severity']);
  replica.mark([setOf({ module_id: 'M1' }, { severity: 'B' })]);
  assert.deepEqual(replica.shown('M1')?.contested, []);
});

test('strings and the audit itself have values too, from the hub and over it', () => {
  const { replica, told } = replicaOf({
    properties: { weather: 'clear' },
    property_stamp: 'a1',
    strings_properties: { 1: { properties: { energised_from: '5' }, property_stamp: 't1' } },
  });
  assert.deepEqual(replica.properties({}), { weather: 'clear' });
  assert.deepEqual(replica.properties({ string: 1 }), { energised_from: '5' });
  assert.deepEqual(replica.properties({ string: 2 }), {});
  replica.mark([setOf({ string: 1 }, { energised_to: '9' }), setOf({}, { camera: 'InGaAs' })]);
  assert.deepEqual(told, [[SITE, SITE]]);
  assert.deepEqual(replica.properties({ string: 1 }), { energised_from: '5', energised_to: '9' });
  assert.deepEqual(replica.properties({}), { weather: 'clear', camera: 'InGaAs' });
  replica.apply(heard({ string: 2 }, { properties: { not_examined: 'shade' }, property_stamp: 't2' }));
  assert.deepEqual(replica.properties({ string: 2 }), { not_examined: 'shade' });
  assert.equal(replica.known({ string: 2 }).property_stamp, 't2');
  replica.apply(heard({}, { properties: { weather: 'fog' }, property_stamp: 'a2' }));
  assert.equal(replica.properties({})['weather'], 'fog');
  // It goes into the store with the head.
  const head = replica.head();
  assert.deepEqual(head?.summary.strings_properties?.[2]?.properties, { not_examined: 'shade' });
  assert.equal(head?.summary.properties?.['weather'], 'fog');
});

test('a reload brings own values back out of the store', () => {
  const { replica } = replicaOf();
  const waiting: Waiting = {
    ...{
      n: 1,
      token: A,
      op: setOf({ module_id: 'M2' }, { not_examined: 'shade' }),
      again: null,
      refused: null,
    },
  };
  const op = setOf({ module_id: 'M1' }, { severity: 'C' });
  const sent: Sent = { id: op.id, n: 2, token: A, op, log_id: 'log-5', seq: 20, acked_at_ms: START };
  replica.own([waiting], [sent]);
  assert.equal(replica.shown('M2')?.properties.not_examined, 'shade');
  assert.equal(severity(replica, 'M1'), 'C');
});

for (const { kind, open } of STORES) {
  test(`values are kept, sent in order with marks, and refused alone, ${kind}`, async (t) => {
    const { hub, a } = await setUpOn(open)(t);
    const ops = [
      markOf('M1'),
      setOf({ module_id: 'M1' }, { severity: 'B' }),
      setOf({ module_id: 'M1' }, { severity: 'bad' }),
      setOf({ string: 1 }, { energised_from: '5' }),
    ];
    const bad = ops[2]?.id;
    hub.answer = (token, all) => ({
      log_id: hub.logId,
      results: all.map((op) =>
        op.id === bad
          ? { id: op.id, seq: null, outcome: 'refused', reason: 'set.severity' }
          : hub.takeOne(token, op),
      ),
    });
    for (const op of ops) await a.outbox.add(A, [op]);
    await a.sent();
    assert.deepEqual(
      hub.logOf(A),
      ops.filter(({ id }) => id !== bad).map(({ id }) => id),
    );
    const [refused, ...more] = (await a.store.outbox()).filter((one) => one.refused !== null);
    assert.deepEqual([refused?.op.id, refused?.refused, more], [bad, 'set.severity', []]);
  });
}

test('a string that has current again keeps what was before, and gives it back', () => {
  const first = { energised_from: '1000', energised_to: '2000', current_a: '3.5', voltage_v: '784' };
  const set = beginAgain(first, 5_000);
  const name = 'session_1000';
  const kept = '{"from":1000,"to":2000,"current_a":"3.5","voltage_v":"784"}';
  assert.deepEqual(set, {
    ...{ energised_from: '5000', energised_to: null, current_a: null, voltage_v: null },
    [name]: kept,
  });
  const now = { energised_from: '5000', [name]: kept, session_9: 'no JSON', session_x: kept };
  const told = { name, from: 1_000, to: 2_000, current_a: '3.5', voltage_v: '784' };
  assert.deepEqual(sessionsBefore(now), [told]);
  assert.deepEqual(takeBack(now), { ...first, [name]: null });
  // The first one, and one that is not over, are nobody's past.
  assert.deepEqual(beginAgain({}, 7), { energised_from: '7', energised_to: null });
  assert.deepEqual(beginAgain({ energised_from: '5', current_a: '1' }, 7), {
    energised_from: '7',
    energised_to: null,
  });
  assert.deepEqual(takeBack(first), { energised_from: null, energised_to: null });
});
