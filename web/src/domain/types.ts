// The shapes of the hub's API as the page uses them: those of its own document (api.gen.ts), and where the page knows more
// than that says, what it knows. Used by everything.
import type * as hub from './api.gen';
import type { Mark, Status } from './status';

/** Fields that an older hub, or a copy that an older page kept, does not have. */
type Lately<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
/** The same with fields of which the page knows more than the document says. */
type Refined<T, Known extends object> = Omit<T, keyof Known> & Known;
/** What this tablet sends, which the document has to allow. */
type Sent<Allowed, T extends Allowed> = T;

/** `GET /api/v1/hub` */
export type HubInfo = Refined<
  Lately<hub.HubInfo, 'tls' | 'http_port' | 'notice_codes'>,
  { tls?: HubTls | null }
>;

/** `GET /api/v1/clock` */
export type ClockInfo = hub.ClockInfo;
/** Who has set the hub's clock; a later hub may have other words. */
export type ClockSource = 'network' | 'upstream' | 'person' | 'tablets' | 'machine' | 'kept';

export type HubTls = Lately<hub.TlsInfo, 'ca_sha256'>;

export type AuditSummary = Refined<
  Lately<
    hub.Listed,
    | 'cloud'
    | 'archived'
    | 'open_v33'
    | 'present'
    | 'hidden_count'
    | 'photo_count'
    | 'made_by'
    | 'not_examined'
  >,
  { by_status: Partial<Record<Status, number>>; cloud?: Cloud | null }
> &
  Known & {
    /** By string number. In the list of audits neither is. */
    strings_properties?: Readonly<Record<string, Known>>;
  };

/** `GET /api/v1/audits`; with what the hub has and cannot read. */
export type AuditList = Refined<Lately<hub.AuditList, 'unread'>, { audits: AuditSummary[] }>;

export type Name = hub.Name;

/** What people say of an audit. */
export type Details = Sent<
  Omit<hub.CreateBody, 'strings'>,
  { name: string; client: string | null; location: string | null }
>;

/** `POST /api/v1/audits/preview`: what a file would make. */
export type Preview = Lately<hub.Preview, 'new_marks'>;

/** `GET /api/v1/audits/{token}/share`; nulls where the hub does not know where it is found. */
export type Share = hub.Share;

/** How much of an audit is in the cloud: in all upstreams that take it. An older hub says `seq` of what shows. */
export type Cloud = Lately<hub.Cloud, 'log_id' | 'shown' | 'holds' | 'sent' | 'settled' | 'lacking'>;

/** What is known of a module, a string or the audit beside marks: values by their names. */
export type Properties = Readonly<
  Partial<Record<'severity' | 'action' | 'serial' | 'not_examined', string>> & Record<string, string>
>;

/** As the hub has merged it; all absent where there is nothing. */
export interface Known {
  properties?: Properties;
  property_stamp?: string;
  property_conflicts?: string[];
}

/** What it is known of: a module, a string by its number, or (`{}`) the audit itself. */
export interface PropertyOf {
  module_id?: string;
  string?: number;
}

/** One module as the hub has merged it. `stamp` is what a reader has seen of it: opaque, empty when nobody has marked it. */
export type Module = Refined<Lately<hub.Module, 'seq'>, { status: Status } & Known>;

export type Audit = AuditSummary &
  Refined<
    Lately<
      Pick<hub.Audit, 'log_id' | 'proof' | 'strings' | 'layout_stamp' | 'modules'>,
      'proof' | 'layout_stamp'
    >,
    { modules: Module[] }
  >;

/** Who found what a module shows, and when. */
export interface Whose {
  technician_id: string | null;
  technician_name: string | null;
  updated_at_ms: number | null;
}

/** What an undo takes back; and for this tablet alone, until the hub tells, whose the finding is that comes back. */
export interface Undoes {
  id: string;
  base: string;
  was?: Whose;
}

/** A mark as this tablet sends it. Absent status or comment: unchanged; null: cleared. */
export type MarkOp = Sent<
  hub.MarkOp,
  {
    id: string;
    kind: 'mark';
    module_id: string;
    status?: Mark | null;
    comment?: string | null;
    technician_id: string;
    technician_name: string;
    device_id: string;
    marked_at_ms: number;
    /** Version vector: what the author had seen of the module, its `stamp` then. */
    base: string;
    undoes?: Undoes;
  }
>;

/** A word to the crew, as this tablet sends it. */
export type NoteOp = Sent<
  hub.NoteOp,
  {
    id: string;
    kind: 'note';
    text: string;
    technician_id: string;
    technician_name: string;
    device_id: string;
    marked_at_ms: number;
  }
>;

export type StringInfo = hub.StringInfo;
export type StringChange = hub.StringChange;
export type ModuleChange = hub.ModuleChange;

/** What is changed of the plan: of each string and module what is said, and nothing else. */
export interface LayoutChange {
  strings?: StringChange[];
  modules?: ModuleChange[];
}

/** A change of the layout, as a lead's tablet sends it. */
export type LayoutOp = Sent<
  hub.LayoutOp,
  LayoutChange & {
    id: string;
    kind: 'layout';
    technician_id: string;
    technician_name: string;
    device_id: string;
    marked_at_ms: number;
    /** What the author had seen of the layout, the audit's `layout_stamp` then. */
    base: string;
  }
>;

/** Values that are set, or (null) taken back. */
export type PropertyOp = Sent<
  hub.PropertyOp,
  {
    id: string;
    kind: 'property';
    of: PropertyOf;
    set: Record<string, string | null>;
    technician_id: string;
    technician_name: string;
    device_id: string;
    marked_at_ms: number;
    /** What the author had seen of that thing, its `property_stamp` then. */
    base: string;
  }
>;

/** The layout with what is hidden: `GET /api/v1/audits/{token}/layout`. */
export type HubLayout = hub.Layout;

/** What a plan says otherwise than an audit: `POST /api/v1/audits/{token}/plan`. */
export type PlanDiff = hub.PlanDiffJson;

/** What this tablet may send. */
export type Op = MarkOp | NoteOp | LayoutOp | PropertyOp;

/** On its way, with the stamp that a hub gave it before, if one did. */
export type Offered = Op & { stamp?: string };

export type Outcome = 'applied' | 'superseded' | 'conflict' | 'duplicate' | 'refused';

/** `id` is null where the hub could not read what was sent: sync/outbox.ts knows it by its place, and fills it in. */
export type OpResult = Refined<
  hub.OpResult,
  { id: string; outcome: Outcome; reason?: string; stamp?: string; code?: string }
>;

export type OpsAnswer = Refined<hub.OpsAnswer, { results: OpResult[] }>;

/** An operation as the hub's log holds it. Kinds that this page does not know pass by; what a kind does not have is absent. */
export type LoggedOp = Pick<hub.LoggedOp, 'seq' | 'id' | 'kind'> &
  Partial<
    Refined<
      Omit<hub.LoggedOp, 'seq' | 'id' | 'kind'>,
      { module_id: string; status: Mark | null; text: string; set: PropertyOp['set'] }
    >
  >;

/** The `op` event of the live feed: with a mark comes the module as it is now, with a property all that is set of its thing. */
export type LiveOp = LoggedOp & { module?: Module; property?: Known & { of: PropertyOf }; proof?: string };

export type History = Refined<hub.History, { entries: LoggedOp[] }>;

/** `GET /api/v1/audits/{token}/notes` */
export type NotesPage = Refined<hub.NotesPage, { notes: LoggedOp[] }>;

export type Technician = Lately<Omit<hub.Technician, 'via'>, 'string'>;

/** Who is marking: asked once, kept by the tablet. */
export interface Author {
  technician_id: string;
  technician_name: string;
  device_id: string;
}
