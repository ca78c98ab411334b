// IndexedDB schema of the photos, in a database of their own: a page of before, which an update that is rolled back brings again, opens the
// database of the marks as it always did (docs/decisions/0065). What is here is on the tablets' disks: it may be added to.
// Read and written by sync/photo/store.ts.
import type { HubPhoto, PhotoAt, PhotoClass, PhotoEditOp } from '../../domain/photo';
import type { Acknowledgement, Shapes } from '../records';

export const NAME = 'fieldhub-photos';

/** Bytes in a chunk, and in one step of an upload. */
export const CHUNK = 256 * 1024;

/** A piece of a file: written once, never changed. (Safari damages what is written over itself.) */
export interface Chunk {
  file: string;
  i: number;
  bytes: ArrayBuffer;
}

/** One variant of a photo, as chunks. */
export interface KeptFile {
  /** Of its chunks. */
  file: string;
  class: PhotoClass;
  bytes: number;
  type: string;
  width?: number;
  height?: number;
  /** Of what is stored; null: not known yet. */
  sha256: string | null;
  /** The hub holds it, and its chunks made room here. */
  gone?: true;
  /** Gone from here, and the hub that held it has it no more: nobody who is known has it. */
  lost?: true;
}

/**
 * `reading`: its file is not whole here, and will not be if this page goes. `kept`: it is, and has no smaller ones or no hashes yet. `ready`: to be
 * sent. `sent`: the hub has it. `refused`: by the hub or by what came of it here, for `reason`; it stays here.
 */
export type PhotoState = 'reading' | 'kept' | 'ready' | 'sent' | 'refused';

export interface KeptPhoto {
  /** Of its operation: UUIDv7, so that they lie in the order of taking. */
  id: string;
  token: string;
  at: PhotoAt;
  state: PhotoState;
  files: KeptFile[];
  /** So often it was begun to be made smaller: a picture over which the page dies is sent as it is. */
  tries: number;
  /** The hub was asked for the smaller ones, and its answer is in `files`: not again. */
  drawn_by_hub?: true;
  name: string | null;
  /** Absent: a view. */
  picture_kind?: string;
  taken_at_ms: number | null;
  technician_id: string;
  technician_name: string;
  device_id: string;
  marked_at_ms: number;
  reason: string | null;
  ack: (Acknowledgement & { stamp?: string }) | null;
}

/** A change of a photo that is on its way. */
export interface KeptEdit {
  id: string;
  token: string;
  op: PhotoEditOp;
  refused: string | null;
}

/** A photo as the hub told it last, for when it is out of reach. */
export interface ListedPhoto {
  token: string;
  id: string;
  photo: HubPhoto;
}

export const SHAPES = {
  chunks: { keyPath: ['file', 'i'] },
  photos: { keyPath: 'id', indexes: { state: 'state', token: 'token' } },
  edits: { keyPath: 'id' },
  listed: { keyPath: ['token', 'id'] },
  /** Under a key each. */
  notes: {},
} satisfies Shapes;

export interface PhotoRecords {
  chunks: Chunk;
  photos: KeptPhoto;
  edits: KeptEdit;
  listed: ListedPhoto;
  notes: unknown;
}
