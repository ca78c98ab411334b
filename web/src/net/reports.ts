// Versions of an audit's report: `/audits/{token}/reports` of docs/api.md. In the chunk of the report's screen; used by state/reports.svelte.ts.
import type { ClosingInfo, ReportInfo, ReportList } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import type { Events } from '../sync/events';
import { Caller } from './call';

/** A night of pictures, on a slow card. */
const FILE_MS = 10 * 60_000;

export class Reports {
  readonly #caller: Caller;
  readonly #audit: string;
  readonly #path: string;

  constructor(
    events: Emitter<Events>,
    token: () => string | null,
    audit: string,
    private readonly root = '/api/v1',
  ) {
    this.#caller = new Caller(events, root, (input, init) => fetch(input, init));
    this.#caller.token = token;
    this.#audit = `/audits/${encodeURIComponent(audit)}`;
    this.#path = `${this.#audit}/reports`;
  }

  list(): Promise<ReportList> {
    return this.#caller.call('GET', this.#path);
  }

  /** What is open before it is final. */
  closing(): Promise<ClosingInfo> {
    return this.#caller.call('GET', `${this.#audit}/closing`);
  }

  /** Freezes what the hub has now; no section named: all of them. */
  make(lang: string, sections: readonly string[], final: boolean): Promise<ReportInfo> {
    const body = { lang, utc_offset: -new Date().getTimezoneOffset(), sections, final };
    return this.#caller.call('POST', this.#path, body);
  }

  async file(number: number, format: string, lang: string): Promise<Blob> {
    const path = `${this.#path}/${String(number)}?format=${format}&lang=${lang}&download=true`;
    const options = { timeoutMs: FILE_MS, file: true };
    return (await this.#caller.call<{ blob: Blob }>('GET', path, undefined, options)).blob;
  }

  /** Where a browser shows it. */
  address(number: number, format: string, lang: string): string {
    return `${this.root}${this.#path}/${String(number)}?format=${format}&lang=${lang}`;
  }
}
