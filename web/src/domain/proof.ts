// Verification of a file by the proof in it (SHA-256, Ed25519): what src/domain/proof/check.rs does, for the page /verify. Without
// `crypto.subtle`, which is missing over plain HTTP. Pure: bytes come piece by piece.
import { hashes, verify } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { crc32 } from './crc32';

hashes.sha512 = sha512;

const BEGIN = 'fieldhub-proof:1';
const SIGNATURE = ';signature=';
const MOST_LINE = 4096;
const PIECE = 1 << 20;
/** So much of the piece before is looked at again: more than what is looked for. */
const OVERLAP = 160;
/** Behind the line of a bundle: the sum of its last page, the mark of the end, two counts, and the sum of all. */
const BUNDLE_END = 4 + 1 + 16 + 4;

/** What a hub put its name to, by the names in the line. */
export interface Statement {
  of: string;
  hub: string;
  name: string;
  log: string;
  time: string;
  clock: string;
  key: string;
  audit?: string;
  version?: string;
  position?: string;
  digest?: string;
  /** Of the digests of its rows. */
  rows?: string;
  sha256?: string;
}

export type Verdict =
  | { kind: 'genuine'; said: Statement }
  | { kind: 'altered'; part: 'proof' | 'file'; said: Statement | null }
  /** With the head that it names, if it names one. */
  | { kind: 'unsigned'; said: Statement | null };

/** A file, as browsers have it. */
export interface Readable {
  size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Each byte is a letter. */
const letters = new TextDecoder('latin1');

const FORMS: readonly (readonly [keyof Statement, RegExp, 'must' | 'may'])[] = [
  ['of', /^[a-z]+$/, 'must'],
  ['hub', /^[0-9a-f-]{36}$/, 'must'],
  ['name', /^/, 'must'],
  ['log', /^[0-9a-f-]{36}$/, 'must'],
  ['time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must'],
  ['clock', /^/, 'must'],
  ['key', /^[0-9a-f]{64}$/, 'must'],
  ['audit', /^[\w.-]+$/, 'may'],
  ['version', /^\d+$/, 'may'],
  ['position', /^\d+$/, 'may'],
  ['digest', /^[0-9a-f]{32}$/, 'may'],
  ['rows', /^[0-9a-f]{32}$/, 'may'],
  ['sha256', /^[0-9a-f]{64}$/, 'may'],
];

function parse(text: string): Statement | null {
  const [begin, ...parts] = text.split(';');
  if (begin !== BEGIN) return null;
  const known = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = part.slice(0, at);
    // Twice would be two statements.
    if (at < 0 || known.has(name)) return null;
    known.set(name, part.slice(at + 1));
  }
  const said: Record<string, string> = {};
  for (const [name, form, needed] of FORMS) {
    const value = known.get(name);
    if (value === undefined ? needed === 'must' : !form.test(value)) return null;
    if (value !== undefined) said[name] = value;
  }
  try {
    said['name'] = decodeURIComponent(said['name'] ?? '');
  } catch {
    // It stays as it is written.
  }
  return said as unknown as Statement;
}

/** What a line says, whose signature is the one of its key. */
export function readLine(line: string): Statement | null {
  const at = line.indexOf(SIGNATURE);
  if (at < 0) return null;
  const [text, signature] = [line.slice(0, at), line.slice(at + SIGNATURE.length)];
  const said = parse(text);
  if (!said || !/^[0-9a-f]{128}$/.test(signature)) return null;
  try {
    const bytes = new TextEncoder().encode(text);
    return verify(hexToBytes(signature), bytes, hexToBytes(said.key), { zip215: false }) ? said : null;
  } catch {
    // No point of the curve.
    return null;
  }
}

async function* pieces(file: Readable, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += PIECE)
    yield new Uint8Array(await file.slice(at, Math.min(at + PIECE, to)).arrayBuffer());
}

async function hashOf(file: Readable, parts: readonly (readonly [number, number])[]): Promise<string> {
  const hash = sha256.create();
  for (const [from, to] of parts) for await (const piece of pieces(file, from, to)) hash.update(piece);
  return bytesToHex(hash.digest());
}

export const fileHash = (file: Readable): Promise<string> => hashOf(file, [[0, file.size]]);

/** Where the last line begins, and whether something is there that only a line over a file has. */
async function find(file: Readable): Promise<{ begin: number; scraps: boolean }> {
  let [begin, scraps, before, begins] = [-1, false, '', 0];
  for await (const piece of pieces(file, 0, file.size)) {
    const text = before + letters.decode(piece);
    const at = text.lastIndexOf(BEGIN);
    if (at >= 0) begin = begins + at;
    scraps ||= /;sha256=[0-9a-f]{64}/.test(text);
    before = text.slice(-OVERLAP);
    begins += text.length - before.length;
  }
  return { begin, scraps };
}

export async function check(file: Readable): Promise<Verdict> {
  const { begin, scraps } = await find(file);
  if (begin < 0)
    return scraps ? { kind: 'altered', part: 'proof', said: null } : { kind: 'unsigned', said: null };
  const text = letters.decode(await file.slice(begin, Math.min(begin + MOST_LINE, file.size)).arrayBuffer());
  const line = /^[A-Za-z0-9:;=._,%-]*?;signature=[A-Za-z0-9:;=._,%-]{128}/.exec(text)?.[0] ?? '';
  const said = readLine(line);
  if (!said) return { kind: 'altered', part: 'proof', said: null };
  // The line over the file is behind it, and is no longer one.
  if (said.sha256 === undefined)
    return scraps ? { kind: 'altered', part: 'proof', said } : { kind: 'unsigned', said };
  const after = begin + line.length;
  const bundle = said.of === 'bundle';
  if (bundle && (file.size !== after + BUNDLE_END || !(await hasItsSum(file))))
    return { kind: 'altered', part: 'file', said };
  const around = await hashOf(
    file,
    bundle
      ? [[0, begin]]
      : [
          [0, begin],
          [after, file.size],
        ],
  );
  return around === said.sha256 ? { kind: 'genuine', said } : { kind: 'altered', part: 'file', said };
}

/** Whether its last four bytes are the sum of all before them. */
async function hasItsSum(file: Readable): Promise<boolean> {
  let sum = 0;
  for await (const piece of pieces(file, 0, file.size - 4)) sum = crc32(piece, sum);
  const kept = new DataView(await file.slice(file.size - 4, file.size).arrayBuffer());
  return sum === kept.getUint32(0, true);
}

/** For people to compare: the first twelve bytes of the key's hash. */
export function fingerprint(key: string): string {
  const half = bytesToHex(sha256(hexToBytes(key)).slice(0, 12));
  return half.match(/.{4}/g)?.join(' ') ?? half;
}

/** Whether somebody who wrote this, a key or its fingerprint, means that key. */
export function isNamed(key: string, text: string): boolean {
  const named = text.toLowerCase().replace(/[^0-9a-z]/g, '');
  return named === key || named === fingerprint(key).replaceAll(' ', '');
}
