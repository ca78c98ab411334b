// Session token (JWT) of this tablet, its renewal and its loss: keeps the session that the hub gave it, renews it in
// time, and notes when and why the hub no longer takes it. Used by state/access.svelte.ts.
//
// A lost session is not thrown away: expired or not, it proves to the hub who this tablet was, so that whoever
// joins again is the same technician. And the hub may take it again by itself, when the lead readmits them.
import type { Joined, Me } from '../domain/access';
import type { Api } from '../net/api';
import type { Store } from './store';

const SETTING = 'session';

export interface Session extends Joined {
  /** By the hub's clock: half of its life is over. */
  renew_at_ms: number;
}

/** Why the hub no longer takes the session. */
export type Loss = 'expired' | 'revoked' | 'unknown';

export class Membership {
  session: Session | null = null;
  lost: Loss | null = null;
  #renewing: Promise<void> | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Pick<Api, 'join' | 'me' | 'rename' | 'renew' | 'cookieWorks'>,
    /** The hub's time, as well as it is known here. */
    private readonly hubNow: () => number,
    /** The session or its loss is another one now. */
    private readonly changed: () => void,
  ) {}

  get token(): string | null {
    return this.session?.token ?? null;
  }

  /** Reads what is kept: at the start, and when another tab of this tablet has joined. */
  async load(): Promise<void> {
    const kept = (await this.store.get(SETTING).catch(() => undefined)) as Session | undefined;
    if (!kept) return;
    if (kept.token !== this.token) this.lost = null;
    this.session = kept;
    this.changed();
  }

  async join(code: string, name: string, deviceId: string): Promise<void> {
    await this.#take(await this.api.join(code, name, deviceId));
  }

  /** Renews the session when less than half of its life is left; a failure is made up for the next time. */
  async renewIfDue(): Promise<void> {
    if (this.session && this.lost === null && this.hubNow() >= this.session.renew_at_ms) {
      await this.renew();
    }
  }

  /** One call, however many ask for it. */
  renew(): Promise<void> {
    this.#renewing ??= this.api
      .renew()
      .then((joined) => this.#take(joined))
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  /** The live feed was refused though calls go through: true when the cookie was gone and is there again. */
  async mendCookie(): Promise<boolean> {
    if (!this.session || (await this.api.cookieWorks())) return false;
    await this.renew();
    return true;
  }

  /** Asks who this tablet is to the hub: its name and role may have been changed there. */
  async look(): Promise<Me> {
    return this.#notice(await this.api.me());
  }

  async rename(name: string): Promise<Me> {
    return this.#notice(await this.api.rename(name));
  }

  /** The hub refused a call. An answer about an older token says nothing about the one that is kept now. */
  refused(token: string | null, code: string | null): void {
    if (token === null || token !== this.token) return;
    const loss = code === 'expired' || code === 'revoked' ? code : 'unknown';
    if (loss === this.lost) return;
    this.lost = loss;
    this.changed();
  }

  /** The hub took a call: after a loss, the lead has let this tablet in again. */
  welcomed(token: string): void {
    if (this.lost === null || token !== this.token) return;
    this.lost = null;
    this.changed();
  }

  async #notice(me: Me): Promise<Me> {
    const { session } = this;
    if (session && (session.name !== me.name || session.role !== me.role)) {
      await this.#keep({ ...session, name: me.name, role: me.role });
    }
    return me;
  }

  #take(joined: Joined): Promise<void> {
    const now = this.hubNow();
    this.lost = null;
    return this.#keep({ ...joined, renew_at_ms: now + (joined.expires_at_ms - now) / 2 });
  }

  async #keep(session: Session): Promise<void> {
    this.session = session;
    // Told before it is kept: a full tablet may join for as long as its tab is open.
    this.changed();
    await this.store.set(SETTING, session).catch(() => undefined);
  }
}
