// Made of docs/openapi.json by `npm run types`: not to be edited. Refined where the page knows more, in the other files here.

export interface AddModules {
  /** 1 to 1,000, at its end */
  module_count: number;
  string: number;
}

export interface AddString {
  /** Behind which string it stands; 0: before all. Absent: where its number belongs. */
  after?: number | null;
  /** 1 to 1,000 */
  module_count: number;
  name?: string | null;
  /** Absent: the next one. */
  number?: number | null;
}

/** One adjustment. `shift`: from `picture` on `by` modules further. `skip`: `module_id` has no picture. `swap`: `picture` and
`with`. `leave`: `picture` belongs to nothing. `put`: `picture` belongs to `at`. */
export interface AdjustmentBody {
  at?: PhotoAt | null;
  by?: number | null;
  /** `shift`, `skip`, `swap`, `leave` or `put`. */
  do: string;
  module_id?: string | null;
  picture?: number | null;
  with?: number | null;
}

/** What tablets send; for the document alone. */
export type AnyOp = MarkOp | NoteOp | LayoutOp | PhotoOp | PhotoEditOp | PropertyOp;

/** One audit, whole; for the document alone: `states` sends its head, and then module by module. */
export type Audit = Summary & PropertyFields & {
  /** What a reader of this has seen of the layout: the `base` of their next change of it. */
  layout_stamp: string;
  log_id: string;
  modules: Module[];
  /** Of `seq`: `LOGID:SEQ:PROOF` is a cursor of the live feed. */
  proof: string;
  /** In their order. */
  strings: StringInfo[];
  /** What is set of strings, by their numbers. */
  strings_properties?: Record<string, PropertyFields> | null;
};

/** One audit of a backup. */
export interface AuditChoice {
  /** What to say as `audit`. */
  audit: string;
  marks: number;
  module_count: number;
  name: string | null;
  /** Why it cannot be read. */
  problem: string | null;
}

export interface AuditList {
  audits: Listed[];
  /** Audits that are here and cannot be read: their place on the hub's disk is damaged. */
  unread: Unread[];
}

export interface BackupsInfo {
  /** Whether one is made every day by itself. */
  daily: boolean;
  database_bytes: number;
  /** The directory where the next one goes; null when that is a stick, or not known. */
  dir: string | null;
  failed: FailedBackupInfo | null;
  last: LastBackupInfo | null;
  making: MakingBackupInfo | null;
  /** The label of the stick where the next one goes; whether that is plugged in shows when one is made. */
  stick: string | null;
}

/** A limit that a value is beyond. */
export interface BeyondLimit {
  field: string;
  /** `under` the limit, or `over` it. */
  is: string;
  limit: number;
}

export interface BlobSum {
  blobs: number;
  bytes: number;
}

export interface Bytes {
  received: number;
  sent: number;
}

/** What is known of the camera's clock: `add_ms`, or a `picture` and when it was taken. Neither: found by best fit. */
export interface CameraClockBody {
  /** What is added to the camera's times to get the hub's. */
  add_ms?: number | null;
  /** When that picture was taken, by the hub's time. */
  at_ms?: number | null;
  /** By its number in `pictures`, from 0. */
  picture?: number | null;
}

/** A picture as it lies on a card. */
export interface CardPictureBody {
  bytes?: number;
  /** Its path within the folder, at most 400 characters, `/` between the parts. */
  name: string;
  /** A number that the camera counts up. Absent: the numbers in the names. */
  sequence?: number | null;
  /** What the camera's clock showed, as if that had been UTC. */
  taken_at_ms?: number | null;
}

export interface ChangeBody {
  /** Put away, or taken out again. */
  archived?: boolean | null;
  client?: string | null;
  location?: string | null;
  name?: string | null;
}

/** How much of a layout an operation changes. */
export interface ChangedInfo {
  modules: number;
  strings: number;
}

export interface CheckInfo {
  /** What to type, or to do with one's hands. */
  do: string | null;
  group: string;
  name: string;
  said: string;
  verdict: "unknown" | "ok" | "look" | "do";
}

export interface ClockInfo {
  /** What tablets say that agree with each other, and not with the hub. */
  contradicted_ms: number | null;
  /** What the machine's own clock says. */
  machine_ms: number;
  time_ms: number;
  /** `synchronised`, `learnt` or `unknown`. */
  time_quality: string;
  /** Who has set it: `network`, `upstream`, `person`, `tablets`, `machine` (its own clock, unconfirmed) or `kept` (what
the hub knew last). */
  time_source: string;
}

/** Before the report is final. */
export interface ClosingInfo {
  /** Marks, photos and what else was changed since that version, or in all. */
  changes_since: number;
  checks: ClosingPoint[];
  /** Nothing that this hub knows of is open. */
  clean: boolean;
  /** That one is final. */
  final: boolean;
  /** Pictures that are known and have not come to this hub. */
  pictures_missing: number;
  /** Of everybody who marked here or was heard since the hub started, what their tablet last said. Null: this hub keeps no crew, and
nothing is known. */
  tablets: ClosingTablet[] | null;
  /** The last version of the report; null: none yet. */
  version: number | null;
}

export interface ClosingPlace {
  /** Null: the string itself. */
  module_id: string | null;
  /** 0: none. */
  string: number;
}

export interface ClosingPoint {
  /** `pending`, `conflicts`, `no_session`, `no_severity` or `no_picture`. */
  check: string;
  count: number;
  /** The first places, at most five. */
  first: ClosingPlace[];
  /** False: nobody in this audit uses it, so that nothing is missing. */
  used: boolean;
}

/** What a tablet last said; null is what it did not say, as v3.3 tablets and old pages do not. */
export interface ClosingTablet {
  name: string;
  technician_id: string;
  told_ms: number | null;
  /** Marks and messages that it alone has. */
  unsent: number | null;
  unsent_photos: number | null;
}

/** How much of an audit is in the cloud: every upstream that takes it counts. */
export interface Cloud {
  /** `everything`, or `shown`: only what each module shows, as v3.3 clouds do. */
  holds: string;
  /** Modules whose last mark is not after `shown`, and that wait: parked ones that somebody has tried again. */
  lacking: string[];
  /** The log that `seq` and `shown` count in. */
  log_id: string;
  /** Modules that an upstream does not take. */
  parked: string[];
  /** What waits: modules for a v3.3 cloud, operations for a fieldhub; the most of all upstreams. */
  pending: number;
  /** What has gone up since the hub's start, counted as `pending` is: a bar is made of this, and of no fall of `pending`. */
  sent: number;
  /** Everything up to here is there, notes, marks that lost and history too, but for marks of parked modules: tablets
need not keep it. 0 where only v3.3 clouds take the audit. */
  seq: number;
  /** Modules whose last mark is after `shown`, and that need not go up: marked and taken back before any upstream heard of it,
or sent out of turn. Left empty where there are more than 500. */
  settled: string[];
  /** What modules show by marks up to here is there, but for parked modules. */
  shown: number;
}

export interface CodeInfo {
  code: string;
  qr: QrModules | null;
  /** What the QR code says; null when the hub does not know where tablets find it. */
  url: string | null;
}

/** The texts, all of them: what is left out or empty is none afterwards. The logo stays. */
export interface CompanyBody {
  address?: string | null;
  contact?: string | null;
  name?: string | null;
  text?: string | null;
}

/** All that is said; what is not there, nobody has said. */
export interface CompanyInfo {
  address?: string | null;
  contact?: string | null;
  logo?: CompanyLogoInfo | null;
  name?: string | null;
  /** On each report's cover. */
  text?: string | null;
}

export interface CompanyLogoInfo {
  bytes: number;
  height: number;
  sha256: string;
  /** A JPEG, as the hub made it of the file. */
  width: number;
}

export interface CreateBody {
  client?: string | null;
  location?: string | null;
  name: string;
  /** `26,24x9`: one string of 26 modules, then nine of 24. */
  strings: string;
  /** A UUID is made when absent. */
  token?: string | null;
}

export interface CrewInfo {
  members: MemberInfo[];
}

/** A part of a bundle that cannot be read. */
export interface DamagedPart {
  reason: string;
  /** Of which audit it says to be; null where it does not say that much. */
  token: string | null;
}

/** What is wrong and what to do. */
export interface ErrorBody {
  code: ErrorCode;
  error: string;
  /** The field to blame, if there is one. */
  field?: string | null;
  file?: FileProblem | null;
  /** With `gap`: how far the sender's log is here. */
  have?: number | null;
  /** With `wrong_offset`: the byte of the picture that is wanted next. */
  offset?: number | null;
  /** Always false. */
  success: boolean;
}

export type ErrorCode = "bad_field" | "bad_json" | "bad_page" | "crew_full" | "disk_full" | "exists" | "forbidden" | "foreign_key" | "foreign_page" | "gap" | "gone" | "internal" | "last_lead" | "method_not_allowed" | "not_an_image" | "not_found" | "open_hub" | "photo_not_here" | "photos_full" | "same_hub" | "synchronised" | "timed_out" | "too_large" | "too_many" | "unavailable" | "unread" | "wrong_code" | "wrong_hash" | "wrong_host" | "wrong_offset" | "no_session" | "bad_token" | "expired" | "revoked" | "https" | "no_http" | "large_head";

/** What was exported, and is safe on a stick. */
export interface Exported {
  audits: ExportedAudit[];
  log_id: string;
}

export interface ExportedAudit {
  /** The last `upto` of its pages. */
  seq: number;
  token: string;
}

/** An audit of which something of a bundle was not taken in. */
export interface FailedAudit {
  reason: string;
  token: string;
}

export interface FailedBackupInfo {
  at_ms: number;
  problem: "nobody" | "no_stick" | "read_only" | "mount" | "no_room" | "not_the_same" | "hub_full" | "broken_off" | "other";
  /** The same for people. */
  words: string;
}

/** What is wrong with a file, and where. */
export interface FileProblem {
  column?: string | null;
  /** From 1. */
  line?: number | null;
  problem: "empty" | "unrecognised" | "which_audit" | "no_audits" | "too_many_audits" | "no_modules" | "too_many_modules" | "cut_short" | "not_json" | "bad_shape" | "bad_text" | "quote_open" | "column_twice" | "column_missing" | "too_many_cells" | "too_many_columns" | "no_string" | "string_contradicted" | "no_count" | "count_contradicted" | "workbook" | "workbook_password" | "bad_status" | "bad_value" | "module_twice" | "mixed_names" | "too_many_strings" | "place_taken";
}

/** What was added to the camera's times. */
export interface FittedClock {
  add_ms: number;
  /** Found, or put right, by best fit: so many shots ... */
  fits?: number | null;
  /** ... of those that were tried fall on a mark. */
  tried?: number | null;
}

export interface HeartbeatBody {
  /** Must be there unless a session tells who it is. */
  technicianId?: string | null;
  technicianName?: string | null;
}

export interface Here {
  success: boolean;
  technicians: Seen[];
}

/** A module that is not shown. It keeps its marks and its history, and takes more of them. */
export type HiddenModule = Module & {
  /** Hidden by itself, and not only with its string. */
  itself: boolean;
  /** Somebody has marked it since it was hidden. */
  marked_though_hidden: boolean;
  /** It has a place in the layout. */
  placed: boolean;
};

/** For the document alone: `history` sends its entries one by one. */
export interface History {
  conflict: boolean;
  /** Oldest first, as this hub took them in. */
  entries: LoggedOp[];
  module_id: string;
}

export interface HubBody {
  name: string;
}

export interface HubInfo {
  access: string;
  /** The port of plain HTTP. */
  http_port: number | null;
  hub_id: string;
  /** Sequence numbers belong to this log; another id means: begin again. */
  log_id: string;
  name: string;
  notice_codes: ("damaged" | "disk_full" | "crew" | "twins" | "upstream" | "https" | "wi_fi" | "other")[];
  /** Sentences about the storage that somebody should read; for those alone who may read audits. */
  notices: string[];
  time_ms: number;
  /** `synchronised`, `learnt` or `unknown`. */
  time_quality: string;
  tls: TlsInfo | null;
  version: string;
}

export interface HubToken {
  expires_at_ms: number;
  name: string;
  role: string;
  technician_id: string;
  /** For the other hub's `token_file`. */
  token: string;
}

/** What became of a bundle. */
export interface Imported {
  audits: number;
  by_audit: ImportedAudit[];
  /** Parts of the file that cannot be read, each with the reason; all others came in. */
  damaged?: DamagedPart[];
  /** Audits that this hub could not write to, each with the reason; those beside them came in. */
  failed?: FailedAudit[];
  /** ... and that were. */
  known: number;
  /** Operations that were not here ... */
  new: number;
  operations: number;
  /** Marks of modules that would be too many for their audit, and what no hub should write. */
  refused: number;
  /** Audits that were removed here: they stay so. */
  removed: string[];
}

/** What became of a bundle's part of one audit. */
export interface ImportedAudit {
  /** What the bundle leaves out as exported before is not here either: import the earlier one too. */
  gap: boolean;
  known: number;
  new: number;
  refused: number;
  token: string;
}

export interface JoinAnswer {
  expires_at_ms: number;
  name: string;
  role: string;
  technician_id: string;
  /** A JWT, for `Authorization: Bearer`. */
  token: string;
}

export interface JoinBody {
  /** As the QR code has it, or as somebody types it. */
  code: string;
  device_id: string;
  name: string;
}

/** How many pictures of a class are not here, and their bytes. */
export interface LackingClass {
  bytes: number;
  class: string;
  pictures: number;
}

/** A picture that is not here wholly. */
export interface LackingPicture {
  /** As its photo says. */
  bytes: number;
  /** So much of it is here: go on from there. */
  have: number;
  /** It was here whole, and was found damaged: wanted also where its class does not travel. */
  lost?: boolean;
  sha256: string;
}

export interface LackingPictures {
  /** All that are not here, of each class. */
  classes: LackingClass[];
  /** Of the class that was asked for, in the order in which their photos changed here. Without photos that were taken out. */
  lacking: LackingPicture[];
  /** Of the hub that answers, which `next` counts in. */
  log_id: string;
  /** There are others: go on with `after`. */
  next?: number | null;
}

export interface LanInfo {
  /** `fieldhub.local` */
  host: string;
  /** The host that was wished for, when that is another machine's. */
  instead_of: string | null;
  /** Its name in lists of services. */
  service: string;
  url: string;
}

/** One that was written, flushed and read back. */
export interface LastBackupInfo {
  at_ms: number;
  audits: number;
  bytes: number;
  file: string;
  /** The label of the stick that it is on. */
  stick: string | null;
}

export interface Layout {
  hidden: HiddenModule[];
  log_id: string;
  seq: number;
  /** What a reader of this has seen: the `base` of their next change. */
  stamp: string;
  /** All of them in their order, hidden ones too. */
  strings: LayoutString[];
  /** Modules that are shown because somebody marked them: the layout has no place for them. */
  unplaced_count: number;
}

/** What to change; all of it together. */
export interface LayoutBody {
  add_modules?: AddModules | null;
  add_string?: AddString | null;
  /** Hide every module that somebody marked and that the layout does not have. */
  hide_unplaced?: boolean;
  modules?: ModuleChange[];
  move_string?: MoveString | null;
  strings?: StringChange[];
}

/** A change of the layout; for a lead. */
export interface LayoutOp {
  /** The audit's `layout_stamp` as the author saw it. */
  base?: string | null;
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `layout` */
  kind: string;
  marked_at_ms: number;
  modules?: ModuleChange[];
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  strings?: StringChange[];
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
}

/** One string, shown or not. */
export interface LayoutString {
  hidden: boolean;
  /** What it shows, or would show. */
  module_count: number;
  name: string | null;
  number: number;
  rank: number;
}

/** An audit in the list, and who is on it. */
export type Listed = Summary & {
  present: Name[];
};

/** A module and the number that the list gives it. */
export interface ListedSerial {
  /** The one that it has, where that is another. */
  has?: string | null;
  module_id: string;
  serial: string;
}

/** An operation as the log holds it. Fields that its kind does not have are absent. */
export interface LoggedOp {
  /** When it happened, as people are told: as its author says, unless that had not yet come. */
  at_ms: number;
  base: string;
  changed?: ChangedInfo | null;
  client?: string | null;
  comment?: string | null;
  device_id: string;
  id: string;
  /** `mark`, `undo`, `note`, `details`, `layout`, `photo`, `photo_edit`, `property`, or `unknown` for a kind that this version does not know. */
  kind: string;
  location?: string | null;
  /** When its author says it happened. */
  marked_at_ms: number;
  module_count?: number | null;
  module_id?: string | null;
  name?: string | null;
  /** Of an undo, which comes after a mark that says the same: that mark. */
  of?: string | null;
  outcome: string;
  /** When this hub took it in. */
  received_at_ms: number;
  seq: number;
  /** Of a property: values by name; null: taken back. */
  set?: Record<string, string | null> | null;
  stamp: string;
  /** In a history: a side of a conflict. */
  stands?: boolean;
  /** Absent: untouched. Null: taken back. */
  status?: string | null;
  /** Of a property that is of a string. */
  string?: number | null;
  strings?: StringInfo[] | null;
  technician_id: string;
  technician_name: string;
  /** Of a note. */
  text?: string | null;
  /** Of an undo: the operation that it takes back. What it puts back shows as the finding of whoever found it. */
  undoes?: string | null;
}

/** What the hub has made of a picture, all of it whole on its disk. */
export interface MadePhoto {
  not_made?: NotMade | null;
  /** What the camera's own clock showed, without a zone: `2026-11-30T02:13:45.250`. */
  taken_at?: string | null;
  /** The same moment in UTC, where the camera has said its zone. */
  taken_at_ms?: number | null;
  /** Thumbnail, preview and original; the original alone with `not_made`. */
  variants: VariantJson[];
}

export interface MakingBackupInfo {
  bytes: number;
  /** 0: not known yet. When `bytes` is as much, it is being read back. */
  of_bytes: number;
  /** It was asked for, and nobody has begun it yet. */
  wanted: boolean;
}

export interface MarkBody {
  comment?: string | null;
  /** One of the six statuses. */
  status: "ok" | "inequality" | "microcracks" | "dead" | "string_open" | "not_connected";
  /** Must be there unless a session tells who it is. */
  technicianId?: string | null;
  technicianName?: string | null;
}

export interface MarkOp {
  /** The module's `stamp` as the author saw it. */
  base?: string | null;
  comment?: string | null;
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `mark` */
  kind: "mark";
  marked_at_ms: number;
  module_id: string;
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  /** Absent: unchanged. Null: taken back, the module is pending again. */
  status?: "ok" | "inequality" | "microcracks" | "dead" | "string_open" | "not_connected" | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
  undoes?: Undoes | null;
}

export interface Marked {
  comment: string | null;
  module_id: string;
  status: string;
  success: boolean;
  updated_at: string;
  updated_at_ms: number;
}

export interface Me {
  device_id: string;
  expires_at_ms: number;
  name: string;
  role: string;
  technician_id: string;
}

/** A column of a table. */
export interface MeasurementColumn {
  /** What it was taken for. */
  field?: string | null;
  head: string;
}

export interface MeasurementImport {
  /** Of a table. */
  columns: MeasurementColumn[];
  device?: string | null;
  /** How many were set, or moved; 0 with `dry_run`. */
  made: number;
  measurements: ProposedMeasurement[];
  problems: MeasurementLine[];
  /** What was added to the device's numbers. */
  shift: number;
}

export interface MeasurementLine {
  line: number;
  /** `no_number`, `no_values`, `bad_value`, `unreadable`, `too_many` or `unknown_columns`. */
  problem: string;
  /** What stands there. */
  text: string;
}

export interface MemberChange {
  /** True ends the member's sessions at once; false lets them in again. */
  revoked?: boolean | null;
  /** `viewer`, `technician` or `lead`. */
  role?: "viewer" | "technician" | "lead" | null;
}

export interface MemberInfo {
  device_id: string;
  joined_at_ms: number;
  /** Since the hub started; null when not. */
  last_seen_ms: number | null;
  name: string;
  revoked: boolean;
  role: string;
  tablet: TabletInfo | null;
  technician_id: string;
}

/** A picture that an audit names, and that is not on this hub. */
export interface MissingBlob {
  class: string;
  photo_id: string;
  sha256: string;
  token: string;
}

export interface MissingBlobs {
  blobs: number;
  bytes: number;
  /** 100 of them at most. */
  some: MissingBlob[];
}

/** The merged state of one module. */
export type Module = PropertyFields & {
  col?: number | null;
  comment: string | null;
  /** Two people marked it without seeing each other, and nobody has settled it yet. */
  conflict: boolean;
  /** It is not shown: its mark is kept and counted nowhere. */
  hidden?: boolean;
  module_id: string;
  /** Where somebody gave it another name. */
  name?: string | null;
  /** Photos that show of it; absent: none. */
  photos?: number;
  position: number;
  row?: number | null;
  /** Where its last mark is in this hub's log; 0 when there is none. */
  seq: number;
  /** What a reader of this has seen: the `base` of their next mark. */
  stamp: string;
  /** `pending` or one of the six. */
  status: string;
  string: number;
  technician_id: string | null;
  technician_name: string | null;
  updated_at_ms: number | null;
};

/** What is changed of one module. `string` and `position` together move it, or add one that the audit does not have. */
export interface ModuleChange {
  col?: number | null;
  hidden?: boolean | null;
  module_id: string;
  /** Null: it is called by its id again. */
  name?: string | null;
  position?: number | null;
  row?: number | null;
  string?: number | null;
}

export interface Modules {
  modules: number;
}

export interface MoveString {
  /** Behind which string it stands; 0: before all. */
  after: number;
  number: number;
}

export type MovedModule = PlannedModule & {
  from_position: number;
  from_string: number;
};

export interface Name {
  technician_id: string;
  technician_name: string;
}

export interface NewIds {
  hub_id: string;
  log_id: string;
}

/** Why there is neither thumbnail nor preview. The original may be a photo all the same. */
export interface NotMade {
  /** `undecodable`, `too_many_pixels`, `too_much_memory`, `failed`, or a later one. */
  code: string;
  reason: string;
}

/** A word to the crew. */
export interface NoteOp {
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `note` */
  kind: "note";
  marked_at_ms: number;
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
  text: string;
}

export interface NotesPage {
  /** The last operation in the log. */
  head: number;
  log_id: string;
  /** Up to here there is no other note: where to go on. */
  next: number;
  notes: LoggedOp[];
}

export interface OpResult {
  code?: "photo_missing" | "photo_wrong" | "too_many_photos" | "too_many_properties" | "too_many_modules" | "audit_text" | "member_text" | "audit_log" | "member_log" | "stamps" | "heads" | "id_taken" | "stamp_out_of_range" | "lead_only" | "unknown_kind";
  /** As sent; null where it is no text or cannot be found. Results stand in the order of the request, so that each has its
operation by its place. */
  id: string | null;
  /** With `photo_missing`: the blobs that are not whole on this hub. */
  missing?: string[] | null;
  /** `applied`, `superseded`, `conflict`, `duplicate` or `refused`. */
  outcome: string;
  reason?: string | null;
  seq: number | null;
  stamp?: string | null;
}

export interface OpenBody {
  open: boolean;
}

export interface OpsAnswer {
  log_id: string;
  /** In the order of the request. */
  results: OpResult[];
}

export interface OpsBody {
  /** The log that has what this tablet sent before. When that is no longer the hub's, nothing is taken, and there
are no results: what the log may have lost is to come first, with the stamps that it had. */
  log_id?: string | null;
  /** 1 to 1,000, each as `OpBody`. A bad one is refused alone. */
  ops: AnyOp[];
  /** The tablet's own clock, now. */
  sent_at_ms?: number | null;
}

export interface OpsPage {
  /** The last one in the log. */
  head: number;
  log_id: string;
  /** The last one given, or `after`: where to go on. A page of long operations has fewer of them than were asked for. */
  next: number;
  ops: LoggedOp[];
  /** Of `next`: `LOGID:SEQ:PROOF` is a cursor of the live feed. */
  proof?: string | null;
}

/** Which parked modules are meant: what is not said means all. No body: every one. */
export interface ParkedBody {
  module_id?: string | null;
  token?: string | null;
  upstream?: string | null;
}

export interface ParkedInfo {
  at_ms: number;
  /** Somebody has said that it need not go up. */
  dropped: boolean;
  module_id: string;
  /** What the upstream said. */
  reason: string;
  reason_code: "refused" | "fails_over_one" | "hidden" | "taken_back" | "comment_alone" | null;
  token: string;
  upstream: string;
}

export interface ParkedList {
  parked: ParkedInfo[];
}

/** Who is at another site. */
export interface PeerPresence {
  /** What tells the calling hub from others; shown to people. */
  hub: string;
  technicians: PeerTechnician[];
}

/** How far two hubs are with each other. */
export interface PeerState {
  /** How far the caller's log is here, as this caller has told: what others say of it counts for nothing. */
  have: number;
  /** How far the log of the hub that answers reaches. */
  head: number;
  /** Of the hub that answers. */
  log_id: string;
  /** What the caller's page said that it knows its log by, at `have`; null where it said nothing. */
  proof: string | null;
  /** `have` is of an earlier version, which asked for no proof. */
  unasked: boolean;
}

/** How a page was taken. */
export interface PeerTaken {
  /** How far the caller's log is here now. */
  have: number;
  known: number;
  /** Of the hub that answers. */
  log_id: string;
  new: number;
  /** Marks of modules that would be too many for one audit, and what no hub should send. */
  refused: number;
}

export interface PeerTechnician {
  focus?: string | null;
  technician_id: string;
  technician_name: string;
}

/** A photo, merged. */
export interface Photo {
  at: PhotoAtJson;
  /** The same, as people are told. */
  at_ms: number;
  caption?: string | null;
  device_id: string;
  /** When its author says that it was made a photo of this audit. */
  marked_at_ms: number;
  /** Of the file that it was. */
  name?: string | null;
  photo_id: string;
  /** `visible`, `el`, or another word. */
  picture_kind: string;
  /** Where it was last changed in this hub's log. */
  seq: number;
  /** What a reader of this has seen: the `base` of their change of it. */
  stamp: string;
  /** By the camera. */
  taken_at_ms?: number | null;
  taken_out?: TakenOut | null;
  technician_id: string;
  technician_name: string;
  variants: VariantJson[];
}

/** What a photo belongs to: a module, a string, or with neither the audit itself. */
export interface PhotoAt {
  module_id?: string | null;
  string?: number | null;
}

/** What a photo belongs to: a module, a string, or with neither the audit itself. */
export interface PhotoAtJson {
  /** As the module is called here. */
  module_id?: string | null;
  string?: number | null;
}

/** A change of a photo. What is absent is untouched; one of the three must be there. */
export interface PhotoEditOp {
  at?: PhotoAt | null;
  /** The photo's `stamp` as the author saw it. */
  base?: string | null;
  /** Null: taken away. */
  caption?: string | null;
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `photo_edit` */
  kind: string;
  marked_at_ms: number;
  photo_id: string;
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  /** False: put back. */
  taken_out?: boolean | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
}

/** A photo. It is taken when all variants that it names are whole on the hub. */
export interface PhotoOp {
  at: PhotoAt;
  caption?: string | null;
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `photo` */
  kind: string;
  marked_at_ms: number;
  /** Of the file that it was. */
  name?: string | null;
  /** `visible`, `el`, or another word; `visible` when absent. */
  picture_kind?: string | null;
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  /** By the camera. */
  taken_at_ms?: number | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
  /** 1 to 8, each class once. */
  variants: VariantBody[];
}

export interface PhotoPage {
  log_id: string;
  /** There are others. */
  more: boolean;
  /** In the order of their last changes; with those that were taken out. */
  photos: Photo[];
  /** Go on after it. */
  upto: number;
}

/** For the document alone: `propose` sends its pictures one by one. */
export interface PhotoProposal {
  by: string;
  clock?: FittedClock | null;
  left_over: number;
  /** Files that the list names and that are not among the pictures: 100 of them at most. */
  not_there: string[];
  not_there_count: number;
  /** In the order in which they were asked for. */
  pictures: PictureProposalJson[];
  /** Pictures that are seconds apart are one. */
  shots: number;
  /** Those that get a picture, in the order of the audit. */
  strings: StringProposal[];
}

/** What to propose places for; nothing is made. */
export interface PhotoProposalBody {
  /** In their order. */
  adjust?: AdjustmentBody[] | null;
  /** In order: the other way round. */
  backwards?: boolean;
  /** `name`, `csv`, `order` or `time`. */
  by: string;
  clock?: CameraClockBody | null;
  /** By list: its text, as the file has it. */
  csv?: string | null;
  /** Pictures of one module that are taken so close together are one shot; 5,000 when absent. */
  double_ms?: number | null;
  /** In order: the module of the first picture. */
  first?: string | null;
  /** In order: `strings`, `snake_strings`, `snake_rows`, or `snake`, over rows where the layout knows them, else over strings.
Absent: `strings`. */
  path?: string | null;
  /** 20,000 at most. */
  pictures: CardPictureBody[];
  /** By name: `{string}-{position}_*`, with `{module}`, `{string}`, `{position}`, `{row}`, `{column}`, `*` and `?`. Absent: modules,
or string and position, as whole words. */
  template?: string | null;
}

/** What photos take of the hub. */
export interface PhotosOfHub {
  blobs: number;
  bytes: number;
  /** Cut short, or longer than they were sent. What is damaged and of its old size only `fieldhub photos verify` finds. */
  damaged: BlobSum;
  free_bytes: number;
  /** Free bytes that photos must leave. */
  keep_free: number;
  /** Those of them that nobody has sent for a day. */
  left_over: BlobSum;
  missing: MissingBlobs;
  /** What one of the last nights with pictures took, on average of so many; absent where there was none. */
  night_bytes?: number | null;
  nights?: number | null;
  /** What no audit names: pictures whose photo has not come yet, or what a restore has left. */
  orphaned: BlobSum;
  /** What has not come wholly. */
  partial: BlobSum;
  /** Bytes that all of them may have. */
  quota: number;
  /** Why the next photo would be refused: `quota` or `floor`. Marks go on. */
  refused: string | null;
  /** What only photos name that were taken out: it goes after 30 days. */
  taken_out: BlobSum;
  /** Audits that cannot be read: what they name is not known. */
  unread: number;
}

/** What is proposed for one picture. */
export interface PictureProposalJson {
  at?: PhotoAtJson | null;
  /** The camera's time, put right. */
  at_ms?: number | null;
  /** Why it is left over: `nothing_in_name`, `names_several`, `unknown_module`, `not_in_list`, `listed_twice`, `same_file_name`,
`beyond_last`, `no_time`, `clock_unknown`, `no_mark_near`, `several_marks_near` or `by_hand`. */
  left?: string | null;
  /** Its number in what was asked, from 0. */
  picture: number;
  /** `module`, `position`, `template`, `list`, `order`, `time` or `hand`. */
  rule?: string | null;
  /** Pictures of one shot have one number. */
  shot: number;
  /** The string that it is shown with. */
  string?: number | null;
  /** `sure`, `likely`, or `unsure`: look at it. */
  sure?: string | null;
}

/** What a plan says otherwise than the audit. */
export interface PlanDiffJson {
  /** Whether it was done. */
  applied: boolean;
  /** Hidden until now. */
  back: PlannedModule[];
  /** Not in the plan: hidden, with all their marks. */
  gone: PlannedModule[];
  moved: MovedModule[];
  new: PlannedModule[];
}

/** Where a module is in a plan. */
export interface PlannedModule {
  module_id: string;
  position: number;
  string: number;
}

export interface Poster {
  join: PosterLink;
  name: string;
  /** Null when the hub does not know where tablets find it. */
  origin: string | null;
  /** Fingerprint of the key that the hub signs reports with, to compare; absent where it has none now. */
  proof_key?: string | null;
  /** The whole sheet as HTML, with nothing to load or run; for whoever names a language. */
  sheet?: string | null;
  tls: PosterTrust | null;
  wifi: PosterWifi | null;
}

export interface PosterLink {
  /** As people read it out; null on an open hub. */
  code: string | null;
  qr: QrModules | null;
  /** What the QR code says; null as `origin` is. */
  url: string | null;
}

export interface PosterTrust {
  trust_url: string;
}

export interface PosterWifi {
  /** Null where the network is open. */
  password: string | null;
  qr: QrModules | null;
  ssid: string;
}

export interface PresenceBody {
  /** The module this technician is looking at. */
  focus?: string | null;
  /** The tablet's own clock, now. */
  sent_at_ms?: number | null;
  /** The string that is on the screen. */
  string?: number | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
}

/** What a file or a request was understood to be. */
export interface Preview {
  /** The audits of a backup, one of which is to be named in `audit`. */
  choices: AuditChoice[];
  client: string | null;
  defects: number;
  /** `utf-8`, `utf-16`, or `windows-1252`, which is a guess: look at the sample. */
  encoding: string;
  /** There is an audit with this token: a tablet export is merged into it, another file refused. */
  exists: boolean;
  /** `counts`, `plan`, `tablet`, `cloud`, `csv`, `xlsx`, or `backup`: then `choices` says of what. */
  kind: string;
  location: string | null;
  /** Modules that come with a mark, and how many of them are defects. */
  marks: number;
  module_count: number;
  name: string | null;
  /** How many of the marks are not what the audit shows already; null where there is no such audit, or none that takes marks. */
  new_marks: number | null;
  /** Rows and columns are known of every module. */
  positions: boolean;
  /** Some modules as they were read, those with a comment first. */
  sample: SampleModule[];
  string_added: StringInfo | null;
  /** Strings that have names in the file, which they keep, with the numbers that they get. */
  string_names: StringLabel[];
  strings: StringInfo[];
  /** The file counts strings from 0: each has the next number here. */
  strings_from_zero: boolean;
  /** Null: one is made. */
  token: string | null;
}

/** What is set of one thing. */
export interface PropertyFields {
  /** Values by name. */
  properties?: Record<string, string> | null;
  /** Names to which two people gave different values without seeing each other's, until somebody settles it. */
  property_conflicts?: string[] | null;
  /** What a reader of this has seen: the `base` of the next `property`. */
  property_stamp?: string | null;
}

/** What a property is of: a module, a string, or with neither the audit itself. */
export interface PropertyOf {
  module_id?: string | null;
  string?: number | null;
}

/** Values of a module, of a string or of the audit; those of the audit are a lead's. */
export interface PropertyOp {
  /** The `property_stamp` of that module, string or audit as the author saw it. */
  base?: string | null;
  /** The technician's id when absent. */
  device_id?: string | null;
  /** UUIDv7, minted on the tablet: a repeat is recognised by it. */
  id: string;
  /** `property` */
  kind: "property";
  marked_at_ms: number;
  of: PropertyOf;
  /** 1 to 32 values by name; null: taken back. What is not named is untouched. */
  set: Record<string, string | null>;
  /** The one that the hub gave it before, when it is offered again to another log. */
  stamp?: string | null;
  /** Must be there on an open hub; elsewhere the session tells. */
  technician_id?: string | null;
  technician_name?: string | null;
}

/** What is proposed for one measurement of the file. */
export interface ProposedMeasurement {
  beyond: BeyondLimit[];
  /** Where it is now, if it moves. */
  from: PropertyOf[];
  /** `dark_iv`, `diode`, `insulation` or `values`. */
  kind: string;
  /** Why it is left out: `no_such_string`, `no_such_module`, `several_modules` or `diode` (say of which module it is). */
  left?: string | null;
  line: number;
  /** As the device numbered it. */
  number?: number | null;
  of?: PropertyOf | null;
  points: number;
  /** `new`, `same` (it is there), `moves` (it is there, of something else) or `left`. */
  state: string;
  /** The how manieth with this number: the same was measured once more, and both are kept. */
  take?: number | null;
  values: Record<string, string>;
  /** `ok`, `look`, `bad`, or `failed`: the measurement itself. Absent: nothing of it has a limit. */
  verdict?: string | null;
}

/** A QR code without its margin of four modules. */
export interface QrModules {
  /** size x size characters, row by row: 1 is dark. */
  modules: string;
  /** Modules on a side. */
  size: number;
}

export interface RenameBody {
  name: string;
}

/** What a new version is like; all of it may be left out. */
export interface ReportBody {
  /** It is no draft. What comes later makes the next version. */
  final?: boolean;
  /** de, en, es, fr or it: in which it is given to whoever does not ask for another. Absent: en. */
  lang?: string | null;
  /** Names of sections: all others are left out, whenever this version is made. Absent: all. */
  sections?: string[];
  /** Minutes that its times are ahead of UTC. Absent: 0. */
  utc_offset?: number | null;
}

/** A numbered version. */
export interface ReportInfo {
  digest: string;
  /** The lead made it final; else it says that it is a draft. */
  final: boolean;
  /** This hub has that log and can make it again, with the same bytes. */
  here: boolean;
  lang: string;
  /** The log that it was made of, the last operation in it, and the digest of the log up to there. */
  log_id: string;
  made_at_ms: number;
  made_by: string;
  /** Of the program. */
  made_with: string;
  number: number;
  /** Small pictures that had not reached the hub, and are not in it. */
  pictures_absent: number;
  position: number;
  /** Absent: all. */
  sections?: string[];
  technician_id: string;
  /** How the hub knew the time: network, upstream, person, tablets, machine or kept. */
  time_source: string;
  utc_offset: number;
}

export interface ReportList {
  /** In which a report can be had. */
  formats: string[];
  languages: string[];
  making?: ReportMaking | null;
  /** What can be left out. */
  sections: string[];
  /** Oldest first; of very many the last 100. */
  versions: ReportInfo[];
}

/** How far the report is that is being made. */
export interface ReportMaking {
  /** Absent: a draft. */
  number?: number | null;
  of: number;
  /** Operations that are read, of so many. */
  read: number;
}

export interface Revoked {
  revoked: number;
}

/** A module as a file has it. */
export interface SampleModule {
  comment: string | null;
  module_id: string;
  position: number;
  status: string;
  /** 0: it is placed nowhere. */
  string: number;
}

export interface Seen {
  last_seen: string;
  technician_id: string;
  technician_name: string;
}

export interface SerialImport {
  /** How many were set; 0 with `dry_run`. */
  made: number;
  /** Modules without a number that get one. */
  new: ListedSerial[];
  /** Modules that have another one: set with `replace` alone. */
  other: ListedSerial[];
  problems: SerialLine[];
  /** Modules that have the list's already. */
  same: number;
}

/** What is wrong with the list. */
export interface SerialLine {
  /** `serial_twice` is of no line. */
  line?: number | null;
  modules: string[];
  /** `unknown_module`, `several_modules`, `module_twice`, `serial_twice`, `rounded` (by a spreadsheet) or `out_of_form`. */
  problem: string;
  serial?: string | null;
}

export interface SetClockBody {
  /** The time now: not before the program was built, nor decades after. */
  time_ms: number;
}

export interface SetupInfo {
  /** What doctor finds, as far as the hub's own user can see. */
  checks: CheckInfo[];
  /** What to type there after that. */
  restart: string | null;
  /** The file on the hub's machine where its settings are changed; null where it was started by hand, with options. */
  settings_file: string | null;
}

/** Where an audit is found. */
export interface Share {
  qr: QrModules | null;
  /** For a lead with the crew's code; null when the hub does not know where tablets find it. */
  url: string | null;
}

export type StatusInfo = HubInfo & {
  audits: number;
  /** When the certificate of HTTPS ends. */
  certificate_until_ms: number | null;
  data_dir: string;
  database_bytes: number;
  free_bytes: number;
  healthy: boolean;
  lan: LanInfo | null;
  last_backup: LastBackupInfo | null;
  process: number;
  /** What tablets say that agree with each other, and not with the hub. */
  time_contradicted_ms: number | null;
  /** Who has set the time: see `/api/v1/clock`. */
  time_source: string;
  uptime_ms: number;
};

/** What is changed of one string; what is absent stays as it is. */
export interface StringChange {
  hidden?: boolean | null;
  /** Null: it is called by its number again. */
  name?: string | null;
  number: number;
  /** Strings stand in the order of their ranks; one that has none, has its number times 65,536. */
  rank?: number | null;
}

export interface StringInfo {
  module_count: number;
  /** Where somebody gave it one. */
  name?: string | null;
  number: number;
  /** Strings stand in the order of their ranks; absent: its number times 65,536. */
  rank?: number | null;
}

/** A string by the name that a file gives it. */
export interface StringLabel {
  name: string;
  number: number;
}

/** What is proposed for one string. */
export interface StringProposal {
  module_count: number;
  name?: string | null;
  pictures: number;
  /** 0: modules that the layout does not place. */
  string: number;
  /** Of them, those that are to be looked at. */
  unsure: number;
  /** Modules that get no picture, where others of the string do. */
  without: string[];
}

export interface Success {
  success: boolean;
}

/** One audit in the list. */
export interface Summary {
  /** Put away: out of the way, and whole. */
  archived: boolean;
  /** How many modules show each of the six statuses. */
  by_status: Record<string, number>;
  client: string | null;
  cloud: Cloud | null;
  /** Modules on which two people say different things: of status, comment, severity, action, serial number, or why it was not examined. */
  conflicts: number;
  created_at_ms: number;
  defects: number;
  /** Modules that are hidden, and in none of the other numbers. */
  hidden_count: number;
  last_mark_at_ms: number | null;
  location: string | null;
  /** Who had it made; null where that is not known. */
  made_by: string | null;
  marked: number;
  module_count: number;
  name: string;
  /** Modules without a mark, of which somebody said why: they are not pending. */
  not_examined: number;
  /** v3.3 clients may use it without having joined. */
  open_v33: boolean;
  /** Photos that show. */
  photo_count: number;
  /** Position in the log that this state holds. */
  seq: number;
  string_count: number;
  token: string;
}

/** One of them, or no body at all for every one. */
export interface SyncBody {
  upstream?: string | null;
}

export interface TabletBody {
  battery_percent?: number | null;
  charging?: boolean | null;
  /** The version of its page. */
  page?: string | null;
  /** Marks that the hub refused, and that wait on the tablet for somebody to decide. */
  refused?: number | null;
  /** System and browser, in words; cut after 60 characters. */
  system?: string | null;
  /** Marks and messages that this tablet alone has. */
  unsent?: number | null;
  /** Photos that wait on it. */
  unsent_photos?: number | null;
}

/** What a tablet said; null is what it did not say. */
export interface TabletInfo {
  battery_percent: number | null;
  charging: boolean | null;
  page: string | null;
  refused: number | null;
  system: string | null;
  /** When, by the hub's clock. */
  told_ms: number;
  unsent: number | null;
  /** Photos that wait on it. */
  unsent_photos: number | null;
}

export interface TakenOut {
  at_ms: number;
  technician_id: string;
  technician_name: string;
}

/** One technician who is here. */
export interface Technician {
  /** The module they are looking at. */
  focus: string | null;
  last_seen_ms: number;
  /** The string that they are at. */
  string: number | null;
  technician_id: string;
  technician_name: string;
  /** Present elsewhere: the upstream that told of them. */
  via?: string | null;
}

export interface Technicians {
  technicians: Technician[];
}

export interface TlsInfo {
  /** Of that CA's certificate, to be compared with what a device shows. */
  ca_sha256: string | null;
  /** The hub's own CA: devices trust it after /trust. */
  own_ca: boolean;
  port: number;
}

/** What `fieldhub backup` tells of the one that it makes. */
export interface ToldBackupBody {
  audits?: number;
  bytes?: number;
  file?: string;
  of_bytes?: number;
  problem?: string;
  /** Tells it from others. */
  run: string;
  /** `going`, `done` or `failed`. */
  state: string;
  stick?: string | null;
  words?: string;
}

export interface TriedUpstreamInfo {
  reason_code: "unreachable" | "no_connection" | "no_answer" | "stalled" | "broken_off" | "not_http" | "not_hub" | "elsewhere" | "bad_answer" | "address" | "tls" | "lets_nobody_in" | "asks_to_wait" | "in_trouble" | "refuses_audit" | "here" | "audit_unread" | "hours" | "budget" | "photos_full" | "photos_full_here" | "no_photos" | "itself" | "same_hub" | "newer" | "settings" | null;
  /** It answers as such a hub does, and does not know this hub's audit; whether it lets this hub in shows with one that both have. */
  unknown_audit: boolean;
  words: string | null;
  /** It answers, lets this hub in, and has what was asked for. */
  works: boolean;
}

export interface TryUpstreamBody {
  token?: string | null;
  /** `https://HOST` is a v3.3 cloud, `fieldhub+https://HOST` another fieldhub. */
  url: string;
}

/** What an undo takes back. The finding that it puts back shows with the author and the time that it had; where the hub does
not hold that one (yet), with those of the undo. */
export interface Undoes {
  /** The `base` that it had. */
  base?: string | null;
  /** The operation that is taken back. */
  id: string;
}

/** An audit of which nothing but its token is known. */
export interface Unread {
  /** What to do about it. */
  problem: string;
  token: string;
}

export interface Update {
  comment: string | null;
  module_id: string;
  status: string;
  technician_id: string;
  technician_name: string;
  updated_at: string;
  updated_at_ms: number;
}

/** For the document alone: `updates` sends them one by one. */
export interface Updates {
  success: boolean;
  updates: Update[];
}

export interface UpstreamAudit {
  /** It has this hub's log up to here, but for what is parked. */
  acked: number;
  head: number;
  parked: number;
  pending: number;
  token: string;
}

export interface UpstreamInfo {
  audits: UpstreamAudit[];
  budget_bytes: number | null;
  bytes_today: Bytes;
  /** Of the catch-up under way, once something of it has gone up; both 0 when there is none. */
  done: number;
  /** `v33` or `fieldhub`. */
  kind: string;
  /** When it last answered; null: never since the hub's start. */
  last_success_ms: number | null;
  /** What it tells and nothing can be made of, since the hub's start: rows of a v3.3 cloud, operations of a fieldhub. */
  left_out: number;
  /** One of them, and why it is left out. */
  left_out_example: string | null;
  name: string;
  /** Modules that it does not take, but for those that were dropped. */
  parked: number;
  /** What waits: modules for a v3.3 cloud, operations for a fieldhub. */
  pending: number;
  photos: UpstreamPhotos | null;
  /** Why it waits or is paused. */
  reason: string | null;
  reason_code: "unreachable" | "no_connection" | "no_answer" | "stalled" | "broken_off" | "not_http" | "not_hub" | "elsewhere" | "bad_answer" | "address" | "tls" | "lets_nobody_in" | "asks_to_wait" | "in_trouble" | "refuses_audit" | "here" | "audit_unread" | "hours" | "budget" | "photos_full" | "photos_full_here" | "no_photos" | "itself" | "same_hub" | "newer" | "settings" | null;
  /** When it waits. */
  retry_in_ms: number | null;
  /** `untried` (it has not answered since the hub's start, and no audit goes there), `idle`, `syncing`, `waiting` or `paused`. */
  state: string;
  total: number;
  url: string;
}

export interface UpstreamList {
  /** In the order of the settings. */
  upstreams: UpstreamInfo[];
}

/** How far pictures are. What it lacks it says itself, after each one that it has whole on its disk. */
export interface UpstreamPhotos {
  /** False: it has not said since the hub's start what it lacks of each audit, and `waits` is all that may be missing there. */
  known: boolean;
  /** Why they wait, or one is refused. */
  reason: string | null;
  reason_code: "unreachable" | "no_connection" | "no_answer" | "stalled" | "broken_off" | "not_http" | "not_hub" | "elsewhere" | "bad_answer" | "address" | "tls" | "lets_nobody_in" | "asks_to_wait" | "in_trouble" | "refuses_audit" | "here" | "audit_unread" | "hours" | "budget" | "photos_full" | "photos_full_here" | "no_photos" | "itself" | "same_hub" | "newer" | "settings" | null;
  /** Pictures that it does not take; tried again by themselves. */
  refused: number;
  waits: WaitingPictures[];
}

/** The same picture in one size: a blob that the hub has whole. */
export interface VariantBody {
  bytes: number;
  /** `thumb` (at most 64 KiB), `preview` (at most 2 MiB) or `original`. */
  class: string;
  height?: number | null;
  /** 64 digits, no capitals. */
  sha256: string;
  /** `image/jpeg`, `image/png`, `image/tiff`, `image/heic` or `image/webp`. */
  type: string;
  width?: number | null;
}

/** The same picture in one size. */
export interface VariantJson {
  bytes: number;
  /** `thumb`, `preview`, `original`, or what a later version knows. */
  class: string;
  height?: number | null;
  /** It is on this hub. */
  held: boolean;
  sha256: string;
  type: string;
  /** As it is looked at: after it was turned. */
  width?: number | null;
}

export interface VerifiedPictures {
  /** Those of them that were here, and not what they are called. */
  damaged: string[];
}

/** Pictures that are to be looked at. */
export interface VerifyBody {
  /** 64 digits each, no capitals; 20 at most. */
  sha256: string[];
}

export interface WaitingPictures {
  bytes: number;
  /** `thumb`, `preview` or `original`. */
  class: string;
  pictures: number;
  /** False: by the settings this class does not go there. */
  travels: boolean;
}

export interface Woken {
  /** How many have asked to be left alone (`Retry-After`): they are tried when that is over. */
  held: number;
  /** How many upstreams try now. */
  woken: number;
}
