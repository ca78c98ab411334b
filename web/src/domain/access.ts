// Who may do what, and how one gets in: roles, sessions, the crew's code and the link that carries it.
// Pure; used by net/, sync/, state/ and ui/.
import type * as hub from './api.gen';

export type Access = 'crew' | 'open';

/** Each may do what those before it may. */
export type Role = 'viewer' | 'technician' | 'lead';

export const ROLES: readonly Role[] = ['viewer', 'technician', 'lead'];

/** What the hub answers to a tablet that joins, or renews its session. */
export type Joined = Omit<hub.JoinAnswer, 'role'> & { role: Role };

/** `GET /api/v1/me` */
export type Me = Omit<hub.Me, 'role'> & { role: Role };

/** Somebody who has joined, as the crew lead sees them. */
export type Member = Omit<hub.MemberInfo, 'role' | 'tablet'> & { role: Role; tablet?: hub.TabletInfo | null };

/** `url` is the address with the code in it, `qr` its drawing; null when the hub does not know its own address. */
export type CrewCode = Omit<hub.CodeInfo, 'qr'> & Partial<Pick<hub.CodeInfo, 'qr'>>;

/** The codes to join with, by the address that each has on the hub. */
export type WhichCode = 'code' | 'lead-code' | 'viewer-code';

export const CODES: readonly WhichCode[] = ['code', 'viewer-code', 'lead-code'];

export const CODE_LENGTH = 8;

/** A code as it is sent: the hub takes any case, spaces and dashes as well; the page counts characters. */
export function cleanCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s\p{Dash}]/gu, '');
}

/** `K7MP-XQD4`: for people to read out and to type. */
export function spacedCode(code: string): string {
  const clean = cleanCode(code);
  const half = Math.ceil(clean.length / 2);
  return clean.length > 4 ? `${clean.slice(0, half)}-${clean.slice(half)}` : clean;
}

export interface JoinLink {
  /** Empty: the link says that one wants to join, and no more. */
  code: string;
  /** Where the link leads once its bearer is in. */
  then: string;
}

const JOIN = /^#\/join(?:\/([^/]+)(?:\/(audit\/[^/]+))?)?\/?$/;

/** Reads `#/join/CODE` and `#/join/CODE/audit/TOKEN`; null for any other address. */
export function readJoinLink(hash: string): JoinLink | null {
  const match = JOIN.exec(hash);
  if (!match) return null;
  let code: string;
  try {
    code = cleanCode(decodeURIComponent(match[1] ?? ''));
  } catch {
    // A mangled code is typed again.
    code = '';
  }
  return { code, then: match[2] === undefined ? '#/' : `#/${match[2]}` };
}
