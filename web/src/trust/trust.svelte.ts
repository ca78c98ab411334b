// Certificate trust (TLS): how far this device is with trusting the hub: asked of the hub, tried by a call, and tried
// again when somebody comes back to this tab. Drawn by trust/Trust.svelte.
import { HANDOVER, httpsOrigin } from '../domain/origin';
import type { HubTls } from '../domain/types';
import { Api } from '../net/api';
import { trusts } from '../net/trusts';
import { Giver, type Giving } from '../sync/handover';
import type { Store } from '../sync/store';
import { Tabs } from '../sync/tabs';

const AWAY_MS = 4_000;
/** Certificates are installed in another app: nothing tells when, but for coming back. */
const LOOK_MS = 10_000;

/** `here`: this very page came over HTTPS. */
export type Standing = 'reading' | 'away' | 'none' | 'checking' | 'not' | 'yes' | 'here';

export class TrustState {
  standing: Standing = $state('reading');
  tls: HubTls | null = $state.raw(null);
  name = $state('fieldhub');
  giving: Giving = $state('waiting');
  origin: string | null = $state(null);
  readonly link = $derived(this.origin === null ? null : `${this.origin}/${HANDOVER}`);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #giver: Giver | null = null;
  readonly #tabs = new Tabs(() => undefined);
  readonly #api = new Api();

  constructor(private readonly store: Store) {
    document.addEventListener('visibilitychange', () => {
      void this.look();
    });
    void this.look();
  }

  /** Asks the hub, then the browser; and again after a while, until the browser trusts the hub. */
  async look(): Promise<void> {
    if (this.#looking || document.visibilityState === 'hidden') return;
    clearTimeout(this.#timer);
    this.#looking = true;
    const wait = await this.#look();
    this.#looking = false;
    if (wait !== null) {
      this.#timer = setTimeout(() => {
        void this.look();
      }, wait);
    }
  }

  async #look(): Promise<number | null> {
    try {
      const hub = await this.#api.hub();
      this.name = hub.name;
      this.tls = hub.tls ?? null;
      this.#giveTo(httpsOrigin(location.hostname, hub));
    } catch {
      this.standing = 'away';
      return AWAY_MS;
    }
    if (this.origin === null) {
      this.standing = 'none';
      return null;
    }
    if (location.protocol === 'https:') {
      this.standing = 'here';
      return null;
    }
    if (this.standing !== 'not') this.standing = 'checking';
    this.standing = (await trusts(this.origin)) ? 'yes' : 'not';
    return this.standing === 'yes' ? null : LOOK_MS;
  }

  #giveTo(origin: string | null): void {
    if (origin === this.origin) return;
    this.origin = origin;
    this.#giver?.close();
    this.#giver =
      origin === null || location.protocol === 'https:'
        ? null
        : new Giver(
            this.store,
            window,
            origin,
            (how) => {
              this.giving = how;
              // The page of the audits may be open in another tab.
              if (how === 'moved') this.#tabs.tell('outbox');
            },
            async () => (await import('../sync/photo/waiting')).photosWaiting(),
          );
  }
}
