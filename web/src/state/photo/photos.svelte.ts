// Photos of this tablet: taken, kept, sent, and how many wait (state/photo/album.svelte.ts has those of the open audit). Made by state/photo/start.ts, which
// state/app.svelte.ts reads after the first screen.
import { shortId, uuidv7 } from '../../domain/ids';
import { placeOf, type HubPhoto, type PhotoAt, type PhotoChange } from '../../domain/photo';
import type { Offered } from '../../domain/types';
import { Blobs } from '../../net/blobs';
import { Lease } from '../../sync/lease';
import { hashInWorker } from '../../sync/photo/hash';
import { PhotoOutbox, type Astray, type PhotoTrouble } from '../../sync/photo/outbox';
import type { KeptFile } from '../../sync/photo/records';
import type { PhotoStore } from '../../sync/photo/store';
import type { App } from '../app.svelte';
import type { AuditState } from '../audit.svelte';
import { plain } from '../plain';
import { Album, type Picture } from './album.svelte';
import { Begun } from './begun';
import { keepPhoto, NotTaken, prepare, tidy } from './prepare';

/** Originals that the hub has stay here up to so much, for the next hub should this one be lost. */
const STAY_BYTES = 200 * 1024 * 1024;
/** One picture is made smaller in less, or that tab is gone. */
const DRAWING_MS = 10_000;
const ABLE = 'able';
const LOST = 'lost-originals';

export class Photos {
  /** On this tablet alone. */
  waiting = $state({ count: 0, bytes: 0 });
  /** Those that the hub does not take, of all audits. */
  refused = $state(0);
  trouble: PhotoTrouble | null = $state.raw(null);
  /** Audits whose photos the hub does not take: what is here of them goes nowhere by itself. */
  astray: ReadonlyMap<string, Astray> = $state.raw(new Map());
  /** So many originals were on the hub alone, and it has lost them. */
  lostOriginals = $state(0);
  /** Some hub that this page met takes photos: without that there is no button. */
  able = $state(false);
  /** No room for another one on this tablet. */
  full = $state(false);
  /** Pictures that are being stored. */
  keeping = $state(0);
  /** The place that they are of, and those that were not taken. */
  takingFor: string | null = $state(null);
  /** Why pictures were not taken, with their names. */
  notTaken: { name: string; why: NotTaken['why'] }[] = $state.raw([]);
  album: Album | null = $state.raw(null);
  /** The page was gone while a camera was open for this place. */
  lost: { token: string; at: PhotoAt } | null = $state.raw(null);

  readonly begun: Begun;
  readonly #outbox: PhotoOutbox;
  readonly #drawing: Lease;
  readonly blobs: Blobs;
  readonly #tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('fieldhub-photos');
  #preparing: Promise<void> | null = null;
  /** There was room, and nothing was taken since. */
  #looked = false;

  constructor(
    readonly app: App,
    readonly store: PhotoStore,
  ) {
    this.begun = new Begun(store);
    this.blobs = new Blobs(app.events, () => app.access.token());
    const tab = shortId('tab_', 8);
    this.#drawing = new Lease(app.store, 'photos-drawing', tab);
    this.#outbox = new PhotoOutbox(
      store,
      {
        blobs: this.blobs,
        postOps: (token, ops, at) => app.api.postOps(token, ops as unknown as Offered[], at),
        marksWait: () => app.marks.waiting > 0,
        prepare: () => this.#prepare(),
      },
      {
        progress: (id, bytes) => this.album?.progress(id, bytes),
        changed: () => {
          this.#changed();
          void store.letGo(STAY_BYTES).catch(() => undefined);
        },
        trouble: (what) => (this.trouble = what),
        astray: (audits) => (this.astray = audits),
        lost: () => {
          this.lostOriginals += 1;
          void store.setNote(LOST, this.lostOriginals).catch(() => undefined);
        },
      },
      new Lease(app.store, 'photos', tab),
    );
    // As long as the page is there.
    app.events.on({
      added: () => {
        this.#outbox.markMade();
      },
      outbox: () => {
        this.#outbox.marksMoved();
      },
      log: ({ token, logId }) => {
        void this.#offerAgain([token], logId);
      },
      admitted: () => {
        this.#outbox.wake();
      },
      full: () => {
        // Marks have the room first.
        this.#looked = false;
        void store
          .letGo(0)
          .then(() => store.release())
          .catch(() => undefined);
      },
    });
    if (this.#tabs) {
      this.#tabs.onmessage = () => {
        void this.reload().catch(() => undefined);
        // The one that kept a photo may be gone before it was sent.
        this.#outbox.kick();
      };
    }
    addEventListener('pagehide', () => {
      this.#outbox.stop();
      this.#drawing.release().catch(() => undefined);
    });
    addEventListener('pageshow', (event) => {
      if (event.persisted && app.settings.sync) this.#outbox.start();
    });
  }

  /** A camera is open, or what it gave is being stored. */
  get busy(): boolean {
    return this.keeping > 0 || this.begun.open;
  }

  async start(): Promise<void> {
    this.able = (await this.store.note(ABLE)) === true;
    this.lostOriginals = Number((await this.store.note(LOST)) ?? 0);
    await tidy(this.store, Date.now());
    await this.reload();
    void this.#outbox.prune(Date.now()).catch(() => undefined);
  }

  /** Whether photos leave this tablet: they do while marks do. */
  send(on: boolean): void {
    if (on) this.#outbox.start();
    else this.#outbox.stop();
  }

  wake(): void {
    this.#outbox.wake();
    void this.album?.read();
  }

  /** Somebody's photo is in the log, or what is said of one. */
  heard(): void {
    void this.album?.read();
  }

  /** Of these a picture is on the hub now. */
  came(photos: readonly HubPhoto[]): void {
    void this.album?.came(photos);
  }

  /** The photos of the audit that is open now. */
  open(audit: AuditState): Album {
    const album = new Album(
      audit.token,
      this.store,
      this.blobs,
      (modules) => (audit.pictured = modules),
      (able) => {
        if (able === this.able) return;
        this.able = able;
        void this.store.setNote(ABLE, able).catch(() => undefined);
      },
      async () => (await this.app.api.audits()).audits.some(({ token }) => token === audit.token),
    );
    this.album = album;
    audit.photos = this;
    void album
      .load()
      .catch(() => undefined)
      .then(() => album.read());
    return album;
  }

  /** All of an audit that is open, as the hub has them now if it is in reach. */
  async pictures(token: string): Promise<Picture[]> {
    const { album } = this;
    if (album?.token !== token) return [];
    await album.read();
    await album.own();
    return album.all;
  }

  /** Keeps pictures, one after the other; those that are not taken are told. */
  async take(token: string, at: PhotoAt, files: readonly File[], kind?: string): Promise<number> {
    this.notTaken = [];
    this.#looked = false;
    this.takingFor = placeOf(at);
    this.keeping += files.length;
    let kept = 0;
    for (const file of files) {
      try {
        const from = { token, at, kind, author: this.app.access.author, now: Date.now() };
        await keepPhoto(this.store, file, from);
        kept += 1;
      } catch (error) {
        const why = error instanceof NotTaken ? error.why : 'silent';
        if (why === 'full') this.full = true;
        this.notTaken = [...this.notTaken, { name: file.name, why }];
      }
      this.keeping -= 1;
      this.#changed();
      this.#outbox.kick();
    }
    await this.begun.end();
    return kept;
  }

  /** Is there room for another one? Known before the camera opens. */
  async look(): Promise<void> {
    if (this.#looked) return;
    this.#looked = true;
    try {
      const { quota = 0, usage = 0 } =
        (await (navigator.storage as StorageManager | undefined)?.estimate()) ?? {};
      if (quota > 0 && quota - usage < 2 * 8_000_000) await this.store.letGo(0);
      await this.store.reserve().catch(async () => {
        await this.store.letGo(0);
        await this.store.reserve();
      });
      this.full = false;
    } catch {
      this.full = true;
      this.#looked = false;
    }
  }

  async change(picture: Picture, change: PhotoChange): Promise<void> {
    const id = uuidv7();
    const { author } = this.app.access;
    const token = this.album?.token ?? '';
    const op = {
      ...{ id, kind: 'photo_edit' as const, photo_id: picture.id, ...author },
      ...{ marked_at_ms: Date.now(), base: picture.stamp, ...change },
    };
    await this.store.addEdit({ id, token, op, refused: null });
    this.#changed();
    this.#outbox.kick();
  }

  /** One that the hub refuses, once more; or no more. */
  async again(id: string): Promise<void> {
    await this.store.change(id, ({ files }) => ({
      state: files.every(({ sha256 }) => sha256 !== null) ? 'ready' : 'kept',
      reason: null,
    }));
    this.#changed();
    this.#outbox.kick();
  }

  async forget(id: string): Promise<void> {
    const photo = await this.store.get(id);
    if (photo) await this.store.drop(photo);
    this.#changed();
  }

  /** All of an audit that wait here: somebody gave them up. */
  async forgetWaiting(token: string): Promise<void> {
    for (const photo of await this.store.waiting()) if (photo.token === token) await this.store.drop(photo);
    this.#changed();
  }

  /** It was read that originals are lost. */
  async readLost(): Promise<void> {
    this.lostOriginals = 0;
    await this.store.dropNote(LOST);
  }

  /** The bytes of a picture: of this tablet, or of the hub. The first of these classes that there is. */
  async bytes(picture: Picture, classes: readonly string[]): Promise<Blob | null> {
    const there = await this.#bytes(picture, classes);
    if (there || this.app.reach !== 'yes') return there;
    // They may have come since it was told.
    const now = await this.album?.readOne(picture.id);
    return now ? this.#bytes(now, classes) : null;
  }

  async #bytes(picture: Picture, classes: readonly string[]): Promise<Blob | null> {
    for (const of of classes) {
      const own: KeptFile | undefined = picture.kept?.files.find((file) => file.class === of && !file.gone);
      if (own) return this.store.blob(own);
      const there = picture.hub?.variants.find((variant) => variant.class === of && variant.held);
      if (there && this.album) return this.blobs.get(this.album.token, there.sha256);
    }
    return null;
  }

  /** What a hub says, in the crew's language. */
  plain(error: Error): string {
    return plain(error, true);
  }

  async reload(): Promise<void> {
    const all = await this.store.waiting();
    const here = all.flatMap(({ files }) => files).filter(({ gone }) => !gone);
    const bytes = here.reduce((sum, file) => sum + file.bytes, 0);
    this.waiting = { count: all.length, bytes };
    this.refused = all.filter(({ state }) => state === 'refused').length;
    await this.album?.own();
  }

  #changed(): void {
    this.#tabs?.postMessage('changed');
    void this.reload().catch(() => undefined);
  }

  /** One after the other; what fails waits for the next time. */
  async #prepare(): Promise<void> {
    this.#preparing ??= (async () => {
      for (const photo of await this.store.inState('kept')) {
        // Of several tabs one draws, and takes the memory for it.
        if (!(await this.#drawing.take(Date.now(), DRAWING_MS))) {
          setTimeout(() => {
            this.#outbox.kick();
          }, DRAWING_MS);
          return;
        }
        await prepare(this.store, photo, hashInWorker).catch(() => undefined);
        this.#changed();
      }
      await this.#drawing.release();
    })().finally(() => (this.#preparing = null));
    await this.#preparing;
  }

  async #offerAgain(tokens: readonly string[], logId: string): Promise<void> {
    let count = 0;
    for (const token of tokens)
      if (logId !== '') count += await this.store.offerAgain(token, logId).catch(() => 0);
    if (count > 0) this.#changed();
    void this.album?.read();
    if (count > 0) this.#outbox.wake();
  }
}
