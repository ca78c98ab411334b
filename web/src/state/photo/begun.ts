// "A photo was begun": on the tablet's disk before the camera opens, because Android ends pages while it is open. The page that comes after goes back to
// the place. Used by state/photo/start.ts and ui/photo/.
import type { PhotoAt } from '../../domain/photo';
import type { PhotoStore } from '../../sync/photo/store';

const KEY = 'begun';
/** Whoever comes back later has gone on with something else. */
const STILL_MS = 30 * 60_000;

interface Note {
  token: string;
  at: PhotoAt;
  at_ms: number;
}

export class Begun {
  /** Nothing to take back, where nothing was begun. */
  open = false;

  constructor(private readonly store: PhotoStore) {}

  begin(token: string, at: PhotoAt): Promise<void> {
    this.open = true;
    return this.store.setNote(KEY, { token, at, at_ms: Date.now() } satisfies Note);
  }

  /** It came, or nobody wants one any more. */
  async end(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await this.store.dropNote(KEY).catch(() => undefined);
  }

  /** What a page before this one has begun, once. */
  async left(now: number): Promise<{ token: string; at: PhotoAt } | null> {
    const note = (await this.store.note(KEY)) as Note | undefined;
    if (!note) return null;
    await this.store.dropNote(KEY);
    return Math.abs(now - note.at_ms) < STILL_MS ? note : null;
  }
}
