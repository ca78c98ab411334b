// Leader election among the tabs of a tablet, for one live feed. A browser opens six HTTP/1.1 connections to a host, for
// all its tabs: with a stream for each the seventh would not load. One tab, the leader, holds the stream of `GET
// /api/v1/live` for the audits of all, and hands each event to the others over a BroadcastChannel. Made by
// state/app.svelte.ts, asked by net/live.ts.
//
// A tab sees nothing of it but a Stream, which it watches as it would its own: with its own cursor, its own backoff, and
// its own eye on silence. So nothing here has to be sure. A leader that closes says so; one that crashed or was frozen is
// silent, the others ask again, nobody answers, and one of them leads. Two leaders for a moment are two streams, and an
// operation that comes twice is one (sync/replica.ts); the smaller id stays.
import type { Clock } from '../domain/clock';
import { cursorOfEvent, seqOf } from './cursor';

/** What a reader needs of an EventSource. */
export interface Stream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** What a tab needs of a BroadcastChannel. */
export interface Channel {
  postMessage(message: Said): void;
  onmessage: ((event: { data: Said }) => void) | null;
}

export interface SharedHost extends Clock {
  channel: Channel;
  /** This tab, among the tabs. */
  id: string;
  /** The address of one stream for all of these, each `TOKEN@LOGID:SEQ:PROOF`. */
  url(wants: readonly string[]): string;
  open(url: string): Stream;
}

type Said =
  | { kind: 'want'; from: string; stream: string; want: string }
  | { kind: 'drop'; from: string; stream: string }
  | { kind: 'have'; from: string; stream: string }
  | { kind: 'lead' | 'bye'; from: string }
  /** To the streams that have all that came before it, whichever tabs they are of. */
  | { kind: 'event'; from: string; streams: string[]; type: string; data: string; id: string }
  | { kind: 'fail'; from: string; refused: boolean };

/** What the hub says of an audit. */
export const TYPES = ['hello', 'op', 'photos', 'presence', 'cloud', 'reset', 'ping', 'gone'] as const;
/** A leader that is alive answers sooner. */
const ANSWER_MS = 300;
/** Tabs that open together ask together: one reopening serves them all. */
const GATHER_MS = 40;
/** Audits that the hub takes in one stream; on a tablet with more tabs the last to ask are served. */
const MOST = 16;
/** A hub that refuses the shared stream this often in a row, and nothing else, is older than it. */
const REFUSALS = 2;

/** Whether a stream that said something at `heardAt` is to be trusted: it pings every ten seconds. A clock that was set back tells nothing. */
export const isFresh = (heardAt: number, now: number, forMs = 12_000) =>
  now >= heardAt && now - heardAt <= forMs;

const tokenOf = (want: string) => want.slice(0, want.lastIndexOf('@'));

/** A stream of some tab, as the leader knows it. */
interface Follower {
  /** How far it has been told. */
  want: string;
  /** The open stream goes on from there, or from before. Until then it is told nothing: an operation beyond those that it
   * misses would make it believe that it has them. */
  served: boolean;
}

export class SharedFeed {
  /** Of this tab. */
  readonly #streams = new Map<string, SharedStream>();
  #made = 0;
  #leading = false;

  // ---- as a leader ----
  /** Of all tabs, the last to ask at the end. */
  readonly #followers = new Map<string, Follower>();
  #source: Stream | null = null;
  /** When anything came of it; null: nothing yet. */
  #heardAt: number | null = null;
  /** How far each audit of the stream has been handed on, as a want. */
  readonly #at = new Map<string, string>();
  /** Who is here and what is in the cloud, for a tab that comes later. */
  readonly #last = new Map<string, { type: string; data: string }>();
  #gather: ReturnType<typeof setTimeout> | undefined;
  #refusals = 0;

  constructor(private readonly host: SharedHost) {
    host.channel.onmessage = ({ data }) => {
      this.#hear(data);
    };
  }

  /** Follows an audit from `want`; `alone` is the address of a stream for this audit only. */
  open(alone: string, want: string): Stream {
    if (this.#refusals >= REFUSALS) {
      // Or it was this tablet that was refused, which may be let in by now: the next one is shared again, if it can be.
      this.#refusals -= 1;
      return this.host.open(alone);
    }
    this.#made += 1;
    const stream = new SharedStream(`${this.host.id}-${String(this.#made)}`, want, () => {
      this.#close(stream);
    });
    this.#streams.set(stream.id, stream);
    this.#ask(stream);
    return stream;
  }

  /** This tab goes away, perhaps to come back as it is. */
  leave(): void {
    if (this.#leading) {
      this.resign();
      return;
    }
    for (const stream of this.#streams.keys()) this.#say({ kind: 'drop', from: this.host.id, stream });
    this.#failOwn(false);
  }

  /** This tab is looked at no more: another one may lead. */
  resign(): void {
    if (!this.#leading) return;
    this.#stepDown();
    this.#say({ kind: 'bye', from: this.host.id });
    // Those of this tab that stay ask like any other.
    this.#failOwn(false);
  }

  #ask(stream: SharedStream): void {
    const { id, want } = stream;
    if (this.#leading) {
      this.#take(id, want);
      return;
    }
    this.#say({ kind: 'want', from: this.host.id, stream: id, want });
    // Not all at the same moment.
    stream.patience = setTimeout(
      () => {
        if (!this.#leading) this.#lead();
      },
      ANSWER_MS * (1 + this.host.random()),
    );
  }

  #close(stream: SharedStream): void {
    clearTimeout(stream.patience);
    this.#streams.delete(stream.id);
    if (this.#leading) this.#forget(stream.id);
    else this.#say({ kind: 'drop', from: this.host.id, stream: stream.id });
  }

  #hear(said: Said): void {
    switch (said.kind) {
      case 'want':
        if (!this.#leading) return;
        this.#say({ kind: 'have', from: this.host.id, stream: said.stream });
        this.#take(said.stream, said.want);
        return;
      case 'drop':
        if (this.#leading) this.#forget(said.stream);
        return;
      case 'have':
        clearTimeout(this.#streams.get(said.stream)?.patience);
        return;
      case 'lead':
        if (this.#leading && this.host.id < said.from) {
          this.#say({ kind: 'lead', from: this.host.id });
          return;
        }
        if (this.#leading) this.#stepDown();
        this.#failOwn(false);
        return;
      case 'bye':
        this.#failOwn(false);
        return;
      case 'fail':
        this.#failOwn(said.refused);
        return;
      case 'event':
        this.#deliver(said);
    }
  }

  #deliver({ streams, type, data, id }: Said & { kind: 'event' }): void {
    this.#refusals = 0;
    for (const stream of streams) this.#streams.get(stream)?.hear(type, data, id);
  }

  /** They ask again, each from where it is. */
  #failOwn(refused: boolean): void {
    if (refused) this.#refusals += 1;
    for (const stream of [...this.#streams.values()]) stream.fail(refused);
  }

  #say(said: Said): void {
    this.host.channel.postMessage(said);
  }

  // ---- as a leader ----

  #lead(): void {
    this.#leading = true;
    this.#say({ kind: 'lead', from: this.host.id });
    for (const { id, want, patience } of this.#streams.values()) {
      clearTimeout(patience);
      this.#take(id, want);
    }
  }

  #stepDown(): void {
    this.#leading = false;
    clearTimeout(this.#gather);
    this.#gather = undefined;
    this.#followers.clear();
    this.#shut();
  }

  #take(stream: string, want: string): void {
    const token = tokenOf(want);
    // It has read as far as was handed on: the stream that is open serves it as well. But a silent one is never replaced if
    // each tab that gives it up, while others still wait, is given it again.
    const served = this.#alive && this.#at.get(token) === want;
    this.#followers.delete(stream);
    this.#followers.set(stream, { want, served });
    if (served) {
      this.#tell([stream], 'ping', 'null', '');
      for (const type of ['presence', 'cloud']) {
        const last = this.#last.get(`${token} ${type}`);
        if (last) this.#tell([stream], type, last.data, '');
      }
      return;
    }
    this.#gather ??= setTimeout(() => {
      this.#gather = undefined;
      this.#open();
    }, GATHER_MS);
  }

  get #alive(): boolean {
    return this.#heardAt !== null && isFresh(this.#heardAt, this.host.now());
  }

  #forget(stream: string): void {
    this.#followers.delete(stream);
    if (this.#followers.size === 0) this.#shut();
  }

  #open(): void {
    this.#shut();
    for (const follower of [...this.#followers.values()].reverse()) {
      const token = tokenOf(follower.want);
      const other = this.#at.get(token);
      follower.served = other !== undefined || this.#at.size < MOST;
      if (!follower.served) continue;
      this.#at.set(token, other === undefined ? follower.want : behind(other, follower.want));
    }
    if (this.#at.size === 0) return;
    const source = this.host.open(this.host.url([...this.#at.values()]));
    this.#source = source;
    let token = '';
    const on = (type: string, handle: (event: MessageEvent<string>) => void) => {
      source.addEventListener(type, (event) => {
        if (source !== this.#source) return;
        this.#heardAt = this.host.now();
        handle(event);
      });
    };
    on('audit', ({ data }) => {
      token = (JSON.parse(data) as { token: string }).token;
    });
    for (const type of TYPES) {
      on(type, ({ data, lastEventId }) => {
        const served = [...this.#followers].filter(
          ([, { want, served }]) => served && (type === 'ping' || tokenOf(want) === token),
        );
        if (type === 'op' && lastEventId !== '') {
          const at = `${token}@${cursorOfEvent(lastEventId, data)}`;
          this.#at.set(token, at);
          for (const [, follower] of served) follower.want = at;
        }
        if (type === 'presence' || type === 'cloud') this.#last.set(`${token} ${type}`, { type, data });
        this.#tell(
          served.map(([stream]) => stream),
          type,
          data,
          lastEventId,
        );
      });
    }
    on('error', () => {
      const refused = source.readyState === 2;
      this.#followers.clear();
      this.#shut();
      this.#say({ kind: 'fail', from: this.host.id, refused });
      this.#failOwn(refused);
    });
  }

  #tell(streams: string[], type: string, data: string, id: string): void {
    const said: Said = { kind: 'event', from: this.host.id, streams, type, data, id };
    if (streams.some((stream) => !this.#streams.has(stream))) this.#say(said);
    this.#deliver(said);
  }

  #shut(): void {
    this.#source?.close();
    this.#source = null;
    this.#heardAt = null;
    this.#at.clear();
    this.#last.clear();
  }
}

/** The one of two positions from which both can go on; of two logs whichever, the hub says `reset`. */
function behind(one: string, other: string): string {
  return seqOf(one) <= seqOf(other) ? one : other;
}

/** What a tab sees. It is told later than it was made, as an EventSource is. */
class SharedStream implements Stream {
  readyState = 0;
  patience: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>();

  constructor(
    readonly id: string,
    readonly want: string,
    private readonly closed: () => void,
  ) {}

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  hear(type: string, data: string, lastEventId: string): void {
    if (this.readyState === 2) return;
    this.readyState = 1;
    this.#tell(type, { data, lastEventId } as MessageEvent<string>);
  }

  fail(refused: boolean): void {
    this.readyState = refused ? 2 : 0;
    this.#tell('error', new Event('error') as MessageEvent<string>);
  }

  #tell(type: string, event: MessageEvent<string>): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }

  close(): void {
    this.readyState = 2;
    this.closed();
  }
}
