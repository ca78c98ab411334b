// What of a card the audit has already: hashes decide, and only files that may be there are hashed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownOriginals } from '../src/state/photo/known';
import type { Picture } from '../src/state/photo/album.svelte';
import { pictureOf, sha256 } from './photo-support';

const file = (name: string, bytes: Uint8Array<ArrayBuffer>) => new File([bytes], name);
const picture = (
  module_id: string,
  name: string,
  bytes: number,
  hash: string | null,
  out: string | null = null,
) => {
  const files = [{ class: 'original', bytes, sha256: hash }];
  const of = { at: { module_id }, name, takenOut: out };
  const kept = hash === null ? { files } : null;
  return { ...of, kept, hub: hash === null ? null : { variants: files } } as unknown as Picture;
};

test('a picture that the audit shows is there, one that was taken out comes again, and others are not even hashed', async () => {
  const [one, two, three, four] = [700, 800, 900, 1_000].map((bytes) => pictureOf(bytes));
  assert.ok(one && two && three && four);
  const hashed: number[] = [];
  const hash = async (pieces: AsyncIterable<ArrayBuffer>) => {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(new Uint8Array(piece));
    const bytes = Buffer.concat(all);
    hashed.push(bytes.length);
    return sha256(bytes);
  };
  const known = new KnownOriginals(
    [
      picture('M001', 'a.jpg', 700, sha256(one)),
      picture('M002', 'b.jpg', 800, sha256(two), 'Léa'),
      // Of the same size as another, and something else.
      picture('M003', 'c.jpg', 900, sha256(one)),
      picture('M004', 'd.jpg', 1_000, null),
    ],
    [700, 700, 800, 900, 1_000, 1_100, 1_200, 1_200],
    hash,
  );
  const at = (module_id: string) => ({ module_id });
  assert.deepEqual(await known.look(file('x.jpg', one), at('M001')), { as: 'there', at: at('M001') });
  assert.deepEqual(await known.look(file('x.jpg', one), at('M009')), { as: 'there', at: at('M001') });
  assert.deepEqual(await known.look(file('b.jpg', two), at('M002')), { as: 'again', sha256: sha256(two) });
  assert.deepEqual(await known.look(file('c.jpg', three), at('M003')), { as: 'new', sha256: sha256(three) });
  // Kept a moment ago, and not hashed yet: the same file at the same module.
  assert.deepEqual(await known.look(file('d.jpg', four), at('M004')), { as: 'there', at: at('M004') });
  assert.deepEqual(await known.look(file('d.jpg', four), at('M005')), { as: 'new', sha256: sha256(four) });
  hashed.length = 0;
  assert.deepEqual(await known.look(file('e.jpg', pictureOf(1_100)), at('M006')), {
    as: 'new',
    sha256: null,
  });
  assert.deepEqual(hashed, [], 'nothing of that size is known');
  // Twice on the card.
  const twin = pictureOf(1_200, 7);
  const found = await known.look(file('f.jpg', twin), at('M007'));
  assert.deepEqual(found, { as: 'new', sha256: sha256(twin) });
  known.add(file('f.jpg', twin), at('M007'), sha256(twin));
  assert.deepEqual(await known.look(file('copy of f.jpg', twin), at('M007')), {
    as: 'there',
    at: at('M007'),
  });
});
