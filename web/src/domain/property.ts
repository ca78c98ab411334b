// Properties: what is known of a module, a string or the audit beside marks, as people choose and type it: scales of severity, actions,
// reasons, serial numbers, sessions under current, conditions. Pure; used by state/properties.ts and ui/property/.
import type { LoggedOp, Properties, PropertyOp } from './types';

export type Action = 'watch' | 'replace' | 'claim' | 'urgent';
export const ACTIONS: readonly Action[] = ['watch', 'replace', 'claim', 'urgent'];

export type Reason = 'shade' | 'no_access' | 'no_power' | 'weather' | 'no_time' | 'missing';
export const REASONS: readonly Reason[] = ['shade', 'no_access', 'no_power', 'weather', 'no_time', 'missing'];

/** The names of which two people may say different things: the hub tells of them. */
export const CONTESTABLE = ['severity', 'action', 'serial', 'not_examined'] as const;
export type Contestable = (typeof CONTESTABLE)[number];

/** One step of a scale of severity. */
export interface Grade {
  key: string;
  /** Empty where the page has words of its own for it. */
  label: string;
  action: Action | null;
}

export interface Scale {
  name: 'koentges' | 'five' | 'own';
  grades: readonly Grade[];
}

const grade = (key: string, action: Action): Grade => ({ key, label: '', action });

export const KOENTGES: Scale = {
  name: 'koentges',
  grades: [grade('A', 'watch'), grade('B', 'watch'), grade('C', 'replace')],
};

export const FIVE: Scale = {
  name: 'five',
  grades: [
    ...[grade('1', 'watch'), grade('2', 'watch'), grade('3', 'watch')],
    ...[grade('4', 'replace'), grade('5', 'urgent')],
  ],
};

/** The scale that an audit has chosen; what cannot be read is the one that all begin with. */
export function scaleOf(text: string | undefined): Scale {
  if (text === undefined || text === 'koentges') return KOENTGES;
  if (text === 'five') return FIVE;
  const keys = parsed<{ keys?: unknown }>(text)?.keys;
  const grades = Array.isArray(keys) ? keys.flatMap(gradeOf) : [];
  return grades.length > 0 ? { name: 'own', grades: grades.slice(0, 9) } : KOENTGES;
}

function gradeOf(one: unknown): Grade[] {
  const { key, label, action } = (one ?? {}) as Record<string, unknown>;
  if (typeof key !== 'string' || key === '') return [];
  const known = ACTIONS.find((each) => each === action) ?? null;
  return [{ key, label: typeof label === 'string' ? label : '', action: known }];
}

/** As it is kept; steps without a key are left out, and a key that is there twice counts once. */
export function scaleText(grades: readonly Grade[]): string | null {
  const seen = new Set<string>();
  const keys = grades.flatMap(({ key: typed, label, action }) => {
    const key = typed.trim().slice(0, 16);
    if (key === '' || seen.has(key)) return [];
    seen.add(key);
    return [{ key, label: label.trim(), ...(action && { action }) }];
  });
  return keys.length >= 2 ? JSON.stringify({ keys }) : null;
}

/** What a tap on a step of the scale sets. The same step again takes it back; the action goes along unless somebody chose another. */
export function withGrade(scale: Scale, now: Properties, key: string): PropertyOp['set'] {
  const usual = (of: string | undefined) => scale.grades.find((one) => one.key === of)?.action ?? null;
  const back = now.severity === key;
  const chosen = now.action !== undefined && now.action !== usual(now.severity);
  const action = back ? null : usual(key);
  return {
    severity: back ? null : key,
    ...(!chosen && (now.action ?? null) !== action && { action }),
  };
}

/** A serial number as it is kept; null where it is none. */
export function serialFrom(typed: string): string | null {
  const serial = typed.trim();
  return /^[^\p{C}]{3,64}$/u.test(serial) ? serial : null;
}

/** A decimal as it is kept, `3.5`, also where it was typed with a comma; null where it is none. */
export function decimalFrom(typed: string): string | null {
  const text = typed.trim().replace(',', '.');
  return /^-?\d{1,6}(\.\d{1,4})?$/.test(text) ? text : null;
}

/** When a string had current: `to` is null while it has. Null: nobody said so. */
export function sessionOf({ energised_from, energised_to }: Properties): {
  from: number;
  to: number | null;
} | null {
  const [from, to] = [timeFrom(energised_from), timeFrom(energised_to)];
  if (from === null) return null;
  // One that began again is not over by its last end.
  return { from, to: to !== null && to >= from ? to : null };
}

const timeFrom = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

export interface Member {
  name: string;
  role: string;
  qualification: string;
}

export interface Device {
  kind: string;
  model: string;
  serial: string;
  calibrated_on: string;
}

export const MEMBER: readonly (keyof Member)[] = ['name', 'role', 'qualification'];
export const DEVICE: readonly (keyof Device)[] = ['kind', 'model', 'serial', 'calibrated_on'];

/** A list of people or devices, as it is kept in one value. */
export function listOf<T extends string>(
  text: string | undefined,
  fields: readonly T[],
): Record<T, string>[] {
  const list = parsed<unknown>(text ?? '');
  if (!Array.isArray(list)) return [];
  return list.slice(0, 50).map((one: unknown) => {
    const of = (one ?? {}) as Record<string, unknown>;
    return fromFields(fields, (field) => (typeof of[field] === 'string' ? of[field] : ''));
  });
}

export const fromFields = <T extends string>(
  fields: readonly T[],
  value: (field: T) => string,
): Record<T, string> => Object.fromEntries(fields.map((field) => [field, value(field)])) as Record<T, string>;

/** Rows in which nothing stands are left out; null where nothing is left. */
export function listText(list: readonly Readonly<Record<string, string>>[]): string | null {
  const rows = list.flatMap((row) => {
    const said = Object.entries(row).flatMap(([field, text]) =>
      text.trim() === '' ? [] : [[field, text.trim()]],
    );
    return said.length > 0 ? [Object.fromEntries(said) as Record<string, string>] : [];
  });
  return rows.length > 0 ? JSON.stringify(rows) : null;
}

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** One side of a conflict over a property: what was said, and by which operations, the latest first. */
export interface PropertySide {
  value: string | null;
  entries: LoggedOp[];
}

/** Who says what of it, out of the history of its module: the last word of each person; those that agree are one side. */
export function propertySides(history: readonly LoggedOp[], name: string): PropertySide[] {
  const said = history.filter(({ set }) => set !== undefined && name in set).reverse();
  const marked = said.filter(({ stands }) => stands === true);
  const sides = new Map<string | null, PropertySide>();
  const people = new Set<string | undefined>();
  for (const entry of marked.length > 0 ? marked : said) {
    if (people.has(entry.technician_id)) continue;
    people.add(entry.technician_id);
    const value = entry.set?.[name] ?? null;
    const side = sides.get(value);
    if (side) side.entries.push(entry);
    else sides.set(value, { value, entries: [entry] });
  }
  return [...sides.values()];
}
