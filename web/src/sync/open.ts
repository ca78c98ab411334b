// Opens the tablet's store: in IndexedDB, or in memory where the browser refuses that (some private windows): it can still
// mark while its tab is open, and says so. Called by main.ts and trust/main.ts.
import { openIndexedDb } from './indexeddb';
import { isSilent } from './quota';
import { Store } from './store';

export async function openStore(): Promise<Store> {
  try {
    return new Store(await openIndexedDb());
  } catch (error) {
    const { MemoryDatabase } = await import('./memory');
    // Some private windows say `InvalidStateError`: they refuse, and hold nothing.
    const refuses = !isSilent(error) || (error as Error).name === 'InvalidStateError';
    return new Store(new MemoryDatabase(), !refuses);
  }
}
