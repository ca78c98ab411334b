// Words of properties: what a value, a thing and a step of the scale are called. Used by ui/property/, ui/marking/ and ui/sync/.
import type { Action, Grade, Reason } from '../../domain/property';
import type { PropertyOf, PropertyOp } from '../../domain/types';
import { t } from '../../i18n';
import { propertyTexts } from '../../i18n/property';
import { measuredName, measuredText } from '../measurement/words';

const found = (texts: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(texts, key) ? (texts[key] ?? key) : key;

/** What somebody has written themselves is its own word. */
export const reasonText = (value: string): string =>
  found(propertyTexts().reasons satisfies Record<Reason, string>, value);

export const actionText = (value: string): string =>
  found(propertyTexts().actions satisfies Record<Action, string>, value);

/** Empty where a step has no meaning but its sign. */
export function gradeLabel({ key, label }: Grade): string {
  if (label !== '') return label;
  const ready = found(propertyTexts().grades as Record<string, string>, key);
  return ready === key ? '' : ready;
}

export function valueText(name: string, value: string | null): string {
  if (value === null) return propertyTexts().nothing;
  if (name === 'action') return actionText(value);
  if (name === 'not_examined') return reasonText(value);
  return measuredText(name, value) ?? value;
}

/** Names that a later hub or page may have stand for themselves. */
export const nameText = (name: string): string => measuredName(name) ?? found(propertyTexts().names, name);

export const setText = (set: PropertyOp['set']): string =>
  Object.entries(set)
    .map(([name, value]) =>
      value === null
        ? propertyTexts().takenBack(nameText(name))
        : propertyTexts().is(nameText(name), valueText(name, value)),
    )
    .join(', ');

export const placeName = ({ module_id, string }: PropertyOf): string =>
  module_id ?? (string === undefined ? '' : t.string(string));
