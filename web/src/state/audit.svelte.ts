// The open audit as the screen sees it: its cells (state/cells.svelte.ts), which of them is open, and what is marked. Made by
// state/app.svelte.ts, drawn by ui/audit/AuditScreen.svelte; the work is done in sync/session.ts.
import { CatchingUp, STALLED_MS, type CatchUp } from '../domain/receipt';
import type { Plan } from '../domain/layout-edit';
import type {
  AuditSummary,
  Author,
  Cloud,
  Known,
  LayoutChange,
  LayoutOp,
  LiveOp,
  LoggedOp,
  MarkOp,
  PropertyOf,
} from '../domain/types';
import { uuidv7 } from '../domain/ids';
import { t } from '../i18n';
import type { OwnOp, Replica } from '../sync/replica';
import { Session } from '../sync/session';
import type { App } from './app.svelte';
import { chatHost, othersHost } from './audit-words';
import { Cells, isForgotten, type Cell } from './cells.svelte';
import { Chat } from './chat.svelte';
import { Others } from './others.svelte';
import { ViewState } from './view.svelte';
import type { Photos } from './photo/photos.svelte';
import { Marking, type Change, type Target, type Turns } from './marking.svelte';

export type { Cell, StringRow } from './cells.svelte';

export class AuditState extends Cells {
  ready = $state(false);
  summary: AuditSummary | null = $state.raw(null);
  /** Null where the audit goes to no upstream. */
  cloud: Cloud | null = $state.raw(null);
  catchUp: CatchUp | null = $state.raw(null);
  /** The module whose sheet is open, and what its author saw of it then. */
  open: { cell: Cell; base: string } | null = $state.raw(null);
  /** A defect that was just marked: its comment may be said now (ui/marking/PhraseTray.svelte). */
  commenting: string | null = $state(null);

  /** Null until their chunk is here (state/photo/start.svelte.ts). */
  photos: Photos | null = $state.raw(null);
  /** How many photos each module has. */
  pictured: ReadonlyMap<string, number> = $state.raw(new Map());

  /** How many marks of hidden modules were heard of. */
  hiddenMarks = $state(0);

  readonly view: ViewState;
  readonly marking = new Marking({
    cell: (id) => {
      this.drawNow();
      return this.cell(id);
    },
    stamp: (id) => this.stamp(id),
    put: (marks) => this.#put(marks),
    keep: (turns) => {
      this.app.store.set(this.#turns, { ...turns, by: this.me }).catch(() => undefined);
    },
  });
  readonly others: Others;
  readonly chat: Chat;
  /** Where the tablet keeps what can be taken back. */
  readonly #turns: string;
  readonly #catchingUp = new CatchingUp();
  #stalled: ReturnType<typeof setTimeout> | undefined;
  /** Modules that were last marked here, as far as this page has seen. */
  readonly #mine = new Set<string>();
  readonly #session: Session;
  /** Read when there is an own change of the plan. */
  #layout: typeof import('../domain/layout-edit') | null = null;

  constructor(
    readonly token: string,
    private readonly app: App,
  ) {
    super();
    this.#turns = `undo:${token}`;
    this.#session = new Session(token, app.api, app.store, app.page, app.events);
    this.#session.events.on({
      replaced: () => {
        this.rebuild();
      },
      changed: (ids) => {
        this.drawSoon(ids);
      },
      details: () => {
        this.summary = this.replica.summary;
      },
      cloud: (cloud) => {
        this.#cloud(cloud);
      },
      heard: (op) => {
        this.#heard(op);
      },
      pictures: (photos) => {
        this.photos?.came(photos);
      },
    });
    this.view = new ViewState(token, {
      strings: () => this.strings,
      cell: (id) => this.cell(id),
      me: () => app.access.author.technician_id,
      pictured: (id) => this.pictured.has(id),
      went: (string) => {
        this.others.unfollow();
        this.#session.focus(this.open?.cell.id ?? null, string);
      },
    });
    this.others = new Others(othersHost(app, this), this.#session.events);
    this.chat = new Chat(token, app.store, chatHost(app, this), app.events, this.#session.events);
    void app.store.get(this.#turns).then(
      (kept) => {
        const turns = kept as (Turns & { by: string }) | undefined;
        if (turns?.by === this.me) this.marking.restore(turns);
      },
      () => undefined,
    );
    void this.chat.load().then(() => this.#session.open());
  }

  close(): void {
    clearTimeout(this.#stalled);
    this.stopDrawing();
    this.others.close();
    this.chat.leave();
    // What it says is of this audit, and so is what its button does.
    this.app.toasts.hide();
    this.#session.close();
  }

  wake(): void {
    this.#session.wake();
    this.chat.catchUp();
  }

  /** The hub's time on this tablet's clock. */
  localTime(hubMs: number): number {
    return this.app.localTime(hubMs);
  }

  protected get replica(): Replica {
    return this.#session.replica;
  }

  /** Brings a module into view and opens it. */
  visit(id: string): void {
    this.view.show(id);
    this.openModule(id);
  }

  flush(): void {
    this.#session.flush();
  }

  openModule(id: string): void {
    const cell = this.cell(id);
    if (!cell) return;
    this.others.unfollow();
    this.commenting = null;
    this.open = { cell, base: this.stamp(id) };
    this.#session.focus(id, cell.row.number);
  }

  closeModule(): void {
    this.#session.focus(null, this.open?.cell.row.number ?? this.view.tab);
    this.open = null;
  }

  /** What a reader sees of a module now. */
  stamp(id: string): string {
    return this.replica.stamp(id);
  }

  async readHistory(id: string): Promise<LoggedOp[]> {
    return (await this.app.api.history(this.token, id)).entries;
  }

  get author(): Author {
    return this.app.access.author;
  }

  /** Whoever works here. */
  get me(): string {
    return this.author.technician_id;
  }

  /** What the hub knows of it beside marks. */
  known(of: PropertyOf): Known {
    return this.replica.known(of);
  }

  /** Of the modules that are shown, how many were forgotten: with nothing on them, and (`noted`) with a comment. */
  get rest(): { left: number; noted: number } {
    const { rows, narrowed, tab } = this.view;
    let [all, noted] = [this.counts.pending - this.excused, this.noted];
    if (narrowed) {
      all = this.unmarkedIds().length;
      noted = all - this.restIds().length;
    } else if (tab !== null) {
      // Not of all: that is adding up 800 strings with each mark.
      all = rows.reduce((sum, { string }) => sum + string.due - string.marked, 0);
      noted = rows.reduce((sum, { string }) => sum + string.noted, 0);
    }
    return { left: all - noted, noted };
  }

  /** What has come in is drawn: who decides now decides on that. */
  settle(): void {
    this.drawNow();
  }

  unmarkedIds(): string[] {
    const cells = this.view.rows.flatMap((row) => row.cells);
    return cells.filter(isForgotten).map((cell) => cell.id);
  }

  /** Those that nobody has said anything of. */
  restIds(): string[] {
    return this.unmarkedIds().filter((id) => this.cell(id)?.shown.comment === null);
  }

  /** Everything in the strings of what is picked. */
  stringOfPicked(): string[] {
    const rows = new Set(this.marking.ids.map((id) => this.cell(id)?.row));
    return [...rows].flatMap((row) => row?.cells.map((cell) => cell.id) ?? []);
  }

  /** A change of the plan. */
  change(change: LayoutChange): Promise<boolean> {
    const op: LayoutOp = {
      ...change,
      id: uuidv7(),
      kind: 'layout',
      ...this.author,
      marked_at_ms: Date.now(),
      base: this.replica.layout.stamp,
    };
    return this.record([op]);
  }

  /** On the screen now, in the store next, on the hub when it can be reached. */
  async record(ops: readonly OwnOp[]): Promise<boolean> {
    this.replica.mark(ops);
    this.drawNow();
    const kept = await this.app.marks.keep(this.token, ops);
    this.replica.stored(ops, kept);
    return kept;
  }

  #put(marks: readonly { target: Target; change: Change }[]): string[] {
    const { author } = this;
    const ops = marks.map(({ target, change }): MarkOp => ({
      id: uuidv7(),
      kind: 'mark',
      module_id: target.id,
      ...change,
      ...author,
      marked_at_ms: Date.now(),
      base: target.base,
      ...(target.undoes && { undoes: target.undoes }),
    }));
    for (const { module_id } of ops) this.#mine.add(module_id);
    void this.record(ops);
    return ops.map(({ id }) => id);
  }

  #heard(op: LiveOp): void {
    if (op.kind.startsWith('photo')) this.photos?.heard();
    if (op.kind !== 'mark') return;
    if (op.module?.hidden === true) {
      this.hiddenMarks += 1;
      if (this.app.access.canLead)
        this.app.toasts.show({
          text: t.view.markedHidden(op.technician_name ?? '', op.module_id ?? ''),
          passing: true,
        });
      return;
    }
    const { module_id = '', technician_id, outcome, status } = op;
    const own = technician_id === this.app.access.author.technician_id;
    this.others.heard(op, outcome === 'conflict' && (own || this.#mine.has(module_id)));
    // They had seen the mark of whoever works here: it is theirs now.
    if (!own && outcome === 'applied' && status !== undefined) this.#mine.delete(module_id);
  }

  plan(): Plan {
    const { replica } = this;
    const plan = { modules: [...replica.modules.values()], strings: replica.layout.strings };
    const { changes } = replica;
    if (changes.length === 0) return plan;
    if (!this.#layout) {
      void import('../domain/layout-edit').then(
        (read) => {
          this.#layout = read;
          this.rebuild();
        },
        () => undefined,
      );
      return plan;
    }
    const changed = this.#layout.withChanges(plan, changes);
    replica.added = new Map(changed.modules.map((module) => [module.module_id, module]));
    return changed;
  }

  protected rebuild(): void {
    const { replica } = this;
    const me = this.app.access.author.technician_id;
    this.build((id, shown) => {
      if (shown.technician_id === me) this.#mine.add(id);
    });
    this.summary = replica.summary;
    this.#cloud(replica.summary?.cloud ?? null);
    this.ready = true;
    for (const watch of this.watchers) watch(null);
    this.view.rebuilt();
    this.marking.rebuilt();
    // The sheet stays open over a re-reading, on the new cell; what its author saw stays what it was.
    if (this.open) {
      const cell = this.cell(this.open.cell.id);
      this.open = cell ? { cell, base: this.open.base } : null;
    }
  }

  #cloud(cloud: Cloud | null): void {
    this.cloud = cloud;
    this.catchUp = this.#catchingUp.at(cloud, performance.now());
    clearTimeout(this.#stalled);
    if (this.catchUp === null) return;
    this.#stalled = setTimeout(() => {
      this.#cloud(this.cloud);
    }, STALLED_MS);
  }
}
