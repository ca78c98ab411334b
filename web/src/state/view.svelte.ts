// Filter, search and view mode of the open audit: one string or all, a filter, a search, cells or drawings. Made by
// state/audit.svelte.ts; drawn by ui/grid/Grid.svelte and ui/view/.
//
// What a filter shows is decided when it is chosen, not at every mark: a module that is marked OK under "unmarked" would
// be gone from under the finger, and the next one would be in its place. It stays, dimmed, until the view changes.
import { untrack } from 'svelte';
import { found, matches, mentions, type Filter } from '../domain/filter';
import { stand, type Spot } from '../domain/stand';
import { MARKS } from '../domain/status';
import { readComment } from './read-comment';
import { excuseOf, isForgotten, type Cell, type StringRow } from './cells.svelte';

export type How = 'cells' | 'plan' | 'overview';

/** A string with those of its cells that are shown. */
export interface Row {
  string: StringRow;
  cells: Cell[];
}

export interface ViewHost {
  strings(): StringRow[];
  cell(id: string): Cell | null;
  me(): string;
  /** There is a photo of it. */
  pictured(id: string): boolean;
  /** The string that is looked at now; null: all. */
  went(string: number | null): void;
}

interface Kept {
  tab: number | null;
  how: How;
  filter: Filter | null;
}

const FILTERS: readonly Filter[] = [
  ...(['unmarked', 'defects', 'conflicts', 'mine', 'photo', 'bare', 'ungraded', 'excused'] as const),
  ...MARKS,
];
const HOWS: readonly How[] = ['cells', 'plan', 'overview'];

export class ViewState {
  /** A string's number; null: all of them. */
  tab: number | null = $state(null);
  how: How = $state('cells');
  filter: Filter | null = $state(null);
  #search = $state('');
  /** Where each module stands, in the order of the layout; null where it does not say. */
  spots: Spot[] | null = $state.raw(null);
  /** A module to be brought into view. */
  target: { id: string } | null = $state.raw(null);
  #chosen: ReadonlySet<string> | null = $state.raw(null);
  /** The string that was looked at before a filter or a search looked in all of them. */
  #before: number | null = null;

  readonly rows: Row[] = $derived.by(() => {
    const search = this.search.trim();
    const chosen = this.#chosen;
    const strings = this.host.strings().filter(({ number }) => this.tab === null || number === this.tab);
    if (chosen === null && search === '') return strings.map((string) => ({ string, cells: string.cells }));
    const says = ({ shown: { comment } }: Cell) =>
      comment !== null && (mentions(comment, search) || mentions(readComment(comment), search));
    // What is found stays found while it is marked: as with a filter.
    const wanted = (cell: Cell) =>
      (chosen?.has(cell.id) ?? true) &&
      (search === '' || found(cell.id, search) || found(cell.label, search) || untrack(() => says(cell)));
    return strings
      .map((string) => ({ string, cells: string.cells.filter(wanted) }))
      .filter(({ cells }) => cells.length > 0);
  });
  /** A filter or a search leaves something out. */
  readonly narrowed = $derived(this.filter !== null || this.search.trim() !== '');
  readonly size = $derived(this.rows.reduce((sum, { cells }) => sum + cells.length, 0));

  readonly #key: string;

  constructor(
    token: string,
    private readonly host: ViewHost,
  ) {
    this.#key = `fieldhub-view:${token}`;
    this.#restore();
  }

  get search(): string {
    return this.#search;
  }

  set search(text: string) {
    const begins = this.#search.trim() === '';
    if (text.trim() !== '') {
      if (begins) this.everywhere();
      this.#nearer();
    }
    this.#search = text;
    this.#backWhenWide();
  }

  /** Does this cell belong to what the filter shows now? */
  matches(cell: Cell): boolean {
    return this.filter === null || this.#matches(this.filter, cell);
  }

  #matches(filter: Filter, cell: Cell): boolean {
    const excused = excuseOf(cell) !== undefined;
    return matches(filter, cell.shown, this.host.me(), this.host.pictured(cell.id), excused);
  }

  go(tab: number | null): void {
    this.tab = tab;
    this.#before = null;
    this.#nearer();
    this.host.went(tab);
    this.#choose();
  }

  /** The next string (1) or the one before (-1); all of them come before the first. */
  step(by: 1 | -1): void {
    const tabs = [null, ...this.host.strings().map(({ number }) => number)];
    const next = tabs[tabs.indexOf(this.tab) + by];
    if (next !== undefined) this.go(next);
  }

  /** Looks in all strings: of a tab one sees less than the filter counts. */
  setFilter(filter: Filter | null): void {
    if (filter !== null) this.everywhere();
    this.filter = filter;
    this.#nearer();
    this.#choose();
    this.#backWhenWide();
  }

  /** What the filter shows is decided anew. */
  anew(): void {
    this.#choose();
  }

  everywhere(): void {
    if (this.tab === null) return;
    const { tab } = this;
    this.go(null);
    this.#before = tab;
  }

  /** All that are in conflict. */
  conflicts(): void {
    this.search = '';
    this.tab = null;
    this.setFilter('conflicts');
  }

  setHow(how: How): void {
    this.how = how;
    this.#keep();
  }

  clear(): void {
    this.search = '';
    this.setFilter(null);
  }

  /** Brings a module into view, whatever is shown now. */
  show(id: string): void {
    const cell = this.host.cell(id);
    if (!cell) return;
    this.#nearer();
    const among = () => this.rows.some(({ cells }) => cells.includes(cell));
    const there = () => {
      if (this.tab !== null && this.tab !== cell.row.number) this.go(cell.row.number);
    };
    there();
    if (!among()) {
      this.clear();
      there();
    }
    this.target = { id };
    this.#keep();
  }

  /** The next module without a mark, in the order that is shown, and then over the whole site. */
  nextUnmarked(after: string): string | null {
    const shown = this.rows.flatMap(({ cells }) => cells);
    const all = this.host.strings().flatMap(({ cells }) => cells);
    return unmarkedAfter(shown, after) ?? unmarkedAfter(all, after);
  }

  /** The modules are other ones, or were read anew. */
  rebuilt(): void {
    const strings = this.host.strings();
    this.spots = stand(strings.flatMap(({ cells }) => cells.map((cell) => cell.place)));
    if (this.how === 'plan' && !this.spots) this.how = 'cells';
    if (this.tab !== null && !strings.some(({ number }) => number === this.tab)) this.tab = null;
    this.#choose();
  }

  /** Whoever asks for a part of the site is not to look at all of it. */
  #nearer(): void {
    if (this.how === 'overview') this.how = 'cells';
  }

  /** Whoever has found what was looked for is where they were. */
  #backWhenWide(): void {
    const before = this.#before;
    if (!this.narrowed && before !== null && this.tab === null) this.go(before);
  }

  #choose(): void {
    const { filter } = this;
    this.#chosen = untrack(() => {
      if (filter === null) return null;
      const ids = this.host
        .strings()
        .flatMap(({ cells }) => cells.filter((cell) => this.#matches(filter, cell)).map(({ id }) => id));
      return new Set(ids);
    });
    this.#keep();
  }

  // ---- over a reload, in this tab ----

  #restore(): void {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? '{}') as Partial<Kept>;
      if (typeof kept.tab === 'number') this.tab = kept.tab;
      this.how = HOWS.find((how) => how === kept.how) ?? 'cells';
      this.filter = FILTERS.find((filter) => filter === kept.filter) ?? null;
    } catch {
      // Nothing kept that can be read: all of it, as cells.
    }
  }

  #keep(): void {
    const { tab, how, filter } = this;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ tab, how, filter } satisfies Kept));
    } catch {
      // Refused in some private windows; the view begins anew then.
    }
  }
}

function unmarkedAfter(cells: readonly Cell[], after: string): string | null {
  const at = cells.findIndex(({ id }) => id === after);
  const ahead = [...cells.slice(at + 1), ...cells.slice(0, Math.max(0, at))];
  return ahead.find(isForgotten)?.id ?? null;
}
