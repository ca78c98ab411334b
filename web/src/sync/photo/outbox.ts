// Outbox of photos: sends the pictures of this tablet in steps, and each photo's operation when its pictures are whole on the hub. Beside
// sync/outbox.ts, and behind it: marks and messages always go first, between two steps and, where a step takes long, in the middle of it.
// Made by state/photo/photos.svelte.ts. Nothing is forgotten here before the hub has acknowledged it.
//
// One photo that cannot go holds up none behind it: it is refused with its reason, or its audit is left alone for a while.
import { browserClock } from '../../domain/clock';
import { uuidv7 } from '../../domain/ids';
import type { PhotoClass, PhotoEditOp, PhotoOp } from '../../domain/photo';
import { nameFrom } from '../../domain/text';
import type { OpResult, OpsAnswer } from '../../domain/types';
import { backoff } from '../../net/backoff';
import { WrongOffset, type Blobs } from '../../net/blobs';
import { ApiError } from '../../net/call';
import type { Lease } from '../lease';
import { KEEP_SENT_MS } from '../store';
import { drawnByHub } from './drawn-by-hub';
import { operationOf } from './operation';
import { CHUNK, type KeptEdit, type KeptFile, type KeptPhoto } from './records';
import type { PhotoStore } from './store';

const LEASE_MS = 8_000;
/** How long an audit that the hub does not have, or whose photos it does not take, is left alone. */
const PARK_MS = 60_000;
/** Marks that do not go either hold pictures up no longer than this, between two steps. */
const MARKS_MS = 10_000;
/** A step that is under way when a mark is made has so long to end by itself. */
const STEP_GRACE_MS = 400;
/** Without room for photos the hub is asked again so soon. */
const FULL_MS = 30_000;
/** So often the same is tried with a picture with which something is wrong, before others go first, or it is refused. */
const TRIES = 5;
/** About what was sent, whatever the hub is like. */
const UNFIT: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const SMALL_FIRST: readonly PhotoClass[] = ['thumb', 'preview', 'original'];

/** Why the photos of an audit do not go: somebody has removed it from the hub, or the hub knows nothing of its photos. */
export type Astray = 'removed' | 'unknown';

/** Why no photo goes: the hub's photos have no room, it takes none of this tablet, or something that it says itself. */
export type PhotoTrouble = 'full' | 'no_audit' | { said: ApiError };

export interface Told {
  /** So many bytes of it are on the hub. */
  progress(id: string, bytes: number): void;
  /** What is kept has changed. */
  changed(): void;
  trouble(what: PhotoTrouble | null): void;
  /** The audits whose photos the hub does not take, as far as it was asked. */
  astray(audits: ReadonlyMap<string, Astray>): void;
  /** This hub has lost a picture that it had acknowledged, and it is not here any more either. */
  lost(photo: KeptPhoto): void;
}

export interface Ways {
  blobs: Pick<Blobs, 'head' | 'append' | 'makeVariants'>;
  postOps(token: string, ops: (PhotoOp | PhotoEditOp)[], sentAtMs: number): Promise<OpsAnswer>;
  /** Marks or messages are to go. */
  marksWait(): boolean;
  /** Makes photos ready that are only kept yet; whatever fails there is tried again with the next round. */
  prepare(): Promise<void>;
}

type Step = 'moved' | 'again' | 'elsewhere' | { wait: number | null };

export class PhotoOutbox {
  #running = false;
  #kicked = false;
  #stopped = true;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #step: AbortController | null = null;
  #goOn: (() => void) | null = null;
  readonly #parked = new Map<string, number>();
  readonly #astray = new Map<string, Astray>();
  readonly #tries = new Map<string, number>();

  constructor(
    private readonly store: PhotoStore,
    private readonly ways: Ways,
    private readonly told: Told,
    private readonly lease: Lease,
    private readonly clock = browserClock,
  ) {}

  start(): void {
    this.#stopped = false;
    this.kick();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#step?.abort();
    this.#goOn?.();
    this.lease.release().catch(() => undefined);
  }

  kick(): void {
    if (this.#stopped) return;
    this.#kicked = true;
    if (this.#running) return;
    clearTimeout(this.#timer);
    void this.#run();
  }

  /** The hub is known to be back. */
  wake(): void {
    this.#failures = 0;
    this.#parked.clear();
    this.kick();
  }

  /** A mark is to go: what is under way makes way for it. */
  markMade(): void {
    if (!this.#step) return;
    this.#grace ??= setTimeout(() => {
      this.#grace = undefined;
      // What has come of it the hub keeps.
      if (this.ways.marksWait()) this.#step?.abort();
    }, STEP_GRACE_MS);
  }

  /** Marks have gone, or some of them. */
  marksMoved(): void {
    if (!this.ways.marksWait()) this.#goOn?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let wait: number | null = null;
    try {
      while (this.#kicked && !this.#stopped) {
        this.#kicked = false;
        await this.ways.prepare();
        wait = await this.#drain();
      }
    } catch {
      // The store did not answer; nothing was lost of what it keeps.
      wait = this.#backOff();
    }
    this.#running = false;
    if (this.#stopped || wait === null) return;
    this.#timer = setTimeout(() => {
      this.kick();
    }, wait);
  }

  #backOff(): number {
    const wait = backoff(this.#failures, 1_000, 30_000, this.clock.random);
    this.#failures += 1;
    return Math.max(300, wait);
  }

  async #drain(): Promise<number | null> {
    const troubled = new Set<string>();
    for (;;) {
      if (this.#stopped) return null;
      const parked = this.#parkedNow();
      const due = ({ id, token }: { id: string; token: string }) => !parked.has(token) && !troubled.has(id);
      const edit = (await this.store.edits()).find((one) => one.refused === null && due(one));
      const photo = edit ? undefined : (await this.store.inState('ready')).find(due);
      if (!edit && !photo) {
        await this.lease.release();
        if (troubled.size > 0) return this.#backOff();
        return this.#parked.size > 0 ? PARK_MS : null;
      }
      await this.#marksFirst();
      if (!(await this.lease.take(this.clock.now(), LEASE_MS))) return LEASE_MS / 2;
      let step: Step = 'moved';
      try {
        if (edit) step = await this.#sendEdit(edit);
        else if (photo) step = await this.#sendPhoto(photo);
      } catch (error) {
        step = await this.#failed(edit ?? photo, error);
      }
      if (step === 'moved') this.#failures = 0;
      else if (step === 'elsewhere') troubled.add((edit ?? photo)?.id ?? '');
      else if (step !== 'again') {
        await this.lease.release();
        return step.wait ?? this.#backOff();
      }
    }
  }

  async #marksFirst(): Promise<void> {
    if (!this.ways.marksWait() || this.#stopped) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, MARKS_MS);
      this.#goOn = () => {
        clearTimeout(timer);
        done();
      };
    });
    this.#goOn = null;
  }

  #parkedNow(): Set<string> {
    const now = this.clock.now();
    for (const [token, until] of this.#parked)
      if (until <= now || until > now + PARK_MS) this.#parked.delete(token);
    return new Set(this.#parked.keys());
  }

  async #sendPhoto(waiting: KeptPhoto): Promise<Step> {
    let photo = waiting;
    const lacking: KeptFile[] = [];
    const files = [...photo.files].sort(
      (a, b) => SMALL_FIRST.indexOf(a.class) - SMALL_FIRST.indexOf(b.class),
    );
    let before = 0;
    for (const file of files) {
      if (file.gone && file.sha256 !== null) {
        // Let go of, when a hub had it. This one may have it, or another one may have brought it here.
        const { whole } = await this.ways.blobs.head(photo.token, file.sha256);
        if (!whole && photo.drawn_by_hub && file.class !== 'original') lacking.push(file);
        else if (whole !== (file.lost !== true)) await this.#setLost(photo, file, !whole);
        before += file.bytes;
        continue;
      }
      const done = await this.#sendFile(photo, file, before);
      if (done !== 'moved') return done;
      before += file.bytes;
    }
    photo = await drawnByHub(this.store, this.ways.blobs, photo, lacking);
    for (const file of lacking) {
      const { whole } = await this.ways.blobs.head(photo.token, file.sha256 ?? '');
      if (!whole) await this.#setLost(photo, file, true);
    }
    const answer = await this.ways.postOps(photo.token, [operationOf(photo)], this.clock.now());
    const result = resultOf(answer, photo.id) as
      (OpResult & { code?: string; missing?: string[] }) | undefined;
    const now = await this.store.get(photo.id);
    const lost = now?.files.filter((file) => file.lost) ?? [];
    if (now && lost.length > 0 && result?.code === 'photo_missing' && result.missing) {
      const { missing } = result;
      if (lost.some(({ sha256 }) => missing.includes(sha256 ?? ''))) return this.#withoutLost(now);
    }
    return this.#taken(photo, answer.log_id, result);
  }

  async #setLost(photo: KeptPhoto, { file }: KeptFile, lost: boolean): Promise<void> {
    const mark = (one: KeptFile): KeptFile => {
      if (one.file !== file) return one;
      const next: KeptFile = { ...one };
      if (lost) next.lost = true;
      else delete next.lost;
      return next;
    };
    const next = await this.store.change(photo.id, ({ files }) => ({ files: files.map(mark) }));
    if (lost && next) this.told.lost(next);
    this.told.changed();
  }

  /**
   * This hub does not know the photo, and takes none whose pictures are not all there: what is left of it goes as a photo of its own,
   * for an operation that others may have is never said anew in other words.
   */
  async #withoutLost(photo: KeptPhoto): Promise<Step> {
    const files = photo.files.filter((file) => !file.lost);
    if (files.length === 0) return this.#refuse(photo.id, 'lost');
    await this.store.replace(photo, { ...photo, id: uuidv7(), files, ack: null });
    this.told.changed();
    return 'moved';
  }

  /** In steps, from where the hub is; `before`: bytes of this photo that are there already. */
  async #sendFile({ id, token }: KeptPhoto, file: KeptFile, before: number): Promise<Step> {
    const { sha256, bytes } = file;
    if (sha256 === null) return this.#refuse(id, 'not_here');
    // What is larger than a step may have been begun: by this page before it was killed, by another tablet.
    let { offset, whole } = { offset: 0, whole: false };
    for (let asked = false, wrong = 0; !whole;) {
      await this.#marksFirst();
      if (this.#stopped) return { wait: null };
      if (!(await this.lease.take(this.clock.now(), LEASE_MS))) return { wait: LEASE_MS / 2 };
      if (!asked && bytes > CHUNK) {
        ({ offset, whole } = await this.ways.blobs.head(token, sha256));
        asked = true;
        this.told.progress(id, before + Math.min(offset, bytes));
        if (whole) break;
      }
      const piece = offset < bytes ? await this.store.piece(file.file, offset) : new ArrayBuffer(0);
      if (!piece) return this.#refuse(id, 'not_here');
      const step = new AbortController();
      this.#step = step;
      if (this.ways.marksWait()) this.markMade();
      try {
        const last = offset + piece.byteLength >= bytes;
        ({ offset, whole } = await this.ways.blobs.append(token, sha256, offset, piece, last, step.signal));
        wrong = 0;
      } catch (error) {
        if (step.signal.aborted && !this.#stopped) {
          // A mark goes now; then on from where the hub is.
          asked = false;
        } else if (error instanceof WrongOffset) {
          wrong += 1;
          if (wrong > TRIES) return 'elsewhere';
          offset = error.offset;
          // Another is at it, or what was broken off is still being written.
          if (error.busy || offset > bytes) return { wait: 1_000 };
        } else throw error;
      } finally {
        this.#step = null;
        clearTimeout(this.#grace);
        this.#grace = undefined;
      }
      this.told.progress(id, before + Math.min(offset, bytes));
    }
    this.told.progress(id, before + bytes);
    this.told.trouble(null);
    return 'moved';
  }

  async #taken(photo: KeptPhoto, logId: string, result: OpResult | undefined): Promise<Step> {
    const { id } = photo;
    if (!result) return this.#again(id, 'elsewhere');
    if (result.outcome === 'refused') {
      // Somebody tidied up there in between: they are sent again, and then this.
      if ((result as { code?: string }).code === 'photo_missing') return this.#again(id, 'again');
      return this.#refuse(id, (result as { code?: string }).code ?? result.reason ?? '');
    }
    const stamp = result.stamp ?? photo.ack?.stamp;
    const acked = { log_id: logId, seq: result.seq ?? 0, acked_at_ms: this.clock.now() };
    await this.store.change(id, () => ({
      ...{ state: 'sent' as const, reason: null },
      ack: stamp === undefined ? acked : { ...acked, stamp },
    }));
    this.#tries.delete(id);
    this.told.trouble(null);
    this.#stray(photo.token, null);
    this.told.changed();
    return 'moved';
  }

  #stray(token: string, why: Astray | null): void {
    if ((this.#astray.get(token) ?? null) === why) return;
    if (why === null) this.#astray.delete(token);
    else this.#astray.set(token, why);
    this.told.astray(new Map(this.#astray));
  }

  #again(id: string, how: 'again' | 'elsewhere'): Step {
    const tries = (this.#tries.get(id) ?? 0) + 1;
    this.#tries.set(id, tries);
    return tries > TRIES ? 'elsewhere' : how;
  }

  async #sendEdit(edit: KeptEdit): Promise<Step> {
    const op = { ...edit.op, technician_name: nameFrom(edit.op.technician_name) };
    const result = resultOf(await this.ways.postOps(edit.token, [op], this.clock.now()), edit.id);
    if (!result) return 'elsewhere';
    if (result.outcome === 'refused') await this.store.addEdit({ ...edit, refused: result.reason ?? '' });
    else await this.store.dropEdit(edit.id);
    this.told.changed();
    return 'moved';
  }

  async #refuse(id: string, reason: string): Promise<Step> {
    await this.store.change(id, () => ({ state: 'refused', reason }));
    this.told.changed();
    return 'moved';
  }

  async #failed(what: KeptEdit | KeptPhoto | undefined, error: unknown): Promise<Step> {
    // Nobody answers: the hub is away.
    if (!(error instanceof ApiError)) return { wait: null };
    const { status } = error;
    if (what && UNFIT.has(status)) {
      // On the way it may have been damaged: what is stored has this hash.
      if (error.code === 'wrong_hash' && this.#again(what.id, 'again') === 'again') return 'again';
      if ('files' in what) return this.#refuse(what.id, error.code ?? error.message);
      await this.store.addEdit({ ...what, refused: error.message });
      return 'moved';
    }
    if (what && (status === 404 || status === 405 || status === 410)) {
      this.#parked.set(what.token, this.clock.now() + PARK_MS);
      this.told.trouble('no_audit');
      this.#stray(what.token, status === 410 ? 'removed' : 'unknown');
      return 'again';
    }
    if (status === 507) {
      this.told.trouble('full');
      return { wait: FULL_MS };
    }
    if (error.busy) return { wait: Math.min(60_000, error.retryAfterMs ?? 2_000) };
    this.told.trouble({ said: error });
    return error.outside || status === 403 ? { wait: null } : 'elsewhere';
  }

  /** Photos that the hub took long ago are forgotten here. */
  async prune(nowMs: number): Promise<void> {
    for (const photo of await this.store.inState('sent'))
      if ((photo.ack?.acked_at_ms ?? nowMs) < nowMs - KEEP_SENT_MS) await this.store.drop(photo);
  }
}

const resultOf = ({ results }: OpsAnswer, id: string): OpResult | undefined =>
  results.length === 1 ? results[0] : results.find((result) => result.id === id);
