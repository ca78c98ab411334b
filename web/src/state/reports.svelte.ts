// Versions of an audit's report on the hub: which there are, a new one, and each as a file. In the chunk of the report's screen; used by
// ui/report/.
import type { ClosingInfo, ReportList } from '../domain/api.gen';
import { Reports } from '../net/reports';
import type { App } from './app.svelte';
import { plain } from './plain';
import { saveFile } from './save';

/** In the order in which they are offered; others that the hub can write are for programs. */
const FORMS = ['pdf', 'html', 'xlsx'] as const;
export type Form = (typeof FORMS)[number];

const ASK_MS = 1_000;

export class ReportsState {
  /** Null: not read yet, or a hub of before. */
  list: ReportList | null = $state.raw(null);
  /** Null as the list is. */
  closing: ClosingInfo | null = $state.raw(null);
  /** Names of sections that the next version does not have. */
  #out: readonly string[] = $state.raw([]);
  form: Form = $state('pdf');
  language = $state('en');
  busy = $state(false);
  /** How far the hub has read its log, in percent. */
  percent: number | null = $state(null);
  problem: string | null = $state(null);
  saved: string | null = $state(null);

  readonly forms = $derived(FORMS.filter((form) => this.list?.formats.includes(form)));
  /** What may be left out; nothing on a hub of before. */
  readonly sections: readonly string[] = $derived((this.list as Partial<ReportList> | null)?.sections ?? []);
  /** The newest first. */
  readonly versions = $derived([...(this.list?.versions ?? [])].reverse());

  readonly #hub: Reports;

  constructor(
    app: App,
    private readonly token: string,
    language: string,
  ) {
    this.#hub = new Reports(app.events, () => app.access.token(), token);
    this.language = language;
  }

  async read(): Promise<void> {
    try {
      this.list = await this.#hub.list();
    } catch {
      // A hub of before has none, and one that is away none now.
    }
    await this.look();
  }

  /** What is open now. */
  async look(): Promise<void> {
    try {
      this.closing = await this.#hub.closing();
    } catch {
      // A hub of before, or one that is away: what was known stays.
    }
  }

  has(section: string): boolean {
    return !this.#out.includes(section);
  }

  turn(section: string): void {
    this.#out = this.has(section) ? [...this.#out, section] : this.#out.filter((other) => other !== section);
  }

  /** Freezes what the hub has now, and fetches it; final: it is no draft. */
  async make(final = false): Promise<void> {
    await this.#work(async () => {
      const sections = this.#out.length === 0 ? [] : this.sections.filter((name) => this.has(name));
      const { number } = await this.#hub.make(this.language, sections, final);
      await this.read();
      await this.#take(number);
    });
  }

  async download(number: number): Promise<void> {
    await this.#work(() => this.#take(number));
  }

  /** Where a browser shows it: no browser shows a workbook. */
  address(number: number): string {
    return this.#hub.address(number, this.form === 'xlsx' ? 'html' : this.form, this.language);
  }

  async #take(number: number): Promise<void> {
    const blob = await this.#hub.file(number, this.form, this.language);
    const name = `${this.token}-report-${String(number)}-${this.language}.${this.form}`;
    saveFile(name, blob);
    this.saved = name;
  }

  async #work(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    [this.busy, this.problem, this.saved, this.percent] = [true, null, null, null];
    const asking = setInterval(() => void this.#ask(), ASK_MS);
    try {
      await work();
    } catch (error) {
      this.problem = plain(error);
    } finally {
      clearInterval(asking);
      this.busy = false;
    }
  }

  async #ask(): Promise<void> {
    const making = (await this.#hub.list().catch(() => null))?.making;
    this.percent = making && making.of > 0 ? Math.floor((making.read * 100) / making.of) : null;
  }
}
