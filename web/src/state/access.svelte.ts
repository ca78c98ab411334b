// Who works here, and whether the hub lets them in: decides which screen comes first and who may mark. Made by
// state/app.svelte.ts; the session itself is kept by sync/membership.ts.
import type { Access as Mode, Role } from '../domain/access';
import type { Emitter } from '../domain/emitter';
import { shortId } from '../domain/ids';
import { nameFrom } from '../domain/text';
import type { Author, HubInfo } from '../domain/types';
import type { Api } from '../net/api';
import { ApiError } from '../net/call';
import type { Events } from '../sync/events';
import { Membership, type Loss, type Session } from '../sync/membership';
import type { Store } from '../sync/store';
import type { HubClock } from './hub-clock';
import { plain } from './plain';

/** What stands between the technician and the audits. */
export type Gate = 'looking' | 'join' | 'name' | 'open';

export class Access {
  author: Author = $state.raw({ technician_id: '', technician_name: '', device_id: '' });
  askName = $state(false);
  /** Why the hub did not take the last name, where it was told later. */
  nameRefused: string | null = $state(null);
  /** How this hub lets people in; null until it has said so. */
  mode: Mode | null = $state(null);
  session: Session | null = $state.raw(null);
  lost: Loss | null = $state(null);
  /** Somebody wants to join: the code of the link they came by, or nothing where it is yet to be typed. */
  joining: string | null = $state(null);
  /** This tablet holds audits that it has read. */
  hasRead = $state(false);

  readonly gate: Gate = $derived.by(() => {
    if (this.mode !== 'open' && (this.joining !== null || (!this.session && !this.hasRead))) {
      return this.mode === 'crew' ? 'join' : 'looking';
    }
    return this.askName ? 'name' : 'open';
  });
  /** The hub wants a session, and takes none of this tablet. */
  readonly outside = $derived(this.mode === 'crew' && (!this.session || this.lost !== null));
  /** Null where there are no roles. */
  readonly role: Role | null = $derived(this.mode === 'open' ? null : (this.session?.role ?? null));
  readonly canMark = $derived(this.role !== 'viewer');
  readonly isLead = $derived(this.role === 'lead');
  /** May do what a lead may: on an open hub that is everybody. */
  readonly canLead = $derived(this.mode === 'open' || this.isLead);

  /** The name was changed while the hub could not be told. */
  #nameDue = false;
  readonly #membership: Membership;

  constructor(
    private readonly store: Store,
    api: Api,
    private readonly events: Emitter<Events>,
    clock: HubClock,
  ) {
    this.#membership = new Membership(
      store,
      api,
      () => clock.now(),
      () => {
        this.#taken();
      },
    );
    // As long as the page is there.
    events.on({
      welcomed: (token) => {
        this.#membership.welcomed(token);
      },
      refused: ({ token, code }) => {
        // A hub that was open when it was last asked wants a session now.
        if (code === 'no_session') this.mode = 'crew';
        this.#membership.refused(token, code);
      },
      forbidden: () => {
        // The lead has changed the role since: ask which it is now.
        this.#membership.look().catch(() => undefined);
      },
    });
  }

  async start(): Promise<void> {
    this.mode = ((await this.#get('access')) as Mode | undefined) ?? null;
    await this.load();
    if (this.author.device_id === '') {
      this.author = {
        technician_id: shortId('tech_', 8),
        technician_name: '',
        device_id: shortId('dev_', 16),
      };
      await this.#keepAuthor();
    }
    this.askName = this.author.technician_name === '';
  }

  /** Reads who works here: at the start, and when another tab changed it. */
  async load(): Promise<void> {
    const kept = (await this.#get('author')) as Author | undefined;
    // A name that an earlier page let through may be one that no hub takes: each mark would be refused for it.
    if (kept) this.author = { ...kept, technician_name: nameFrom(kept.technician_name) };
    this.askName &&= this.author.technician_name === '';
    this.#nameDue = (await this.#get('name-due')) === true;
    await this.#membership.load();
  }

  /** Shows the way in, for a code that is typed. */
  askJoin(): void {
    this.askName = false;
    this.joining = '';
  }

  /** Back to the audits, as they are known here. */
  dropJoining(): void {
    this.joining = null;
    this.events.emit('admitted');
  }

  /** Joins the crew under this name; throws as a call does. */
  async join(code: string, name: string): Promise<void> {
    await this.#setName(name);
    try {
      await this.#membership.join(code, name, this.author.device_id);
      await this.#setName(this.session?.name ?? name);
    } catch (error) {
      // The hub has been opened since it was asked.
      if (!(error instanceof ApiError && error.code === 'open_hub')) throw error;
      this.mode = 'open';
    }
    await this.#setNameDue(false);
    this.events.emit('joined');
    this.dropJoining();
  }

  /** Changes the name: here at once, on the hub when it can be told. Throws when the hub will not have it. */
  async rename(name: string): Promise<void> {
    this.nameRefused = null;
    const before = this.author.technician_name;
    const tell = this.session !== null && this.mode !== 'open' && name !== before;
    await this.#setName(name);
    if (tell) {
      await this.#setNameDue(true);
      try {
        await this.#tellName();
      } catch (error) {
        if (!(error instanceof ApiError) || error.outside || error.busy) return;
        await this.#setName(before);
        await this.#setNameDue(false);
        throw error;
      } finally {
        this.events.emit('joined');
      }
    }
  }

  hubSaid(hub: HubInfo): void {
    const mode = modeOf(hub);
    if (mode === this.mode) return;
    this.mode = mode;
    if (mode === 'open') this.joining = null;
    void this.store.set('access', mode).catch(() => undefined);
    this.events.emit('admitted');
  }

  /** Whether the hub lets this tablet in now. Keeps the session young, and brings name and role up to date. */
  async check(): Promise<boolean> {
    if (this.mode === 'open') return true;
    if (!this.session) return false;
    try {
      const me = await this.#membership.look();
      if (this.#nameDue) await this.#tellDueName(me.name);
      else if (me.name !== this.author.technician_name) await this.#setName(me.name);
      await this.#membership.renewIfDue();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.outside) return false;
      throw error;
    }
  }

  mendCookie(): Promise<boolean> {
    return this.mode === 'open' ? Promise.resolve(false) : this.#membership.mendCookie();
  }

  /** That goes with every call. */
  token(): string | null {
    return this.mode === 'open' ? null : this.#membership.token;
  }

  #taken(): void {
    const { session, lost } = this.#membership;
    const back = this.lost !== null && lost === null;
    this.session = session;
    this.lost = lost;
    if (session && session.technician_id !== this.author.technician_id) {
      this.author = { ...this.author, technician_id: session.technician_id };
      void this.#keepAuthor();
    }
    if (back) this.events.emit('admitted');
  }

  /** A name that was given out of reach. One that the hub will not have keeps nothing else from it: they are called as before. */
  async #tellDueName(before: string): Promise<void> {
    try {
      await this.#tellName();
    } catch (error) {
      if (!(error instanceof ApiError) || error.outside || error.busy) throw error;
      await this.#setNameDue(false);
      await this.#setName(before);
      this.nameRefused = plain(error);
    }
  }

  async #tellName(): Promise<void> {
    const me = await this.#membership.rename(this.author.technician_name);
    await this.#setNameDue(false);
    await this.#setName(me.name);
  }

  async #setName(name: string): Promise<void> {
    this.askName = false;
    if (name === this.author.technician_name) return;
    this.author = { ...this.author, technician_name: name };
    await this.#keepAuthor();
  }

  async #setNameDue(due: boolean): Promise<void> {
    this.#nameDue = due;
    await this.store.set('name-due', due).catch(() => undefined);
  }

  #keepAuthor(): Promise<void> {
    return this.store.set('author', this.author).catch(() => undefined);
  }

  #get(key: string): Promise<unknown> {
    return this.store.get(key).catch(() => undefined);
  }
}

const modeOf = (hub: HubInfo): Mode => (hub.access === 'open' ? 'open' : 'crew');
