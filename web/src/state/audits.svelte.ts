// Audit list: the audits of the hub as the first screen shows them, and what can be done with one. Made by
// ui/home/AuditList.svelte; whatever is changed is changed on the hub, and read again.
import type { AuditSummary, Details, Preview, Share } from '../domain/types';
import { uuidv7 } from '../domain/ids';
import { language, t } from '../i18n';
import type { AuditFile } from '../net/api';
import { ApiError } from '../net/call';
import type { App } from './app.svelte';
import { plain, Told } from './plain';
import { saveFile } from './save';

/** No plan of 20,000 modules comes near it. */
const LARGEST_FILE = 16_000_000;
/** From here on somebody would have to look for an audit. */
export const MANY = 5;

export class AuditsState {
  search = $state('');
  /** What went wrong with what somebody asked for. */
  problem: string | null = $state(null);
  busy = $state(false);

  readonly #found: AuditSummary[] = $derived.by(() => {
    const words = fold(this.search).split(/\s+/);
    const last = (audit: AuditSummary) => audit.last_mark_at_ms ?? audit.created_at_ms;
    return (this.app.audits ?? [])
      .filter(({ name, client, location, token }) => {
        const text = fold([name, client, location, token].join(' '));
        return words.every((word) => text.includes(word));
      })
      .sort((a, b) => last(b) - last(a));
  });
  readonly current = $derived(this.#found.filter((audit) => audit.archived !== true));
  readonly archived = $derived(this.#found.filter((audit) => audit.archived === true));

  #asked = { what: '', token: '' };

  constructor(private readonly app: App) {}

  get all(): readonly AuditSummary[] {
    return this.app.audits ?? [];
  }

  localTime(hubMs: number): number {
    return this.app.localTime(hubMs);
  }

  /** Marks of it that this tablet alone has. */
  waitingOf(token: string): number {
    return this.app.marks.waitingOf(token);
  }

  /** Makes it, and goes there. */
  create(wanted: Details & { strings: string }): Promise<boolean> {
    return this.#do(async () => {
      await this.#make(wanted, (token) => this.app.api.create({ ...wanted, token }));
    });
  }

  change(audit: AuditSummary, change: Partial<Details> & { archived?: boolean }): Promise<boolean> {
    return this.#do(async () => {
      await this.app.api.changeAudit(audit.token, change);
      if (change.archived === undefined) return;
      const back = !change.archived;
      this.app.toasts.show({
        text: back ? t.home.unarchived(audit.name) : t.home.archivedNow(audit.name),
        undo: () => void this.change(audit, { archived: back }),
      });
    });
  }

  remove(audit: AuditSummary): Promise<boolean> {
    return this.#do(async () => {
      await this.app.api.removeAudit(audit.token);
      this.app.toasts.show({ text: t.home.removed(audit.name) });
    });
  }

  /** `name`: of the file, by the day that it is at the hub. */
  save(audit: AuditSummary, format: 'csv' | 'json', name: (at: Date) => string): Promise<boolean> {
    return this.#do(async () => {
      const { utcOffsets } = await import('../domain/time-zone');
      const offsets = utcOffsets(this.app.clock.now());
      const { blob } = await this.app.api.exportAudit(audit.token, format, language, offsets);
      const file = name(new Date(this.app.clock.now()));
      saveFile(file, blob);
      this.app.toasts.show({ text: t.home.saved(file) });
    });
  }

  /** Null: it could not be asked for. */
  async share(audit: AuditSummary): Promise<Share | null> {
    let share: Share | null = null;
    await this.#do(async () => {
      share = await this.app.api.share(audit.token);
    });
    return share;
  }

  /** What this file would make; null when it is none that can be read. `audit` is the one that is meant of a backup. */
  async understand(file: File, audit?: string): Promise<{ file: AuditFile; preview: Preview } | null> {
    let understood: { file: AuditFile; preview: Preview } | null = null;
    await this.#do(async () => {
      if (file.size > LARGEST_FILE) throw new Told(t.home.fileTooLarge);
      const bytes = await file.arrayBuffer().catch(() => {
        throw new Told(t.home.fileUnread);
      });
      const read: AuditFile = {
        name: file.name,
        bytes: new Blob([bytes]),
        type: typeOf(bytes),
        key: uuidv7(),
        ...(audit === undefined ? {} : { audit }),
      };
      understood = { file: read, preview: await this.app.api.preview(read) };
    });
    return understood;
  }

  /** As the audit that the file says it is, or (`own` is false) as one of a token that is made for it. */
  bringIn(file: AuditFile, name: string, own: boolean): Promise<boolean> {
    return this.#do(async () => {
      const as = name === '' ? {} : { name };
      if (own) this.#goTo(await this.app.api.bringIn(file, as));
      else await this.#make([file.key, as], (token) => this.app.api.bringIn(file, { ...as, token }));
    });
  }

  /** The token is made here, and once for each thing that is wanted: another try, after an answer that was lost, makes no second audit. */
  async #make(wanted: unknown, ask: (token: string) => Promise<string>): Promise<void> {
    const what = JSON.stringify(wanted);
    if (this.#asked.what !== what) this.#asked = { what, token: uuidv7() };
    const { token } = this.#asked;
    this.#goTo(
      await ask(token).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'exists') return token;
        throw error;
      }),
    );
  }

  #goTo(token: string): void {
    location.hash = `#/audit/${encodeURIComponent(token)}`;
  }

  async #do(what: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await what();
      this.app.refresh();
      return true;
    } catch (error) {
      this.problem = plain(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** For whoever reads along: the hub looks at the bytes. */
export function typeOf(bytes: ArrayBuffer): string {
  const start = new TextDecoder().decode(bytes.slice(0, 64));
  if (start.startsWith('PK')) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return /^\s*[[{]/.test(start) ? 'application/json' : 'text/csv';
}

/** As somebody looks for it: without accents, and whatever the case. */
const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim();
