// Tablets of the crew (device status): which system and browser a tablet is, in words, and what their reports come to: where
// marks still wait, and of whom that is not known. Pure; used by state/tablet-report.ts and ui/crew/.
import type { Member } from './access';

export interface Visitor {
  userAgent: string;
  /** An iPad says that it is a Mac; a Mac has no touch screen. */
  maxTouchPoints: number;
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Macintosh/, 'Mac'],
  [/Linux/, 'Linux'],
];

/** The first that fits: many say that they are others as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/(?:Edg|EdgA|EdgiOS)\/(\d+)/, 'Edge'],
  [/SamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/(?:OPR|OPT)\/(\d+)/, 'Opera'],
  [/(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/Version\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari/, 'Safari'],
];

/** `Android, Chrome 120`; null where nothing of it is known. */
export function systemText({ userAgent, maxTouchPoints }: Visitor): string | null {
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const parts = [system === 'Mac' && maxTouchPoints > 1 ? 'iPad' : system];
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version === undefined) continue;
    parts.push(`${name} ${version}`);
    break;
  }
  return parts.filter((part) => part !== undefined).join(', ') || null;
}

/** A report older than this says how things were, and not how they are: they come every twenty seconds. */
export const RECENT_MS = 60_000;

export interface Night {
  /** What waits on tablets, as far as they say, and on which. */
  waiting: { name: string; unsent: number }[];
  /** They said that nothing waits, but not lately: they may have marked since, out of reach. */
  silent: { name: string; told_ms: number }[];
  /** They never said: an old page, or no page of ours. */
  unknown: string[];
  /** They say so now: nothing waits. */
  done: number;
}

/** Hubs are members too, and have no tablet. */
const isHub = (member: Member) => member.technician_id.startsWith('hub_');

/** The tablets of all who may mark, and of all where something waits; in the order in which they are given. */
export function nightOf(members: readonly Member[], hubNowMs: number): Night {
  const night: Night = { waiting: [], silent: [], unknown: [], done: 0 };
  for (const member of members) {
    if (isHub(member)) continue;
    const { name } = member;
    const unsent = member.tablet?.unsent ?? null;
    if (unsent !== null && unsent > 0) {
      night.waiting.push({ name, unsent });
      continue;
    }
    if (member.revoked || member.role === 'viewer') continue;
    const told = member.tablet?.told_ms ?? 0;
    if (unsent === null) night.unknown.push(name);
    else if (hubNowMs - told > RECENT_MS) night.silent.push({ name, told_ms: told });
    else night.done += 1;
  }
  return night;
}
