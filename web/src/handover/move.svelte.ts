// Hand-over state: how one goes, for the page that takes: from asking the other page until the technician goes on. Made
// by handover/index.ts, drawn by Handover.svelte; the talking is done by sync/handover.ts.
import { httpOrigin } from '../domain/origin';
import { Api } from '../net/api';
import { Taker, type Ears, type Peer } from '../sync/handover';
import { isEmpty, type HandoverMessage } from '../sync/handover-message';
import type { Store } from '../sync/store';

export type Step =
  | { at: 'looking' | 'taking' | 'away' | 'alone' | 'failed' }
  | { at: 'offer'; message: HandoverMessage }
  /** Nothing but pictures, which stay where they are. */
  | { at: 'stay'; photos: number }
  | { at: 'done'; count: number; gone: boolean; photos: number };

export interface MovePage extends Ears {
  /** Who opened this page. */
  opener: Peer | null;
  hostname: string;
}

const thisPage = (): MovePage => ({
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  opener: window.opener as Window | null,
  hostname: location.hostname,
});

export class Move {
  step: Step = $state.raw({ at: 'looking' });
  /** The plain address of this hub: the only one from which anything is taken. */
  origin: string | null = $state(null);
  readonly over: Promise<void>;

  #taker: Taker | null = null;
  #finish: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly api: Pick<Api, 'hub'> = new Api(),
    private readonly page: MovePage = thisPage(),
  ) {
    this.over = new Promise((done) => (this.#finish = done));
    void this.look();
  }

  async look(): Promise<void> {
    this.step = { at: 'looking' };
    this.#taker?.close();
    try {
      // The hub says where its plain page is: no message of any page does.
      this.origin = httpOrigin(this.page.hostname, await this.api.hub());
    } catch {
      this.step = { at: 'away' };
      return;
    }
    const { opener } = this.page;
    if (this.origin === null || opener === null) {
      this.step = { at: 'alone' };
      return;
    }
    this.#taker = new Taker(this.store, this.page, opener, this.origin);
    const message = await this.#taker.ask();
    if (message === null) this.step = { at: 'alone' };
    else if (isEmpty(message)) this.leave();
    else if (isEmpty({ ...message, photos: 0 })) this.step = { at: 'stay', photos: message.photos ?? 0 };
    else this.step = { at: 'offer', message };
  }

  async take(message: HandoverMessage): Promise<void> {
    this.step = { at: 'taking' };
    try {
      // Nothing is taken into what is forgotten with the tab.
      if (!this.#taker || !this.store.lasting) throw new Error('this browser keeps nothing');
      const gone = await this.#taker.take(message);
      this.step = { at: 'done', count: message.marks.length, gone, photos: message.photos ?? 0 };
    } catch {
      this.step = { at: 'failed' };
    }
  }

  decline(): void {
    this.#taker?.decline();
    this.leave();
  }

  leave(): void {
    this.#taker?.close();
    this.#finish();
  }
}
