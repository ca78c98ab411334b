// Quota of the browser's storage, and what else may be wrong with it: marks are kept before everything else. Where there is no room for one, what the hub can
// give again is cleared away, one audit after the other, the open one last. Used by state/marks.svelte.ts for those that
// are made, by sync/outbox.ts to note what became of them.
import type { Store } from './store';

/** The tablet has no room. */
export const isQuotaError = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError';

/**
 * It did not answer: the connection to it is gone, which browsers do not say. `InvalidStateError` is "the connection is closing",
 * `UnknownError` is Safari's "connection to Indexed Database server lost".
 */
const SILENT: ReadonlySet<string> = new Set([
  'InvalidStateError',
  'UnknownError',
  'AbortError',
  'TransactionInactiveError',
  'TimeoutError',
]);

export const isSilent = (error: unknown) => error instanceof Error && SILENT.has(error.name);

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
