// Company of the hub on the report's screen (letterhead): what is known, what is typed, and what went wrong. Used by ui/report/.
import type { CompanyInfo } from '../domain/api.gen';
import { Company } from '../net/company';
import type { App } from './app.svelte';
import { plain } from './plain';

export const COMPANY_FIELDS = ['name', 'address', 'contact', 'text'] as const;

/** Characters that the hub takes. */
export const MOST = { name: 120, address: 300, contact: 300, text: 1_000 } as const;

export class CompanyState {
  /** Null: not read yet, or a hub of before, which has none. */
  known: CompanyInfo | null = $state.raw(null);
  draft = $state({ name: '', address: '', contact: '', text: '' });
  busy = $state(false);
  saved = $state(false);
  problem: string | null = $state(null);

  readonly changed = $derived(
    COMPANY_FIELDS.some((field) => this.draft[field] !== (this.known?.[field] ?? '')),
  );

  readonly #hub: Company;

  constructor(app: Pick<App, 'events' | 'access'>) {
    this.#hub = new Company(app.events, () => app.access.token());
  }

  /** Where the logo is; null: there is none. */
  get logo(): string | null {
    const logo = this.known?.logo;
    return logo ? this.#hub.logoAddress(logo.sha256) : null;
  }

  async read(): Promise<void> {
    const known = await this.#hub.read().catch(() => null);
    // What is typed stays, whoever else changes it.
    if (known && !this.changed) this.#fill(known);
    else if (known) this.known = known;
  }

  async save(): Promise<void> {
    await this.#work(async () => {
      this.#fill(await this.#hub.change({ ...this.draft }));
      this.saved = true;
    });
  }

  async putLogo(file: Blob): Promise<void> {
    await this.#work(async () => {
      this.known = await this.#hub.putLogo(file);
    });
  }

  async removeLogo(): Promise<void> {
    await this.#work(async () => {
      await this.#hub.removeLogo();
      this.known = await this.#hub.read();
    });
  }

  #fill(known: CompanyInfo): void {
    this.known = known;
    for (const field of COMPANY_FIELDS) this.draft[field] = known[field] ?? '';
  }

  async #work(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    [this.busy, this.problem, this.saved] = [true, null, false];
    try {
      await work();
    } catch (error) {
      this.problem = plain(error);
    } finally {
      this.busy = false;
    }
  }
}
