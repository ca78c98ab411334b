// Lazy loading: what is not of the first load, and the texts that it says, read while the hub answers, to be there when it does not. A read that
// failed is tried again with the next change of what it was wanted for. Used by every component that draws such a
// thing.

import { loadLater } from '../../i18n';

export interface Lazy<T> {
  /** Null until it is here. */
  readonly now: T | null;
  /** It was tried last without success. */
  readonly away: boolean;
  /** Rejects where the hub does not give it. */
  load(): Promise<T>;
}

/** `wanted`: whatever is true when it is time to read it. */
export function lazy<T>(read: () => Promise<T>, wanted: () => unknown): Lazy<T> {
  let now: T | null = $state.raw(null);
  let away = $state(false);

  const load = async () => {
    if (now !== null) return now;
    away = false;
    try {
      const [it] = await Promise.all([read(), loadLater()]);
      return (now = it);
    } catch (error) {
      away = true;
      throw error;
    }
  };
  $effect(() => {
    if (now === null && wanted()) load().catch(() => undefined);
  });

  return {
    get now() {
      return now;
    },
    get away() {
      return away;
    },
    load,
  };
}
