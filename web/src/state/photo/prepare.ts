// A picture is kept, and made ready to be sent: read once and stored in pieces; then looked at, made smaller and hashed, all of what is stored. After a
// page that was killed in between it goes on from what is on the disk. Used by state/photo/photos.svelte.ts.
import { MAX_BYTES, pictureType, readFacts, type PhotoAt, type PhotoClass } from '../../domain/photo';
import { uuidv7 } from '../../domain/ids';
import type { Author } from '../../domain/types';
import type { Hasher } from '../../sync/photo/hash';
import type { KeptFile, KeptPhoto } from '../../sync/photo/records';
import { SMALLER, smallerName, type PhotoStore } from '../../sync/photo/store';
import { isQuotaError } from '../../sync/quota';
import { shrink, type Small } from './shrink';

/** To read the largest from a slow card takes no longer. */
const READING_MS = 10 * 60_000;

/** Why a picture was not taken. */
export class NotTaken extends Error {
  override name = 'NotTaken';
  constructor(readonly why: 'no_picture' | 'too_large' | 'full' | 'silent') {
    super(why);
  }
}

/** Beyond these nobody tries to draw it here: the tablet's memory is for the page. */
const DRAWN_BYTES = 40_000_000;
const DRAWN_PIXELS = 110_000_000;

export interface From {
  token: string;
  at: PhotoAt;
  author: Author;
  now: number;
  /** `el`; a view, where nothing is said. */
  kind?: string | undefined;
}

/** On this tablet's disk when it resolves. */
export async function keepPhoto(
  store: PhotoStore,
  picture: File,
  { token, at, author, now, kind }: From,
): Promise<KeptPhoto> {
  const first = new Uint8Array(
    await picture
      .slice(0, 16)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0)),
  );
  const type = pictureType(first);
  if (type === null || picture.size === 0) throw new NotTaken('no_picture');
  if (picture.size > MAX_BYTES) throw new NotTaken('too_large');
  const photo: KeptPhoto = {
    ...{ id: uuidv7(), token, at, state: 'reading', files: [], tries: 0, ...author, marked_at_ms: now },
    ...{ name: picture.name || null, taken_at_ms: null, reason: null, ack: null },
    ...(kind !== undefined && { picture_kind: kind }),
  };
  try {
    await store.put(photo);
    const file = await whole(store, () => store.keepFile(picture));
    const kept: KeptFile = { file, class: 'original', bytes: picture.size, type, sha256: null };
    const facts = readFacts(new Uint8Array((await store.piece(file, 0)) ?? new ArrayBuffer(0)));
    const { taken_at_ms = null, ...size } = facts;
    const next: KeptPhoto = { ...photo, state: 'kept', files: [{ ...kept, ...size }], taken_at_ms };
    await whole(store, () => store.put(next));
    return next;
  } catch (error) {
    await store.drop(photo).catch(() => undefined);
    throw error instanceof NotTaken ? error : new NotTaken(isQuotaError(error) ? 'full' : 'silent');
  }
}

/** Does it, and again with the room that was held for this, and that what the hub holds takes here. */
async function whole<T>(store: PhotoStore, keep: () => Promise<T>): Promise<T> {
  for (const more of [() => store.letGo(0), () => store.release(), () => store.letGo(0, true)]) {
    try {
      return await keep();
    } catch (error) {
      if (!isQuotaError(error)) throw error;
      await more();
    }
  }
  return keep();
}

/** Makes one ready. Throws where that is for later: the worker that hashes is not here, or there is no room for what is smaller. */
export async function prepare(store: PhotoStore, { id }: KeptPhoto, hash: Hasher): Promise<void> {
  const photo = await store.change(id, ({ tries }) => ({ tries: tries + 1 }));
  const original = photo?.files.find((file) => file.class === 'original');
  if (photo?.state !== 'kept' || !original) return;
  const hashed = async (file: KeptFile): Promise<KeptFile> => ({
    ...file,
    sha256: await hash(store.pieces(file)),
  });
  let files: KeptFile[];
  try {
    files = [await hashed(original)];
  } catch (error) {
    // A page that went while a smaller one was made was killed by it, and this was no fault of it.
    await store.change(id, () => ({ tries: photo.tries - 1 }));
    throw error;
  }
  const small =
    photo.tries > 2 || isTooLarge(original)
      ? null
      : await shrink(await store.blob(original), original).catch(() => null);
  if (small) {
    const keep = async ({ blob, width, height }: Small, of: PhotoClass): Promise<KeptFile> => {
      const file = await whole(store, () => store.keepFile(blob, smallerName(original.file, of)));
      return hashed({ file, class: of, bytes: blob.size, type: 'image/jpeg', width, height, sha256: null });
    };
    try {
      files.push(await keep(small.thumb, 'thumb'), await keep(small.preview, 'preview'));
    } catch (error) {
      // The original is what counts.
      if (!isQuotaError(error)) throw error;
      files.length = 1;
    }
  }
  const now = await store.change(id, ({ state }) =>
    state === 'kept' ? { state: 'ready', files, tries: 0 } : null,
  );
  // There was no room for both, or it was given up meanwhile: these are nobody's.
  for (const file of SMALLER.map((of) => smallerName(original.file, of)))
    if (!now?.files.some((one) => one.file === file)) await store.dropFile(file);
}

function isTooLarge({ bytes, type, width = 0, height = 0 }: KeptFile): boolean {
  return type === 'image/tiff' || bytes > DRAWN_BYTES || width * height > DRAWN_PIXELS;
}

/** What a page left that went while it read: half a file is no photo. (That one was begun is told: state/photo/begun.ts.) */
export async function tidy(store: PhotoStore, now: number): Promise<void> {
  for (const photo of await store.inState('reading')) {
    // Another tab may be at it right now.
    if (photo.marked_at_ms > now - READING_MS && photo.marked_at_ms <= now) continue;
    await store.drop(photo);
  }
}
