// Sessions of strings under current: what a tap sets, and how one is told. Used by StringDialog.svelte and StringsDialog.svelte.
import { sessionOf } from '../../domain/property';
import { beginAgain, sessionsBefore } from '../../domain/sessions';
import { timeText } from '../../i18n';
import { propertyTexts } from '../../i18n/property';
import type { AuditState, StringRow } from '../../state/audit.svelte';
import { hubNow, setProperties } from '../../state/properties';

export function sessionText(audit: AuditState, row: StringRow): string {
  const session = sessionOf(row.properties);
  if (session === null) return propertyTexts().string.never;
  const time = (ms: number) => timeText(audit.localTime(ms), Date.now());
  const shows =
    session.to === null
      ? propertyTexts().string.since(time(session.from))
      : propertyTexts().string.was(time(session.from), time(session.to));
  const times = sessionsBefore(row.properties).length + 1;
  return times > 1 ? `${shows} · ${propertyTexts().string.times(times)}` : shows;
}

/** Switches it on, or off. */
export function turn(audit: AuditState, row: StringRow): void {
  const now = hubNow(audit);
  const on = sessionOf(row.properties)?.to === null;
  const set = on ? { energised_to: String(now) } : beginAgain(row.properties, now);
  void setProperties(audit, [{ of: { string: row.number }, set }]);
}

export function turnText(row: StringRow): string {
  const session = sessionOf(row.properties);
  const texts = propertyTexts().string;
  return session === null ? texts.start : session.to === null ? texts.stop : texts.again;
}
