// Chat of the open audit: what is there, how much of it is unread, and what is written. Made by
// state/audit.svelte.ts; kept and sent as marks are, so it works as long without the hub.
import { LONGEST, mentions, partsOf, type Part } from '../domain/chat';
import { uuidv7 } from '../domain/ids';
import { cut, mended } from '../domain/text';
import type { Emitter } from '../domain/emitter';
import type { Author, NoteOp, NotesPage } from '../domain/types';
import type { AuditEvents, Events } from '../sync/events';
import type { Note } from '../sync/notes';
import { Notes } from '../sync/notes';
import { keptUntil, type Store } from '../sync/store';

/** What is older was said on another night: no news. */
const NEWS_MS = 16 * 3_600_000;

export interface ChatHost {
  read(after: number, limit: number): Promise<NotesPage>;
  /** Keeps it and sends it; false when the tablet could not keep it. */
  keep(op: NoteOp): Promise<boolean>;
  author(): Author;
  names(): string[];
  moduleOf(id: string): string | null;
  now(): number;
  /** A time of the hub on this tablet's clock. */
  localTime(hubMs: number): number;
  /** Somebody else has just written. */
  news(note: Note, meant: boolean): void;
}

export class Chat {
  notes: Note[] = $state.raw([]);
  /** The panel is on the screen. */
  shown = $state(false);
  /** What is being written; it outlasts the panel. */
  draft = $state('');
  /** The tablet could not keep the last one. */
  notKept = $state(false);

  /** Up to here somebody has read, in the log of that id. */
  #read: { log_id: string; seq: number } = $state.raw({ log_id: '', seq: 0 });
  readonly unread = $derived.by(() => {
    const { technician_id } = this.host.author();
    return this.notes.filter(
      ({ seq, technician_id: by, at_ms }) =>
        seq !== null &&
        by !== technician_id &&
        this.#recent(at_ms) &&
        (seq > this.#read.seq || !this.#sameLog),
    ).length;
  });
  /** The audit is closed. */
  readonly leave: () => void;
  readonly #notes: Notes;
  /** Told of, or there from the beginning. */
  readonly #known = new Set<string>();
  /** From now on what comes is news. */
  #begun = false;

  constructor(
    private readonly token: string,
    private readonly store: Store,
    private readonly host: ChatHost,
    all: Emitter<Events>,
    audit: Emitter<AuditEvents>,
  ) {
    this.#notes = new Notes(
      token,
      store,
      (after, limit) => host.read(after, limit),
      () => {
        this.notes = this.#notes.list();
        if (this.shown) this.#markRead();
        this.#tellNews();
      },
    );
    this.leave = all.on({
      settled: ({ token: of, answer }) => {
        if (of === token) this.#notes.settled(answer.results);
      },
      ownChanged: () => {
        void this.#notes.reloadOwn();
      },
    });
    audit.on({
      heard: (op) => {
        this.#notes.heard(op);
      },
      replaced: () => {
        this.catchUp();
      },
    });
  }

  async load(): Promise<void> {
    const read = (await this.store.get(this.#key).catch(() => undefined)) as
      { log_id: string; seq: number } | undefined;
    if (read) this.#read = read;
    await this.#notes.load();
    // A tablet that was never here has no news of what was said before.
    if (this.#notes.logId !== '') this.#begun = true;
  }

  /** The audit was read, or read anew: so are the notes. */
  catchUp(): void {
    void this.#notes.catchUp().then(() => {
      if (this.#notes.logId !== '') this.#begun = true;
    });
  }

  open(): void {
    this.shown = true;
    this.#markRead();
  }

  close(): void {
    this.shown = false;
  }

  async send(): Promise<void> {
    const text = mended(cut(this.draft.trim(), LONGEST));
    if (text === '') return;
    const op: NoteOp = {
      id: uuidv7(),
      kind: 'note',
      text,
      ...this.host.author(),
      marked_at_ms: this.host.now(),
    };
    this.draft = '';
    this.#notes.written(op);
    this.notKept = !(await this.host.keep(op));
    if (!this.notKept) return;
    this.#notes.dropped(op.id);
    this.draft = text;
  }

  /** The notes that this tablet has sent and keeps in case the hub loses them: until when, by the hub's clock. */
  async kept(): Promise<Map<string, number>> {
    const sent = await this.store.sent(this.token).catch(() => []);
    return new Map(sent.map(({ id, acked_at_ms }) => [id, keptUntil(acked_at_ms)]));
  }

  parts(text: string): Part[] {
    return partsOf(text, (id) => this.host.moduleOf(id), this.host.names());
  }

  get #key(): string {
    return `notes-read:${this.token}`;
  }

  #recent(hubMs: number): boolean {
    return this.host.now() - this.host.localTime(hubMs) < NEWS_MS;
  }

  get #sameLog(): boolean {
    return this.#read.log_id === this.#notes.logId;
  }

  /** By the feed or by reading: whichever brings a note first. */
  #tellNews(): void {
    const { technician_id, technician_name } = this.host.author();
    for (const note of this.notes) {
      if (note.seq === null || this.#known.has(note.id)) continue;
      this.#known.add(note.id);
      if (!this.#begun || note.technician_id === technician_id || !this.#recent(note.at_ms)) continue;
      this.host.news(note, mentions(note.text, technician_name, this.host.names()));
    }
  }

  #markRead(): void {
    const seq = this.notes.reduce((last, note) => Math.max(last, note.seq ?? 0), 0);
    if (this.#sameLog && seq <= this.#read.seq) return;
    this.#read = { log_id: this.#notes.logId, seq };
    this.store.set(this.#key, this.#read).catch(() => undefined);
  }
}
