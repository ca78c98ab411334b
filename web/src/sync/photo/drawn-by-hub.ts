// Variants made by the hub: of a picture that no browser draws, such as a 16-bit TIFF of an EL camera, the hub makes thumbnail and preview, and
// the photo's operation names them like those that are drawn here. Called by sync/photo/outbox.ts when the original is whole on the hub.
import type { PhotoClass } from '../../domain/photo';
import type { Blobs } from '../../net/blobs';
import { ApiError } from '../../net/call';
import type { KeptFile, KeptPhoto } from './records';
import { smallerName, type PhotoStore } from './store';

/** A hub of before makes none; and what cannot be read goes as it is. */
const NONE: ReadonlySet<number> = new Set([404, 405, 415]);

/**
 * Gives the photo as it is kept then. Asked once for each: what an operation names is never said anew in other words. A hub that has `lacking` no
 * more makes the same ones again.
 */
export async function drawnByHub(
  store: PhotoStore,
  blobs: Pick<Blobs, 'makeVariants'>,
  photo: KeptPhoto,
  lacking: readonly KeptFile[],
): Promise<KeptPhoto> {
  const original = photo.files.find((file) => file.class === 'original');
  const drawn = photo.drawn_by_hub !== undefined || photo.files.some((file) => file.class === 'thumb');
  if (!original?.sha256 || original.lost || (drawn && lacking.length === 0)) return photo;
  let made: Awaited<ReturnType<Blobs['makeVariants']>> = [];
  try {
    made = await blobs.makeVariants(photo.token, original.sha256);
  } catch (error) {
    if (!(error instanceof ApiError) || !NONE.has(error.status)) throw error;
    // Somebody tidied up there in between: it is sent again, and asked for again.
    if (error.code === 'photo_not_here') return photo;
  }
  if (drawn) return photo;
  const files = made
    .filter((one) => one.class !== 'original')
    .map(({ class: of, sha256, bytes, type, width, height }): KeptFile => ({
      ...{ file: smallerName(original.file, of as PhotoClass), class: of as PhotoClass, bytes, type, sha256 },
      ...(width != null && height != null && { width, height }),
      // The hub has it, and nobody else.
      gone: true,
    }));
  const change = (now: KeptPhoto) =>
    now.drawn_by_hub === undefined ? { drawn_by_hub: true as const, files: [...now.files, ...files] } : null;
  return (await store.change(photo.id, change)) ?? photo;
}
