// Store of the pictures (repository over the transaction port): files in chunks, the photos that they are of, what is changed of photos, and what
// the hub has told. Used by sync/photo/outbox.ts and state/photo/.
import type { HubPhoto, PhotoClass } from '../../domain/photo';
import { shortId } from '../../domain/ids';
import { within, type Database } from '../database';
import {
  CHUNK,
  type KeptEdit,
  type KeptFile,
  type KeptPhoto,
  type PhotoRecords,
  type PhotoState,
} from './records';

/** Where the list of an audit's photos is: of this log, up to there. */
export interface ListHead {
  log_id: string;
  upto: number;
}

/** So much room is held for the next photo: over plain HTTP no browser tells how much there is. */
export const RESERVE = 8 * 1024 * 1024;
const RESERVED = 'reserve';

/** What is drawn of an original; under names of its own, so that it is drawn again over what a page left that went meanwhile. */
export const SMALLER = ['thumb', 'preview'] as const satisfies readonly PhotoClass[];
export const smallerName = (original: string, of: PhotoClass): string => `${original}-${of}`;

export class PhotoStore {
  constructor(readonly db: Database<PhotoRecords, PhotoRecords>) {}

  get lasting(): boolean {
    return this.db.lasting;
  }

  note(key: string): Promise<unknown> {
    return this.db.transaction(['notes'], 'read', (tx) => tx.get('notes', key));
  }

  /** On the disk when this resolves. */
  async setNote(key: string, value: unknown): Promise<void> {
    await this.db.transaction(['notes'], 'durable', (tx) => tx.put('notes', value, key));
  }

  dropNote(key: string): Promise<void> {
    return this.db.transaction(['notes'], 'durable', (tx) => tx.delete('notes', key));
  }

  // ---- files ----

  /** Keeps a file piece by piece, each read once; gives the name of its chunks, which are forgotten again where one fails. */
  async keepFile(blob: Blob, file = shortId('file_', 16)): Promise<string> {
    try {
      for (let i = 0; i * CHUNK < blob.size; i += 1) {
        const bytes = await blob.slice(i * CHUNK, (i + 1) * CHUNK).arrayBuffer();
        await this.db.transaction(['chunks'], 'write', (tx) => tx.put('chunks', { file, i, bytes }));
      }
      return file;
    } catch (error) {
      await this.dropFile(file).catch(() => undefined);
      throw error;
    }
  }

  dropFile(file: string): Promise<void> {
    return this.db.transaction(['chunks'], 'write', (tx) => tx.delete('chunks', within(file)));
  }

  /** The bytes of a file from there to the end of their chunk; undefined where they are not here. */
  async piece(file: string, offset: number): Promise<ArrayBuffer | undefined> {
    const key = [file, Math.floor(offset / CHUNK)];
    const chunk = await this.db.transaction(['chunks'], 'read', (tx) => tx.get('chunks', key));
    return offset % CHUNK === 0 ? chunk?.bytes : chunk?.bytes.slice(offset % CHUNK);
  }

  /** Chunk by chunk. */
  async *pieces({ file, bytes }: KeptFile): AsyncGenerator<ArrayBuffer> {
    for (let offset = 0; offset < bytes; offset += CHUNK) {
      const piece = await this.piece(file, offset);
      if (!piece || piece.byteLength !== Math.min(CHUNK, bytes - offset))
        throw new Error('a piece of this picture is not here');
      yield piece;
    }
  }

  async blob(file: KeptFile): Promise<Blob> {
    const all: ArrayBuffer[] = [];
    for await (const piece of this.pieces(file)) all.push(piece);
    return new Blob(all, { type: file.type });
  }

  // ---- photos ----

  async put(photo: KeptPhoto): Promise<void> {
    await this.db.transaction(['photos'], 'durable', (tx) => tx.put('photos', photo));
  }

  get(id: string): Promise<KeptPhoto | undefined> {
    return this.db.transaction(['photos'], 'read', (tx) => tx.get('photos', id));
  }

  /** Changes one as it is kept now; undefined where it is not. */
  change(id: string, how: (photo: KeptPhoto) => Partial<KeptPhoto> | null): Promise<KeptPhoto | undefined> {
    return this.db.transaction(['photos'], 'durable', async (tx) => {
      const kept = await tx.get('photos', id);
      const change = kept && how(kept);
      if (!kept || !change) return kept;
      const next = { ...kept, ...change };
      await tx.put('photos', next);
      return next;
    });
  }

  inState(state: PhotoState, limit?: number): Promise<KeptPhoto[]> {
    const by = limit === undefined ? { index: 'state' } : { index: 'state', limit };
    return this.db.transaction(['photos'], 'read', (tx) =>
      tx.range('photos', { from: state, to: state }, by),
    );
  }

  /** All that this tablet keeps of an audit. */
  ofAudit(token: string): Promise<KeptPhoto[]> {
    return this.db.transaction(['photos'], 'read', (tx) =>
      tx.range('photos', { from: token, to: token }, { index: 'token' }),
    );
  }

  /** With its pictures, and what a page left that went while it drew smaller ones. */
  drop(photo: KeptPhoto): Promise<void> {
    return this.db.transaction(['photos', 'chunks'], 'durable', async (tx) => {
      for (const { file } of photo.files)
        for (const name of [file, ...SMALLER.map((of) => smallerName(file, of))])
          await tx.delete('chunks', within(name));
      await tx.delete('photos', photo.id);
    });
  }

  /** What waits on this tablet alone. */
  async waiting(): Promise<KeptPhoto[]> {
    const all = await Promise.all(
      (['kept', 'ready', 'refused'] as const).map((state) => this.inState(state)),
    );
    return all.flat();
  }

  /**
   * Lets go of originals that the hub holds, the oldest first, until so many bytes of them are left. With `all` also of what is smaller,
   * which comes from the hub when it is looked at.
   */
  async letGo(leave: number, all = false): Promise<number> {
    const sent = await this.inState('sent');
    const held = (photo: KeptPhoto) =>
      photo.files.filter((file) => file.gone === undefined && (all || file.class === 'original'));
    const sum = (files: KeptFile[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);
    let over = sum(sent.flatMap(held)) - leave;
    let freed = 0;
    for (const photo of sent) {
      if (over <= 0) break;
      const going = new Set(held(photo).map(({ file }) => file));
      if (going.size === 0) continue;
      const bytes = sum(held(photo));
      // First said to be gone: what breaks off here leaves chunks that nobody counts on.
      await this.change(photo.id, ({ files }) => ({
        files: files.map((file) => (going.has(file.file) ? { ...file, gone: true } : file)),
      }));
      for (const file of going) await this.dropFile(file);
      over -= bytes;
      freed += bytes;
    }
    return freed;
  }

  /**
   * Another log has what they were acknowledged by: they go there too, those that were let go of here with what is left of them. Tells
   * how many.
   */
  offerAgain(token: string, logId: string): Promise<number> {
    return this.db.transaction(['photos'], 'durable', async (tx) => {
      let count = 0;
      for (const photo of await tx.range('photos', { from: token, to: token }, { index: 'token' })) {
        if (photo.state !== 'sent' || photo.ack?.log_id === logId) continue;
        await tx.put('photos', { ...photo, state: 'ready' });
        count += 1;
      }
      return count;
    });
  }

  /** This one takes its place, all at once. */
  replace(old: KeptPhoto, next: KeptPhoto): Promise<void> {
    return this.db.transaction(['photos'], 'durable', async (tx) => {
      await tx.put('photos', next);
      await tx.delete('photos', old.id);
    });
  }

  // ---- room ----

  /** Holds room for the next photo, if it does not yet; throws where there is none. */
  async reserve(): Promise<void> {
    const last = RESERVE / CHUNK - 1;
    if (await this.piece(RESERVED, last * CHUNK)) return;
    for (let i = 0; i <= last; i += 1) {
      // Not zeros, which are packed to nothing.
      const bytes = new Uint8Array(new ArrayBuffer(CHUNK));
      for (let at = 0; at < CHUNK; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      await this.db.transaction(['chunks'], 'write', (tx) =>
        tx.put('chunks', { file: RESERVED, i, bytes: bytes.buffer }),
      );
    }
  }

  release(): Promise<void> {
    return this.dropFile(RESERVED);
  }

  // ---- changes of photos ----

  async addEdit(edit: KeptEdit): Promise<void> {
    await this.db.transaction(['edits'], 'durable', (tx) => tx.put('edits', edit));
  }

  edits(): Promise<KeptEdit[]> {
    return this.db.transaction(['edits'], 'read', (tx) => tx.range('edits'));
  }

  dropEdit(id: string): Promise<void> {
    return this.db.transaction(['edits'], 'durable', (tx) => tx.delete('edits', id));
  }

  // ---- what the hub has told ----

  async listed(token: string): Promise<{ head: ListHead | undefined; photos: HubPhoto[] }> {
    return this.db.transaction(['listed', 'notes'], 'read', async (tx) => {
      const [head, all] = await Promise.all([
        tx.get('notes', `list:${token}`),
        tx.range('listed', within(token)),
      ]);
      return { head: head as ListHead | undefined, photos: all.map(({ photo }) => photo) };
    });
  }

  /** `anew`: of another log, and what was known is not. */
  keepListed(token: string, head: ListHead, photos: readonly HubPhoto[], anew: boolean): Promise<void> {
    return this.db.transaction(['listed', 'notes'], 'write', async (tx) => {
      if (anew) await tx.delete('listed', within(token));
      for (const photo of photos) await tx.put('listed', { token, id: photo.photo_id, photo });
      await tx.put('notes', head, `list:${token}`);
    });
  }
}
