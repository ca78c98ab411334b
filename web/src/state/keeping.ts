// What this browser is, for how long it keeps what the page stores (domain/keeping.ts). Asked where that is told: in the sync panel
// and among the messages.
import { forgetsAfterDays } from '../domain/keeping';

/** Days without a visit after which it deletes all of it; null: it does not. */
export async function forgetsHere(): Promise<number | null> {
  const storage = navigator.storage as StorageManager | undefined;
  // Safari's own word for it; the others have the display mode alone.
  const { standalone = false } = navigator as { standalone?: boolean };
  return forgetsAfterDays({
    userAgent: navigator.userAgent,
    standalone: standalone || matchMedia('(display-mode: standalone)').matches,
    persisted: (await storage?.persisted().catch(() => null)) ?? null,
  });
}
