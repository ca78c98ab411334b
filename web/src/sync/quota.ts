// Quota of the browser's storage: marks are kept before everything else. Where there is no room for one, what the hub can
// give again is cleared away, one audit after the other, the open one last. Used by state/marks.svelte.ts for those that
// are made, by sync/outbox.ts to note what became of them.
import type { Store } from './store';

/** The tablet has no room. */
export const isQuotaError = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError';

/** Does `keep`, and again with more room as long as there is any to make; throws when all that was not enough. */
export async function withinQuota<T>(
  store: Pick<Store, 'replicaTokens' | 'dropReplica'>,
  open: string,
  keep: () => Promise<T>,
  full: () => void,
): Promise<T> {
  let failure: unknown;
  try {
    return await keep();
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    failure = error;
  }
  full();
  const others = (await store.replicaTokens()).filter((token) => token !== open);
  for (const token of [...others, open]) {
    await store.dropReplica(token);
    try {
      return await keep();
    } catch (error) {
      if (!isQuotaError(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}
