// Import of a device's measurements on the page: a file, the hub's proposal for it, shifted, then made. In the chunk of its dialog; used by
// ui/measurement/MeasurementImport.svelte.
import type { MeasurementImport } from '../domain/api.gen';
import { t } from '../i18n';
import { Measurements } from '../net/measurements';
import type { App } from './app.svelte';
import { plain } from './plain';

export class MeasurementsImport {
  name: string | null = $state(null);
  proposal: MeasurementImport | null = $state.raw(null);
  /** The string that the file's lowest number is. */
  first: number | null = $state(null);
  device = $state('');
  columns: ReadonlyMap<string, string> = $state.raw(new Map());
  busy = $state(false);
  problem: string | null = $state(null);
  /** How many were set; null: nothing was made yet. */
  made: number | null = $state(null);

  /** What would be set. */
  readonly fresh = $derived(
    (this.proposal?.measurements ?? []).filter(({ state }) => state === 'new' || state === 'moves').length,
  );

  #file: Blob | null = null;
  #again = false;
  readonly #hub: Measurements;

  constructor(app: Pick<App, 'events' | 'access'>, token: string) {
    this.#hub = new Measurements(app.events, () => app.access.token(), token);
  }

  async take(file: File | undefined): Promise<void> {
    if (!file) return;
    [this.proposal, this.problem, this.made, this.first] = [null, null, null, null];
    [this.device, this.columns, this.name] = ['', new Map(), file.name];
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes === null) {
      this.problem = t.home.fileUnread;
      return;
    }
    this.#file = new Blob([bytes]);
    await this.ask(true);
  }

  /** One string on, or back. */
  async shift(by: number): Promise<void> {
    this.first = Math.max(1, (this.first ?? this.lowest + (this.proposal?.shift ?? 0)) + by);
    await this.ask(true);
  }

  async nameColumn(field: string, head: string): Promise<void> {
    const columns = new Map(this.columns);
    for (const [other, named] of columns) if (named === head) columns.delete(other);
    if (field !== '') columns.set(field, head);
    this.columns = columns;
    if (this.device.trim() !== '') await this.ask(true);
  }

  get lowest(): number {
    const counted = (this.proposal?.measurements ?? []).filter(({ kind }) => kind !== 'diode');
    return Math.min(...counted.map(({ number }) => number ?? Infinity));
  }

  async ask(dry: boolean): Promise<void> {
    if (this.#file === null) return;
    if (this.busy) {
      // What was named or shifted meanwhile is asked for when the answer is here.
      this.#again ||= dry;
      return;
    }
    [this.busy, this.problem] = [true, null];
    try {
      const { first, columns } = this;
      const told = await this.#hub.import(this.#file, { first, device: this.device.trim(), columns }, dry);
      this.proposal = told;
      this.made = dry ? null : told.made;
    } catch (error) {
      this.problem = plain(error);
    }
    this.busy = false;
    if (this.#again) {
      this.#again = false;
      await this.ask(true);
    }
  }
}
