// Module history (audit log): what happened to one module, as the hub's log has it: read when its sheet opens, and again
// when the module changed or the hub came back. What was read once is there when the hub is not. Made by
// ui/marking/SheetBody.svelte.
import type { LoggedOp } from '../domain/types';

/** How many modules' histories a page keeps; each is some lines. */
const KEPT = 200;

/** A mark; or an undo, which comes after a plain mark that says the same, and is one with it. */
export interface HistoryEntry extends LoggedOp {
  /** Whoever took it back, and when. */
  takenBack?: LoggedOp;
}

/** The marks, and what was undone by which of them. */
function withUndos(all: readonly LoggedOp[]): HistoryEntry[] {
  const undos = all.filter(({ kind }) => kind === 'undo');
  const beside = new Map(undos.map((undo) => [undo.of, undo]));
  const against = new Map(undos.map((undo) => [undo.undoes, undo]));
  return all.flatMap((entry) => {
    if (entry.kind !== 'mark') return [];
    const { seq, undoes, stands } = beside.get(entry.id) ?? entry;
    const takenBack = against.get(entry.id);
    return [
      {
        ...entry,
        seq,
        ...(undoes !== undefined && { undoes }),
        ...(stands !== undefined && { stands }),
        ...(takenBack && { takenBack }),
      },
    ];
  });
}

export interface HistoryHost {
  read(moduleId: string): Promise<LoggedOp[]>;
  /** What this tablet knows of the module now. */
  stamp(moduleId: string): string;
}

/** The histories that were read while this audit is open. */
export class Histories {
  readonly #read = new Map<string, HistoryEntry[]>();

  constructor(private readonly host: HistoryHost) {}

  known(moduleId: string): HistoryEntry[] | null {
    return this.#read.get(moduleId) ?? null;
  }

  stamp(moduleId: string): string {
    return this.host.stamp(moduleId);
  }

  async read(moduleId: string): Promise<HistoryEntry[]> {
    const entries = withUndos(await this.host.read(moduleId));
    this.#read.delete(moduleId);
    this.#read.set(moduleId, entries);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= KEPT) break;
      this.#read.delete(oldest);
    }
    return entries;
  }
}

export class ModuleHistory {
  /** Oldest first; null: not read yet. */
  entries: HistoryEntry[] | null = $state.raw(null);
  /** Nothing was read, and the hub does not answer. */
  away = $state(false);
  /** Who looks at the entries has seen all of this; null while they are those of an earlier look. */
  seen: string | null = null;
  #asked = 0;

  constructor(
    private readonly histories: Histories,
    private readonly moduleId: string,
  ) {
    this.entries = histories.known(moduleId);
  }

  async read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const stamp = this.histories.stamp(this.moduleId);
    try {
      const entries = await this.histories.read(this.moduleId);
      if (asked !== this.#asked) return;
      this.entries = entries;
      this.seen = stamp;
      this.away = false;
    } catch {
      this.away = this.entries === null;
    }
  }
}
