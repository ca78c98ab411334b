// Import of a card or folder of pictures: reads what stands at the beginning of each file, asks the hub which module each is of, again with each change, and
// keeps those of a string once somebody has confirmed it. Made by ui/photo/PhotoImport.svelte.
import {
  cardPicture,
  HEAD,
  MOST,
  ofString,
  type Adjustment,
  type CardPicture,
  type ImportRule,
  type Proposal,
  type ProposalQuestion,
  type ProposedPicture,
  type WalkPath,
} from '../../domain/photo-import';
import { placeOf } from '../../domain/photo';
import { ApiError } from '../../net/call';
import { hashInWorker } from '../../sync/photo/hash';
import type { AuditState } from '../audit.svelte';
import { KnownOriginals } from './known';
import type { Photos } from './photos.svelte';

export interface Wanted {
  by: ImportRule;
  template: string;
  first: string;
  path: WalkPath;
  backwards: boolean;
  /** Minutes by which the camera's clock is behind; empty: found by the hub. */
  minutes: string;
  csv: string | null;
}

export class PhotoImport {
  /** Of those that are pictures, in the order of their paths; their numbers are what the hub knows them by. */
  files: File[] = $state.raw([]);
  reading = $state(0);
  /** Files of another kind. */
  others = $state(0);
  tooMany = $state(false);
  wanted: Wanted = $state({
    ...{ by: 'name', template: '', first: '', path: 'strings', backwards: false, minutes: '', csv: null },
  });
  proposal: Proposal | null = $state.raw(null);
  busy = $state(false);
  /** Why there is no proposal: the hub is away, of before, or what it says. */
  problem: 'away' | 'old' | { said: ApiError } | null = $state.raw(null);
  adjustments: Adjustment[] = $state.raw([]);
  /** By their numbers: these were confirmed, and are on this tablet's disk. */
  taken: ReadonlySet<number> = $state.raw(new Set());
  keeping: { string: number; left: number } | null = $state.raw(null);
  /** Of those that were confirmed: not kept, as the audit has them at the module or (those with a name) at another one; and kept though somebody took them out. */
  known = $state(0);
  elsewhere: readonly { name: string; module: string }[] = $state.raw([]);
  again = $state(0);
  /** They are EL images, and not views. */
  el = $state(true);

  #cards: CardPicture[] = [];
  #asked = 0;
  #known: KnownOriginals | null = null;

  constructor(
    readonly photos: Photos,
    readonly audit: AuditState,
  ) {}

  async read(chosen: readonly File[]): Promise<void> {
    const path = (file: File) => file.webkitRelativePath || file.name;
    // Numbers in names as people count: 2 before 10.
    const { compare } = new Intl.Collator('en', { numeric: true });
    const sorted = [...chosen].sort((a, b) => compare(path(a), path(b)));
    this.tooMany = sorted.length > MOST;
    const [files, cards]: [File[], CardPicture[]] = [[], []];
    this.reading = sorted.length;
    for (const file of sorted.slice(0, MOST)) {
      const head = await file
        .slice(0, HEAD)
        .arrayBuffer()
        .catch(() => new ArrayBuffer(0));
      const card = cardPicture(path(file), file.size, new Uint8Array(head));
      if (card) {
        files.push(file);
        cards.push(card);
      }
      this.reading -= 1;
    }
    this.reading = 0;
    this.others = Math.min(MOST, sorted.length) - files.length;
    [this.files, this.#cards] = [files, cards];
    [this.proposal, this.adjustments, this.taken, this.problem] = [null, [], new Set(), null];
    [this.#known, this.known, this.again, this.elsewhere] = [null, 0, 0, []];
  }

  get timed(): boolean {
    return this.#cards.some(({ taken_at_ms }) => taken_at_ms !== undefined);
  }

  #question(): ProposalQuestion {
    const { by, template, first, path, backwards, minutes, csv } = this.wanted;
    const typed = Number(minutes.replace(',', '.'));
    return {
      ...{ by, pictures: this.#cards, adjust: this.adjustments },
      ...(by === 'name' && template.trim() !== '' && { template: template.trim() }),
      ...(by === 'csv' && csv !== null && { csv }),
      ...(by === 'order' && { first: first.trim(), path, backwards }),
      ...(by === 'time' &&
        minutes.trim() !== '' &&
        Number.isFinite(typed) && { clock: { add_ms: Math.round(typed * 60_000) } }),
    };
  }

  async ask(): Promise<void> {
    const mine = (this.#asked += 1);
    this.busy = true;
    this.problem = null;
    try {
      const proposal = await this.photos.blobs.propose(this.audit.token, this.#question());
      if (mine === this.#asked) this.proposal = proposal;
    } catch (error) {
      if (mine !== this.#asked) return;
      const old = error instanceof ApiError && (error.status === 404 || error.status === 405);
      this.problem = old ? 'old' : error instanceof ApiError ? { said: error } : 'away';
    }
    if (mine === this.#asked) this.busy = false;
  }

  /** Asks anew by another rule: what was changed was of the one before. */
  async begin(): Promise<void> {
    this.adjustments = [];
    await this.ask();
  }

  async adjust(adjustment: Adjustment): Promise<void> {
    const before = this.adjustments;
    this.adjustments = [...before, adjustment];
    await this.ask();
    // What the hub does not take is not asked again with the next one.
    if (this.problem !== null && this.adjustments.at(-1) === adjustment) this.adjustments = before;
  }

  async undo(): Promise<void> {
    this.adjustments = this.adjustments.slice(0, -1);
    await this.ask();
  }

  /** Of one string, without what was taken. */
  of(string: number): ProposedPicture[] {
    if (!this.proposal) return [];
    const row = this.audit.strings.find(({ number }) => number === string);
    const order = row?.cells.map(({ id }) => id) ?? [];
    return ofString(this.proposal, string, order).filter(({ picture }) => !this.taken.has(picture));
  }

  get left(): ProposedPicture[] {
    return this.proposal?.pictures.filter(({ at, picture }) => !at && !this.taken.has(picture)) ?? [];
  }

  /** Keeps those of this string on this tablet, from where they go as all photos do. Stops at the first that is not taken. */
  async confirm(string: number): Promise<void> {
    const pictures = this.of(string);
    this.keeping = { string, left: pictures.length };
    this.#known ??= new KnownOriginals(
      await this.photos.pictures(this.audit.token),
      this.files.map(({ size }) => size),
      hashInWorker,
    );
    for (const [i, { picture, at }] of pictures.entries()) {
      this.keeping = { string, left: pictures.length - i };
      const file = this.files[picture];
      if (!file || !at) continue;
      const known = await this.#known.look(file, at).catch(() => null);
      if (known?.as === 'there') {
        this.known += 1;
        const module = known.at.module_id;
        if (placeOf(known.at) !== placeOf(at))
          this.elsewhere = [...this.elsewhere, { name: file.name, module: module ?? '' }];
      } else {
        const kept = await this.photos.take(this.audit.token, at, [file], this.el ? 'el' : undefined);
        if (kept === 0) break;
        if (known) this.#known.add(file, at, known.sha256);
        if (known?.as === 'again') this.again += 1;
      }
      this.taken = new Set([...this.taken, picture]);
    }
    this.keeping = null;
  }
}
