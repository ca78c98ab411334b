// Opens the tablet's store: in IndexedDB, or in memory where the browser refuses that (some private windows): it can still
// mark while its tab is open, and says so. Called by main.ts and trust/main.ts.
import { openIndexedDb } from './indexeddb';
import { Store } from './store';

export async function openStore(): Promise<Store> {
  const db = await openIndexedDb().catch(async () => {
    const { MemoryDatabase } = await import('./memory');
    return new MemoryDatabase();
  });
  return new Store(db);
}
