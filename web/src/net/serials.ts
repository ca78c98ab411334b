// Import of a list of serial numbers: `/audits/{token}/serials` of docs/api.md. In the chunk of its dialog; used by state/serials.svelte.ts.
import type { SerialImport } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import type { Events } from '../sync/events';
import { Caller } from './call';

/** 20,000 numbers, on a slow card. */
const FILE_MS = 2 * 60_000;

export class Serials {
  readonly #caller: Caller;
  readonly #path: string;

  constructor(events: Emitter<Events>, token: () => string | null, audit: string, root = '/api/v1') {
    this.#caller = new Caller(events, root, (input, init) => fetch(input, init));
    this.#caller.token = token;
    this.#path = `/audits/${encodeURIComponent(audit)}/serials`;
  }

  import(file: Blob, replace: boolean, dry: boolean): Promise<SerialImport> {
    const query = new URLSearchParams({ dry_run: String(dry), replace: String(replace) });
    const options = { timeoutMs: FILE_MS, type: 'text/plain' };
    return this.#caller.call('POST', `${this.#path}?${query.toString()}`, file, options);
  }
}
