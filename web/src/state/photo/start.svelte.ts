// Photos, from the moment when the first screen is drawn: a chunk of its own. Started by state/app.svelte.ts.
import { untrack } from 'svelte';
import { openIndexedDb } from '../../sync/indexeddb';
import type { Database } from '../../sync/database';
import { MemoryDatabase } from '../../sync/memory';
import { NAME, SHAPES, type PhotoRecords } from '../../sync/photo/records';
import { PhotoStore } from '../../sync/photo/store';
import type { App } from '../app.svelte';
import { Photos } from './photos.svelte';

type PhotoDatabase = Database<PhotoRecords, PhotoRecords>;

async function openStore(app: App): Promise<PhotoStore> {
  const database = app.store.lasting ? await openIndexedDb(NAME, SHAPES) : new MemoryDatabase(SHAPES);
  return new PhotoStore(database as unknown as PhotoDatabase);
}

export async function startPhotos(app: App): Promise<void> {
  const photos = new Photos(app, await openStore(app));
  await photos.start();
  app.photos = photos;
  // As long as the page is there.
  $effect.root(() => {
    $effect(() => {
      const { audit } = app;
      if (!audit) return;
      const album = untrack(() => photos.open(audit));
      return () => {
        album.close();
        photos.album = null;
      };
    });
    $effect(() => {
      const on = app.settings.sync;
      untrack(() => {
        photos.send(on);
      });
    });
    $effect(() => {
      if (app.reach !== 'yes' || app.access.outside) return;
      untrack(() => {
        photos.wake();
      });
    });
  });
  await comeBack(app, photos);
}

/** The page was killed while a camera was open: to the place for which it was. */
async function comeBack(app: App, photos: Photos): Promise<void> {
  const left = await photos.begun.left(Date.now());
  if (!left) return;
  photos.lost = left;
  if (app.audit?.token !== left.token) location.hash = `#/audit/${encodeURIComponent(left.token)}`;
  const { module_id } = left.at;
  if (module_id === undefined) return;
  const stop = $effect.root(() => {
    $effect(() => {
      const { audit } = app;
      if (audit?.token !== left.token || !audit.ready) return;
      untrack(() => {
        if (!audit.open) audit.visit(module_id);
        queueMicrotask(stop);
      });
    });
  });
}
