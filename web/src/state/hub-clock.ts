// Clock offset of the hub: what time it is there, which a tablet's own clock may be off from by years. Made by
// state/app.svelte.ts; used by whatever compares or shows times of the hub.

export class HubClock {
  #aheadMs = 0;

  /** The hub says that it is this late now. */
  set(timeMs: number): void {
    this.#aheadMs = timeMs - Date.now();
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** A time of the hub on this tablet's clock, for reading. */
  local(hubMs: number): number {
    return hubMs - this.#aheadMs;
  }
}
