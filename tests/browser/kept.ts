// What a page keeps in IndexedDB, read past the page: what it says of itself may lag behind, above all right after a load.
import type { Page } from '@playwright/test';

/** Marks of this page's address: on the way to a hub (without those that it refused), and on it but not in the cloud. */
export function kept(page: Page): Promise<{ outbox: number; sent: number }> {
  return page.evaluate(
    () =>
      new Promise<{ outbox: number; sent: number }>((done, failed) => {
        const open = indexedDB.open('fieldhub');
        open.onerror = () => {
          failed(new Error('the store does not open'));
        };
        open.onsuccess = () => {
          const tx = open.result.transaction(['outbox', 'sent']);
          const waiting: IDBRequest<{ refused: string | null }[]> = tx.objectStore('outbox').getAll();
          const sent = tx.objectStore('sent').count();
          tx.oncomplete = () => {
            open.result.close();
            const outbox = waiting.result.filter((one) => one.refused === null).length;
            done({ outbox, sent: sent.result });
          };
        };
      }),
  );
}
