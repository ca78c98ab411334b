// Import of a device's measurements: `/audits/{token}/measurements` of docs/api.md. In the chunk of its dialog; used by
// state/measurements.svelte.ts.
import type { MeasurementImport } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import type { Events } from '../sync/events';
import { Caller } from './call';

/** A file of thousands of curves, on a slow card. */
const FILE_MS = 2 * 60_000;

export interface MeasurementQuestion {
  /** The string that the lowest number is. */
  first: number | null;
  device: string;
  /** Which column is what. */
  columns: ReadonlyMap<string, string>;
}

export class Measurements {
  readonly #caller: Caller;
  readonly #path: string;

  constructor(events: Emitter<Events>, token: () => string | null, audit: string, root = '/api/v1') {
    this.#caller = new Caller(events, root, (input, init) => fetch(input, init));
    this.#caller.token = token;
    this.#path = `/audits/${encodeURIComponent(audit)}/measurements`;
  }

  import(
    file: Blob,
    { first, device, columns }: MeasurementQuestion,
    dry: boolean,
  ): Promise<MeasurementImport> {
    const query = new URLSearchParams({ dry_run: String(dry) });
    if (first !== null) query.set('first', String(first));
    if (device !== '') {
      query.set('device', device);
      for (const [field, head] of columns) query.append('column', `${field}=${head}`);
    }
    const options = { timeoutMs: FILE_MS, type: 'text/plain' };
    return this.#caller.call('POST', `${this.#path}?${query.toString()}`, file, options);
  }
}
