// How many pictures wait under this address, for pages that have no more of photos than that: asked by the hand-over to HTTPS (state/secure.svelte.ts,
// trust/), which says that they stay.
import { openIndexedDb } from '../indexeddb';
import type { Database } from '../database';
import { NAME, SHAPES, type PhotoRecords } from './records';
import { PhotoStore } from './store';

export async function photosWaiting(): Promise<number> {
  const db = (await openIndexedDb(NAME, SHAPES)) as unknown as Database<PhotoRecords, PhotoRecords>;
  try {
    return (await new PhotoStore(db).waiting()).length;
  } finally {
    db.close();
  }
}
