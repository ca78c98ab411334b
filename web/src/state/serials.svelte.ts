// Import of a list of serial numbers on the page: a file, what the hub says of it, then set. In the chunk of its dialog; used by
// ui/property/SerialImport.svelte.
import type { SerialImport } from '../domain/api.gen';
import { t } from '../i18n';
import { Serials } from '../net/serials';
import type { App } from './app.svelte';
import { plain } from './plain';

export class SerialsImport {
  name: string | null = $state(null);
  proposal: SerialImport | null = $state.raw(null);
  /** Also where a module has another number. */
  replace = $state(false);
  busy = $state(false);
  problem: string | null = $state(null);
  /** How many were set; null: nothing was yet. */
  made: number | null = $state(null);

  /** What would be set. */
  readonly fresh = $derived(
    (this.proposal?.new.length ?? 0) + (this.replace ? (this.proposal?.other.length ?? 0) : 0),
  );

  #file: Blob | null = null;
  readonly #hub: Serials;

  constructor(app: Pick<App, 'events' | 'access'>, token: string) {
    this.#hub = new Serials(app.events, () => app.access.token(), token);
  }

  async take(file: File | undefined): Promise<void> {
    if (!file || this.busy) return;
    [this.proposal, this.problem, this.made] = [null, null, null];
    [this.name, this.replace] = [file.name, false];
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes === null) {
      this.problem = t.home.fileUnread;
      return;
    }
    this.#file = new Blob([bytes]);
    await this.#ask(true);
  }

  async go(): Promise<void> {
    await this.#ask(false);
  }

  async #ask(dry: boolean): Promise<void> {
    if (this.#file === null || this.busy) return;
    [this.busy, this.problem] = [true, null];
    try {
      const told = await this.#hub.import(this.#file, this.replace, dry);
      this.proposal = told;
      this.made = dry ? null : told.made;
    } catch (error) {
      this.problem = plain(error);
    }
    this.busy = false;
  }
}
