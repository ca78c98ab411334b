// Sessions of strings under current: what a tap sets, and how one is told. Used by StringDialog.svelte and StringsDialog.svelte.
import { sessionOf } from '../../domain/property';
import type { PropertyOp } from '../../domain/types';
import { timeText } from '../../i18n';
import { propertyTexts } from '../../i18n/property';
import type { AuditState, StringRow } from '../../state/audit.svelte';
import { hubNow, setProperties } from '../../state/properties';

export function sessionText(audit: AuditState, row: StringRow): string {
  const session = sessionOf(row.properties);
  if (session === null) return propertyTexts().string.never;
  const time = (ms: number) => timeText(audit.localTime(ms), Date.now());
  return session.to === null
    ? propertyTexts().string.since(time(session.from))
    : propertyTexts().string.was(time(session.from), time(session.to));
}

/** Switches it on, or off. */
export function turn(audit: AuditState, row: StringRow): void {
  const now = String(hubNow(audit));
  const on = sessionOf(row.properties)?.to === null;
  const set: PropertyOp['set'] = on ? { energised_to: now } : { energised_from: now, energised_to: null };
  void setProperties(audit, [{ of: { string: row.number }, set }]);
}

export function turnText(row: StringRow): string {
  const session = sessionOf(row.properties);
  const texts = propertyTexts().string;
  return session === null ? texts.start : session.to === null ? texts.stop : texts.again;
}
