// Cells of the open audit: one piece of state per module, so that a mark redraws one cell, and how many there are of each
// kind, counted as they change. The base of state/audit.svelte.ts; drawn by ui/grid/ and ui/view/.
import type { Receipt } from '../domain/receipt';
import { isDefect, STATUSES, type Status } from '../domain/status';
import type { Plan } from '../domain/layout-edit';
import { LAYOUT, type Replica, type Shown } from '../sync/replica';

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

  constructor(
    readonly number: number,
    /** Where somebody gave it one. */
    readonly name: string | null,
  ) {}
}

const nowhere = (): Record<Receipt, number> => ({ tablet: 0, hub: 0, cloud: 0, parked: 0 });

const nothing = (): Record<Status, number> =>
  Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;

/** Nobody has marked it, but somebody has written of it. */
const isNoted = ({ status, comment }: Shown) => status === 'pending' && comment !== null;

export abstract class Cells {
  strings: StringRow[] = $state.raw([]);
  counts = $state(nothing());
  conflicts = $state(0);
  noted = $state(0);
  /** How many modules have got how far. */
  receipts = $state(nowhere());

  total = $derived(this.strings.reduce((sum, string) => sum + string.cells.length, 0));
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
    if (due.has(LAYOUT)) this.rebuild();
    else for (const id of due) this.#redraw(id);
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
    const counts = nothing();
    const receipts = nowhere();
    let conflicts = 0;
    let noted = 0;
    const { modules, strings } = this.plan();
    const names = new Map(strings.map(({ number, name }) => [number, name ?? null]));
    for (const module of modules) {
      const shown = replica.shown(module.module_id);
      if (!shown) continue;
      let row = rows.get(module.string);
      if (!row)
        rows.set(module.string, (row = new StringRow(module.string, names.get(module.string) ?? null)));
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
      counts[shown.status] += 1;
      if (shown.conflict) conflicts += 1;
      if (shown.receipt) receipts[shown.receipt] += 1;
      if (shown.status !== 'pending') row.marked += 1;
      if (isDefect(shown.status)) row.defects += 1;
      if (isNoted(shown)) {
        row.noted += 1;
        noted += 1;
      }
    }
    this.#cells = cells;
    this.counts = counts;
    this.conflicts = conflicts;
    this.noted = noted;
    this.receipts = receipts;
    this.strings = [...rows.values()];
  }

  #redraw(id: string): void {
    const cell = this.#cells.get(id);
    const next = this.replica.shown(id);
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
    const noted = Number(isNoted(next)) - Number(isNoted(shown));
    this.noted += noted;
    row.noted += noted;
    if (shown.status === next.status) return;
    this.counts[shown.status] -= 1;
    this.counts[next.status] += 1;
    row.marked += Number(next.status !== 'pending') - Number(shown.status !== 'pending');
    row.defects += Number(isDefect(next.status)) - Number(isDefect(shown.status));
  }
}
