// Sessions of a string under current: the one that shows is in four properties of the string, each one before it in a property of its own that is
// named by when it began. Pure; used by ui/property/session.ts. The hub's report reads the same (src/domain/property/sessions.rs).
import { sessionOf } from './property';
import type { Properties, PropertyOp } from './types';

export interface PastSession {
  /** The property that holds it. */
  name: string;
  from: number;
  to: number;
  current_a: string | null;
  voltage_v: string | null;
}

const NAME = /^session_\d{1,15}$/;

function past(name: string, value: string): PastSession | null {
  try {
    const { from, to, current_a, voltage_v } = JSON.parse(value) as Record<string, unknown>;
    if (typeof from !== 'number' || typeof to !== 'number') return null;
    const text = (said: unknown) => (typeof said === 'string' ? said : null);
    return { name, from, to, current_a: text(current_a), voltage_v: text(voltage_v) };
  } catch {
    return null;
  }
}

/** Those before the one that shows, oldest first. */
export function sessionsBefore(properties: Properties): PastSession[] {
  const all = Object.entries(properties).flatMap(([name, value]) => {
    const one = NAME.test(name) && value !== undefined ? past(name, value) : null;
    return one ? [one] : [];
  });
  return all.sort((a, b) => a.from - b.from);
}

/** What is set when a string has current again: what was before is kept under its name, with what was measured then. Two tablets that do it
    at once keep the same. */
export function beginAgain(properties: Properties, now: number): PropertyOp['set'] {
  const before = sessionOf(properties);
  const set: PropertyOp['set'] = { energised_from: String(now), energised_to: null };
  if (before === null || before.to === null) return set;
  const { current_a, voltage_v } = properties;
  const kept = {
    from: before.from,
    to: before.to,
    ...(current_a && { current_a }),
    ...(voltage_v && { voltage_v }),
  };
  set[`session_${String(before.from)}`] = JSON.stringify(kept);
  // Nobody has measured in the new one yet.
  if (current_a !== undefined) set['current_a'] = null;
  if (voltage_v !== undefined) set['voltage_v'] = null;
  return set;
}

/** What is set when the session that shows is taken back: the last one before it shows again. */
export function takeBack(properties: Properties): PropertyOp['set'] {
  const last = sessionsBefore(properties).at(-1);
  if (!last) return { energised_from: null, energised_to: null };
  return {
    ...{ energised_from: String(last.from), energised_to: String(last.to) },
    ...{ current_a: last.current_a, voltage_v: last.voltage_v, [last.name]: null },
  };
}
