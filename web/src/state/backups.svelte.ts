// Backups of the hub as a lead sees them, and "back up now". Made by ui/backups/BackupsSection.svelte for as long as it is open.
import type { Backups } from '../domain/backups';
import type { Api } from '../net/api';
import { ApiError } from '../net/call';
import { plain } from './plain';

const READ_MS = 10_000;
/** While one is in the making. */
const SOON_MS = 700;

export class BackupsState {
  now: Backups | null = $state.raw(null);
  /** Nothing is said of backups: by a hub of before, and to who is no lead, as the screen around says. */
  unknown = $state(false);
  problem: string | null = $state(null);
  busy = $state(false);
  /** One that was asked for here is there. */
  done = $state(false);

  /** When the last one was before the one that was asked for; null while none was. */
  #before: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(private readonly api: Api) {
    void this.#read();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async make(): Promise<void> {
    this.busy = true;
    this.done = false;
    this.#before = this.now?.last?.at_ms ?? 0;
    try {
      this.now = await this.api.backUp();
      this.problem = null;
    } catch (error) {
      this.#before = null;
      this.problem = plain(error);
    }
    this.busy = false;
    this.#within(SOON_MS);
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== 'hidden' && !this.busy) {
      try {
        const now = await this.api.backups();
        if (!this.busy) this.#take(now);
        this.problem = null;
        this.unknown = false;
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 0;
        this.unknown = [403, 404, 405].includes(status);
        if (!this.unknown) this.problem = plain(error);
        // Somebody may be made a lead meanwhile; a hub of before stays one.
        else if (status !== 403) return;
      }
    }
    this.#within(this.now?.making ? SOON_MS : READ_MS);
  }

  #take(now: Backups): void {
    this.now = now;
    if (this.#before === null || now.making) return;
    this.done = now.failed === null && (now.last?.at_ms ?? 0) > this.#before;
    this.#before = null;
  }

  #within(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#read();
    }, ms);
  }
}
