// Audits among each other: what a crew would take for one, and files that people find again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alikeOf, fileName } from '../src/domain/audits';
import { reportOf } from '../src/domain/report';
import type { AuditSummary, Module } from '../src/domain/types';

const audit = (name: string, client: string | null, location: string | null) =>
  ({ token: name, name, client, location }) as AuditSummary;

test('audits of one name and place are alike, whatever the accents and the case', () => {
  const all = [
    audit('JALIBAT', 'Watt&Co', 'Castelmoron'),
    audit('Été', null, null),
    audit('Nord', 'A', 'Reims'),
  ];
  const alike = (name: string, client: string | null, location: string | null) =>
    alikeOf(all, { name, client, location }).map((one) => one.name);
  assert.deepEqual(alike('jalibat ', 'watt&co', 'Castelmoron'), ['JALIBAT']);
  assert.deepEqual(alike('Jalibat', null, ''), ['JALIBAT'], 'a place that is not said may be the same');
  assert.deepEqual(alike('ete', 'X', 'Y'), ['Été']);
  assert.deepEqual(alike('Nord', 'A', 'Épernay'), [], 'another place');
  assert.deepEqual(alike('', null, null), []);
});

test('a file is called by the audit and the day', () => {
  const day = new Date(2026, 10, 29, 23, 5);
  assert.equal(fileName('JALIBAT toiture nord', day, 'csv'), 'JALIBAT-toiture-nord-2026-11-29.csv');
  assert.equal(fileName(' Été / n° 2: «a»', day, 'json'), 'Ete-n-2-a-2026-11-29.json');
  assert.equal(fileName('../../x', day, 'csv'), 'x-2026-11-29.csv');
  assert.equal(fileName('???', day, 'csv'), 'audit-2026-11-29.csv');
});

test('a report has every module once, what is found in the order of the site, and its figures add up', () => {
  const module = (id: string, string: number, position: number, more: Partial<Module> = {}): Module => ({
    module_id: id,
    string,
    position,
    status: 'pending',
    comment: null,
    technician_id: null,
    technician_name: null,
    updated_at_ms: null,
    conflict: false,
    stamp: '',
    seq: 0,
    hidden: false,
    ...more,
  });
  const by = (name: string, at: number) => ({ technician_name: name, updated_at_ms: at });
  const report = reportOf({
    strings: [{ number: 2, module_count: 2, name: 'Est' }],
    modules: [
      module('X9', 0, 0, { status: 'dead', ...by('Léa', 5) }),
      module('M003', 2, 1, { status: 'ok', comment: 'sale', ...by('Marc', 9) }),
      module('M002', 1, 2, { status: 'a finding of a later hub' as 'ok' }),
      module('M001', 1, 1, { status: 'dead', comment: 'fendu', conflict: true, ...by('Léa', 3) }),
      module('M004', 2, 2, { status: 'dead', hidden: true }),
    ],
  });
  assert.deepEqual(
    report.findings.map((one) => one.id),
    ['M001', 'M003', 'X9'],
  );
  assert.deepEqual([report.total, report.marked, report.defects, report.conflicts], [4, 3, 2, 1]);
  assert.deepEqual(
    report.strings.map((one) => [one.string, one.name, one.total, one.marked]),
    [
      [1, null, 2, 1],
      [2, 'Est', 1, 1],
      [0, null, 1, 1],
    ],
  );
  assert.deepEqual(report.people, ['Léa', 'Marc']);
  assert.deepEqual([report.from_ms, report.to_ms], [3, 9]);
});

test('who disagrees on a severity is in conflict, and what somebody said why of is not missing', () => {
  const shown = (id: string, string: number, more: object) =>
    ({
      module_id: id,
      string,
      position: 1,
      row: null,
      col: null,
      status: 'pending',
      comment: null,
      ...more,
    }) as never;
  const report = reportOf({
    strings: [],
    strings_properties: { 2: { properties: { not_examined: 'no_power' } } },
    modules: [
      shown('M001', 1, { status: 'dead', property_conflicts: ['severity'] }),
      shown('M002', 1, { properties: { not_examined: 'shade' } }),
      shown('M003', 1, {}),
      shown('M004', 2, {}),
      shown('M005', 2, { status: 'ok' }),
    ],
  });
  assert.deepEqual([report.conflicts, report.excused, report.marked, report.total], [1, 2, 2, 5]);
});
