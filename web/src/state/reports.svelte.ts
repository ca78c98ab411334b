// Versions of an audit's report on the hub: which there are, a new one, and each as a file. In the chunk of the report's screen; used by
// ui/report/ReportVersions.svelte.
import type { ReportInfo, ReportList } from '../domain/api.gen';
import { Caller } from '../net/call';
import type { App } from './app.svelte';
import { plain } from './plain';
import { saveFile } from './save';

/** In the order in which they are offered; others that the hub can write are for programs. */
const FORMS = ['pdf', 'html', 'xlsx'] as const;
export type Form = (typeof FORMS)[number];

/** A night of pictures, on a slow card. */
const FILE_MS = 10 * 60_000;
const ASK_MS = 1_000;

export class ReportsState {
  /** Null: not read yet, or a hub of before. */
  list: ReportList | null = $state.raw(null);
  form: Form = $state('html');
  language = $state('en');
  busy = $state(false);
  /** How far the hub has read its log, in percent. */
  percent: number | null = $state(null);
  problem: string | null = $state(null);
  saved: string | null = $state(null);

  readonly forms = $derived(FORMS.filter((form) => this.list?.formats.includes(form)));
  /** The newest first. */
  readonly versions = $derived([...(this.list?.versions ?? [])].reverse());

  readonly #caller: Caller;
  readonly #path: string;

  constructor(app: App, token: string, language: string) {
    this.#caller = new Caller(app.events, '/api/v1', (input, init) => fetch(input, init));
    this.#caller.token = () => app.access.token();
    this.#path = `/audits/${encodeURIComponent(token)}/reports`;
    this.language = language;
  }

  async read(): Promise<void> {
    try {
      this.list = await this.#caller.call<ReportList>('GET', this.#path);
      const [first] = this.forms;
      if (first !== undefined && !this.forms.includes(this.form)) this.form = first;
    } catch {
      // A hub of before has none, and one that is away none now.
    }
  }

  /** Freezes what the hub has now, and fetches it. */
  async make(): Promise<void> {
    await this.#work(async () => {
      const body = { lang: this.language, utc_offset: -new Date().getTimezoneOffset() };
      const made = await this.#caller.call<ReportInfo>('POST', this.#path, body);
      await this.read();
      await this.#fetch(made.number);
    });
  }

  async download(number: number): Promise<void> {
    await this.#work(() => this.#fetch(number));
  }

  /** Where a browser shows it: only what it can show. */
  address(number: number): string {
    const form = this.forms.includes('pdf') && this.form === 'pdf' ? 'pdf' : 'html';
    return `/api/v1${this.#path}/${String(number)}?format=${form}&lang=${this.language}`;
  }

  async #fetch(number: number): Promise<void> {
    const asked = `format=${this.form}&lang=${this.language}&download=true`;
    const path = `${this.#path}/${String(number)}`;
    const file = await this.#caller.call<{ blob: Blob }>('GET', `${path}?${asked}`, undefined, {
      timeoutMs: FILE_MS,
      file: true,
    });
    const name = `${decodeURIComponent(this.#path.split('/')[2] ?? '')}-report-${String(number)}-${this.language}.${this.form}`;
    saveFile(name, file.blob);
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
    const list = await this.#caller.call<ReportList>('GET', this.#path).catch(() => null);
    const making = list?.making;
    this.percent = making && making.of > 0 ? Math.floor((making.read * 100) / making.of) : null;
  }
}
