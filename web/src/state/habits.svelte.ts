// Marking preferences on this tablet: going on to the next module by itself, and the phrases written last. Kept in
// the store. Made by state/app.svelte.ts.
import type { Store } from '../sync/store';

const KEPT = 'habits';
const PHRASES = 4;
/** Longer comments are about one module and no phrase. */
const PHRASE_LENGTH = 40;

export class Habits {
  /** A mark goes on to the next unmarked module. */
  goOn = $state(false);
  phrases: readonly string[] = $state.raw([]);

  constructor(private readonly store: Store) {}

  async load(): Promise<void> {
    const kept = (await this.store.get(KEPT).catch(() => undefined)) as Partial<Habits> | undefined;
    this.goOn = kept?.goOn === true;
    if (Array.isArray(kept?.phrases)) this.phrases = kept.phrases;
  }

  setGoOn(on: boolean): void {
    this.goOn = on;
    this.#keep();
  }

  wrote(comment: string): void {
    if (comment.length > PHRASE_LENGTH || comment === this.phrases[0]) return;
    this.phrases = [comment, ...this.phrases.filter((one) => one !== comment)].slice(0, PHRASES);
    this.#keep();
  }

  #keep(): void {
    const kept = { goOn: this.goOn, phrases: [...this.phrases] };
    // Lost with the tab at worst: nothing depends on it.
    this.store.set(KEPT, kept).catch(() => undefined);
  }
}
