// Measurements of strings and modules (dark I-V curve, insulation, voltages): how one lies in a property, limits and verdict, and the curve as
// points of a drawing. Pure, the same as on the hub (src/domain/measurement/judge.rs; one list of cases holds both). Used by ui/measurement/.
import type { Properties, PropertyOp } from './types';

export type Verdict = 'ok' | 'look' | 'bad' | 'failed';

/** By the words of the trade, with their units; in the order in which they are told. */
export const FIELDS: readonly (readonly [name: string, unit: string])[] = [
  ['ff', ''],
  ['rds', 'Ω'],
  ['rs', 'Ω'],
  ['rsh', 'Ω'],
  ['uf', 'V'],
  ['voc', 'V'],
  ['isc', 'A'],
  ['vmpp', 'V'],
  ['impp', 'A'],
  ['pmax', 'W'],
  ['riso', 'MΩ'],
  ['viso', 'V'],
  ['rpe', 'Ω'],
  ['irradiance', 'W/m²'],
  ['module_temperature', '°C'],
];
/** What is typed by hand. */
export const TYPED_FIELDS = ['voc', 'isc', 'riso'] as const;

export const TYPED = 'measurement_typed';
export const LIMITS = 'measurement_limits';
const COLUMNS = 'measurement_columns';

export interface Measurement {
  /** The property that holds it. */
  name: string;
  /** `dark_iv`, `diode`, `insulation`, `values`, `typed`, or what a later hub knows. */
  kind: string;
  number: number | null;
  /** The how manieth with that number. */
  take: number | null;
  device: string | null;
  serial: string | null;
  at: string | null;
  values: Readonly<Record<string, string>>;
  points: readonly (readonly [number, number])[];
}

export interface Limits {
  string_ff_look: number;
  string_ff_bad: number;
  string_rds_look: number;
  string_rds_bad: number;
  diode_ff_look: number;
  diode_ff_bad: number;
  diode_rds_most: number;
  diode_rds_least: number;
  riso_least: number;
}

export const USUAL: Limits = {
  string_ff_look: 0.93,
  string_ff_bad: 0.9,
  string_rds_look: 20,
  string_rds_bad: 25,
  diode_ff_look: 0.8,
  diode_ff_bad: 0.7,
  diode_rds_most: 3,
  diode_rds_least: 0.5,
  riso_least: 1,
};
export const LIMIT_NAMES = Object.keys(USUAL) as (keyof Limits)[];

export interface Beyond {
  field: string;
  under: boolean;
  limit: number;
}

export interface Judgement {
  verdict: Verdict;
  beyond: Beyond[];
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** Null: it is out of form. */
export function measurementOf(name: string, value: string): Measurement | null {
  const read = parsed(value);
  if (read === null) return null;
  const values = Object.entries((read['values'] ?? {}) as Record<string, unknown>).flatMap(([field, said]) =>
    typeof said === 'string' ? [[field, said] as const] : [],
  );
  const points = (Array.isArray(read['points']) ? (read['points'] as unknown[]) : []).flatMap((point) => {
    const [u, i] = Array.isArray(point) ? (point as unknown[]) : [];
    const [volts, amperes] = [numberOf(u), numberOf(i)];
    return volts === null || amperes === null ? [] : [[volts, amperes] as const];
  });
  if (values.length === 0 && points.length === 0) return null;
  return {
    name,
    kind: textOf(read['kind']) ?? 'values',
    number: numberOf(read['n']),
    take: numberOf(read['take']),
    device: textOf(read['device']),
    serial: textOf(read['serial']),
    at: textOf(read['at']),
    values: Object.fromEntries(values),
    points,
  };
}

const KINDS = ['dark_iv', 'diode', 'insulation', 'values', 'typed'];
const rank = (kind: string) => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);

/** All of one thing, in the order in which they are told; what was typed by hand stays apart. */
export function measurementsOf(properties: Properties): Measurement[] {
  const named = Object.entries(properties).flatMap(([name, value]) => {
    const is = name.startsWith('measurement_') && name !== LIMITS && name !== COLUMNS && name !== TYPED;
    const read = is && value !== undefined ? measurementOf(name, value) : null;
    return read ? [read] : [];
  });
  return named.sort(
    (a, b) =>
      rank(a.kind) - rank(b.kind) ||
      (a.at ?? '').localeCompare(b.at ?? '') ||
      (a.number ?? 0) - (b.number ?? 0) ||
      (a.take ?? 1) - (b.take ?? 1),
  );
}

export const typedOf = (properties: Properties): Measurement | null => {
  const value = properties[TYPED];
  return value === undefined ? null : measurementOf(TYPED, value);
};

/** What is set when one of the fields is typed; the others stay. */
export function typedWith(properties: Properties, field: string, value: string | null): PropertyOp['set'] {
  const values: Record<string, string> = { ...typedOf(properties)?.values };
  if (value === null) Reflect.deleteProperty(values, field);
  else values[field] = value;
  const empty = Object.keys(values).length === 0;
  return { [TYPED]: empty ? null : JSON.stringify({ kind: 'typed', values }) };
}

/** A measured value as it is kept: `>200` where the device can measure no more. Null: it is none. */
export function readingFrom(typed: string): string | null {
  const text = typed.replace(/\s/g, '').replace(',', '.');
  return /^[<>]?-?\d{1,6}(\.\d{1,4})?$/.test(text) ? text : null;
}

export function limitsOf(value: string | undefined): Limits {
  const read = value === undefined ? null : parsed(value);
  const own = LIMIT_NAMES.map((name) => [name, numberOf(read?.[name] ?? USUAL[name])] as const);
  // Out of form in one is out of form: as on the hub.
  if (own.some(([, limit]) => limit === null || limit < 0 || limit > 1e6)) return USUAL;
  return Object.fromEntries(own) as unknown as Limits;
}

/** As they are kept: those that are not the usual ones; null where all are. */
export function limitsText(limits: Limits): string | null {
  const own = LIMIT_NAMES.filter((name) => limits[name] !== USUAL[name]);
  return own.length === 0
    ? null
    : JSON.stringify(Object.fromEntries(own.map((name) => [name, limits[name]])));
}

interface Rule extends Beyond {
  kind: string | null;
  verdict: Verdict;
}

/** Of one value the worse first. */
const rules = (limits: Limits): Rule[] => [
  { kind: 'dark_iv', field: 'ff', under: true, limit: limits.string_ff_bad, verdict: 'bad' },
  { kind: 'dark_iv', field: 'ff', under: true, limit: limits.string_ff_look, verdict: 'look' },
  { kind: 'dark_iv', field: 'rds', under: false, limit: limits.string_rds_bad, verdict: 'bad' },
  { kind: 'dark_iv', field: 'rds', under: false, limit: limits.string_rds_look, verdict: 'look' },
  { kind: 'diode', field: 'ff', under: true, limit: limits.diode_ff_bad, verdict: 'bad' },
  { kind: 'diode', field: 'ff', under: true, limit: limits.diode_ff_look, verdict: 'look' },
  { kind: 'diode', field: 'rds', under: false, limit: limits.diode_rds_most, verdict: 'look' },
  { kind: 'diode', field: 'rds', under: true, limit: limits.diode_rds_least, verdict: 'look' },
  { kind: null, field: 'riso', under: true, limit: limits.riso_least, verdict: 'bad' },
];

const ORDER: readonly Verdict[] = ['ok', 'look', 'bad', 'failed'];

/** Whether a value is beyond a limit. Null: it is above or below what the device can measure, and nobody knows. */
function isBeyond(value: string, { under, limit }: Beyond): boolean | null | undefined {
  const [, sign, digits] = /^([<>]?)(-?\d+(?:\.\d+)?)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (sign === '') return under ? number < limit : number > limit;
  if (sign === '>') return number >= limit ? !under : null;
  return number <= limit ? under : null;
}

/** Null: nothing in it has a limit. */
export function judge(
  limits: Limits,
  { kind, values }: Pick<Measurement, 'kind' | 'values'>,
): Judgement | null {
  const ff = /^-?\d/.test(values['ff'] ?? '') ? Number(values['ff']) : 0;
  if (ff < 0 || ff > 1)
    return { verdict: 'failed', beyond: [{ field: 'ff', under: ff < 0, limit: ff > 1 ? 1 : 0 }] };
  let judged: Judgement | null = null;
  for (const rule of rules(limits)) {
    if (rule.kind !== null && rule.kind !== kind) continue;
    const beyond = isBeyond(values[rule.field] ?? '', rule);
    if (beyond === undefined) continue;
    judged ??= { verdict: 'ok', beyond: [] };
    if (beyond === false) continue;
    const verdict = beyond === null ? 'look' : rule.verdict;
    if (ORDER.indexOf(verdict) > ORDER.indexOf(judged.verdict)) judged.verdict = verdict;
    const { field, under, limit } = rule;
    if (judged.beyond.every((told) => told.field !== field)) judged.beyond.push({ field, under, limit });
  }
  return judged;
}

/** A curve in a drawing of that size: its line, and where its axes end. */
export function curveOf(points: Measurement['points'], width: number, height: number) {
  const us = points.map(([u]) => u);
  const is = points.map(([, i]) => i);
  const [from, to] = [Math.min(...us), Math.max(...us)];
  const [low, high] = [Math.min(0, ...is), Math.max(0, ...is)];
  const x = (u: number) => (to > from ? ((u - from) / (to - from)) * width : width / 2);
  const y = (i: number) => (high > low ? height - ((i - low) / (high - low)) * height : height / 2);
  const line = points.map(([u, i]) => `${x(u).toFixed(1)},${y(i).toFixed(1)}`).join(' ');
  return { line, from, to, low, high, zero: y(0) };
}
