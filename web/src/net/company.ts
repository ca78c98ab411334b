// Company of the hub (letterhead): `/company` of docs/api.md. In the chunk of the report's screen; used by state/company.svelte.ts.
import type { CompanyInfo } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import type { Events } from '../sync/events';
import { Caller } from './call';

/** A picture over a slow link, and its reading on a small computer. */
const LOGO_MS = 60_000;

export type CompanyTexts = Pick<CompanyInfo, 'name' | 'address' | 'contact' | 'text'>;

export class Company {
  readonly #caller: Caller;

  constructor(
    events: Emitter<Events>,
    token: () => string | null,
    private readonly root = '/api/v1',
  ) {
    this.#caller = new Caller(events, root, (input, init) => fetch(input, init));
    this.#caller.token = token;
  }

  read(): Promise<CompanyInfo> {
    return this.#caller.call('GET', '/company');
  }

  change(texts: CompanyTexts): Promise<CompanyInfo> {
    return this.#caller.call('PUT', '/company', texts);
  }

  putLogo(file: Blob): Promise<CompanyInfo> {
    const options = { timeoutMs: LOGO_MS, type: 'application/octet-stream' };
    return this.#caller.call('PUT', '/company/logo', file, options);
  }

  async removeLogo(): Promise<void> {
    await this.#caller.call('DELETE', '/company/logo');
  }

  /** Where a browser shows it: another one is at another address. */
  logoAddress(sha256: string): string {
    return `${this.root}/company/logo?${sha256.slice(0, 16)}`;
  }
}
