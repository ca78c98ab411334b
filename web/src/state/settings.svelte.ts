// Settings of this tablet, and its storage estimate: how it tells them of things, and whether it speaks with the hub at
// all. Made by state/app.svelte.ts; theme and language are kept apart (state/theme.ts, i18n/languages.ts), being needed
// before the store.
import type { Store } from '../sync/store';

export interface Signals {
  sound: boolean;
  vibrate: boolean;
  /** Mentions and conflicts, by the system's notifications. */
  notify: boolean;
}

const QUIET: Signals = { sound: false, vibrate: false, notify: false };

export interface StorageQuota {
  /** Bytes; null where the browser does not say. */
  used: number | null;
  free: number | null;
  /** The browser has promised to keep it. */
  lasting: boolean | null;
}

export class Settings {
  /** The dialog is on the screen. */
  shown = $state(false);
  /** So is the help. */
  help = $state(false);
  /** Goes up when the theme changes: what is drawn on a canvas is drawn anew. */
  look = $state(0);
  signals: Signals = $state.raw(QUIET);
  /** False: nothing leaves this tablet until somebody says so. */
  sync = $state(true);

  constructor(private readonly store: Store) {}

  async load(): Promise<void> {
    const signals = (await this.#get('signals')) as Partial<Signals> | undefined;
    this.signals = { ...QUIET, ...signals };
    this.sync = (await this.#get('sync')) !== false;
  }

  async setSignals(change: Partial<Signals>): Promise<void> {
    this.signals = { ...this.signals, ...change };
    await this.store.set('signals', this.signals).catch(() => undefined);
  }

  async setSync(on: boolean): Promise<void> {
    this.sync = on;
    await this.store.set('sync', on).catch(() => undefined);
  }

  #get(key: string): Promise<unknown> {
    return this.store.get(key).catch(() => undefined);
  }
}

/** How much room the page has on this tablet. Browsers say so on HTTPS alone. */
export async function storageQuota(): Promise<StorageQuota> {
  const storage = navigator.storage as StorageManager | undefined;
  const none: StorageQuota = { used: null, free: null, lasting: null };
  if (!storage) return none;
  try {
    const { usage, quota } = await storage.estimate();
    const lasting = await storage.persisted();
    const free = usage !== undefined && quota !== undefined ? Math.max(0, quota - usage) : null;
    return { used: usage ?? null, free, lasting };
  } catch {
    return none;
  }
}
