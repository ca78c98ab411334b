// Photos of the open audit: what the hub has told, with what waits on this tablet over it, by the place that each belongs to. Kept for when the hub is
// away. Made by state/photo/photos.svelte.ts for the audit that is open; drawn by ui/photo/.
import { placeOf, type HubPhoto, type PhotoAt, type PhotoChange } from '../../domain/photo';
import type { Receipt } from '../../domain/receipt';
import type { Blobs } from '../../net/blobs';
import { ApiError } from '../../net/call';
import type { KeptEdit, KeptPhoto } from '../../sync/photo/records';
import type { PhotoStore } from '../../sync/photo/store';

/** As it is shown. */
export interface Picture {
  id: string;
  at: PhotoAt;
  caption: string | null;
  name: string | null;
  by: string;
  at_ms: number;
  /** By the camera's clock. */
  taken_at_ms: number | null;
  receipt: Receipt;
  bytes: number;
  /** Why the hub does not take it. */
  refused: string | null;
  takenOut: string | null;
  stamp: string;
  kept: KeptPhoto | null;
  hub: HubPhoto | null;
}

const LIMIT = 500;

export class Album {
  /** Each place with its photos, without those that were taken out. */
  places: ReadonlyMap<string, Picture[]> = $state.raw(new Map());
  /** Those that somebody took out. */
  out: ReadonlyMap<string, Picture[]> = $state.raw(new Map());
  count = $state(0);
  /** Of each photo that is on its way, how many bytes the hub has. */
  sent: ReadonlyMap<string, number> = $state.raw(new Map());

  #hub = new Map<string, HubPhoto>();
  /** Told with their pictures before they were read. */
  readonly #ahead = new Map<string, HubPhoto>();
  #own: KeptPhoto[] = [];
  #edits: KeptEdit[] = [];
  #upto = 0;
  #log = '';
  #reading = false;
  #again = false;
  #closed = false;

  constructor(
    readonly token: string,
    private readonly store: PhotoStore,
    private readonly blobs: Blobs,
    /** The modules that show, each with how many photos. */
    private readonly counted: (modules: ReadonlyMap<string, number>) => void,
    /** The hub knows photos, or does not. */
    private readonly able: (able: boolean) => void,
    /** The hub has this audit. */
    private readonly there: () => Promise<boolean>,
  ) {}

  async load(): Promise<void> {
    const { head, photos } = await this.store.listed(this.token);
    for (const photo of photos) this.#hub.set(photo.photo_id, photo);
    this.#upto = head?.upto ?? 0;
    this.#log = head?.log_id ?? '';
    await this.own();
  }

  close(): void {
    this.#closed = true;
  }

  /** What this tablet keeps of it has changed. */
  async own(): Promise<void> {
    this.#own = await this.store.ofAudit(this.token);
    this.#edits = (await this.store.edits()).filter(
      ({ token, refused }) => token === this.token && refused === null,
    );
    this.#show();
  }

  progress(id: string, bytes: number): void {
    this.sent = new Map(this.sent).set(id, bytes);
  }

  /** Reads what is new on the hub; asked twice at once, once more at the end. */
  async read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#readOn();
      }
    } catch (error) {
      // A hub of before does not know the address: of an audit that it does not have it says the same. Out of reach: read when it is back.
      const unknown = error instanceof ApiError && (error.status === 404 || error.status === 405);
      if (unknown && (await this.there().catch(() => false))) this.able(false);
    }
    this.#reading = false;
  }

  async #readOn(): Promise<void> {
    for (let more = true; more && !this.#closed;) {
      const page = await this.blobs.list(this.token, this.#upto, LIMIT);
      if (!Array.isArray(page.photos)) return;
      this.able(true);
      const anew = page.log_id !== this.#log;
      if (anew && this.#upto > 0) {
        // Another log: from its beginning.
        this.#upto = 0;
        this.#log = page.log_id;
        this.#hub.clear();
        await this.store.keepListed(this.token, { log_id: this.#log, upto: 0 }, [], true);
        continue;
      }
      this.#log = page.log_id;
      page.photos = page.photos.map((photo) => {
        const ahead = this.#ahead.get(photo.photo_id);
        this.#ahead.delete(photo.photo_id);
        return ahead && ahead.seq >= photo.seq ? ahead : photo;
      });
      for (const photo of page.photos) this.#hub.set(photo.photo_id, photo);
      const news = page.photos.length > 0 || page.upto !== this.#upto;
      this.#upto = page.upto;
      ({ more } = page);
      if (news) {
        const head = { log_id: this.#log, upto: this.#upto };
        await this.store.keepListed(this.token, head, page.photos, anew).catch(() => undefined);
      }
      if (page.photos.length > 0) this.#show();
    }
  }

  /** One anew: which of its pictures the hub holds changes without a word in the log. */
  async readOne(id: string): Promise<Picture | null> {
    const known = this.#hub.get(id);
    if (!known) return null;
    const { log_id, photos } = await this.blobs.list(this.token, known.seq - 1, 1);
    const photo = photos[0];
    if (log_id !== this.#log || photo?.photo_id !== id || this.#closed) return null;
    this.#hub.set(id, photo);
    await this.store
      .keepListed(this.token, { log_id, upto: this.#upto }, [photo], false)
      .catch(() => undefined);
    this.#show();
    return ofHub(photo, this.#own.find((own) => own.id === id) ?? null);
  }

  /** Pictures of these came after their photos: what is held is not in the log. */
  async came(photos: readonly HubPhoto[]): Promise<void> {
    const news: HubPhoto[] = [];
    for (const photo of photos) {
      const known = this.#hub.get(photo.photo_id);
      // The page of the log that brings it may have been made before this.
      if (!known) this.#ahead.set(photo.photo_id, photo);
      else if (known.seq <= photo.seq) news.push(photo);
    }
    if (this.#closed || news.length === 0) return;
    for (const photo of news) this.#hub.set(photo.photo_id, photo);
    this.#show();
    const head = { log_id: this.#log, upto: this.#upto };
    await this.store.keepListed(this.token, head, news, false).catch(() => undefined);
  }

  of(at: PhotoAt): Picture[] {
    return this.places.get(placeOf(at)) ?? [];
  }

  /** With those that were taken out. */
  get all(): Picture[] {
    return [...this.places.values(), ...this.out.values()].flat();
  }

  outOf(at: PhotoAt): Picture[] {
    return this.out.get(placeOf(at)) ?? [];
  }

  #show(): void {
    const kept = new Map(this.#own.map((photo) => [photo.id, photo]));
    const all = new Map<string, Picture>();
    for (const photo of this.#hub.values())
      all.set(photo.photo_id, ofHub(photo, kept.get(photo.photo_id) ?? null));
    for (const photo of this.#own) {
      if (photo.state === 'reading' || all.has(photo.id)) continue;
      all.set(photo.id, ofTablet(photo));
    }
    for (const { op } of this.#edits) {
      const picture = all.get(op.photo_id);
      if (picture) all.set(picture.id, changed(picture, op, op.technician_name));
    }
    const places = new Map<string, Picture[]>();
    const out = new Map<string, Picture[]>();
    const modules = new Map<string, number>();
    let count = 0;
    for (const picture of [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const to = picture.takenOut === null ? places : out;
      const place = placeOf(picture.at);
      const there = to.get(place);
      if (there) there.push(picture);
      else to.set(place, [picture]);
      if (picture.takenOut !== null) continue;
      count += 1;
      const { module_id } = picture.at;
      if (module_id !== undefined) modules.set(module_id, (modules.get(module_id) ?? 0) + 1);
    }
    this.places = places;
    this.out = out;
    this.count = count;
    this.counted(modules);
  }
}

const bytesOf = (files: readonly { bytes: number }[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

const ofHub = (hub: HubPhoto, kept: KeptPhoto | null): Picture => ({
  ...{ id: hub.photo_id, at: hub.at, caption: hub.caption ?? null, name: hub.name ?? null },
  ...{ by: hub.technician_name, at_ms: hub.at_ms, taken_at_ms: hub.taken_at_ms ?? null },
  // Of another hub, whose pictures come after: it is there, and this one has it not yet.
  ...{ receipt: 'hub', bytes: bytesOf(hub.variants), refused: null, stamp: hub.stamp, kept, hub },
  takenOut: hub.taken_out?.technician_name ?? null,
});

const ofTablet = (kept: KeptPhoto): Picture => ({
  ...{ id: kept.id, at: kept.at, caption: null, name: kept.name, by: kept.technician_name },
  ...{ at_ms: kept.marked_at_ms, taken_at_ms: kept.taken_at_ms },
  receipt: kept.state === 'sent' ? 'hub' : 'tablet',
  ...{ bytes: bytesOf(kept.files), refused: kept.state === 'refused' ? (kept.reason ?? '') : null },
  ...{ takenOut: null, stamp: kept.ack?.stamp ?? '', kept, hub: null },
});

const changed = (picture: Picture, { at, caption, taken_out }: PhotoChange, by: string): Picture => ({
  ...picture,
  ...(at && { at }),
  ...(caption !== undefined && { caption }),
  ...(taken_out !== undefined && { takenOut: taken_out ? by : null }),
});
