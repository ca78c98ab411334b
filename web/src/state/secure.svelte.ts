// The plain page's way to HTTPS: whether this browser trusts the hub there, and the hand-over of what is kept here. Made
// once it is wanted (`secureOf`), by ui/secure/SecureBanner.svelte and ui/secure/SecureSection.svelte.
import { HANDOVER, httpsOrigin } from '../domain/origin';
import { trusts } from '../net/trusts';
import { Giver, type Giving } from '../sync/handover';
import type { App } from './app.svelte';

export class Secure {
  trust: 'unknown' | 'yes' | 'no' = $state('unknown');
  giving: Giving = $state('waiting');
  /** Where this tablet has moved to. */
  moved: string | null = $state(null);

  readonly #giver: Giver;
  #checking: Promise<void> | null = null;

  constructor(
    private readonly app: App,
    readonly origin: string,
  ) {
    const told = (how: Giving) => {
      this.giving = how;
      if (how !== 'moved') return;
      this.moved = origin;
      app.marks.movedAway();
    };
    this.#giver = new Giver(app.store, window, origin, told, () =>
      Promise.resolve(app.photos?.waiting.count ?? 0),
    );
    void this.#readMoved();
    void this.check();
  }

  get link(): string {
    return `${this.origin}/${HANDOVER}`;
  }

  close(): void {
    this.#giver.close();
  }

  /** Looks anew; one look at a time. */
  check(): Promise<void> {
    this.#checking ??= trusts(this.origin)
      .then((yes) => {
        this.trust = yes ? 'yes' : 'no';
      })
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }

  async #readMoved(): Promise<void> {
    const moved = await this.app.store.get('moved').catch(() => undefined);
    if (moved === this.origin) this.moved = this.origin;
  }
}

/** Null on the HTTPS page itself, and where the hub has none. */
export function secureOf(app: App): Secure | null {
  const origin = app.hub && location.protocol === 'http:' ? httpsOrigin(location.hostname, app.hub) : null;
  if (origin !== (app.secure?.origin ?? null)) {
    app.secure?.close();
    app.secure = origin === null ? null : new Secure(app, origin);
  }
  return app.secure;
}
