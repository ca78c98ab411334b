// Profile of the reports (form defaults): what was said last on this tablet of method, camera, people and equipment is offered for the next audit.
// Also the draft of conditions and people of one audit: what is typed, and what of it is to be set. Used by ui/property/Conditions.svelte.
import { crewPhrases, typedPhrases } from '../domain/crew-phrases';
import {
  decimalFrom,
  DEVICE,
  listOf,
  listText,
  MEMBER,
  scaleOf,
  scaleText,
  type Grade,
} from '../domain/property';
import type { Properties, PropertyOp } from '../domain/types';
import { decimalText } from '../i18n/decimal';

/** What keeps settings on the tablet. */
export interface ProfileStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

const KEY = 'report-profile';

/** The same from one audit to the next; weather and contract are not, and the company is the hub's. */
const LASTING = [
  ...['method', 'standards', 'camera', 'exposure_s', 'distance_m'],
  ...['people', 'equipment', 'severity_scale', 'phrases'],
];

export const NUMBERS: ReadonlySet<string> = new Set(['temperature_c', 'exposure_s', 'distance_m']);
export const LONG: ReadonlySet<string> = new Set(['purpose', 'summary', 'company_address', 'standards']);

export const GROUPS = {
  when: ['inspected_on', 'weather', 'temperature_c', 'method', 'standards'],
  camera: ['camera', 'exposure_s', 'distance_m'],
  paper: ['company', 'company_address', 'contract', 'purpose', 'summary'],
} as const;
export type Field = (typeof GROUPS)[keyof typeof GROUPS][number];
const FIELDS: readonly Field[] = Object.values(GROUPS).flat();

export interface Draft {
  fields: Record<Field, string>;
  people: Record<(typeof MEMBER)[number], string>[];
  equipment: Record<(typeof DEVICE)[number], string>[];
  /** One a line. */
  phrases: string;
  scale: 'koentges' | 'five' | 'own';
  grades: Grade[];
}

const shown = (field: Field, { [field]: value = '' }: Properties): string =>
  NUMBERS.has(field) ? decimalText(value) : value;

export function draftOf(properties: Properties): Draft {
  const scale = scaleOf(properties['severity_scale']);
  return {
    fields: Object.fromEntries(FIELDS.map((field) => [field, shown(field, properties)])) as Draft['fields'],
    people: listOf(properties['people'], MEMBER),
    equipment: listOf(properties['equipment'], DEVICE),
    phrases: crewPhrases(properties['phrases']).join('\n'),
    scale: scale.name,
    grades: scale.grades.map((one) => ({ ...one })),
  };
}

/** The values that a draft comes to, by their names; and the names whose value is none that a hub takes. */
export function valuesOf(draft: Draft): { values: Record<string, string | null>; wrong: string[] } {
  const values: Record<string, string | null> = {};
  const wrong: string[] = [];
  for (const field of FIELDS) {
    const text = draft.fields[field].trim();
    values[field] = text === '' ? null : text;
    if (text === '' || !NUMBERS.has(field)) continue;
    const number = decimalFrom(text);
    if (number === null) wrong.push(field);
    else values[field] = number;
  }
  const lists = [
    ['people', draft.people, 'name'],
    ['equipment', draft.equipment, 'kind'],
  ] as const;
  for (const [name, list, first] of lists) {
    values[name] = listText(list);
    const nameless = list.some((row: Readonly<Record<string, string>>) => {
      const said = Object.values(row).some((text) => text.trim() !== '');
      return said && (row[first] ?? '').trim() === '';
    });
    if (nameless) wrong.push(name);
  }
  const phrases = typedPhrases(draft.phrases);
  values['phrases'] = phrases.value;
  if (!phrases.fits) wrong.push('phrases');
  const own = scaleText(draft.grades);
  values['severity_scale'] = draft.scale === 'own' ? own : draft.scale;
  if (draft.scale === 'own' && own === null) wrong.push('severity_scale');
  return { values, wrong };
}

/** What of these is another than what is known. The scale that all begin with needs no saying. */
export function changedFrom(
  known: Properties,
  values: Readonly<Record<string, string | null>>,
): PropertyOp['set'] {
  const changed = Object.entries(values).filter(([name, value]) => {
    const before = known[name] ?? (name === 'severity_scale' ? 'koentges' : null);
    return value !== before;
  });
  return Object.fromEntries(changed);
}

/** What is offered where nothing is known yet; null where nothing was kept. */
export async function offered(store: ProfileStore): Promise<Properties | null> {
  const kept = await store.get(KEY).catch(() => null);
  if (typeof kept !== 'object' || kept === null) return null;
  const texts = Object.entries(kept).filter(
    (entry): entry is [string, string] => LASTING.includes(entry[0]) && typeof entry[1] === 'string',
  );
  return texts.length > 0 ? (Object.fromEntries(texts) as Properties) : null;
}

export async function remember(
  store: ProfileStore,
  values: Readonly<Record<string, string | null>>,
): Promise<void> {
  const lasting = Object.entries(values).filter(([name, value]) => LASTING.includes(name) && value !== null);
  await store.set(KEY, Object.fromEntries(lasting)).catch(() => undefined);
}

/** Has anybody said anything of this audit's conditions? The crew's phrases are none. */
export const anySaid = (properties: Properties): boolean =>
  [...FIELDS, ...LASTING].some((name) => name !== 'phrases' && properties[name] !== undefined);

const two = (n: number) => String(n).padStart(2, '0');

/** 2026-11-30, by this tablet's own time of day. */
export const dayOf = (ms: number): string => {
  const at = new Date(ms);
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};
