// Which part of a bundle was altered (hash chain): its pages one by one, without their operations, which `fieldhub verify` looks at
// (src/domain/bundle/check.rs). Pure; used by domain/proof-files.ts. docs/protocol.md has the form.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { crc32 } from './crc32';
import type { Readable } from './proof';
import { chained, type Place } from './proof-rows';

const BEGIN = 9;
const [HEAD, TAIL] = [5, 4];
const MOST_PAGE = 2 << 20;

interface PageHead {
  audit: string;
  after: number;
  upto: number;
  /** It belongs to no part of a log: it has the signature. */
  text: boolean;
  operations: number;
  /** Digest of the pages before, where it has one. */
  before: Uint8Array | null;
}

/** Numbers of seven bits a byte, as postcard writes them. */
class Reading {
  at = HEAD;
  constructor(private readonly bytes: Uint8Array) {}

  number(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || factor > 2 ** 56) throw new Error('no number');
      this.at += 1;
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error('too short');
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function headOf(page: Uint8Array): PageHead {
  const reading = new Reading(page);
  reading.take(reading.number());
  reading.take(reading.number());
  const audit = new TextDecoder().decode(reading.take(reading.number()));
  const [after, upto] = [reading.number(), reading.number()];
  reading.number();
  const partial = reading.take(1)[0] === 1;
  const operations = reading.number();
  const columns = reading.take(reading.number());
  const tag = new TextDecoder('latin1').decode(columns.slice(-4));
  const before = tag === 'rows' ? columns.slice(-20, -4) : null;
  return { audit, after, upto, operations, before, text: partial && after === upto && operations === 0 };
}

const same = (a: Uint8Array, b: Uint8Array) => bytesToHex(a) === bytesToHex(b);

/** Where it is not as it was signed; `rows`: what the signature says of all pages. */
export async function bundlePlaces(file: Readable, rows: string | undefined): Promise<Place[]> {
  const places: Place[] = [];
  const read = async (at: number, length: number) =>
    new Uint8Array(await file.slice(at, Math.min(at + length, file.size)).arrayBuffer());
  let [at, chain, known]: [number, Uint8Array, boolean] = [BEGIN, new Uint8Array(16), true];
  let last: PageHead | null = null;
  const behind = () => {
    const part: Place = last
      ? { kind: 'part', change: 'altered', audit: last.audit, from: last.after + 1, to: last.upto }
      : { kind: 'frame' };
    places.push(part);
  };
  for (;;) {
    const head = await read(at, 1 + HEAD);
    if (head[0] !== 1 || head.length < 1 + HEAD) break;
    const length = new DataView(head.buffer).getUint32(2, true) + HEAD + TAIL;
    const page = length > MOST_PAGE ? new Uint8Array(0) : await read(at + 1, length);
    if (page.length < length) {
      behind();
      return places;
    }
    at += 1 + length;
    const sum = new DataView(page.buffer).getUint32(length - TAIL, true);
    let own: PageHead;
    try {
      own = headOf(page);
    } catch {
      [known, last] = [false, null];
      places.push({ kind: 'frame' });
      continue;
    }
    if (own.text) continue;
    if (crc32(page.subarray(0, length - TAIL)) !== sum) {
      last = own;
      behind();
      known = false;
      continue;
    }
    if (own.before && known && !same(own.before, chain)) {
      if (last?.audit === own.audit && last.upto < own.after)
        places.push({
          kind: 'part',
          change: 'removed',
          audit: own.audit,
          from: last.upto + 1,
          to: own.after,
        });
      else behind();
    }
    if (own.before) [chain, known] = [chained(own.before, sha256(page)), true];
    last = own;
  }
  if (rows !== undefined && known && rows !== bytesToHex(chain)) behind();
  return places.length > 0 ? places : [{ kind: 'frame' }];
}
