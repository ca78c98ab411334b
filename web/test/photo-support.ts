// What the tests of photos stand on: a hub that takes pictures as docs/decisions/0060 says, and stores of both kinds.
import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { MadePhoto } from '../src/domain/api.gen';
import type { PhotoEditOp, PhotoOp } from '../src/domain/photo';
import type { OpsAnswer } from '../src/domain/types';
import { WrongOffset, type Progress } from '../src/net/blobs';
import { ApiError, Unreachable } from '../src/net/call';
import { uuidv7Minter } from '../src/domain/ids';
import type { Database } from '../src/sync/database';
import { openIndexedDb } from '../src/sync/indexeddb';
import { Lease } from '../src/sync/lease';
import { MemoryDatabase } from '../src/sync/memory';
import { PhotoOutbox, type PhotoTrouble } from '../src/sync/photo/outbox';
import { SHAPES, type KeptPhoto, type PhotoRecords } from '../src/sync/photo/records';
import { PhotoStore } from '../src/sync/photo/store';
import { inMemory, START, until, type Timers } from './support';

type PhotoDatabase = Database<PhotoRecords, PhotoRecords>;

let databases = 0;

export const PHOTO_STORES = [
  {
    kind: 'in memory',
    open: (): Promise<PhotoStore> =>
      Promise.resolve(new PhotoStore(new MemoryDatabase(SHAPES) as unknown as PhotoDatabase)),
  },
  {
    kind: 'in IndexedDB',
    async open(t: TestContext): Promise<PhotoStore> {
      databases += 1;
      const db = await openIndexedDb(`photos-${String(databases)}`, SHAPES);
      t.after(() => {
        db.close();
      });
      return new PhotoStore(db as unknown as PhotoDatabase);
    },
  },
];

const mint = uuidv7Minter(() => START);

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A JPEG, by its first bytes. */
export function pictureOf(bytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(new ArrayBuffer(bytes));
  for (let i = 0, n = seed; i < bytes; i += 1) picture[i] = n = (n * 1_103_515_245 + 12_345) & 0xff;
  picture.set([0xff, 0xd8, 0xff]);
  return picture;
}

/** Kept, whole, to be sent; each class with its bytes. */
export async function ready(
  store: PhotoStore,
  token: string,
  files: Partial<Record<'thumb' | 'preview' | 'original', Uint8Array<ArrayBuffer>>>,
): Promise<KeptPhoto> {
  const photo: KeptPhoto = {
    ...{ id: mint(), token, at: { module_id: 'M050' }, state: 'ready', tries: 0, name: 'IMG_1.JPG' },
    ...{ technician_id: 'tech_ab12cd34', technician_name: 'Léa', device_id: 'dev_0', marked_at_ms: START },
    ...{ taken_at_ms: null, reason: null, ack: null, files: [] },
  };
  for (const [of, bytes] of Object.entries(files)) {
    const file = await store.keepFile(new Blob([bytes]));
    photo.files.push({
      ...{ file, class: of as 'thumb', bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes) },
    });
  }
  await store.put(photo);
  return photo;
}

/** The hub as the outbox of photos meets it. */
export class PhotoHub {
  logId = 'log-5';
  readonly parts = new Map<string, Uint8Array>();
  readonly whole = new Map<string, Uint8Array>();
  readonly log = new Map<string, PhotoOp | PhotoEditOp>();
  /** In the order of coming: PATCH with what it brought, POST with its id. */
  readonly calls: string[] = [];
  /** Whether it looks for the pictures of a photo that its log has. */
  asks = true;
  /** Instead of what it would do. */
  before: (call: string) => Error | null | Promise<Error | null> = () => null;

  async head(_token: string, sha: string): Promise<Progress> {
    const failure = await this.before(`HEAD ${sha}`);
    if (failure) throw failure;
    if (this.whole.has(sha)) return { offset: this.whole.get(sha)?.length ?? 0, whole: true };
    return { offset: this.parts.get(sha)?.length ?? 0, whole: false };
  }

  async append(
    _token: string,
    sha: string,
    offset: number,
    bytes: ArrayBuffer,
    last: boolean,
    signal: AbortSignal,
  ): Promise<Progress> {
    this.calls.push(`PATCH ${String(offset)}+${String(bytes.byteLength)}${last ? '!' : ''}`);
    const failure = await this.before(`PATCH ${sha}`);
    if (signal.aborted) throw new Unreachable('broken off');
    if (failure) throw failure;
    if (this.whole.has(sha)) return { offset: this.whole.get(sha)?.length ?? 0, whole: true };
    const part = this.parts.get(sha) ?? new Uint8Array();
    if (offset !== part.length) throw new WrongOffset(part.length, false);
    const next = new Uint8Array([...part, ...new Uint8Array(bytes)]);
    this.parts.set(sha, next);
    if (!last) return { offset: next.length, whole: false };
    this.parts.delete(sha);
    if (sha256(next) !== sha) throw new ApiError(400, 'something else', 'wrong_hash');
    this.whole.set(sha, next);
    return { offset: next.length, whole: true };
  }

  /** What it makes of an original that it has; null: a hub of before. */
  draws: ((sha: string) => Uint8Array<ArrayBuffer>[]) | null = null;

  makeVariants(_token: string, sha: string): Promise<MadePhoto['variants']> {
    if (!this.draws)
      return Promise.reject(new ApiError(404, 'there is nothing at this address', 'not_found'));
    this.calls.push('POST variants');
    if (!this.whole.has(sha)) return Promise.reject(new ApiError(404, 'not here', 'photo_not_here'));
    const made = this.draws(sha).map((bytes, i) => {
      this.whole.set(sha256(bytes), bytes);
      const of = { class: i === 0 ? 'thumb' : 'preview', type: 'image/jpeg', width: 320, height: 240 };
      return { ...of, bytes: bytes.length, sha256: sha256(bytes), held: true };
    });
    const original = { class: 'original', type: 'image/tiff', sha256: sha, bytes: 1, held: true };
    return Promise.resolve([...made, original]);
  }

  async postOps(_token: string, ops: (PhotoOp | PhotoEditOp)[]): Promise<OpsAnswer> {
    const results: unknown[] = [];
    for (const op of ops) {
      this.calls.push(`POST ${op.kind}`);
      const failure = await this.before(`POST ${op.id}`);
      if (failure) throw failure;
      const asks = op.kind === 'photo' && (this.asks || !this.log.has(op.id));
      const variants = asks ? op.variants : [];
      const missing = variants.filter((one) => !this.whole.has(one.sha256)).map((one) => one.sha256);
      if (missing.length > 0) {
        results.push({ id: op.id, seq: null, outcome: 'refused', code: 'photo_missing', missing });
        continue;
      }
      const known = this.log.has(op.id);
      this.log.set(op.id, op);
      results.push({ id: op.id, seq: this.log.size, outcome: known ? 'duplicate' : 'applied', stamp: 's1' });
    }
    return { log_id: this.logId, results } as OpsAnswer;
  }
}

/** One tab of a tablet: its outbox of photos, and what it told. */
export class PhotoTab {
  readonly outbox: PhotoOutbox;
  readonly troubles: (PhotoTrouble | null)[] = [];
  readonly progress: number[] = [];
  readonly astray: Record<string, string>[] = [];
  readonly lost: string[] = [];
  marks = 0;

  constructor(
    t: TestContext,
    readonly store: PhotoStore,
    readonly hub: PhotoHub,
    timers: Timers,
    settings = inMemory(),
    name = 'tab_a',
  ) {
    this.outbox = new PhotoOutbox(
      store,
      {
        blobs: hub,
        postOps: (token, ops) => hub.postOps(token, ops),
        marksWait: () => this.marks > 0,
        prepare: () => Promise.resolve(),
      },
      {
        progress: (_, bytes) => this.progress.push(bytes),
        changed: () => undefined,
        trouble: (what) => this.troubles.push(what),
        astray: (audits) => this.astray.push(Object.fromEntries(audits)),
        lost: (photo) => this.lost.push(photo.id),
      },
      new Lease(settings, 'photos', name),
      { now: () => timers.now, random: () => 1 },
    );
    t.after(() => {
      this.outbox.stop();
    });
  }

  /** All that was ready is on the hub. */
  sent(): Promise<void> {
    return until('every photo is sent', async () => (await this.store.inState('ready')).length === 0);
  }
}
