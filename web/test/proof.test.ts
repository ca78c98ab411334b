// Verification of a file in the page: what the hub signed is genuine, and with any byte altered it is not; the same line as
// src/domain/proof/tests.rs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hashes, getPublicKey, sign } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { check, fingerprint, isNamed, readLine } from '../src/domain/proof';
import { judge } from '../src/domain/proof-files';
import { changes, type Place } from '../src/domain/proof-rows';
import { crc32 } from '../src/domain/crc32';

hashes.sha512 = sha512;
const secret = new Uint8Array(32).fill(1);
const key = bytesToHex(getPublicKey(secret));
const bytes = (text: string) => new TextEncoder().encode(text);

const HEAD = [
  'fieldhub-proof:1;of=report;hub=00000000-0000-0000-0000-000000000007;name=van%203%C3%A9',
  'log=00000000-0000-0000-0000-000000000008;audit=jalibat;version=2;position=312;digest=09090909090909090909090909090909',
  `time=2025-10-24T02:22:12.000Z;clock=network,contradicted;key=${key}`,
].join(';');
const line = (text: string) => `${text};signature=${bytesToHex(sign(bytes(text), secret))}`;
const sealed = (before: string, after: string, head = HEAD) =>
  bytes(before + line(`${head};sha256=${bytesToHex(sha256(bytes(before + after)))}`) + after);
const kind = async (content: Uint8Array<ArrayBuffer>) => (await check(new Blob([content]))).kind;

test('the line of the hub is read, and its key has the fingerprint that the hub gives it', () => {
  assert.equal(key, '8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c');
  assert.equal(fingerprint(key), '3475 0f98 bd59 fcfc 946d a45a');
  assert.equal(readLine(line(HEAD))?.name, 'van 3é');
  assert.ok(isNamed(key, '3475-0F98 BD59 fcfc946d a45a') && isNamed(key, key) && !isNamed(key, '3475'));
  assert.equal(readLine(line(`${HEAD};weather=fog`))?.position, '312');
  for (const wrong of [`${HEAD};position=313`, `${HEAD};sha256=ab`, HEAD.replace('proof:1', 'proof:2')])
    assert.equal(readLine(line(wrong)), null, wrong);
  assert.equal(readLine(line(HEAD).replace('position=312', 'position=313')), null);
});

test('no byte of a file can be changed, added or taken out', async () => {
  const good = sealed('some data<', '> end');
  assert.equal(await kind(good), 'genuine');
  for (let at = 0; at < good.length; at += at > 20 && at < good.length - 20 ? 7 : 1) {
    const bad = good.slice();
    bad[at] = (bad[at] ?? 0) ^ 1;
    assert.equal(await kind(bad), 'altered', `byte ${String(at)}`);
    const more = new Uint8Array([...good.slice(0, at), 97, ...good.slice(at)]);
    assert.equal(await kind(more), 'altered', `one more at ${String(at)}`);
  }
  assert.equal(await kind(bytes('of before')), 'unsigned');
  assert.equal(await kind(bytes(`<p>${line(HEAD)}</p>`)), 'unsigned');
});

test('a line is found across the pieces that a large file is read in, and the last one counts', async () => {
  for (const before of [(1 << 20) - 5, 1 << 20, (1 << 20) + 70_000])
    assert.equal(await kind(sealed('x'.repeat(before), 'y'.repeat(99_999))), 'genuine', String(before));
  assert.equal(await kind(sealed(`${line(HEAD)} fieldhub-proof:1;x`, '> end')), 'genuine');
});

test('of a folder the JSON names table and pictures, and what is of another version is told', async () => {
  const table = bytes('a;b\n');
  const picture = bytes('a picture');
  const list = {
    table: { sha256: bytesToHex(sha256(table)) },
    photos: [{ variants: [{ sha256: bytesToHex(sha256(picture)) }] }],
  };
  const text = JSON.stringify(list).slice(0, -1);
  const json = sealed(`${text},"proof":"`, '"}');
  const named = (name: string, content: Uint8Array<ArrayBuffer>) => ({ name, file: new Blob([content]) });
  const files = [
    named('report.json', json),
    named('report.csv', table),
    named('S01-1.jpg', picture),
    named('S01-2.jpg', bytes('another')),
    named('report.html', sealed('page', '')),
    named('report.pdf', sealed('paper', '', HEAD.replace('version=2', 'version=3'))),
  ];
  const judged = (await judge(files, '')).map((file) => file.judged);
  assert.deepEqual(judged, ['genuine', 'named', 'named', 'altered', 'genuine', 'version']);
  assert.equal((await judge(files.slice(0, 1), 'ab cd'))[0]?.judged, 'other');
  assert.equal(
    (await judge(files.slice(1, 2), ''))[0]?.judged,
    'unsigned',
    'without the list nobody knows it',
  );
});

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../tests/fixtures/${name}`, import.meta.url)));
const judged = async (name: string, content: Uint8Array<ArrayBuffer>) => {
  const [file] = await judge([{ name, file: new Blob([content]) }], '');
  assert.ok(file);
  return file;
};
const places = async (name: string, content: Uint8Array<ArrayBuffer>): Promise<Place[]> => {
  const file = await judged(name, content);
  assert.equal(file.judged, 'altered');
  return file.places;
};

/** A bundle without its n-th page, or with it elsewhere, and with the sums that it must have. */
function rebuilt(bundle: Uint8Array, order: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(bundle.buffer, bundle.byteOffset);
  const pages: Uint8Array[] = [];
  let at = 9;
  while (bundle[at] === 1) {
    const length = 1 + 5 + view.getUint32(at + 2, true) + 4;
    pages.push(bundle.slice(at, at + length));
    at += length;
  }
  const counts = bundle.slice(at, at + 17);
  new DataView(counts.buffer).setBigUint64(1, BigInt(order.length), true);
  const all = [bundle.slice(0, 9), ...order.map((n) => pages[n] ?? new Uint8Array()), counts];
  const whole = new Uint8Array(all.flatMap((part) => [...part]));
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(whole), true);
  return new Uint8Array([...whole, ...sum]);
}

test('a bundle of a hub is genuine, with any byte altered it is not, and a part that is missing is named', async () => {
  const good = fixture('bundle-signed.fhbundle');
  const file = await judged('van.fhbundle', good);
  assert.deepEqual([file.judged, file.said?.of, file.places], ['genuine', 'bundle', []]);
  assert.deepEqual(rebuilt(good, [0, 1, 2]), good);
  for (let at = 0; at < good.length; at += at < good.length - 40 ? 97 : 1) {
    const bad = good.slice();
    bad[at] = (bad[at] ?? 0) ^ 4;
    assert.match((await judged('van.fhbundle', bad)).judged, /^(altered|proof)$/, `byte ${String(at)}`);
  }
  const bad = good.slice();
  bad[2_000] = (bad[2_000] ?? 0) ^ 1;
  const jalibat = { kind: 'part', change: 'altered', audit: 'jalibat', from: 1, to: 244 };
  assert.deepEqual(await places('van.fhbundle', bad), [jalibat]);
  assert.deepEqual(await places('van.fhbundle', rebuilt(good, [0, 2])), [jalibat]);
  assert.deepEqual(await places('van.fhbundle', rebuilt(good, [1, 2])), [{ kind: 'frame' }]);
  assert.equal((await places('van.fhbundle', rebuilt(good, [1, 0, 2]))).length, 3);
  assert.equal((await judged('old.fhbundle', fixture('bundle-before-proofs.fhbundle'))).judged, 'unsigned');
});

test('an export says which module was altered, and a workbook or a rescue file why it is not signed', async () => {
  const good = new TextDecoder().decode(fixture('export-signed.json'));
  assert.equal((await judged('toit.json', bytes(good))).judged, 'genuine');
  const altered = good.replace(/"M002"([^]*?)"pending"/, '"M002"$1"dead"');
  const m002 = { kind: 'module', change: 'altered', row: 2, name: 'M002' };
  assert.deepEqual(await places('toit.json', bytes(altered)), [m002]);
  const less = good.replace(/ {4}\{\n(?: {6}[^\n]*\n)*? {6}"module_id": "M003"[^]*?\n {4}\},\n/, '');
  const m003 = { kind: 'module', change: 'removed', row: 3, name: null };
  assert.deepEqual(await places('toit.json', bytes(less)), [m003]);
  assert.deepEqual(await places('toit.json', bytes(good.replace('"Toit"', '"Sol"'))), [{ kind: 'around' }]);
  assert.deepEqual(await places('toit.json', bytes(JSON.stringify(JSON.parse(good)))), [{ kind: 'saved' }]);
  const list = good.replace('row_hashes": "', 'row_hashes": "0000000000000000');
  assert.deepEqual(await places('toit.json', bytes(list)), [{ kind: 'list' }]);

  assert.equal((await judged('r.xlsx', fixture('workbook-saved-again.xlsx'))).judged, 'resaved');
  assert.equal((await judged('m.json', bytes('{"fieldhub_marks": 1}'))).judged, 'rescue');
  // An export is no list of what lies beside it.
  const files = [bytes(good), bytes('a;b')].map((content, at) => ({
    name: ['toit.json', 'other.csv'][at] ?? '',
    file: new Blob([content]),
  }));
  assert.deepEqual(
    (await judge(files, '')).map((file) => file.judged),
    ['genuine', 'unsigned'],
  );
});

test('rows that were altered, removed, added or moved are told with their place', () => {
  const told = (found: string) =>
    changes([...'abcde'], [...found]).map(({ change, row }) => `${change} ${String(row)}`);
  assert.deepEqual(told('abcde'), []);
  assert.deepEqual(told('aXcde'), ['altered 1']);
  assert.deepEqual(told('abde'), ['removed 2']);
  assert.deepEqual(told('Xabcde'), ['added 0']);
  assert.deepEqual(told('abcdee'), ['added 5']);
  assert.deepEqual(told('adcbe'), ['moved 3', 'moved 2']);
  assert.deepEqual(told('eabcd'), ['moved 4']);
});
