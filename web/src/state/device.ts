// Persistent storage and screen wake lock: what a secure page may ask of the tablet, not to throw away what it keeps, and
// to stay awake over an audit. Nothing depends on either. Used by main.ts and ui/audit/AuditScreen.svelte.

/** Browsers with little room clear away pages that have not asked. */
export function keepStorage(): void {
  const storage = navigator.storage as StorageManager | undefined;
  if (typeof storage?.persist === 'function') storage.persist().catch(() => undefined);
}

/** Keeps the screen on until the returned function is called. The system lets go of it whenever the page is hidden. */
export function stayAwake(page: Document = document): () => void {
  const lock = (navigator as { wakeLock?: WakeLock }).wakeLock;
  if (!lock) return () => undefined;
  let left = false;
  let held: WakeLockSentinel | null = null;
  const take = () => {
    if (page.visibilityState === 'hidden') return;
    lock.request('screen').then(
      (one) => {
        // Asked for before somebody left, or twice in a row: one is enough.
        if (left || (held && !held.released)) void one.release();
        else held = one;
      },
      // A low battery may refuse it.
      () => undefined,
    );
  };
  page.addEventListener('visibilitychange', take);
  take();
  return () => {
    left = true;
    page.removeEventListener('visibilitychange', take);
    void held?.release();
  };
}
