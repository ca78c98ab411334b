// The shapes of the hub's API (docs/api.md). Used by everything.
import type { Qr } from './poster';
import type { Mark, Status } from './status';

/** `GET /api/v1/hub` */
export interface HubInfo {
  name: string;
  version: string;
  hub_id: string;
  log_id: string;
  time_ms: number;
  time_quality: 'synchronised' | 'learnt' | 'unknown';
  access: string;
  notices: string[];
  /** HTTPS, where the hub has it; absent on a hub that does not know of it. */
  tls?: HubTls | null;
  /** The first plain listener. */
  http_port?: number | null;
}

export interface HubTls {
  port: number;
  /** By a CA of the hub's own, which tablets have to be told to trust. */
  own_ca: boolean;
  /** To compare with what `fieldhub status` says. */
  ca_sha256?: string | null;
}

export interface AuditSummary {
  token: string;
  name: string;
  client: string | null;
  location: string | null;
  created_at_ms: number;
  string_count: number;
  module_count: number;
  marked: number;
  defects: number;
  by_status: Partial<Record<Status, number>>;
  conflicts: number;
  seq: number;
  last_mark_at_ms: number | null;
  /** Null where the audit goes to no upstream; absent in what an older page kept. */
  cloud?: Cloud | null;
  /** Put away. */
  archived?: boolean;
  /** In the list of audits: who is on it now. */
  present?: Name[];
}

export interface Name {
  technician_id: string;
  technician_name: string;
}

/** What people say of an audit. */
export interface Details {
  name: string;
  client: string | null;
  location: string | null;
}

/** `POST /api/v1/audits/preview`: what a file would make. */
export interface Preview {
  kind: string;
  token: string | null;
  name: string | null;
  client: string | null;
  location: string | null;
  strings: { number: number; module_count: number }[];
  module_count: number;
  /** Rows and columns are known. */
  positions: boolean;
  marks: number;
  defects: number;
  /** There is an audit with this token. */
  exists: boolean;
}

/** `GET /api/v1/audits/{token}/share`; nulls where the hub does not know where it is found. */
export interface Share {
  url: string | null;
  qr: Qr | null;
}

/** How much of an audit is in the cloud: in all upstreams that take it. */
export interface Cloud {
  /** Marks up to here are there, but for those of parked modules. */
  seq: number;
  /** What waits: modules or operations, the most of all upstreams. */
  pending: number;
  /** Modules that an upstream does not take. */
  parked: string[];
}

/** One module as the hub has merged it. */
export interface Module {
  module_id: string;
  string: number;
  position: number;
  row?: number | null;
  col?: number | null;
  status: Status;
  comment: string | null;
  technician_id: string | null;
  technician_name: string | null;
  updated_at_ms: number | null;
  conflict: boolean;
  /** What a reader has seen of this module; opaque, empty when nobody has marked it. */
  stamp: string;
  /** Where its last mark is in the hub's log, 0 when there is none; absent in what an older page kept. */
  seq?: number;
}

export interface Audit extends AuditSummary {
  log_id: string;
  strings: { number: number; module_count: number }[];
  modules: Module[];
}

/** A mark as this tablet sends it. Absent status or comment: unchanged; null: cleared. */
export interface MarkOp {
  id: string;
  kind: 'mark';
  module_id: string;
  status?: Mark | null;
  comment?: string | null;
  technician_id: string;
  technician_name: string;
  device_id: string;
  marked_at_ms: number;
  base: string;
}

/** A word to the crew, as this tablet sends it. */
export interface NoteOp {
  id: string;
  kind: 'note';
  text: string;
  technician_id: string;
  technician_name: string;
  device_id: string;
  marked_at_ms: number;
}

/** What this tablet may send. */
export type Op = MarkOp | NoteOp;

export type Outcome = 'applied' | 'superseded' | 'conflict' | 'duplicate' | 'refused';

export interface OpResult {
  id: string;
  seq: number | null;
  outcome: Outcome;
  reason?: string;
  stamp?: string;
}

export interface OpsAnswer {
  log_id: string;
  results: OpResult[];
}

/** An operation as the hub's log holds it. Kinds that this page does not know pass by. */
export interface LoggedOp {
  seq: number;
  id: string;
  kind: string;
  module_id?: string;
  status?: Mark | null;
  comment?: string | null;
  text?: string;
  archived?: boolean;
  technician_id?: string;
  technician_name?: string;
  marked_at_ms?: number;
  received_at_ms?: number;
  outcome?: string;
  /** In a history: a value that no other mark was made in knowledge of. */
  stands?: boolean;
}

/** The `op` event of the live feed: with a mark comes the module as it is now. */
export interface LiveOp extends LoggedOp {
  module?: Module;
}

export interface History {
  module_id: string;
  conflict: boolean;
  entries: LoggedOp[];
}

/** `GET /api/v1/audits/{token}/notes` */
export interface NotesPage {
  log_id: string;
  notes: LoggedOp[];
  /** Up to here there is no other note. */
  next: number;
  head: number;
}

export interface Technician {
  technician_id: string;
  technician_name: string;
  focus: string | null;
  /** Which string they look at; absent on an older hub. */
  string?: number | null;
  last_seen_ms: number;
}

/** Who is marking: asked once, kept by the tablet. */
export interface Author {
  technician_id: string;
  technician_name: string;
  device_id: string;
}
