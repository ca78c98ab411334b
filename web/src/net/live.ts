// Server-sent events (SSE) with reconnection and a watchdog: the live feed of one audit. Used by sync/session.ts.
//
// EventSource alone is not enough: any status but 200 closes it for good, on a dead server it knocks at a
// fixed pace, and a link that goes silent raises nothing at all. So every failure ends the stream and a new
// one is made with our own backoff and our own cursor; `ping` is watched; and a hidden page has no stream.
//
// The stream may be one that all tabs share (net/shared.ts); it is watched here all the same.
import { browserClock, type Clock } from '../domain/clock';
import type { HubPhoto } from '../domain/photo';
import type { Cloud, LiveOp, Technician } from '../domain/types';
import { backoff } from './backoff';
import { isFresh, TYPES, type Stream } from './shared';

/** Looked at every second: what is silent is replaced within 25, also by a tab that has to take the place of a frozen leader. */
const SILENCE_MS = 22_000;
const LOOK_MS = 1_000;

/** Begin again. `resend`: what was read was of another log, and so may be what was sent. */
interface Reset {
  log_id: string;
  head: number;
  resend?: boolean;
}

export interface LiveHandlers {
  /** The address to open, with the cursor as it is now. */
  url(): string;
  /** The same as one of several audits: `TOKEN@LOGID:SEQ:PROOF`. */
  want(): string;
  hello(data: { log_id: string; head: number; time_ms: number }): void;
  /** `id`: `LOGID:SEQ` */
  op(op: LiveOp, id: string): void;
  /** Photos of which a picture came after they were in the log. */
  photos(data: { photos: HubPhoto[] }): void;
  presence(data: { technicians: Technician[] }): void;
  /** How much of the audit is in the cloud; null when there is none any more. Not told where there is none. */
  cloud(cloud: Cloud | null): void;
  reset(data: Reset): void;
  ping(): void;
  gone(): void;
  /** Anything arrived. */
  heard(): void;
  /** A try to open failed; `refused`: the server answered, but not with a stream. */
  failed(refused: boolean): void;
}

export interface LiveHost extends Clock {
  open(url: string, want: string): Stream;
  hidden(): boolean;
}

export const browserHost: LiveHost = {
  ...browserClock,
  open: (url) => new EventSource(url),
  hidden: () => document.visibilityState === 'hidden',
};

export class Live {
  #source: Stream | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #failures = 0;
  #heardAt = 0;
  #running = false;

  constructor(
    private readonly handlers: LiveHandlers,
    private readonly host: LiveHost = browserHost,
  ) {}

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#watch = setInterval(() => {
      if (this.#source && !isFresh(this.#heardAt, this.host.now(), SILENCE_MS)) this.#fail(false);
    }, LOOK_MS);
    this.#open();
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#watch);
    this.#close();
  }

  /** Visibility changed, or the network did: close, open, or check. */
  check(): void {
    if (!this.#running) return;
    if (this.host.hidden()) this.#close();
    else if (!this.#source || !isFresh(this.#heardAt, this.host.now())) this.reopen();
  }

  /** Open anew at once, from the cursor as it is now. */
  reopen(): void {
    if (!this.#running) return;
    this.#failures = 0;
    this.#open();
  }

  #open(): void {
    this.#close();
    if (!this.#running || this.host.hidden()) return;
    const source = this.host.open(this.handlers.url(), this.handlers.want());
    this.#source = source;
    this.#heardAt = this.host.now();
    for (const type of TYPES)
      source.addEventListener(type, (event: MessageEvent<string>) => {
        // A stream that was replaced has nothing to say any more.
        if (source !== this.#source) return;
        this.#heardAt = this.host.now();
        this.#failures = 0;
        this.handlers.heard();
        let data: unknown;
        try {
          data = JSON.parse(event.data === '' ? 'null' : event.data);
        } catch {
          // A line cut in two by a dying hub: what was missed comes again from the cursor.
          this.#fail(false);
          return;
        }
        if (type === 'gone') this.stop();
        this.handlers[type](data as never, event.lastEventId);
      });
    source.addEventListener('error', () => {
      if (source === this.#source) this.#fail(source.readyState === 2);
    });
  }

  #fail(refused: boolean): void {
    const failures = this.#failures;
    this.#close();
    if (!this.#running || this.host.hidden()) return;
    // The first loss may be no more than a hub that restarts: try again before telling anybody.
    if (failures > 0 || refused) this.handlers.failed(refused);
    this.#failures = failures + 1;
    this.#retry = setTimeout(
      () => {
        this.#open();
      },
      backoff(failures, 500, 8_000, this.host.random),
    );
  }

  #close(): void {
    clearTimeout(this.#retry);
    const source = this.#source;
    this.#source = null;
    source?.close();
  }
}
