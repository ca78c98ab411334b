// Photos: what one is, on this tablet and on the hub (docs/decisions/0060), and what the first bytes of a picture say of it: its
// type, its size, which way is up, when the camera says that it was taken (EXIF). Pure; used by sync/photo/ and state/photo/.

export type PhotoClass = 'thumb' | 'preview' | 'original';

/** What a photo belongs to: a module, a string, or with neither the audit itself. */
export interface PhotoAt {
  module_id?: string;
  string?: number;
}

/** One picture in one size. */
export interface Variant {
  class: PhotoClass;
  sha256: string;
  bytes: number;
  type: string;
  width?: number;
  height?: number;
}

interface Signed {
  id: string;
  technician_id: string;
  technician_name: string;
  device_id: string;
  marked_at_ms: number;
  /** The one that a hub gave it before. */
  stamp?: string;
}

export interface PhotoOp extends Signed {
  kind: 'photo';
  at: PhotoAt;
  /** `el` or another word; absent: `visible`. */
  picture_kind?: string;
  variants: Variant[];
  taken_at_ms?: number;
  name?: string;
  caption?: string;
}

/** What is absent is untouched. */
export interface PhotoChange {
  at?: PhotoAt;
  caption?: string | null;
  taken_out?: boolean;
}

export interface PhotoEditOp extends Signed, PhotoChange {
  kind: 'photo_edit';
  photo_id: string;
  /** The photo's stamp as its author saw it. */
  base: string;
}

/** A photo as the hub has merged it. */
export interface HubPhoto {
  photo_id: string;
  seq: number;
  at: PhotoAt;
  picture_kind: string;
  caption?: string;
  name?: string;
  taken_at_ms?: number;
  variants: (Omit<Variant, 'class'> & { class: string; held: boolean })[];
  technician_id: string;
  technician_name: string;
  at_ms: number;
  stamp: string;
  taken_out?: { technician_id: string; technician_name: string; at_ms: number };
}

/** `GET /api/v1/audits/{token}/photos` */
export interface PhotosPage {
  log_id: string;
  upto: number;
  more: boolean;
  photos: HubPhoto[];
}

/** The most that a hub takes of one. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** A name for each place, by which photos are found. */
export const placeOf = ({ module_id, string }: PhotoAt): string =>
  module_id !== undefined ? `m:${module_id}` : string !== undefined ? `s:${String(string)}` : '';

const text = (bytes: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...bytes.subarray(from, to));

const HEIC: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1']);

/** By the first bytes, whatever the name says; null: none that a hub keeps. */
export function pictureType(first: Uint8Array): string | null {
  if (first[0] === 0xff && first[1] === 0xd8 && first[2] === 0xff) return 'image/jpeg';
  if (text(first, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (text(first, 0, 4) === 'II*\0' || text(first, 0, 4) === 'MM\0*') return 'image/tiff';
  if (text(first, 0, 4) === 'RIFF' && /^WEBPVP8[ LX]$/.test(text(first, 8, 16))) return 'image/webp';
  if (text(first, 4, 8) === 'ftyp' && HEIC.has(text(first, 8, 12))) return 'image/heic';
  return null;
}

export interface Facts {
  /** As it is looked at, with what is up at the top. */
  width?: number;
  height?: number;
  taken_at_ms?: number;
}

/** What the beginning of a file says, if it is long enough: a JPEG or a PNG; of a TIFF when it was taken. */
export function readFacts(bytes: Uint8Array): Facts {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const type = pictureType(bytes);
    if (type === 'image/png') return { width: view.getUint32(16), height: view.getUint32(20) };
    if (type === 'image/tiff') {
      const { taken_at_ms } = ofExif(view, 0);
      return taken_at_ms === undefined ? {} : { taken_at_ms };
    }
    if (type === 'image/webp') return ofWebp(view);
    return type === 'image/jpeg' ? ofJpeg(view) : {};
  } catch {
    // Cut off, or not what it says: then it tells nothing.
    return {};
  }
}

/** Size of a WebP in its three forms; of one with EXIF not, for it may be turned. */
function ofWebp(view: DataView): Facts {
  const form = view.getUint8(15);
  const three = (at: number) => 1 + view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (form === 0x58) return view.getUint8(20) & 8 ? {} : { width: three(24), height: three(27) };
  if (form === 0x4c) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

function ofJpeg(view: DataView): Facts {
  let exif: { turned: boolean; taken_at_ms?: number } = { turned: false };
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    // "Exif", and a TIFF after it.
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) exif = ofExif(view, at + 10);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const { turned, ...facts } = exif;
      return { ...facts, width: turned ? height : width, height: turned ? width : height };
    }
    if (marker === 0xda) break;
    at += 2 + length;
  }
  return {};
}

function ofExif(view: DataView, tiff: number): { turned: boolean; taken_at_ms?: number } {
  const little = view.getUint16(tiff) === 0x4949;
  const entries = (ifd: number) => {
    const at = tiff + ifd;
    return Array.from({ length: Math.min(200, view.getUint16(at, little)) }, (_, i) => at + 2 + i * 12);
  };
  const find = (ifd: number, tag: number) => entries(ifd).find((at) => view.getUint16(at, little) === tag);
  try {
    const first = view.getUint32(tiff + 4, little);
    const way = find(first, 0x0112);
    const turned = way !== undefined && view.getUint16(way + 8, little) >= 5;
    const more = find(first, 0x8769);
    const time = more === undefined ? undefined : find(view.getUint32(more + 8, little), 0x9003);
    if (time === undefined) return { turned };
    const from = tiff + view.getUint32(time + 8, little);
    const said = text(new Uint8Array(view.buffer, view.byteOffset + from, 19), 0, 19);
    const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(said)?.slice(1).map(Number);
    if (!parts) return { turned };
    const [year = 0, month = 1, day, hour, minute, second] = parts;
    // The camera's clock, which says no zone: that of this place.
    const ms = new Date(year, month - 1, day, hour, minute, second).getTime();
    return ms > 0 ? { turned, taken_at_ms: ms } : { turned };
  } catch {
    return { turned: false };
  }
}
