// Marks are kept before everything else: where the tablet has no room for one, what the hub can give again is cleared away,
// one audit after the other, the open one last. Used by state/marks.svelte.ts.
import type { Store } from './store';

const isFull = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError';

/** Does `keep`, and again with more room as long as there is any to make; throws when all that was not enough. */
export async function withRoom(
  store: Pick<Store, 'replicaTokens' | 'dropReplica'>,
  open: string,
  keep: () => Promise<void>,
  full: () => void,
): Promise<void> {
  try {
    await keep();
    return;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  full();
  const others = (await store.replicaTokens()).filter((token) => token !== open);
  for (const token of [...others, open]) {
    await store.dropReplica(token);
    try {
      await keep();
      return;
    } catch (error) {
      if (!isFull(error) || token === open) throw error;
    }
  }
}
