// Event map of the page: what the network, the outbox and the open audit have to say, each declared once with what comes with
// it. Told by an Emitter (domain/emitter.ts) to whoever listens, in whatever layer.
import type { HubPhoto } from '../domain/photo';
import type { Cloud, LiveOp, OpsAnswer, Technician } from '../domain/types';
import type { ApiError } from '../net/call';
import type { Settled } from './store';

/** Of the whole page: one emitter, made by state/app.svelte.ts. */
export interface Events {
  // ---- of every call ----
  /** Whether the hub answered. */
  reached: boolean;
  /** The hub took this token. */
  welcomed: string;
  /** Or refused it: `no_session`, `bad_token`, `expired` or `revoked`. */
  refused: { token: string | null; code: string | null };
  /** The role of this session is too low for the call. */
  forbidden: undefined;

  // ---- of the session ----
  /** The audits can be read and marks sent, which was not so before. */
  admitted: undefined;
  /** The store has another session or name; other tabs want to know. */
  joined: undefined;

  /** A word to those who do not see it: for the polite live region. */
  say: string;

  // ---- of the marks ----
  /** Something in the outbox was added, acknowledged, refused or removed: other tabs want to know. */
  outbox: undefined;
  /** So many of an audit wait more than before. */
  added: { token: string; count: number };
  /** What the hub said of marks of an audit, and what of them waits no more by that. */
  settled: { token: string; answer: OpsAnswer; moved: Settled };
  /** The hub does not know the audit, or does not take marks: in its own words; null when it does again. */
  trouble: { token: string; error: ApiError | null };
  /** What waits in the outbox is to be counted, for it was changed past the counting. */
  recount: undefined;
  /** What is shown as this tablet's own is to be read again: a refused mark is sent again, marks have left for another
   * address of the hub, another tab marked. */
  ownChanged: undefined;
  /** Room had to be made on the tablet, or there is none for a copy of an audit. */
  full: undefined;

  // ---- of an audit ----
  /** A live feed has begun: what time it is on the hub. */
  hello: number;
  /** The hub's log of this audit is this one; empty: it has lost some of what it had, whichever log it is. */
  log: { token: string; logId: string };
  /** The hub does not have this audit. */
  gone: string;
}

/** Of one open audit: an emitter for each, made by sync/session.ts. */
export interface AuditEvents {
  /** There are other modules than before, or all of them changed. */
  replaced: undefined;
  /** These modules look different. */
  changed: Iterable<string>;
  details: undefined;
  /** An operation of the log, just read. */
  heard: LiveOp;
  /** Photos of which a picture is on the hub now. */
  pictures: readonly HubPhoto[];
  cloud: Cloud | null;
  presence: readonly Technician[];
}
