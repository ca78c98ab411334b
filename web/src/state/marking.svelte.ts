// Marking, with an undo stack and multi-selection: one module or many as one batch, each mark with the version vector
// (`base`) of what its author saw. An undo is a new mark of what was there before, never an erasure. Made by
// state/audit.svelte.ts; used by ui/marking/.
import type { Mark, Status } from '../domain/status';
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
}

interface Value {
  status: Status;
  comment: string | null;
}

/** What one tap did, to take it back. */
export interface Action {
  change: Change;
  marks: { id: string; before: Value; after: Value }[];
}

export interface MarkingHost {
  cell(id: string): Cell | null;
  /** What a reader sees of a module now. */
  stamp(id: string): string;
  /** Shows the marks at once, then keeps and sends them as one batch. */
  put(marks: readonly { target: Target; change: Change }[]): void;
}

/** Further back nobody remembers what it was. */
const MOST = 30;

export class Marking {
  /** Taps pick modules instead of opening them. */
  picking = $state(false);
  picked = $state(0);
  /** What the next undo takes back. */
  last: Action | null = $state.raw(null);
  #done: Action[] = [];
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
      marks.push({ id: target.id, before, after: changed(before, change) });
      sent.push({ target, change });
    }
    if (sent.length === 0) return null;
    const action = { change, marks };
    this.host.put(sent);
    this.#done = [...this.#done, action].slice(-MOST);
    this.last = action;
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
    const action = this.#done.at(-1);
    if (!action) return null;
    this.#done = this.#done.slice(0, -1);
    this.last = this.#done.at(-1) ?? null;
    const back: { target: Target; change: Change }[] = [];
    for (const { id, before, after } of action.marks) {
      const cell = this.host.cell(id);
      if (!cell) continue;
      const change = wayBack(before, after, valueOf(cell), action.change);
      if (change) back.push({ target: { id, base: this.host.stamp(id) }, change });
    }
    if (back.length > 0) this.host.put(back);
    return { undone: back.length, left: action.marks.length - back.length };
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

const valueOf = ({ shown }: Cell): Value => ({ status: shown.status, comment: shown.comment });

const changed = (before: Value, { status, comment }: Change): Value => ({
  status: status === undefined ? before.status : (status ?? 'pending'),
  comment: comment === undefined ? before.comment : comment,
});

/** What brings `before` back where still `after` is seen; null where nothing is to be done. */
function wayBack(before: Value, after: Value, now: Value, { status, comment }: Change): Change | null {
  const back: Change = {};
  if (status !== undefined && now.status === after.status) {
    back.status = before.status === 'pending' ? null : before.status;
  }
  if (comment !== undefined && now.comment === after.comment) back.comment = before.comment;
  return Object.keys(back).length > 0 ? back : null;
}
