// IndexedDB schema, version 1: the records that the tablet keeps, and in which stores. They are on the tablets' disks and
// outlast every page, so what is here may be added to, but changed only with a new version (test/store-disk.test.ts).
// Read and written by sync/store.ts.
import type { AuditSummary, Module, Op, StringInfo } from '../domain/types';
import type { Position } from '../net/cursor';

/** Where an acknowledged mark lies in the hub's log. */
export interface Acknowledgement {
  log_id: string;
  seq: number;
  acked_at_ms: number;
}

/** The stamp that a hub gave a mark, by which it keeps its place in the order of all: sent along when it is offered again. */
interface Stamped {
  stamp?: string;
}

/** A mark that is not on the hub yet. */
export interface Waiting extends Stamped {
  /** The order of sending, over all tabs. */
  n: number;
  token: string;
  op: Op;
  /** It was acknowledged by an earlier log and is offered to a new one; null for a fresh mark. */
  again: Acknowledgement | null;
  /** The hub's reason for refusing it; it is kept, but not sent by itself. */
  refused: string | null;
  /** The same for machines, where there is one. */
  code?: string;
}

/**
 * What some log of the hub holds; kept until an upstream that holds everything has it, or for 30 days, in case the hub is
 * replaced or rolled back.
 */
export interface Sent extends Acknowledgement, Stamped {
  id: string;
  n: number;
  token: string;
  op: Op;
}

/** What a change of the layout is based on: what was seen of it, and its strings in their order. */
export interface LayoutHead {
  stamp: string;
  strings: StringInfo[];
}

export interface ReplicaHead extends Position {
  token: string;
  summary: AuditSummary;
  /** String numbers, in layout order. */
  strings: number[];
  layout?: LayoutHead;
}

/** One record per string: a mark rewrites some 24 modules, not 20,000. */
export interface StringRecord {
  token: string;
  number: number;
  modules: Module[];
}

export const NAME = 'fieldhub';
export const VERSION = 1;

interface StoreShape {
  keyPath?: string | string[];
  /** The store mints the key of what comes without one. */
  autoIncrement?: true;
  indexes?: Record<string, string | string[]>;
}

export const SCHEMA = {
  /** Under a key each: who works here, what was chosen, leases, notes. */
  settings: {},
  outbox: { keyPath: 'n', autoIncrement: true, indexes: { token: 'token' } },
  sent: { keyPath: 'id', indexes: { log: ['token', 'log_id', 'seq'], acked: 'acked_at_ms' } },
  audits: { keyPath: 'token' },
  strings: { keyPath: ['token', 'number'] },
} satisfies Record<string, StoreShape>;

export type StoreName = keyof typeof SCHEMA;
export type Shapes = Readonly<Record<string, StoreShape>>;
export const SHAPES: Shapes = SCHEMA;

/** What is read of each store. */
export interface Records {
  settings: unknown;
  outbox: Waiting;
  sent: Sent;
  audits: ReplicaHead;
  strings: StringRecord;
}

/** What is written to each. */
export interface Writes extends Omit<Records, 'outbox'> {
  outbox: Omit<Waiting, 'n'> & Partial<Waiting>;
}
