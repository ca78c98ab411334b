// Cells of the open audit: one piece of state per module, so that a mark redraws one cell, and how many there are of each
// kind, counted as they change. The base of state/audit.svelte.ts; drawn by ui/grid/ and ui/view/.
import type { Receipt } from '../domain/receipt';
import { isDefect, STATUSES, type Status } from '../domain/status';
import type { Plan } from '../domain/layout-edit';
import { LAYOUT, NOTHING, SITE, type Replica, type Shown } from '../sync/replica';
import type { Properties } from '../domain/types';

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
    /** What people call it. */
    readonly label = id,
  ) {
    this.shown = $state.raw(shown);
  }
}

export class StringRow {
  cells: Cell[] = [];
  marked = $state(0);
  defects = $state(0);
  /** Without a mark, but with a comment. */
  noted = $state(0);
  /** Without a mark, and with a reason for that. */
  excused = $state(0);
  properties: Properties = $state.raw(NOTHING);

  constructor(
    readonly number: number,
    /** Where somebody gave it one. */
    readonly name: string | null,
    properties: Properties,
  ) {
    this.properties = properties;
  }

  /** How many are to be examined. */
  get due(): number {
    return this.cells.length - this.excused;
  }
}

const nowhere = (): Record<Receipt, number> => ({ tablet: 0, hub: 0, cloud: 0, parked: 0 });

const nothing = (): Record<Status, number> =>
  Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;

/** Why it was not examined, itself or all of its string. */
export const excuseOf = ({ shown, row }: Cell): string | undefined =>
  shown.status === 'pending' ? (shown.properties.not_examined ?? row.properties.not_examined) : undefined;

/** Neither marked, nor said why not. */
export const isForgotten = (cell: Cell): boolean =>
  cell.shown.status === 'pending' && excuseOf(cell) === undefined;

/** Of all modules. */
interface Sums {
  counts: Record<Status, number>;
  receipts: Record<Receipt, number>;
  conflicts: number;
  noted: number;
  excused: number;
  graded: number;
}

/** Counts a module as it is shown, or (-1) no more. */
function add(sums: Sums, cell: Cell, by: 1 | -1): void {
  const { shown, row } = cell;
  const { status, receipt } = shown;
  sums.counts[status] += by;
  if (shown.conflict || shown.contested.length > 0) sums.conflicts += by;
  if (receipt) sums.receipts[receipt] += by;
  if (status !== 'pending') row.marked += by;
  else if (excuseOf(cell) !== undefined) {
    row.excused += by;
    sums.excused += by;
  } else if (shown.comment !== null) {
    // Nobody has marked it, but somebody has written of it.
    row.noted += by;
    sums.noted += by;
  }
  if (!isDefect(status)) return;
  row.defects += by;
  if (shown.properties.severity !== undefined) sums.graded += by;
}

export abstract class Cells implements Sums {
  strings: StringRow[] = $state.raw([]);
  counts = $state(nothing());
  conflicts = $state(0);
  noted = $state(0);
  /** Without a mark, with a reason for that. */
  excused = $state(0);
  /** Defects whose severity is known. */
  graded = $state(0);
  /** Of the audit itself. */
  properties: Properties = $state.raw(NOTHING);
  /** How many modules have got how far. */
  receipts = $state(nowhere());

  total = $derived(this.strings.reduce((sum, string) => sum + string.cells.length, 0));
  /** How many are to be examined. */
  due = $derived(this.total - this.excused);
  marked = $derived(this.total - this.counts.pending);
  defects = $derived(this.marked - this.counts.ok);
  /** Told of every module that looks different, for what is drawn without components. */
  readonly watchers = new Set<(cell: Cell | null) => void>();

  /** Modules that look different, and are drawn together: five hundred marks by others come in one piece, and one by one each
   * would be a drawing of its own. One's own are drawn at once. */
  readonly #due = new Set<string>();
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #cells = new Map<string, Cell>();

  protected abstract readonly replica: Replica;

  /** The plan as it is drawn: the hub's, with own changes. */
  abstract plan(): Plan;
  /** Another plan. */
  protected abstract rebuild(): void;

  cell(id: string): Cell | null {
    return this.#cells.get(id) ?? null;
  }

  /** These look different: within a frame, all of them together. */
  protected drawSoon(ids: Iterable<string>): void {
    for (const id of ids) this.#due.add(id);
    this.#drawing ??= setTimeout(() => {
      this.drawNow();
    }, DRAW_MS);
  }

  protected drawNow(): void {
    this.stopDrawing();
    const due = new Set(this.#due);
    this.#due.clear();
    if (due.has(LAYOUT)) {
      this.rebuild();
      return;
    }
    if (due.has(SITE)) this.#redrawSite();
    for (const id of due) this.#redraw(id);
  }

  protected stopDrawing(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
  }

  /** All of them anew, and `each` told of. */
  protected build(each: (id: string, shown: Shown) => void): void {
    const { replica } = this;
    const rows = new Map<number, StringRow>();
    const cells = new Map<string, Cell>();
    const sums: Sums = {
      ...{ counts: nothing(), receipts: nowhere() },
      ...{ conflicts: 0, noted: 0, excused: 0, graded: 0 },
    };
    const { modules, strings } = this.plan();
    const names = new Map(strings.map(({ number, name }) => [number, name ?? null]));
    for (const module of modules) {
      const shown = replica.shown(module.module_id);
      if (!shown) continue;
      const { string } = module;
      let row = rows.get(string);
      if (!row) {
        row = new StringRow(string, names.get(string) ?? null, replica.properties({ string }));
        rows.set(string, row);
      }
      const cell = new Cell(
        module.module_id,
        module.position,
        row,
        { row: module.row ?? null, col: module.col ?? null },
        shown,
        module.name ?? undefined,
      );
      row.cells.push(cell);
      cells.set(cell.id, cell);
      each(cell.id, shown);
      add(sums, cell, 1);
    }
    this.#cells = cells;
    Object.assign(this, sums);
    this.strings = [...rows.values()];
    this.properties = replica.properties({});
  }

  #redraw(id: string): void {
    const cell = this.#cells.get(id);
    const next = this.replica.shown(id);
    if (!cell || !next) return;
    const { shown } = cell;
    if ((Object.keys(next) as (keyof Shown)[]).every((key) => next[key] === shown[key])) return;
    add(this, cell, -1);
    cell.shown = next;
    add(this, cell, 1);
    for (const watch of this.watchers) watch(cell);
  }

  /** What is known of strings and of the audit: seldom. */
  #redrawSite(): void {
    this.properties = this.replica.properties({});
    for (const row of this.strings) {
      const next = this.replica.properties({ string: row.number });
      const excuses = row.properties.not_examined !== next.not_examined;
      if (excuses) for (const cell of row.cells) add(this, cell, -1);
      row.properties = next;
      if (excuses) for (const cell of row.cells) add(this, cell, 1);
    }
  }
}
