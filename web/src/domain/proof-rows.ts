// Which row of a signed list was altered, removed, added or moved (diff): what src/domain/proof/rows.rs and src/domain/export/check.rs do,
// for the page /verify. Pure; used by domain/proof-files.ts.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export type Change = 'altered' | 'removed' | 'added' | 'moved';

/** Where a file is not as the hub wrote it. */
export type Place =
  /** `row` is counted from 1 in what was written; `name`: the module that is there now. */
  | { kind: 'module'; change: Change; row: number; name: string | null }
  | { kind: 'saved' | 'list' | 'around' }
  /** Operations of an audit, or what follows them; `change`: whether they are there. */
  | { kind: 'part'; change: 'altered' | 'removed'; audit: string; from: number; to: number }
  | { kind: 'frame' };

const bytes = (text: string) => new TextEncoder().encode(text);
const DIGITS = 16;
const LIST = '  "row_hashes": "';

/** Digest of what goes on (src/domain/digest.rs, at position 0). */
export function chained(before: Uint8Array, row: Uint8Array): Uint8Array {
  return sha256.create().update(before).update(new Uint8Array(8)).update(row).digest().slice(0, 16);
}

/** The most rows that still follow each other as they did. */
function longestRise(origins: readonly (number | undefined)[]): Set<number> {
  const ends: number[] = [];
  const before = new Map<number, number>();
  for (const origin of origins) {
    if (origin === undefined) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < origin) low = middle + 1;
      else high = middle;
    }
    const shorter = ends[low - 1];
    if (shorter !== undefined) before.set(origin, shorter);
    ends[low] = origin;
  }
  const rise = new Set<number>();
  for (let last = ends.at(-1); last !== undefined; last = before.get(last)) rise.add(last);
  return rise;
}

/** Places are counted from 0: `row` in what was written, `found` among what is there. */
export function changes(
  written: readonly string[],
  found: readonly string[],
): { change: Change; row: number; found: number | null }[] {
  const places = new Map<string, number[]>();
  for (const [at, row] of written.entries()) places.set(row, [...(places.get(row) ?? []), at]);
  const origins = found.map((row) => places.get(row)?.shift());
  const there = new Set(origins);
  const inOrder = longestRise(origins);
  const told: { change: Change; row: number; found: number | null }[] = [];
  let [w, f] = [0, 0];
  while (w < written.length || f < found.length) {
    const gone = w < written.length && !there.has(w);
    const origin = origins[f];
    if (f < found.length && origin === undefined) {
      told.push({ change: gone ? 'altered' : 'added', row: w, found: f });
      f += 1;
      if (gone) w += 1;
    } else if (gone) {
      told.push({ change: 'removed', row: w, found: null });
      w += 1;
    } else if (origin !== undefined && !inOrder.has(origin)) {
      told.push({ change: 'moved', row: origin, found: f });
      f += 1;
    } else {
      if (origin === w) f += 1;
      w += 1;
    }
  }
  return told;
}

function nameOf(module: string | undefined): string | null {
  try {
    const { module_id: name } = JSON.parse(module ?? '') as { module_id?: unknown };
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}

/** Of an export that is not as it was signed; `rows`: what the signature says of its list. */
export function exportPlaces(text: string, rows: string): Place[] {
  const at = text.lastIndexOf(LIST);
  const list = /^[^"]*/.exec(text.slice(at + LIST.length))?.[0] ?? '';
  // In this form no other line begins so.
  const modules = [...text.matchAll(/\n {4}(\{[^]*?\n {4}\})/g)].map((found) => found[1] ?? '');
  if (at < 0 || !/^([0-9a-f]{16})*$/.test(list) || (modules.length === 0 && list !== ''))
    return [{ kind: 'saved' }];
  if (bytesToHex(chained(new Uint8Array(16), bytes(list))) !== rows) return [{ kind: 'list' }];
  const written = list.match(/.{16}/g) ?? [];
  const found = modules.map((module) => bytesToHex(sha256(bytes(module))).slice(0, DIGITS));
  const told = changes(written, found);
  if (told.length === 0) return [{ kind: 'around' }];
  return told.map(({ change, row, found: at }) => ({
    kind: 'module',
    change,
    row: row + 1,
    name: at === null ? null : nameOf(modules[at]),
  }));
}
