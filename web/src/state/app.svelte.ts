// The whole page's state: which screen, whether the hub answers, what audits it has. Who works here is in
// state/access.svelte.ts, what waits to be sent in state/marks.svelte.ts. Made once by main.ts.
import type { JoinLink } from '../domain/access';
import { Emitter } from '../domain/emitter';
import type { AuditSummary, HubInfo } from '../domain/types';
import { language, onTaken, t } from '../i18n';
import { Api } from '../net/api';
import type { Store } from '../sync/store';
import type { SharedFeed } from '../net/shared';
import type { Events } from '../sync/events';
import { sharedFeed, Tabs } from '../sync/tabs';
import { Access } from './access.svelte';
import { readPlace } from './address';
import { AuditState } from './audit.svelte';
import { HubClock } from './hub-clock';
import { Habits } from './habits.svelte';
import { Marks } from './marks.svelte';
import { followLifecycle } from './lifecycle';
import { pageOf } from './page';
import type { Photos } from './photo/photos.svelte';
import { Polling } from './polling';
import { Toasts } from './toasts.svelte';
import { PAGE_VERSION } from './version';
import type { Secure } from './secure.svelte';
import { Settings } from './settings.svelte';
import { Signals } from './signals.svelte';
import type { Updates } from './updates';

export type Reach = 'unknown' | 'yes' | 'no';

const POLL_MS = 15_000;
const POLL_LOST_MS = 4_000;
const POLL_LIST_MS = 5_000;
const OTHERS_MS = 250;

export class App {
  readonly events = new Emitter<Events>();
  readonly api = new Api(this.events);
  readonly clock = new HubClock();
  readonly page = pageOf(this);
  readonly access: Access;
  readonly marks: Marks;
  readonly habits: Habits;
  readonly settings: Settings;
  readonly signals: Signals;
  readonly toasts = new Toasts((text) => {
    this.say(text);
  });

  reach: Reach = $state('unknown');
  hub: HubInfo | null = $state.raw(null);
  audits: AuditSummary[] | null = $state.raw(null);
  /** Audits that the hub has and cannot read. */
  unread: string[] = $state.raw([]);
  /** The list is what the hub said just now, not what it said once. */
  auditsFresh = $state(false);
  audit: AuditState | null = $state.raw(null);
  photos: Photos | null = $state.raw(null);
  /** A screen of leads is asked for: `#/crew` or `#/hub`. */
  crew: string | false = $state(false);
  /** The audit of which a report is asked for. */
  report: string | null = $state(null);
  gone: string | null = $state(null);
  /** Newer versions of the page; only on HTTPS. */
  updates: Updates | null = null;
  /** A newer page is on this tablet, for the next load. */
  updateReady = $state(false);
  /** The way to HTTPS, once somebody has asked for it: read through secureOf(). */
  secure: Secure | null = null;
  /** The language that is spoken. */
  language = $state(language);
  /** For the polite live region. */
  said = $state('');

  /** Null where the tabs of a browser cannot speak with one another: each has its own then. */
  readonly feed: SharedFeed | null;

  readonly #tabs: Tabs;
  readonly #polling = new Polling(
    (current) => this.#ask(current),
    () => (this.reach === 'no' ? POLL_LOST_MS : this.audit ? POLL_MS : POLL_LIST_MS),
    () => this.settings.sync,
  );
  #marked: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly store: Store,
    link: JoinLink | null,
  ) {
    onTaken(() => this.language);
    this.#tabs = new Tabs((what) => {
      if (what === 'session') {
        void this.access.load().then(() => {
          this.#admitted();
        });
        return;
      }
      if (what === 'settings') {
        void this.settings.load().then(() => {
          this.#synced();
        });
        return;
      }
      this.othersMarked();
    });
    this.access = new Access(store, this.api, this.events, this.clock);
    this.access.joining = link?.code ?? null;
    this.habits = new Habits(store);
    this.settings = new Settings(store);
    this.signals = new Signals(this.settings);
    this.marks = new Marks(store, this.api, this.events);
    this.feed = sharedFeed(PAGE_VERSION, (wants) => this.api.liveManyUrl(wants));
    this.api.serve(() => this.access.token());
    // As long as the page is there.
    this.events.on({
      reached: (reached) => {
        this.#heard(reached);
      },
      hello: (timeMs) => {
        this.hubTime(timeMs);
        // A feed that ended and is back may have ended because the lead changed the role.
        this.access.check().catch(() => undefined);
      },
      admitted: () => {
        this.#admitted();
      },
      joined: () => {
        this.#tabs.tell('session');
        this.audit?.wake();
      },
      outbox: () => {
        this.#tabs.tell('outbox');
      },
      gone: (token) => {
        this.gone = token;
        if (this.audit?.token === token) location.hash = '#/';
      },
      say: (text) => {
        this.say(text);
      },
    });
  }

  async start(): Promise<void> {
    await this.access.start();
    await this.habits.load();
    await this.settings.load();
    const kept = await this.store.get('audits').catch(() => undefined);
    this.audits = (kept as AuditSummary[] | undefined) ?? null;
    this.access.hasRead = this.audits !== null;
    followLifecycle(this);
    this.route();
    this.refresh();
    await this.marks.start(this.settings.sync);
    void import('./tablet-report').then(({ reportTablet }) => {
      reportTablet(this);
    }, String);
    this.#startPhotos();
  }

  /** Over plain HTTP their chunk comes from the hub, which may be away. */
  #startPhotos(): void {
    import('./photo/start.svelte')
      .then(({ startPhotos }) => startPhotos(this))
      .catch(() =>
        setTimeout(() => {
          this.#startPhotos();
        }, POLL_MS),
      );
  }

  /** The hub's time on this tablet's clock, for reading. */
  localTime(hubMs: number): number {
    return this.clock.local(hubMs);
  }

  hubTime(timeMs: number): void {
    this.clock.set(timeMs);
    this.marks.hubTime(timeMs);
  }

  /** The hub has another page than this one. Over HTTPS the service worker brings it (updates). */
  get outdated(): boolean {
    return (
      this.reach === 'yes' && this.updates === null && this.hub !== null && this.hub.version !== PAGE_VERSION
    );
  }

  /** Over plain HTTP no page comes without the hub: this one is all there is to mark on. */
  readonly plainHttp = location.protocol === 'http:';

  /** Marks, messages and photos that are on this tablet alone. */
  get unsent(): number {
    return this.marks.waiting + (this.photos?.waiting.count ?? 0);
  }

  /** No mark waits, and nobody is at one, or at a photo. */
  get idle(): boolean {
    return this.marks.waiting === 0 && (this.audit?.open ?? null) === null && !this.photos?.busy;
  }

  say(text: string): void {
    this.said = text;
  }

  /** Their choice: with it off nothing leaves this tablet, and nothing is asked for. */
  async setSync(on: boolean): Promise<void> {
    await this.settings.setSync(on);
    this.#tabs.tell('settings');
    this.say(on ? t.sync.states.yes : t.sync.off);
    this.#synced();
  }

  #synced(): void {
    this.audit?.wake();
    if (this.settings.sync) {
      this.marks.resume();
      this.refresh();
    } else {
      this.marks.stop();
      this.#polling.stop();
    }
  }

  /** Something was changed on the hub, or the page is looked at again: shows what the hub says now. */
  refresh(): void {
    this.#polling.now();
  }

  /** Another tab marks: its taps come in rows, and each reading is of the whole outbox. */
  othersMarked(): void {
    if (this.#marked !== undefined) return;
    this.#marked = setTimeout(() => {
      this.#marked = undefined;
      void this.marks.count();
      this.events.emit('ownChanged');
    }, OTHERS_MS);
  }

  route(): void {
    // Somebody who is not in yet is let through to where they were going once they are.
    if (this.access.gate === 'join' || this.access.gate === 'looking') return;
    const place = readPlace(location.hash);
    const token = place.screen === 'audit' ? place.token : null;
    if (token !== (this.audit?.token ?? null)) {
      this.audit?.close();
      this.audit = token === null ? null : new AuditState(token, this);
      if (token === null) this.refresh();
      else this.gone = null;
    }
    this.crew = place.screen === 'crew' && location.hash;
    this.report = place.screen === 'report' ? place.token : null;
  }

  /** The way is free, or freer than it was: to the audit asked for, and for the marks that wait. */
  #admitted(): void {
    this.route();
    this.marks.wake();
    this.audit?.wake();
    this.refresh();
  }

  #heard(reached: boolean): void {
    const before = this.reach;
    this.reach = reached ? 'yes' : 'no';
    if (this.reach === before) return;
    if (!reached) {
      this.auditsFresh = false;
      this.say(`${t.sync.states.no}. ${t.hubLost}`);
      this.#polling.within(POLL_LOST_MS);
    } else {
      if (before === 'no') this.say(t.hubBack);
      this.marks.wake();
      this.audit?.wake();
      if (before === 'no') {
        this.refresh();
        this.updates?.look();
      }
    }
  }

  /** Asks the hub how it is and whether this tablet is let in; on the list, what audits there are as well. */
  async #ask(current: () => boolean): Promise<void> {
    try {
      const asked = Date.now();
      const hub = await this.api.hub();
      this.hubTime(hub.time_ms + (Date.now() - asked) / 2);
      this.hub = hub;
      this.access.hubSaid(hub);
      if (current() && (await this.access.check()) && !this.audit) await this.#readList(hub.log_id);
    } catch {
      // Told by #heard; the next round asks again.
    }
  }

  async #readList(logId: string): Promise<void> {
    const { audits, unread = [] } = await this.api.audits();
    this.audits = audits;
    this.unread = unread.map((audit) => audit.token);
    this.auditsFresh = true;
    this.access.hasRead = true;
    const tokens = audits.map((audit) => audit.token);
    this.marks.offerAgain(tokens, logId);
    await this.store.set('audits', audits);
  }
}
