// Module history (audit log): what happened to one module, as the hub's log has it: read when its sheet opens, and again
// when the module changed or the hub came back. What was read once is there when the hub is not. Made by
// ui/marking/SheetBody.svelte out of the later chunk.
import type { LoggedOp } from '../domain/types';

/** How many modules' histories a page keeps; each is some lines. */
const KEPT = 200;

/** A mark; or an undo, which comes after a plain mark that says the same, and is one with it. */
export interface HistoryEntry extends LoggedOp {
  /** Whoever took it back, and when. */
  takenBack?: LoggedOp;
}

/** The marks, what was undone by which of them, and what was set beside them. */
function withUndos(all: readonly LoggedOp[]): HistoryEntry[] {
  const undos = all.filter(({ kind }) => kind === 'undo');
  const beside = new Map(undos.map((undo) => [undo.of, undo]));
  const against = new Map(undos.map((undo) => [undo.undoes, undo]));
  return all.flatMap((entry) => {
    if (entry.kind === 'property') return [entry];
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

/** What is asked of the open audit. */
export interface HistoryHost {
  readHistory(moduleId: string): Promise<LoggedOp[]>;
  /** What this tablet knows of the module now. */
  stamp(moduleId: string): string;
}

/** The histories that were read while an audit is open. */
const read = new WeakMap<HistoryHost, Map<string, HistoryEntry[]>>();

function knownOf(host: HistoryHost): Map<string, HistoryEntry[]> {
  const known = read.get(host) ?? new Map<string, HistoryEntry[]>();
  read.set(host, known);
  return known;
}

async function readAnew(host: HistoryHost, moduleId: string): Promise<HistoryEntry[]> {
  const entries = withUndos(await host.readHistory(moduleId));
  const known = knownOf(host);
  known.delete(moduleId);
  known.set(moduleId, entries);
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
  }
  return entries;
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
    private readonly host: HistoryHost,
    private readonly moduleId: string,
  ) {
    this.entries = knownOf(host).get(moduleId) ?? null;
  }

  async read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const stamp = this.host.stamp(this.moduleId);
    try {
      const entries = await readAnew(this.host, this.moduleId);
      if (asked !== this.#asked) return;
      this.entries = entries;
      this.seen = stamp;
      this.away = false;
    } catch {
      this.away = this.entries === null;
    }
  }
}
