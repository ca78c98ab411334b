// The open audit as the screen sees it: one piece of state per module, so that a mark redraws one cell.
// Made by state/app.svelte.ts, drawn by ui/audit/AuditScreen.svelte; the work is done in sync/session.ts.
import { CatchingUp, STALLED_MS, type CatchUp, type Receipt } from '../domain/receipt';
import { isDefect, STATUSES, type Status } from '../domain/status';
import type { AuditSummary, Cloud, LiveOp, MarkOp } from '../domain/types';
import { uuidv7 } from '../domain/ids';
import type { Shown } from '../sync/replica';
import { Session } from '../sync/session';
import type { App } from './app.svelte';
import { chatHost, othersHost } from './audit-words';
import { Chat } from './chat.svelte';
import { Histories } from './history.svelte';
import { Others } from './others.svelte';
import { ViewState } from './view.svelte';
import { Marking, type Change, type Target } from './marking.svelte';

/** About a frame. */
const DRAW_MS = 16;

export class Cell {
  shown: Shown;
  /** For a batch (state/marking.svelte.ts). */
  picked = $state(false);

  constructor(
    readonly id: string,
    readonly position: number,
    readonly row: StringRow,
    readonly place: { row: number | null; col: number | null },
    shown: Shown,
  ) {
    this.shown = $state.raw(shown);
  }
}

export class StringRow {
  cells: Cell[] = [];
  marked = $state(0);
  defects = $state(0);

  constructor(readonly number: number) {}
}

const nowhere = (): Record<Receipt, number> => ({ tablet: 0, hub: 0, cloud: 0, parked: 0 });

const nothing = (): Record<Status, number> =>
  Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;

export class AuditState {
  ready = $state(false);
  summary: AuditSummary | null = $state.raw(null);
  strings: StringRow[] = $state.raw([]);
  counts = $state(nothing());
  conflicts = $state(0);
  /** How many modules have got how far. */
  receipts = $state(nowhere());
  /** Null where the audit goes to no upstream. */
  cloud: Cloud | null = $state.raw(null);
  catchUp: CatchUp | null = $state.raw(null);
  /** The module whose sheet is open, and what its author saw of it then. */
  open: { cell: Cell; base: string } | null = $state.raw(null);

  total = $derived(this.strings.reduce((sum, string) => sum + string.cells.length, 0));
  marked = $derived(this.total - this.counts.pending);
  defects = $derived(this.marked - this.counts.ok);
  readonly view: ViewState;
  /** Told of every module that looks different, for what is drawn without components. */
  readonly watchers = new Set<(cell: Cell | null) => void>();
  readonly marking = new Marking({
    cell: (id) => {
      this.#draw();
      return this.#cells.get(id);
    },
    stamp: (id) => this.#session.replica.stamp(id),
    put: (marks) => void this.#put(marks),
  });
  readonly histories: Histories;
  readonly others: Others;
  readonly chat: Chat;
  readonly #catchingUp = new CatchingUp();
  /** Modules that look different, and are drawn together: five hundred marks by others come in one piece, and one by one each
   * would be a drawing of its own. One's own are drawn at once. */
  readonly #due = new Set<string>();
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #stalled: ReturnType<typeof setTimeout> | undefined;
  #cells = new Map<string, Cell>();
  /** Modules that were last marked here, as far as this page has seen. */
  readonly #mine = new Set<string>();
  readonly #session: Session;

  constructor(
    readonly token: string,
    private readonly app: App,
  ) {
    this.#session = new Session(token, app.api, app.store, app.page, app.events);
    this.#session.events.on({
      replaced: () => {
        this.#build();
      },
      changed: (ids) => {
        for (const id of ids) this.#due.add(id);
        this.#drawing ??= setTimeout(() => {
          this.#draw();
        }, DRAW_MS);
      },
      details: () => {
        this.summary = this.#session.replica.summary;
      },
      cloud: (cloud) => {
        this.#cloud(cloud);
      },
      heard: (op) => {
        this.#heard(op);
      },
    });
    this.view = new ViewState(token, {
      strings: () => this.strings,
      cell: (id) => this.#cells.get(id),
      me: () => app.access.author.technician_id,
      went: (string) => {
        this.others.unfollow();
        this.#session.focus(this.open?.cell.id ?? null, string);
      },
    });
    this.others = new Others(othersHost(app, this), this.#session.events);
    this.chat = new Chat(token, app.store, chatHost(app, this), app.events, this.#session.events);
    this.histories = new Histories({
      read: async (id) => (await app.api.history(token, id)).entries,
      stamp: (id) => this.#session.replica.stamp(id),
    });
    void this.chat.load().then(() => this.#session.open());
  }

  close(): void {
    clearTimeout(this.#stalled);
    clearTimeout(this.#drawing);
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

  cell(id: string): Cell | null {
    return this.#cells.get(id) ?? null;
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
    const cell = this.#cells.get(id);
    if (!cell) return;
    this.others.unfollow();
    this.open = { cell, base: this.#session.replica.stamp(id) };
    this.#session.focus(id, cell.row.number);
  }

  closeModule(): void {
    this.#session.focus(null, this.open?.cell.row.number ?? this.view.tab);
    this.open = null;
  }

  /** How many of the modules that are shown have no mark. */
  get unmarkedInView(): number {
    const { rows, narrowed, tab } = this.view;
    if (narrowed) return this.unmarkedIds().length;
    // Not by adding up 800 strings with each mark.
    if (tab === null) return this.counts.pending;
    return rows.reduce((sum, { string }) => sum + string.cells.length - string.marked, 0);
  }

  unmarkedIds(): string[] {
    const cells = this.view.rows.flatMap((row) => row.cells);
    return cells.filter((cell) => cell.shown.status === 'pending').map((cell) => cell.id);
  }

  /** Everything in the strings of what is picked. */
  stringOfPicked(): string[] {
    const rows = new Set(this.marking.ids.map((id) => this.#cells.get(id)?.row));
    return [...rows].flatMap((row) => row?.cells.map((cell) => cell.id) ?? []);
  }

  /** On the screen now, in the store next, on the hub when it can be reached. */
  async #put(marks: readonly { target: Target; change: Change }[]): Promise<void> {
    const author = this.app.access.author;
    const ops = marks.map(({ target, change }): MarkOp => ({
      id: uuidv7(),
      kind: 'mark',
      module_id: target.id,
      ...change,
      ...author,
      marked_at_ms: Date.now(),
      base: target.base,
    }));
    for (const { module_id } of ops) this.#mine.add(module_id);
    this.#session.replica.mark(ops);
    this.#draw();
    const kept = await this.app.marks.keep(this.token, ops);
    this.#session.replica.stored(ops, kept);
  }

  #heard(op: LiveOp): void {
    if (op.kind !== 'mark') return;
    const { module_id = '', technician_id, outcome, status } = op;
    const own = technician_id === this.app.access.author.technician_id;
    this.others.heard(op, outcome === 'conflict' && (own || this.#mine.has(module_id)));
    // They had seen the mark of whoever works here: it is theirs now.
    if (!own && outcome === 'applied' && status !== undefined) this.#mine.delete(module_id);
  }

  #build(): void {
    const { replica } = this.#session;
    const rows = new Map<number, StringRow>();
    const cells = new Map<string, Cell>();
    const counts = nothing();
    const receipts = nowhere();
    let conflicts = 0;
    for (const module of replica.modules.values()) {
      const shown = replica.shown(module.module_id);
      if (!shown) continue;
      let row = rows.get(module.string);
      if (!row) rows.set(module.string, (row = new StringRow(module.string)));
      const cell = new Cell(
        module.module_id,
        module.position,
        row,
        { row: module.row ?? null, col: module.col ?? null },
        shown,
      );
      row.cells.push(cell);
      cells.set(cell.id, cell);
      counts[shown.status] += 1;
      if (shown.technician_id === this.app.access.author.technician_id) this.#mine.add(cell.id);
      if (shown.conflict) conflicts += 1;
      if (shown.receipt) receipts[shown.receipt] += 1;
      if (shown.status !== 'pending') row.marked += 1;
      if (isDefect(shown.status)) row.defects += 1;
    }
    this.#cells = cells;
    this.counts = counts;
    this.conflicts = conflicts;
    this.receipts = receipts;
    this.summary = replica.summary;
    this.#cloud(replica.summary?.cloud ?? null);
    this.strings = [...rows.values()];
    this.ready = true;
    for (const watch of this.watchers) watch(null);
    this.view.rebuilt();
    this.marking.rebuilt();
    // The sheet stays open over a re-reading, on the new cell; what its author saw stays what it was.
    if (this.open) {
      const cell = cells.get(this.open.cell.id);
      this.open = cell ? { cell, base: this.open.base } : null;
    }
  }

  #cloud(cloud: Cloud | null): void {
    this.cloud = cloud;
    this.catchUp = this.#catchingUp.at(cloud?.pending ?? 0, performance.now());
    clearTimeout(this.#stalled);
    if (this.catchUp === null) return;
    this.#stalled = setTimeout(() => {
      this.#cloud(this.cloud);
    }, STALLED_MS);
  }

  #draw(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    for (const id of this.#due) this.#redraw(id);
    this.#due.clear();
  }

  #redraw(id: string): void {
    const cell = this.#cells.get(id);
    const next = this.#session.replica.shown(id);
    if (!cell || !next) return;
    const { shown, row } = cell;
    if ((Object.keys(next) as (keyof Shown)[]).every((key) => next[key] === shown[key])) return;
    cell.shown = next;
    for (const watch of this.watchers) watch(cell);
    if (shown.conflict !== next.conflict) this.conflicts += next.conflict ? 1 : -1;
    if (shown.receipt !== next.receipt) {
      if (shown.receipt) this.receipts[shown.receipt] -= 1;
      if (next.receipt) this.receipts[next.receipt] += 1;
    }
    if (shown.status === next.status) return;
    this.counts[shown.status] -= 1;
    this.counts[next.status] += 1;
    row.marked += Number(next.status !== 'pending') - Number(shown.status !== 'pending');
    row.defects += Number(isDefect(next.status)) - Number(isDefect(shown.status));
  }
}
