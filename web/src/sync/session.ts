// Synchronisation of one open audit, offline first: the copy in the store first, then the hub's state, then its live feed.
// Used by state/audit.svelte.ts. Every way back (reconnect, reset, coming into view) ends in one of two
// calls: open the feed from the cursor, or read the audit anew.
import { Emitter } from '../domain/emitter';
import { wholeUpTo } from '../domain/receipt';
import type { Cloud, LiveOp } from '../domain/types';
import type { Api } from '../net/api';
import { backoff } from '../net/backoff';
import { ApiError } from '../net/call';
import { cursorOf } from '../net/cursor';
import { browserHost, Live } from '../net/live';
import type { AuditEvents, Events } from './events';
import type { Page } from './page';
import { Presence } from './presence';
import { Replica } from './replica';
import { isQuotaError } from './quota';
import type { Store } from './store';

/** Reading the audit anew is cheaper than this many operations one by one. */
const FAR_BEHIND = 2_000;
const SAVE_MS = 400;
/** How long a tablet that is not let in leaves the hub alone, unless it hears that it is. */
const OUTSIDE_MS = 10_000;

export class Session {
  readonly replica: Replica;
  /** What is heard of this audit. */
  readonly events = new Emitter<AuditEvents>();
  readonly #live: Live;
  readonly #presence: Presence;
  readonly #leave: () => void;
  #closed = false;
  /** The hub does not let this tablet in: the feed waits for a better word. */
  #shut = false;
  #reading: Promise<void> | null = null;
  #wakeReading: (() => void) | null = null;
  /** Strings whose modules the store's copy does not have as they are here. */
  #dirty = new Set<number>();
  /** The store has no copy that single strings could be written over. */
  #wholeDue = false;
  /** The head says more than the store's copy of it. */
  #headDue = false;
  /** Of own marks that the feed brought before the answer: should that be lost, they keep their places by these. */
  #stamps = new Map<string, string>();
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  /** This feed has said how much is in the cloud. */
  #cloudTold = false;
  #ownAsked = 0;
  /** The hub has lost what this tablet had read, and so perhaps what it had sent, whichever log it says it is. */
  #resend = false;

  constructor(
    readonly token: string,
    private readonly api: Api,
    private readonly store: Store,
    private readonly page: Page,
    private readonly all: Emitter<Events>,
  ) {
    this.replica = new Replica(token, (ids) => {
      this.events.emit('changed', ids);
    });
    this.#presence = new Presence(token, api, this.events, page);
    this.#leave = all.on({
      settled: ({ token: of, answer }) => {
        if (of === token) this.replica.settle(answer.results, answer.log_id);
      },
      ownChanged: () => {
        void this.reloadOwn();
      },
    });
    this.#live = new Live(
      {
        url: () => api.liveUrl(token, this.replica),
        want: () => `${token}@${cursorOf(this.replica)}`,
        heard: () => {
          all.emit('reached', true);
        },
        hello: ({ log_id, head, time_ms }) => {
          all.emit('hello', time_ms);
          this.#cloudTold = false;
          const { replica } = this;
          const far = log_id !== replica.log_id || head - replica.seq > FAR_BEHIND;
          if (far || replica.dated) this.#readAnew();
          else all.emit('log', { token, logId: log_id });
        },
        cloud: (cloud) => {
          this.#cloudTold = true;
          this.#cloud(cloud);
        },
        ping: () => {
          // A hub without an upstream has nothing to say; the copy may be of a time when it had one.
          if (!this.#cloudTold && this.replica.summary?.cloud) this.#cloud(null);
        },
        reset: ({ resend }) => {
          this.#resend ||= resend ?? false;
          this.#readAnew();
        },
        photos: ({ photos }) => {
          this.events.emit('pictures', photos);
        },
        op: (op, id) => {
          this.#op(op, id.split(':')[0] ?? '');
        },
        presence: ({ technicians }) => {
          this.events.emit('presence', technicians);
        },
        gone: () => {
          this.#missing();
        },
        failed: (refused) => {
          if (refused) void this.#probe();
          else all.emit('reached', false);
        },
      },
      {
        ...browserHost,
        open: (url, want) => page.feed(url, want),
        hidden: () => page.off() || (browserHost.hidden() && !page.alert()),
      },
    );
  }

  async open(): Promise<void> {
    const copy = await this.store.loadReplica(this.token).catch(() => null);
    if (this.#closed) return;
    if (copy) {
      this.replica.restore(copy);
      await this.reloadOwn();
      this.events.emit('replaced');
      this.#live.start();
    } else {
      this.#readAnew();
    }
    this.#presence.tell();
  }

  close(): void {
    this.#closed = true;
    this.#leave();
    this.#live.stop();
    this.#wakeReading?.();
    this.#presence.close();
    this.flush();
  }

  /** The hub is reachable again or lets this tablet in again, or the page came into view or went out of it. */
  wake(): void {
    if (this.#closed) return;
    this.#wakeReading?.();
    if (this.#shut && !this.#reading) this.#live.start();
    this.#shut = false;
    if (!this.#reading) this.#live.check();
    this.#presence.tell();
  }

  /** Tells the crew which module is open here, and which string it or the view is of. */
  focus(moduleId: string | null, string: number | null): void {
    this.#presence.at(string);
    this.#presence.focus(moduleId);
  }

  /** Reads the own marks from the store: at the start, and when another tab changed them. */
  async reloadOwn(): Promise<void> {
    this.#ownAsked += 1;
    const asked = this.#ownAsked;
    const { log_id, seq } = this.replica;
    const [waiting, sent] = await Promise.all([
      this.store.outbox(),
      this.store.sentSince(this.token, log_id, seq),
    ]).catch(() => [null, null]);
    if (!waiting || !sent) return;
    // A later reading knows better.
    if (asked === this.#ownAsked && !this.#closed) this.replica.own(waiting, sent);
  }

  /** Writes what changed to the store now. */
  flush(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (this.#stamps.size > 0) this.store.stamped(this.token, this.#stamps).catch(() => undefined);
    this.#stamps = new Map();
    const head = this.replica.head();
    if (!head || (this.#dirty.size === 0 && !this.#wholeDue && !this.#headDue)) return;
    this.#headDue = false;
    this.#forget(head.summary);
    const strings = this.#dirty;
    const whole = this.#wholeDue;
    this.#dirty = new Set();
    this.#wholeDue = false;
    this.store
      .saveReplica(head, this.replica.chunks(whole ? null : strings), whole)
      .catch((error: unknown) => {
        if (isQuotaError(error)) this.all.emit('full');
        // The next write moves the stored cursor past these operations: it must bring their modules along.
        for (const string of strings) this.#dirty.add(string);
        this.#wholeDue ||= whole;
      });
  }

  #op(op: LiveOp, logId: string): void {
    const { replica } = this;
    if (logId !== '' && logId !== replica.log_id) {
      this.#readAnew();
      return;
    }
    // Own changes of the plan show until it was read as the hub has it now.
    if (op.kind === 'layout' && op.seq > replica.seq) {
      this.#readAnew();
      return;
    }
    if (op.stamp !== undefined && replica.awaits(op)) this.#stamps.set(op.id, op.stamp);
    const strange = op.module && op.module.hidden !== true && !replica.modules.has(op.module.module_id);
    if (!replica.apply(op)) return;
    const { module_id } = op.property?.of ?? {};
    const string = (op.module ?? replica.modules.get(module_id ?? ''))?.string;
    if (string !== undefined) this.#dirty.add(string);
    else this.#headDue ||= op.property !== undefined;
    if (op.kind === 'details' && replica.summary) {
      const { name, client, location } = op as Partial<typeof replica.summary>;
      replica.summary = {
        ...replica.summary,
        ...(name !== undefined && { name }),
        ...(client !== undefined && { client }),
        ...(location !== undefined && { location }),
      };
      this.events.emit('details');
    }
    if (strange) this.events.emit('replaced');
    this.events.emit('heard', op);
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => {
      this.flush();
    }, SAVE_MS);
  }

  #cloud(cloud: Cloud | null): void {
    // Of another log: the audit is about to be read anew.
    if (cloud?.log_id !== undefined && cloud.log_id !== this.replica.log_id) return;
    this.replica.cloud(cloud);
    this.events.emit('cloud', cloud);
    this.#headDue = true;
    this.#saveSoon();
  }

  /** What is whole elsewhere needs no tablet any more to bring it to the next hub. */
  #forget({ cloud }: { cloud?: Cloud | null }): void {
    if (!cloud) return;
    const { log_id, seq } = this.replica;
    // Those that the replica has not read yet it still shows as own ones.
    const upto = Math.min(seq, wholeUpTo(cloud, log_id));
    this.store.forgetSent(this.token, log_id, upto, cloud.parked).catch(() => undefined);
  }

  #readAnew(): void {
    if (this.#reading || this.#closed) return;
    this.#live.stop();
    // The cursor may be past a change of layout that the modules here do not have: the stored copy, with its
    // older cursor, is the better one until the audit was read.
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    this.#dirty.clear();
    this.#wholeDue = false;
    this.#headDue = false;
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
      this.#wakeReading = null;
      if (!this.#closed) this.#live.start();
    });
  }

  async #read(): Promise<void> {
    for (let failures = 0; !this.#closed; failures += 1) {
      try {
        while (this.page.off() && !this.#closed)
          await new Promise<void>((wake) => (this.#wakeReading = wake));
        const audit = await this.api.audit(this.token);
        const resend = this.#resend;
        this.#resend = false;
        // The copy of another history may say that it is further.
        if (resend) await this.store.dropReplica(this.token).catch(() => undefined);
        this.replica.load(audit);
        await this.reloadOwn();
        this.#wholeDue = true;
        this.events.emit('replaced');
        this.all.emit('log', { token: this.token, logId: resend ? '' : audit.log_id });
        this.flush();
        return;
      } catch (error) {
        // 400: what somebody made up is no audit's token.
        if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
          this.#missing();
          return;
        }
        const asked = error instanceof ApiError ? (error.outside ? OUTSIDE_MS : error.retryAfterMs) : null;
        await new Promise<void>((resolve) => {
          this.#wakeReading = resolve;
          setTimeout(resolve, Math.max(asked ?? 0, backoff(failures, 500, 8_000)));
        });
      }
    }
  }

  /** EventSource does not tell why it was refused: ask in another way. */
  async #probe(): Promise<void> {
    try {
      await this.api.probe(this.token);
      if (await this.page.mendCookie()) this.#live.reopen();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.#missing();
      // Opened again when this tablet has joined, or was let in again.
      else if (error instanceof ApiError && error.outside) {
        this.#shut = true;
        this.#live.stop();
      }
    }
  }

  #missing(): void {
    if (this.#closed) return;
    this.close();
    // The marks stay in the outbox; only the copy of the hub's state goes.
    this.store.dropReplica(this.token).catch(() => undefined);
    this.all.emit('gone', this.token);
  }
}
