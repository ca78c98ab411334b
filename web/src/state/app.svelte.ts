// The whole page's state: who works here, which screen, whether the hub answers, what waits to be sent.
// Made once by main.ts and handed to App.svelte.
import { shortId } from '../domain/ids';
import type { AuditSummary, Author, HubInfo, MarkOp } from '../domain/types';
import { t } from '../i18n';
import { Api, ApiError } from '../net/api';
import { Outbox } from '../sync/outbox';
import { KEEP_SENT_MS, type Store, type Waiting } from '../sync/store';
import { Tabs } from '../sync/tabs';
import { AuditState } from './audit.svelte';

export type Reach = 'unknown' | 'yes' | 'no';

const POLL_MS = 15_000;
const POLL_LOST_MS = 4_000;
const POLL_LIST_MS = 5_000;

export class App {
  readonly api = new Api();

  author: Author = $state.raw({ technician_id: '', technician_name: '', device_id: '' });
  askName = $state(false);
  reach: Reach = $state('unknown');
  hub: HubInfo | null = $state.raw(null);
  audits: AuditSummary[] | null = $state.raw(null);
  /** The list is what the hub said just now, not what it said once. */
  auditsFresh = $state(false);
  audit: AuditState | null = $state.raw(null);
  waiting: Waiting[] = $state.raw([]);
  refused: Waiting[] = $state.raw([]);
  gone: string | null = $state(null);
  /** Why the hub takes no marks, in its words. */
  trouble: string | null = $state(null);
  notKept = $state(false);
  /** For the polite live region. */
  said = $state('');

  readonly #outbox: Outbox;
  readonly #tabs: Tabs;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #offsetMs = 0;
  #counting = false;
  #countAgain = false;

  constructor(readonly store: Store) {
    this.api.heard = (reached) => {
      this.#heard(reached);
    };
    this.#tabs = new Tabs(() => {
      void this.#count();
      this.audit?.reloadOwn();
    });
    this.#outbox = new Outbox(
      store,
      {
        post: (token, ops, sentAtMs) => this.api.postOps(token, ops, sentAtMs),
        now: () => Date.now(),
        random: () => Math.random(),
        changed: () => {
          this.#tabs.tellOutbox();
          void this.#count();
        },
        settled: (batch, answer) => {
          if (this.audit && batch[0]?.token === this.audit.token) {
            this.audit.settled(answer.results, answer.log_id);
          }
        },
        trouble: (token, error) => {
          this.#trouble(token, error);
        },
      },
      shortId('tab_', 8),
    );
  }

  async start(): Promise<void> {
    await this.#whoAmI();
    this.audits = ((await this.store.get('audits')) as AuditSummary[] | undefined) ?? null;
    void this.store.pruneSent(Date.now() - KEEP_SENT_MS).catch(() => undefined);
    addEventListener('hashchange', () => {
      this.#route();
    });
    addEventListener('online', () => {
      this.#poll();
    });
    addEventListener('offline', () => {
      // The system's word alone may be wrong on a network without internet: ask the hub itself.
      this.#poll();
    });
    document.addEventListener('visibilitychange', () => {
      this.audit?.wake();
      if (document.visibilityState === 'hidden') this.audit?.flush();
      else this.#poll();
    });
    addEventListener('pagehide', () => {
      this.audit?.flush();
      this.#outbox.stop();
    });
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.#outbox.start();
    });
    this.#route();
    this.#poll();
    await this.#count();
    this.#outbox.start();
  }

  async rename(name: string): Promise<void> {
    this.author = { ...this.author, technician_name: name };
    this.askName = false;
    await this.store.set('author', this.author).catch(() => undefined);
    this.audit?.wake();
  }

  /** The hub's time on this tablet's clock, for reading. */
  localTime(hubMs: number): number {
    return hubMs - this.#offsetMs;
  }

  hubTime(timeMs: number): void {
    this.#offsetMs = timeMs - Date.now();
  }

  /** Keeps a mark and sends it; false when the tablet could not keep it. */
  async keep(token: string, op: MarkOp): Promise<boolean> {
    try {
      await this.#outbox.add(token, op);
      this.notKept = false;
      return true;
    } catch {
      this.notKept = true;
      return false;
    }
  }

  /** Offers marks that another log of the hub took to this log as well. */
  offerAgain(tokens: readonly string[], logId: string): void {
    void (async () => {
      let count = 0;
      for (const token of tokens) count += await this.store.offerAgain(token, logId);
      if (count > 0) {
        void this.#count();
        this.#outbox.wake();
      }
    })().catch(() => undefined);
  }

  auditGone(token: string): void {
    this.gone = token;
    if (this.audit?.token === token) location.hash = '#/';
  }

  async dropRefused(n: number): Promise<void> {
    await this.store.dropRefused(n);
    this.#tabs.tellOutbox();
    await this.#count();
  }

  async retryRefused(n: number): Promise<void> {
    await this.store.retryRefused(n);
    this.#tabs.tellOutbox();
    this.audit?.reloadOwn();
    await this.#count();
    this.#outbox.kick();
  }

  say(text: string): void {
    this.said = text;
  }

  async #whoAmI(): Promise<void> {
    const kept = (await this.store.get('author').catch(() => undefined)) as Author | undefined;
    this.author = kept ?? {
      technician_id: shortId('tech_', 8),
      technician_name: '',
      device_id: shortId('dev_', 16),
    };
    if (!kept) await this.store.set('author', this.author).catch(() => undefined);
    this.askName = this.author.technician_name === '';
  }

  #route(): void {
    const match = /^#\/audit\/([^/]+)$/.exec(location.hash);
    let token: string | null = null;
    try {
      token = match?.[1] ? decodeURIComponent(match[1]) : null;
    } catch {
      // A mangled link is no link.
    }
    if (token === (this.audit?.token ?? null)) return;
    this.audit?.close();
    this.audit = token === null ? null : new AuditState(token, this);
    if (token === null) this.#poll();
    else this.gone = null;
  }

  #heard(reached: boolean): void {
    const before = this.reach;
    this.reach = reached ? 'yes' : 'no';
    if (this.reach === before) return;
    if (!reached) {
      this.auditsFresh = false;
      this.say(`${t.hubUnreachable}. ${t.hubLost}`);
      this.#schedule(POLL_LOST_MS);
    } else {
      if (before === 'no') this.say(t.hubBack);
      this.#outbox.wake();
      this.audit?.wake();
      if (before === 'no') this.#poll();
    }
  }

  /** Asks the hub how it is; on the list, what audits there are as well. */
  #poll(): void {
    clearTimeout(this.#pollTimer);
    void (async () => {
      try {
        const asked = Date.now();
        const hub = await this.api.hub();
        this.hubTime(hub.time_ms + (Date.now() - asked) / 2);
        this.hub = hub;
        if (!this.audit) {
          const audits = await this.api.audits();
          this.audits = audits;
          this.auditsFresh = true;
          this.offerAgain(
            audits.map((audit) => audit.token),
            hub.log_id,
          );
          await this.store.set('audits', audits);
        }
      } catch {
        // Told by #heard; the next round asks again.
      }
      const lost = this.reach === 'no';
      this.#schedule(lost ? POLL_LOST_MS : this.audit ? POLL_MS : POLL_LIST_MS);
    })();
  }

  #schedule(ms: number): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(() => {
      // A hidden page asks when it is looked at again.
      if (document.visibilityState !== 'hidden') this.#poll();
    }, ms);
  }

  #trouble(token: string, error: ApiError | null): void {
    if (error?.status === 404) {
      if (this.waiting.some((one) => one.token === token && one.again === null)) this.auditGone(token);
      return;
    }
    this.trouble = error?.message ?? null;
  }

  /** Reads the outbox for the counts; asked twice at once, it reads once more at the end. */
  async #count(): Promise<void> {
    this.#countAgain = true;
    if (this.#counting) return;
    this.#counting = true;
    while (this.#countAgain) {
      this.#countAgain = false;
      const all = await this.store.outbox().catch(() => null);
      if (!all) continue;
      const before = this.waiting.length;
      this.waiting = all.filter((one) => one.refused === null);
      this.refused = all.filter((one) => one.refused !== null);
      if (before > 1 && this.waiting.length === 0) this.say(t.allSent);
    }
    this.#counting = false;
  }
}
