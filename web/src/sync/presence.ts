// Presence heartbeat: tells the crew that this tablet is on an audit, and which module it has open. Used by sync/session.ts.
import type { Emitter } from '../domain/emitter';
import type { Api, PresenceCall } from '../net/api';
import type { AuditEvents } from './events';
import type { Page } from './page';

const EVERY_MS = 10_000;

export class Presence {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #focus: string | null = null;
  #string: number | null = null;
  #closed = false;

  constructor(
    private readonly token: string,
    private readonly api: Api,
    private readonly events: Emitter<AuditEvents>,
    private readonly page: Page,
  ) {}

  focus(moduleId: string | null): void {
    this.#focus = moduleId;
    this.tell();
  }

  /** The string that is worked on: told with what is told next. */
  at(string: number | null): void {
    this.#string = string;
  }

  /** Now, and then every ten seconds. */
  tell(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.page.hidden()) return;
    const { technician_id, technician_name } = this.page.author();
    const call: PresenceCall = { technician_id, technician_name, sent_at_ms: Date.now() };
    if (this.#focus !== null) call.focus = this.#focus;
    // What is off the plan is in no string.
    if (this.#string !== null && this.#string > 0) call.string = this.#string;
    this.api
      .presence(this.token, call)
      .then((technicians) => {
        if (!this.#closed && Array.isArray(technicians)) this.events.emit('presence', technicians);
      })
      // Not heard now: heard in ten seconds, or when the hub is back.
      .catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.tell();
    }, EVERY_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
