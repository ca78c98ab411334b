// Polling: asks now, then again after a while, for as long as somebody looks at the page. Made by state/app.svelte.ts, for how
// the hub is.

export class Polling {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rounds = 0;

  constructor(
    /** Never throws; `current` says whether nobody has asked anew meanwhile. */
    private readonly ask: (current: () => boolean) => Promise<void>,
    /** How long until the next round. */
    private readonly waitMs: () => number,
    /** Somebody wants to know. */
    private readonly wanted: () => boolean,
  ) {}

  now(): void {
    this.stop();
    if (!this.wanted()) return;
    this.#rounds += 1;
    const round = this.#rounds;
    // Whoever asks anew will schedule what follows.
    const current = () => round === this.#rounds;
    void this.ask(current).then(() => {
      if (current()) this.within(this.waitMs());
    });
  }

  within(ms: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      // A hidden page asks when it is looked at again.
      if (document.visibilityState !== 'hidden') this.now();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
