// Words of measurements: a value, a limit, a measurement in one line. Used by ui/measurement/ and ui/property/words.ts.
import { FIELDS, measurementOf, type Beyond, type Judgement } from '../../domain/measurement';
import { decimalText } from '../../i18n/decimal';
import { measurementTexts } from '../../i18n/measurement';

const SHORT: Readonly<Record<string, string>> = {
  ...{ ff: 'FF', rds: 'Rds', rs: 'Rs', rsh: 'Rsh', uf: 'Uf', voc: 'Voc', isc: 'Isc', vmpp: 'Vmpp' },
  ...{ impp: 'Impp', pmax: 'Pmax', riso: 'Riso', viso: 'Viso', rpe: 'Rpe' },
};

/** As the trade names it; what a later hub knows is named as it does. */
export const fieldText = (field: string): string =>
  SHORT[field] ?? (measurementTexts().fields as Record<string, string>)[field] ?? field;

export const kindText = (kind: string): string =>
  (measurementTexts().kinds as Record<string, string>)[kind] ?? measurementTexts().kinds.values;

export const unitOf = (field: string): string => FIELDS.find(([name]) => name === field)?.[1] ?? '';

export function valueText(field: string, value: string): string {
  const unit = unitOf(field);
  return unit === '' ? decimalText(value) : `${decimalText(value)} ${unit}`;
}

/** `FF < 0.9`. */
export const beyondText = ({ field, under, limit }: Beyond): string =>
  `${fieldText(field)} ${under ? '<' : '>'} ${decimalText(String(limit))}`;

export const verdictText = (judged: Judgement | null): string =>
  judged === null ? measurementTexts().noLimit : measurementTexts().verdicts[judged.verdict];

/** The values of a measurement in one line, in the order in which they are told. */
export const valuesText = (values: Readonly<Record<string, string>>): string => {
  const known = FIELDS.map(([name]) => name);
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return Object.entries(values)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([field, value]) => `${fieldText(field)} ${valueText(field, value)}`)
    .join(', ');
};

/** As the history of a module tells it. Null: it is no measurement. */
export function measuredText(name: string, value: string): string | null {
  const read = name.startsWith('measurement_') ? measurementOf(name, value) : null;
  if (read === null) return null;
  return Object.keys(read.values).length > 0 ? valuesText(read.values) : kindText(read.kind);
}

/** What a property of a measurement is called. Null: it holds none. */
export function measuredName(name: string): string | null {
  const kind = /^measurement_(dark_iv|diode|insulation|values|typed)(_|$)/.exec(name)?.[1];
  return kind === undefined ? null : kindText(kind);
}
