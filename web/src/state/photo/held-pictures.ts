// Pictures that this tablet keeps, as files that can be saved: for when the hub is dead, or does not have their audit any more. Read by
// ui/photo/PhotosHeld.svelte; beside state/held.ts, which does it with marks.
import { placeOf, type PhotoAt } from '../../domain/photo';
import type { KeptFile, KeptPhoto } from '../../sync/photo/records';
import type { PhotoStore } from '../../sync/photo/store';
import { saveFile } from '../save';

/** One picture, in the best size that is here. */
export interface HeldPicture {
  /** `jalibat_M050_2.jpg`: audit, module, the how-manieth of it. */
  name: string;
  file: KeptFile;
}

/** Of one audit. */
export interface HeldPictures {
  token: string;
  pictures: HeldPicture[];
  bytes: number;
  /** As many of them are not on the hub: they come first. */
  waiting: number;
  /** Photos of which nothing is here any more but that they were. */
  empty: number;
}

const CLASSES = ['original', 'preview', 'thumb'];
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'image/heic': 'heic',
  'image/webp': 'webp',
};

const plain = (text: string) => text.replace(/[^\p{L}\p{N}._-]+/gu, '_');
const two = (n: number) => String(n).padStart(2, '0');

function placeName({ module_id, string }: PhotoAt): string {
  if (module_id !== undefined) return plain(module_id);
  return string === undefined ? 'site' : `S${two(string)}`;
}

const best = ({ files }: KeptPhoto): KeptFile | undefined =>
  CLASSES.map((of) => files.find((file) => file.class === of && !file.gone)).find((file) => file);

/** Of whichever audit; what the hub has as well comes after what it has not. */
export async function heldPictures(store: PhotoStore): Promise<HeldPictures[]> {
  const waiting = await store.waiting();
  // What a dead hub has taken along.
  const sent = (await store.inState('sent')).filter((photo) => best(photo) !== undefined);
  const audits = new Map<string, HeldPictures>();
  const counts = new Map<string, number>();
  for (const [photos, waits] of [
    [waiting, true],
    [sent, false],
  ] as const) {
    for (const photo of [...photos].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const { token } = photo;
      const held = audits.get(token) ?? { token, pictures: [], bytes: 0, waiting: 0, empty: 0 };
      audits.set(token, held);
      if (waits) held.waiting += 1;
      const file = best(photo);
      if (!file) {
        held.empty += 1;
        continue;
      }
      const place = `${token} ${placeOf(photo.at)}`;
      const n = (counts.get(place) ?? 0) + 1;
      counts.set(place, n);
      const size = file.class === 'original' ? '' : `_${file.class}`;
      const name = `${plain(token)}_${placeName(photo.at)}_${String(n)}${size}.${ENDINGS[file.type] ?? 'bin'}`;
      held.pictures.push({ name, file });
      held.bytes += file.bytes;
    }
  }
  return [...audits.values()];
}

/** A browser asks once whether a page may save several, and keeps what it is given in memory until it is written. */
const AT_ONCE = { files: 20, bytes: 100_000_000 };

/** How many are saved with the next tap. */
export function atOnce(pictures: readonly HeldPicture[], from: number): number {
  let [count, bytes] = [0, 0];
  for (const { file } of pictures.slice(from, from + AT_ONCE.files)) {
    bytes += file.bytes;
    if (count > 0 && bytes > AT_ONCE.bytes) break;
    count += 1;
  }
  return count;
}

/** Saves the next ones from there; tells where to go on. Those that cannot be read are told by their names. */
export async function savePictures(
  store: PhotoStore,
  pictures: readonly HeldPicture[],
  from: number,
): Promise<{ next: number; unread: string[] }> {
  const unread: string[] = [];
  const next = from + atOnce(pictures, from);
  for (const { name, file } of pictures.slice(from, next)) {
    try {
      saveFile(name, await store.blob(file));
    } catch {
      unread.push(name);
    }
  }
  return { next, unread };
}
