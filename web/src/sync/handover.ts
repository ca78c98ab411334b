// Hand-over protocol between two origins: brings what this tablet keeps from the hub's plain address to its HTTPS one.
// Two pages talk: the old one gives, the new one, opened by it, takes.
//
//   taker  ready ──▶            every half second, until it has the message (handover-message.ts)
//          ◀── parcel  giver
//   taker  kept ──▶             once the technician has said yes and it is on the disk
//          ◀── gone  giver      once the giver has forgotten what is kept there
//
// Nothing is forgotten before `kept` names it, so a break anywhere leaves every mark in one place at least; a mark in
// both is one mark, by its id. Each side listens to one address and speaks to that alone.
// The giver is made by state/secure.svelte.ts and trust/; the taker by handover/.
import { unpack, pack, readHandoverMessage, type HandoverMessage } from './handover-message';
import type { Store } from './store';

const PROTOCOL = 'fieldhub-handover-1';
const AGAIN_MS = 500;
/** So long is the giver asked to answer; it may have been closed, and need not be there for the marks to be safe. */
const ASKED = 20;

type Said =
  | { step: 'ready' }
  | { step: 'parcel'; parcel: unknown }
  | { step: 'kept'; ids: unknown }
  | { step: 'no' }
  | { step: 'gone' };

/** Whoever can be sent a message. */
export interface Peer {
  postMessage(message: unknown, targetOrigin: string): void;
}

/** The part of `window` by which messages come. */
export type Ears = Pick<Window, 'addEventListener' | 'removeEventListener'>;

/** Listens to one address. */
class Line {
  readonly #hear: (event: MessageEvent<unknown>) => void;

  constructor(
    private readonly ears: Ears,
    readonly origin: string,
    heard: (said: Said, from: Peer) => void,
  ) {
    this.#hear = ({ origin: from, source, data }) => {
      if (from !== this.origin || source === null) return;
      if ((data as { protocol?: unknown } | null)?.protocol === PROTOCOL) heard(data as Said, source as Peer);
    };
    ears.addEventListener('message', this.#hear);
  }

  say(to: Peer, said: Said): void {
    to.postMessage({ protocol: PROTOCOL, ...said }, this.origin);
  }

  close(): void {
    this.ears.removeEventListener('message', this.#hear);
  }
}

/** `asked`: the other page shows what would come; `no`: not now. */
export type Giving = 'waiting' | 'asked' | 'no' | 'moved' | 'failed';

export class Giver {
  readonly #line: Line;

  constructor(
    private readonly store: Store,
    ears: Ears,
    /** The HTTPS address of this very hub. */
    origin: string,
    private readonly told: (how: Giving) => void,
    /** How many pictures wait here. */
    private readonly photos?: () => Promise<number>,
  ) {
    this.#line = new Line(ears, origin, (said, from) => {
      this.#heard(said, from).catch(() => {
        told('failed');
      });
    });
  }

  close(): void {
    this.#line.close();
  }

  async #heard(said: Said, from: Peer): Promise<void> {
    if (said.step === 'ready') {
      this.#line.say(from, { step: 'parcel', parcel: await pack(this.store, this.photos) });
      this.told('asked');
    } else if (said.step === 'kept' && Array.isArray(said.ids)) {
      await this.store.letGo(said.ids.filter((id) => typeof id === 'string'));
      await this.store.set('moved', this.#line.origin);
      this.#line.say(from, { step: 'gone' });
      this.told('moved');
    } else if (said.step === 'no') this.told('no');
  }
}

export class Taker {
  readonly #line: Line;
  #timer: ReturnType<typeof setInterval> | undefined;
  #message: ((message: HandoverMessage) => void) | null = null;
  #gone: ((there: boolean) => void) | null = null;

  constructor(
    private readonly store: Store,
    ears: Ears,
    private readonly giver: Peer,
    /** The plain address of this very hub. */
    origin: string,
  ) {
    this.#line = new Line(ears, origin, (said) => {
      if (said.step === 'parcel') {
        const message = readHandoverMessage(said.parcel);
        if (message) this.#message?.(message);
      } else if (said.step === 'gone') this.#gone?.(true);
    });
  }

  /** Null where the other page does not answer: it was closed, or is of another version. */
  ask(): Promise<HandoverMessage | null> {
    return this.#repeat<HandoverMessage | null>({ step: 'ready' }, null, (done) => (this.#message = done));
  }

  /** Keeps what came; then the other page forgets what is kept. False where it did not say that it has. */
  async take(message: HandoverMessage): Promise<boolean> {
    const ids = await unpack(this.store, message);
    return this.#repeat({ step: 'kept', ids }, false, (done) => (this.#gone = done));
  }

  decline(): void {
    this.#line.say(this.giver, { step: 'no' });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#line.close();
  }

  /** Says it until there is an answer, or nobody to give one. */
  #repeat<T>(said: Said, otherwise: T, wait: (done: (answer: T) => void) => void): Promise<T> {
    return new Promise((resolve) => {
      let times = 0;
      const done = (answer: T) => {
        clearInterval(this.#timer);
        this.#message = this.#gone = null;
        resolve(answer);
      };
      const once = () => {
        times += 1;
        if (times > ASKED) done(otherwise);
        else this.#line.say(this.giver, said);
      };
      wait(done);
      this.#timer = setInterval(once, AGAIN_MS);
      once();
    });
  }
}
