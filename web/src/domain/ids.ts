// UUIDv7 for operations, and random ids for technicians and devices, minted on the tablet. Used by the state.
// crypto.randomUUID is missing on a plain-HTTP address; crypto.getRandomValues is there.

type Fill = (bytes: Uint8Array<ArrayBuffer>) => unknown;
const browserFill: Fill = (bytes) => crypto.getRandomValues(bytes);

/** Mints UUIDv7s that sort in the order they were minted, even within a millisecond or when the clock steps back. */
export function uuidv7Minter(now: () => number = Date.now, fill: Fill = browserFill): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const bytes = new Uint8Array(new ArrayBuffer(16));
    fill(bytes);
    const ms = Math.floor(now());
    if (ms > last) {
      last = ms;
      // Start low, to leave room for the marks of the same millisecond.
      counter = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & 0x7ff;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        counter = 0;
        last += 1;
      }
    }
    const view = new DataView(bytes.buffer);
    view.setUint32(0, Math.floor(last / 0x10000));
    view.setUint16(4, last % 0x10000);
    view.setUint16(6, 0x7000 | counter);
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

export const uuidv7 = uuidv7Minter();

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `prefix` + `length` characters of a-z 0-9. */
export function shortId(prefix: string, length: number, fill: Fill = browserFill): string {
  let id = prefix;
  const bytes = new Uint8Array(new ArrayBuffer(64));
  while (id.length < prefix.length + length) {
    fill(bytes);
    for (const byte of bytes) {
      // 252 is the largest multiple of 36 in a byte; using the rest would favour some letters.
      if (byte < 252 && id.length < prefix.length + length) id += ALPHABET[byte % 36] ?? '';
    }
  }
  return id;
}
