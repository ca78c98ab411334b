// Toasts: short words at the foot of the screen about what just happened, one at a time, the last one first. Made by
// state/app.svelte.ts, drawn by ui/common/Announcer.svelte.

export interface Toast {
  text: string;
  action?: { label: string; run: () => void };
  /** Takes back what it tells. */
  undo?: () => void;
  /** What somebody wrote: the messages say it as well. */
  written?: boolean;
  /** Of no weight: it does not take the place of one that somebody may want to act on. */
  passing?: boolean;
  /** How long it stays. */
  ms?: number;
}

const STAYS_MS = 6_000;

export class Toasts {
  shown: Toast | null = $state.raw(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    /** For those who do not see them. */
    private readonly say: (text: string) => void,
  ) {}

  show(toast: Toast): void {
    this.say(toast.text);
    if (toast.passing && this.shown && !this.shown.passing) return;
    this.shown = toast;
    this.resume();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.shown = null;
  }

  /** Somebody is about to read or tap it: it stays. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.shown = null), this.shown?.ms ?? STAYS_MS);
  }
}
