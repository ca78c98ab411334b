// Verification of a file in the page: what the hub signed is genuine, and with any byte altered it is not; the same line as
// src/domain/proof/tests.rs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashes, getPublicKey, sign } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { check, fingerprint, isNamed, readLine } from '../src/domain/proof';
import { judge } from '../src/domain/proof-files';

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
