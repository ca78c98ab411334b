// Chat messages of one audit, optimistic as marks are: what the hub's log has, and over it one's own that are not
// there yet. They are read once and then follow the live feed. Used by state/chat.svelte.ts.
import type { LiveOp, LoggedOp, NoteOp, NotesPage, OpResult } from '../domain/types';
import type { Store } from './store';

/** As many as a tablet keeps: some weeks of a talkative crew. */
const KEPT = 2_000;
const PAGE = 500;

export interface Note {
  id: string;
  text: string;
  technician_id: string;
  technician_name: string;
  /** When it was written, by the hub's clock once it is there. */
  at_ms: number;
  /** Its place in the hub's log; null while this tablet alone has it. */
  seq: number | null;
  /** Why the hub did not take it. */
  refused: string | null;
  code?: string | undefined;
}

interface Kept {
  log_id: string;
  seq: number;
  notes: Note[];
}

export class Notes {
  #kept: Kept = { log_id: '', seq: 0, notes: [] };
  /** Own ones that the hub's log has not shown back yet, in the order written. */
  #own = new Map<string, Note>();
  #reading: Promise<void> | null = null;
  #readAgain = false;
  /** All that the log had was read: what the feed brings now is next. */
  #level = false;

  constructor(
    private readonly token: string,
    private readonly store: Store,
    private readonly read: (after: number, limit: number) => Promise<NotesPage>,
    private readonly changed: () => void,
  ) {}

  get #key(): string {
    return `notes:${this.token}`;
  }

  get logId(): string {
    return this.#kept.log_id;
  }

  /** Oldest first; one's own that wait come last. */
  list(): Note[] {
    const there = new Set(this.#kept.notes.map((note) => note.id));
    return [...this.#kept.notes, ...[...this.#own.values()].filter((note) => !there.has(note.id))];
  }

  async load(): Promise<void> {
    const kept = (await this.store.get(this.#key).catch(() => undefined)) as Kept | undefined;
    if (kept && this.#kept.log_id === '') this.#kept = kept;
    await this.reloadOwn();
  }

  /** Reads one's own from the outbox: at the start, and when another tab changed it. */
  async reloadOwn(): Promise<void> {
    const waiting = await this.store.outbox().catch(() => null);
    if (!waiting) return;
    for (const { token, op, refused, code } of waiting) {
      if (token === this.token && op.kind === 'note') this.#own.set(op.id, { ...noteOf(op), refused, code });
    }
    const ids = new Set(waiting.map((one) => one.op.id));
    // Refused and dropped by somebody's decision; what was sent stays until the log shows it.
    for (const note of [...this.#own.values()]) {
      if (note.refused !== null && !ids.has(note.id)) this.#own.delete(note.id);
    }
    this.changed();
  }

  /** One's own, from the moment it is written. */
  written(op: NoteOp): void {
    this.#own.set(op.id, noteOf(op));
    this.changed();
  }

  /** The tablet could not keep it. */
  dropped(id: string): void {
    this.#own.delete(id);
    this.changed();
  }

  settled(results: readonly OpResult[]): void {
    for (const { id, outcome, reason, code } of results) {
      const own = this.#own.get(id);
      if (own && outcome === 'refused') this.#own.set(id, { ...own, refused: reason ?? '', code });
    }
    this.changed();
  }

  /** Reads what is new: after the audit was read (the feed begins there), or from another log all of it. */
  catchUp(): Promise<void> {
    this.#readAgain = true;
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** A note of the feed. */
  heard(op: LiveOp): void {
    if (op.kind !== 'note' || this.#kept.notes.some((note) => note.id === op.id)) return;
    this.#take([op]);
    if (this.#level) {
      this.#kept.seq = Math.max(this.#kept.seq, op.seq);
      this.#keep();
    } else {
      // Something before it may be missing, and a reading under way may not have come as far.
      void this.catchUp();
    }
  }

  async #read(): Promise<void> {
    while (this.#readAgain) {
      this.#readAgain = false;
      this.#level = false;
      try {
        for (;;) {
          const after = this.#kept.seq;
          const page = await this.read(after, PAGE);
          // Another log counts anew, and so does one that has gone back; what this one has not, the outbox offers again.
          if (page.log_id !== this.#kept.log_id || page.head < after) {
            this.#kept = { log_id: page.log_id, seq: 0, notes: [] };
            if (after > 0) continue;
          }
          this.#take(page.notes);
          this.#kept.seq = Math.max(after, page.next);
          // One that does not move on would be asked for ever.
          if (page.next >= page.head || page.next <= after) break;
        }
        this.#level = !this.#readAgain;
        this.#keep();
      } catch {
        // Read when the hub is back, or has something new: whoever wakes the audit asks again, and so does the next note.
      }
    }
  }

  #take(ops: readonly LoggedOp[]): void {
    const byId = new Map(this.#kept.notes.map((note) => [note.id, note]));
    for (const op of ops) {
      if (op.text === undefined) continue;
      byId.set(op.id, {
        id: op.id,
        text: op.text,
        technician_id: op.technician_id ?? '',
        technician_name: op.technician_name ?? '',
        at_ms: op.at_ms ?? 0,
        seq: op.seq,
        refused: null,
      });
      this.#own.delete(op.id);
    }
    const notes = [...byId.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    this.#kept.notes = notes.slice(-KEPT);
    this.changed();
  }

  #keep(): void {
    this.store.set(this.#key, this.#kept).catch(() => undefined);
  }
}

const noteOf = (op: NoteOp): Note => ({
  id: op.id,
  text: op.text,
  technician_id: op.technician_id,
  technician_name: op.technician_name,
  at_ms: op.marked_at_ms,
  seq: null,
  refused: null,
});
