// Optimistic updates: one audit as this tablet knows it, the modules as the hub has merged them, and over them the
// tablet's own marks until the hub's log shows them back. Pure: no network, no store, no DOM. Used by sync/session.ts.
import { receipts, type Receipt } from '../domain/receipt';
import type {
  Audit,
  AuditSummary,
  Cloud,
  Known,
  LayoutOp,
  LiveOp,
  MarkOp,
  Module,
  OpResult,
  Properties,
  PropertyOf,
  PropertyOp,
} from '../domain/types';
import { asStatus, type Status } from '../domain/status';
import type { Position } from '../net/cursor';
import type { LayoutHead, ReplicaHead, Sent, Waiting } from './records';
import type { ReplicaCopy } from './store';

/** A module as it is drawn. */
export interface Shown {
  status: Status;
  comment: string | null;
  conflict: boolean;
  /** How far the last mark of it has got; null where there is none, or nowhere to get to but the hub. */
  receipt: Receipt | null;
  technician_id: string | null;
  technician_name: string | null;
  updated_at_ms: number | null;
  properties: Properties;
  /** Of which of them two people say different things. */
  contested: readonly string[];
}

/** What is sent, and lies over the hub's state until that has it. */
export type OwnOp = MarkOp | LayoutOp | PropertyOp;

/** An own mark, or change of the layout, that lies over the hub's state. */
interface Own {
  op: OwnOp;
  /** Its place among those of the store, which ids do not tell when the clock was set back; Infinity: it is being written. */
  n: number;
  /** Its place in the hub's log, once acknowledged: it is over when the replica has read that far. */
  seq: number | null;
  log_id: string;
  /** In the store. A mark of the last few milliseconds may not be: reading the store must not lose it. */
  kept: boolean;
}

/** Changes of the layout lie under no module's id. */
export const LAYOUT = '';
/** Nor do properties of strings and of the audit itself. */
export const SITE = '\n';
const keyOf = (op: OwnOp): string =>
  op.kind === 'mark' ? op.module_id : op.kind === 'layout' ? LAYOUT : (op.of.module_id ?? SITE);

export const NOTHING: Properties = {};
const NONE: string[] = [];

/** With what was set since; null takes it back. */
function withSet(properties: Properties, set: PropertyOp['set']): Properties {
  const all = Object.entries({ ...properties, ...set });
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as Properties;
}

function summaryOf(audit: Audit): AuditSummary {
  const summary: Partial<Audit> = { ...audit };
  delete summary.modules;
  delete summary.strings;
  delete summary.layout_stamp;
  return summary as AuditSummary;
}

/** As many devices as a hub takes in a `base`. */
const MOST = 1_024;

/** What was seen before and what is seen now: of each device its latest stamp (milliseconds, counter, device). */
function joined(before: string, now: string): string {
  if (before === '' || before === now) return now;
  const latest = new Map<string, string>();
  for (const stamp of [...before.split(','), ...now.split(',')]) {
    const device = stamp.slice(17);
    if ((latest.get(device) ?? '') < stamp) latest.set(device, stamp);
  }
  return latest.size > MOST ? now : [...latest.values()].join(',');
}

export class Replica {
  log_id = '';
  seq = 0;
  /** What shows the hub that it gave this position; empty: it did not say. */
  proof = '';
  summary: AuditSummary | null = null;
  readonly modules = new Map<string, Module>();
  layout: LayoutHead = { stamp: '', strings: [] };
  /** Modules that own changes of the layout have added. */
  added: ReadonlyMap<string, Module> = new Map();
  /** A copy that an older page kept: it does not say where in the log its marks are. */
  dated = false;
  #receiptOf = receipts(null);
  #own = new Map<string, Own[]>();

  constructor(
    readonly token: string,
    /** These modules look different now. */
    private readonly changed: (ids: Iterable<string>) => void = () => undefined,
  ) {}

  /** Takes a whole audit, from the hub or from the store. Modules keep the order they have there. */
  load(audit: Audit): void {
    this.layout = { stamp: audit.layout_stamp ?? '', strings: audit.strings };
    this.#take(audit, summaryOf(audit), audit.modules);
    // An older hub, put back in the place of a newer one, does not say it either: asking again would not help.
    this.dated = false;
  }

  restore(copy: ReplicaCopy): void {
    this.layout = copy.head.layout ?? this.layout;
    this.#take(copy.head, copy.head.summary, copy.modules);
    this.dated = copy.modules[0] !== undefined && copy.modules[0].seq === undefined;
  }

  #take(at: Position, summary: AuditSummary, modules: readonly Module[]): void {
    this.log_id = at.log_id;
    this.seq = at.seq;
    this.proof = at.proof ?? '';
    this.summary = summary;
    this.#receiptOf = receipts(summary.cloud ?? null);
    const now = modules.map((module) => this.#knowing(module, true));
    this.modules.clear();
    for (const module of now) this.modules.set(module.module_id, module);
    this.#forgetShown(true);
    this.changed(this.modules.keys());
  }

  /** An operation of the hub's log. Returns false for one that was read before. */
  apply(op: LiveOp): boolean {
    if (op.seq <= this.seq) return false;
    this.seq = op.seq;
    this.proof = op.proof ?? '';
    const touched = this.#forgetShown();
    if (op.module && op.module.hidden !== true) {
      this.modules.set(op.module.module_id, this.#knowing(op.module));
      touched.add(op.module.module_id);
    }
    if (op.property) touched.add(this.#learn(op.property));
    if (touched.size > 0) this.changed(touched);
    return true;
  }

  /** What is known of it by now. */
  #learn({ of, ...known }: Known & { of: PropertyOf }): string {
    known.property_stamp = joined(this.known(of).property_stamp ?? '', known.property_stamp ?? '');
    const { module_id, string } = of;
    const { summary } = this;
    const module = this.modules.get(module_id ?? '');
    // What is absent is so now: not as it was before.
    const now: Known = { properties: NOTHING, property_conflicts: NONE, ...known };
    if (module) this.modules.set(module.module_id, { ...module, ...now });
    else if (summary && string !== undefined)
      this.summary = { ...summary, strings_properties: { ...summary.strings_properties, [string]: now } };
    else if (summary && module_id === undefined) this.summary = { ...summary, ...now };
    return module_id ?? SITE;
  }

  /** As the hub has merged it. */
  known({ module_id, string }: PropertyOf): Known {
    if (module_id !== undefined) return this.modules.get(module_id) ?? {};
    return (string === undefined ? this.summary : this.summary?.strings_properties?.[string]) ?? {};
  }

  /** What is known of a string or of the audit, with own changes; of a module `shown` tells it. */
  properties(of: PropertyOf): Properties {
    let { properties = NOTHING } = this.known(of);
    for (const { op } of this.#own.get(of.module_id ?? SITE) ?? []) {
      if (op.kind === 'property' && op.of.string === of.string) properties = withSet(properties, op.set);
    }
    return properties;
  }

  /** Whether this is an own mark that no answer of the hub has come to. */
  awaits({ id, module_id, property }: LiveOp): boolean {
    const key = property ? (property.of.module_id ?? SITE) : (module_id ?? LAYOUT);
    return (this.#own.get(key) ?? []).some((own) => own.op.id === id && own.seq === null);
  }

  /** How much is in the cloud now; null: there is none. */
  cloud(cloud: Cloud | null): void {
    if (!this.summary) return;
    this.summary = { ...this.summary, cloud };
    const before = this.#receiptOf;
    const now = (this.#receiptOf = receipts(cloud));
    const touched = new Set<string>(this.#own.keys());
    for (const { module_id, seq = 0 } of this.modules.values()) {
      if (before(module_id, seq) !== now(module_id, seq)) touched.add(module_id);
    }
    if (touched.size > 0) this.changed(touched);
  }

  /** Own changes of the layout that the hub's state does not hold. */
  get changes(): LayoutOp[] {
    return (this.#own.get(LAYOUT) ?? []).map(({ op }) => op as LayoutOp);
  }

  /** Own marks, from the moment of the tap. */
  mark(ops: readonly OwnOp[]): void {
    for (const op of ops) this.#push({ op, n: Infinity, seq: null, log_id: '', kept: false });
    this.changed(ops.map(keyOf));
  }

  /** The store has them, or (false) could not keep them, and they are shown no more. */
  stored(ops: readonly OwnOp[], kept: boolean): void {
    const gone: string[] = [];
    for (const op of ops) {
      const key = keyOf(op);
      const list = this.#own.get(key) ?? [];
      const own = list.find((one) => one.op.id === op.id);
      if (own && kept) {
        own.kept = true;
      } else if (own) {
        const rest = list.filter((one) => one !== own);
        this.#set(key, rest);
        gone.push(key);
      }
    }
    if (gone.length > 0) this.changed(gone);
  }

  /** The hub's answer to own marks. */
  settle(results: readonly OpResult[], logId: string): void {
    const byId = new Map(results.map((result) => [result.id, result]));
    const touched = new Set<string>();
    for (const [id, list] of this.#own) {
      if (!list.some((own) => byId.has(own.op.id))) continue;
      touched.add(id);
      const rest = list.filter((own) => byId.get(own.op.id)?.outcome !== 'refused');
      for (const own of rest) {
        const result = byId.get(own.op.id);
        if (!result) continue;
        own.seq = result.seq ?? 0;
        own.log_id = logId;
        own.kept = true;
      }
      this.#set(id, rest);
    }
    for (const id of this.#forgetShown()) touched.add(id);
    if (touched.size > 0) this.changed(touched);
  }

  /** The own marks as the store has them: at the start, and after another tab changed them. */
  own(waiting: readonly Waiting[], sent: readonly Sent[]): void {
    const before = this.#own;
    this.#own = new Map();
    const known = new Set<string>();
    // The two are read one after the other: a mark that was acknowledged in between is in both.
    const acked = new Set(sent.map((one) => one.id));
    for (const { op, n, token, again, refused } of waiting) {
      if (op.kind === 'note' || acked.has(op.id)) continue;
      known.add(op.id);
      // Marks offered again to a new log are old news; what the hub shows may be newer.
      if (token !== this.token || again !== null || refused !== null) continue;
      this.#push({ op, n, seq: null, log_id: '', kept: true });
    }
    for (const { op, n, token, seq, log_id } of sent) {
      if (op.kind === 'note') continue;
      known.add(op.id);
      if (token === this.token) this.#push({ op, n, seq, log_id, kept: true });
    }
    for (const list of before.values()) {
      for (const own of list) if (!own.kept && !known.has(own.op.id)) this.#push(own);
    }
    for (const list of this.#own.values()) list.sort((a, b) => (a.n === b.n ? 0 : a.n - b.n));
    this.#forgetShown();
    this.changed(new Set([...before.keys(), ...this.#own.keys()]));
  }

  /** How a module looks: the hub's state, then the own marks in order. */
  shown(id: string): Shown | null {
    const module = this.modules.get(id) ?? this.added.get(id);
    if (!module) return null;
    const { status, comment, conflict, technician_id, technician_name, updated_at_ms } = module;
    const shown: Shown = {
      status: asStatus(status),
      comment,
      conflict,
      receipt: null,
      technician_id,
      technician_name,
      updated_at_ms,
      properties: this.#own.has(id) ? this.properties({ module_id: id }) : (module.properties ?? NOTHING),
      contested: this.#contested(module),
    };
    let last = module.seq ?? 0;
    let unsent = false;
    for (const { op, seq, log_id } of this.#own.get(id) ?? []) {
      if (seq === null) unsent = true;
      if (op.kind !== 'mark') continue;
      if (op.status !== undefined) shown.status = asStatus(op.status);
      if (op.comment !== undefined) shown.comment = op.comment;
      const { technician_id, technician_name, marked_at_ms: updated_at_ms } = op;
      Object.assign(shown, op.undoes?.was ?? { technician_id, technician_name, updated_at_ms });
      // What another log took is past all that is known of this one.
      if (seq !== null) last = log_id === this.log_id ? Math.max(last, seq) : Infinity;
    }
    shown.receipt = unsent ? 'tablet' : this.#receiptOf(id, last);
    // Where nothing is marked, nothing has to be anywhere.
    if (shown.receipt === 'cloud' && shown.status === 'pending' && !shown.comment) shown.receipt = null;
    return shown;
  }

  /** Without what whoever works here has just decided. */
  #contested({ module_id, property_conflicts: all = NONE }: Module): readonly string[] {
    const own = this.#own.get(module_id);
    if (all.length === 0 || !own) return all;
    return all.filter((name) => !own.some(({ op }) => op.kind === 'property' && name in op.set));
  }

  /** What the author of a mark has seen of this module. */
  stamp(id: string): string {
    return this.modules.get(id)?.stamp ?? '';
  }

  head(): ReplicaHead | null {
    if (!this.summary) return null;
    const strings = new Set<number>();
    for (const module of this.modules.values()) strings.add(module.string);
    return {
      token: this.token,
      log_id: this.log_id,
      seq: this.seq,
      proof: this.proof,
      summary: this.summary,
      strings: [...strings],
      layout: this.layout,
    };
  }

  /** The modules of these strings (or of all), for the store. */
  chunks(only: ReadonlySet<number> | null): Map<number, Module[]> {
    const chunks = new Map<number, Module[]>();
    for (const module of this.modules.values()) {
      if (only && !only.has(module.string)) continue;
      const chunk = chunks.get(module.string);
      if (chunk) chunk.push(module);
      else chunks.set(module.string, [module]);
    }
    return chunks;
  }

  /** With all that its author will have seen when marking it: a hub that was taken back to a backup knows less. */
  #knowing(module: Module, whole = false): Module {
    const before = this.modules.get(module.module_id);
    const stamp = joined(before?.stamp ?? '', module.stamp);
    if (!before?.property_stamp) return stamp === module.stamp ? module : { ...module, stamp };
    const { properties = NOTHING, property_stamp, property_conflicts = NONE } = before;
    return {
      // A mark may come without what is known beside marks.
      ...(!whole && module.property_stamp === undefined && { properties, property_conflicts }),
      ...module,
      stamp,
      property_stamp: joined(property_stamp, module.property_stamp ?? ''),
    };
  }

  #push(own: Own): void {
    const key = keyOf(own.op);
    const list = this.#own.get(key);
    if (list) list.push(own);
    else this.#own.set(key, [own]);
  }

  #set(id: string, list: Own[]): void {
    if (list.length > 0) this.#own.set(id, list);
    else this.#own.delete(id);
  }

  /** Drops own marks that the hub's state now holds: the log was read past them. */
  #forgetShown(fresh = false): Set<string> {
    const touched = new Set<string>();
    for (const [id, list] of this.#own) {
      const rest = list.filter(
        // Acknowledged by another log: either this state is yet to follow it there (keep), or the audit was
        // just read anew and that log is no more (the sent marks are offered again).
        (own) => own.seq === null || (own.log_id === this.log_id ? own.seq > this.seq : !fresh),
      );
      if (rest.length === list.length) continue;
      touched.add(id);
      this.#set(id, rest);
    }
    return touched;
  }
}
