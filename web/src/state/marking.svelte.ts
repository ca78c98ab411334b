// Marking, with an undo stack and multi-selection: one module or many as one batch, each mark with the version vector
// (`base`) of what its author saw. An undo is a new mark of what was there before, never an erasure; it names what it takes
// back, so that what it puts back stays whoever found it’s. Made by state/audit.svelte.ts; used by ui/marking/.
import type { Mark } from '../domain/status';
import type { Undoes, Whose } from '../domain/types';
import type { Shown } from '../sync/replica';
import type { Cell } from './cells.svelte';

/** What the author of a mark changes. Absent: left as it is. */
export interface Change {
  status?: Mark | null;
  comment?: string | null;
}

/** A module to mark, and what its author saw of it. */
export interface Target {
  id: string;
  base: string;
  /** What is taken back. */
  undoes?: Undoes;
}

type Value = Pick<Shown, 'status' | 'comment' | keyof Whose>;

/** What one tap did, to take it back: with the operation that it became. */
export interface Action {
  change: Change;
  marks: { id: string; before: Value; after: Pick<Value, 'status' | 'comment'>; op: string; base: string }[];
}

/** What can be taken back, and what was. */
export interface Turns {
  done: Action[];
  undone: Action[];
}

export interface MarkingHost {
  cell(id: string): Cell | null;
  /** What a reader sees of a module now. */
  stamp(id: string): string;
  /** Shows the marks at once, then keeps and sends them as one batch; the ids of their operations. */
  put(marks: readonly { target: Target; change: Change }[]): string[];
  /** Outlives the page. */
  keep(turns: Turns): void;
}

/** Further back nobody remembers what it was. */
const MOST = 30;
/** Nor is more than this kept over a reload: a tablet's disk has to be written with each tap. */
const MOST_MARKS = 2_000;

export class Marking {
  /** Taps pick modules instead of opening them. */
  picking = $state(false);
  picked = $state(0);
  /** What the next undo takes back. */
  last: Action | null = $state.raw(null);
  /** What was taken back last, and can be done again. */
  next: Action | null = $state.raw(null);
  #done: Action[] = [];
  #undone: Action[] = [];
  #picked = new Set<string>();

  constructor(private readonly host: MarkingHost) {}

  // ---- marking ----

  mark(targets: readonly Target[], change: Change): Action | null {
    if (Object.keys(change).length === 0) return null;
    const marks: Action['marks'] = [];
    const sent: { target: Target; change: Change }[] = [];
    for (const target of targets) {
      const cell = this.host.cell(target.id);
      if (!cell) continue;
      const before = valueOf(cell);
      marks.push({ id: target.id, before, after: changed(before, change), op: '', base: target.base });
      sent.push({ target, change });
    }
    if (sent.length === 0) return null;
    const action = { change, marks };
    for (const [i, op] of this.host.put(sent).entries()) if (marks[i]) marks[i].op = op;
    this.#done.push(action);
    this.#undone = [];
    this.#turned();
    return action;
  }

  /** The same for modules as they are seen now. */
  markAll(ids: readonly string[], change: Change): Action | null {
    return this.mark(
      ids.map((id) => ({ id, base: this.host.stamp(id) })),
      change,
    );
  }

  /** Takes the last action back; what somebody changed since stays, and is counted. */
  undo(): { undone: number; left: number } | null {
    return this.#turn(this.#done, this.#undone, true);
  }

  /** Does again what was taken back last. */
  redo(): { undone: number; left: number } | null {
    return this.#turn(this.#undone, this.#done, false);
  }

  /** Of an earlier page. */
  restore({ done, undone }: Turns): void {
    if (this.#done.length > 0) return;
    this.#done = done;
    this.#undone = undone;
    this.#show();
  }

  #turn(from: Action[], to: Action[], back: boolean): { undone: number; left: number } | null {
    const action = from.pop();
    if (!action) return null;
    const { change: meant } = action;
    const put: { target: Target; change: Change }[] = [];
    const marks: Action['marks'] = [];
    for (const mark of action.marks) {
      const { id, before, after } = mark;
      const cell = this.host.cell(id);
      if (!cell) continue;
      const change = back
        ? wayTo(before, after, valueOf(cell), meant)
        : wayTo(after, before, valueOf(cell), meant);
      if (!change) continue;
      const { technician_id, technician_name, updated_at_ms } = before;
      const undoes = { id: mark.op, base: mark.base, was: { technician_id, technician_name, updated_at_ms } };
      const base = this.host.stamp(id);
      put.push({ target: { id, base, ...(back && { undoes }) }, change });
      marks.push(back ? mark : { ...mark, base });
    }
    if (put.length > 0) {
      const ids = this.host.put(put);
      if (!back) for (const [i, op] of ids.entries()) if (marks[i]) marks[i].op = op;
      to.push({ change: meant, marks });
    }
    this.#turned();
    return { undone: put.length, left: action.marks.length - put.length };
  }

  #turned(): void {
    this.#done = this.#done.slice(-MOST);
    this.#undone = this.#undone.slice(-MOST);
    this.#show();
    let room = MOST_MARKS;
    const fits = ({ marks }: Action) => (room -= marks.length) >= 0;
    const lately = (actions: Action[]) => [...actions].reverse().filter(fits).reverse();
    this.host.keep({ done: lately(this.#done), undone: lately(this.#undone) });
  }

  #show(): void {
    this.last = this.#done.at(-1) ?? null;
    this.next = this.#undone.at(-1) ?? null;
  }

  // ---- picking ----

  begin(id?: string): void {
    this.picking = true;
    if (id !== undefined) this.pick([id], true);
  }

  end(): void {
    this.pick([...this.#picked], false);
    this.picking = false;
  }

  toggle(id: string): void {
    this.pick([id], !this.#picked.has(id));
  }

  pick(ids: Iterable<string>, on: boolean): void {
    for (const id of ids) {
      const cell = this.host.cell(id);
      if (on && cell) this.#picked.add(id);
      else this.#picked.delete(id);
      if (cell) cell.picked = on;
    }
    this.picked = this.#picked.size;
  }

  isPicked(id: string): boolean {
    return this.#picked.has(id);
  }

  /** In the order in which they were picked. */
  get ids(): string[] {
    return [...this.#picked];
  }

  /** The cells are new ones: the picked ones are picked there too, where they still are. */
  rebuilt(): void {
    const ids = this.ids;
    this.#picked.clear();
    this.pick(ids, true);
  }
}

const valueOf = ({ shown }: Cell): Value => {
  const { status, comment, technician_id, technician_name, updated_at_ms } = shown;
  return { status, comment, technician_id, technician_name, updated_at_ms };
};

type Said = Pick<Value, 'status' | 'comment'>;

const changed = (before: Said, { status, comment }: Change): Said => ({
  status: status === undefined ? before.status : (status ?? 'pending'),
  comment: comment === undefined ? before.comment : comment,
});

/** What brings `wanted` back where still `left` is seen; null where nothing is to be done. */
function wayTo(wanted: Said, left: Said, now: Said, { status, comment }: Change): Change | null {
  const way: Change = {};
  if (status !== undefined && now.status === left.status) {
    way.status = wanted.status === 'pending' ? null : wanted.status;
  }
  if (comment !== undefined && now.comment === left.comment) way.comment = wanted.comment;
  return Object.keys(way).length > 0 ? way : null;
}
