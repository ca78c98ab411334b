// Which pictures of a card the audit has already, by the hashes of their originals: one that is there makes no second photo. A file is hashed where another
// one of its size is known, and no other is. Used by state/photo/import.svelte.ts.
import { placeOf, type PhotoAt } from '../../domain/photo';
import type { Hasher } from '../../sync/photo/hash';
import { CHUNK } from '../../sync/photo/records';
import type { Picture } from './album.svelte';

/** `again`: somebody took it out before. `there`: as a photo of that place. */
export type KnownAs = { as: 'new' | 'again'; sha256: string | null } | { as: 'there'; at: PhotoAt };

interface Original {
  /** Null: this tablet has not read it yet. */
  sha256: string | null;
  name: string | null;
  at: PhotoAt;
  out: boolean;
}

export class KnownOriginals {
  readonly #bySize = new Map<number, Original[]>();

  /** `sizes`: of all files of the card, two of which may be one. */
  constructor(
    pictures: Iterable<Picture>,
    private readonly sizes: readonly number[],
    private readonly hash: Hasher,
  ) {
    for (const { kept, hub, name, at, takenOut } of pictures) {
      const is = (one: { class: string }) => one.class === 'original';
      const of = hub?.variants.find(is) ?? kept?.files.find(is);
      if (of) this.#add(of.bytes, { sha256: of.sha256, name, at, out: takenOut !== null });
    }
  }

  #add(bytes: number, original: Original): void {
    this.#bySize.set(bytes, [...(this.#bySize.get(bytes) ?? []), original]);
  }

  /** It was kept for the audit. */
  add({ size, name }: File, at: PhotoAt, sha256: string | null): void {
    this.#add(size, { sha256, name, at, out: false });
  }

  /** What the audit has of this file. */
  async look(file: File, at: PhotoAt): Promise<KnownAs> {
    const alike = this.#bySize.get(file.size) ?? [];
    const twins = this.sizes.filter((bytes) => bytes === file.size).length > 1;
    const sha256 = alike.length > 0 || twins ? await this.hash(pieces(file)) : null;
    const same = (one: Original) =>
      one.sha256 === null ? one.name === file.name && placeOf(one.at) === placeOf(at) : one.sha256 === sha256;
    const found = alike.filter(same);
    const shown = found.filter(({ out }) => !out);
    const there = shown.find((one) => placeOf(one.at) === placeOf(at)) ?? shown[0];
    if (there) return { as: 'there', at: there.at };
    return { as: found.length > 0 ? 'again' : 'new', sha256 };
  }
}

async function* pieces(file: File): AsyncGenerator<ArrayBuffer> {
  for (let at = 0; at < file.size; at += CHUNK) yield await file.slice(at, at + CHUNK).arrayBuffer();
}
