// Event emitter, typed by a map of the events and what comes with each (sync/events.ts has the page's). Pure.

/** What is done about each event, of those that somebody wants to hear of. */
export type Listeners<Events> = { [Name in keyof Events]?: (said: Events[Name]) => void };

export class Emitter<Events> {
  /** Never changed in place: whoever comes or goes while something is told changes nothing about that. */
  #listeners: readonly Listeners<Events>[] = [];

  /** Heard in the order of coming; until the returned function is called. */
  on(listeners: Listeners<Events>): () => void {
    const own = { ...listeners };
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== own);
    };
  }

  emit<Name extends keyof Events>(
    name: Name,
    ...[said]: Events[Name] extends undefined ? [] : [Events[Name]]
  ): void {
    for (const one of this.#listeners) {
      // Somebody who left because of this very event hears no more of it.
      if (this.#listeners.includes(one)) one[name]?.(said as Events[Name]);
    }
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.length;
  }
}
