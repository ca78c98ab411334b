// One try after the other to join the crew, and what to tell the technician in between. Made by
// ui/join/JoinScreen.svelte.
import { cleanCode, CODE_LENGTH } from '../domain/access';
import { t } from '../i18n';
import { ApiError } from '../net/call';
import type { Access } from './access.svelte';
import { plain } from './plain';

/** What is in the way: `short` and `wrong` are about the code, the rest is not. */
export type Problem = 'short' | 'wrong' | 'wait' | 'away' | 'said';

export class JoinTry {
  busy = $state(false);
  problem: Problem | null = $state(null);
  /** Until the hub takes another try. */
  seconds = $state(0);
  #said = $state('');

  readonly text: string = $derived.by(() => {
    switch (this.problem) {
      case null:
        return '';
      case 'short':
        return t.joinShort(CODE_LENGTH);
      case 'wrong':
        return t.joinWrong;
      case 'wait':
        return t.joinWait(this.seconds);
      case 'away':
        return t.joinAway;
      case 'said':
        return this.#said;
    }
  });

  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly access: Pick<Access, 'join'>,
    private readonly now: () => number = Date.now,
  ) {}

  close(): void {
    clearInterval(this.#ticking);
  }

  async join(code: string, name: string): Promise<void> {
    if (this.busy || this.seconds > 0) return;
    if (cleanCode(code).length !== CODE_LENGTH) {
      this.problem = 'short';
      return;
    }
    this.busy = true;
    try {
      await this.access.join(cleanCode(code), name);
      this.problem = null;
    } catch (error) {
      this.#failed(error);
    }
    this.busy = false;
  }

  #failed(error: unknown): void {
    if (!(error instanceof ApiError)) this.problem = 'away';
    else if (error.code === 'wrong_code') this.problem = 'wrong';
    else if (error.status === 429) this.#wait(error.retryAfterMs ?? 60_000);
    else {
      this.problem = 'said';
      this.#said = plain(error);
    }
  }

  /** Counts down by the clock: a tablet that slept does not begin anew. */
  #wait(ms: number): void {
    const until = this.now() + ms;
    const tick = () => {
      this.seconds = Math.min(Math.ceil(ms / 1_000), Math.max(0, Math.ceil((until - this.now()) / 1_000)));
      if (this.seconds > 0) return;
      clearInterval(this.#ticking);
      this.problem = null;
    };
    this.problem = 'wait';
    clearInterval(this.#ticking);
    this.#ticking = setInterval(tick, 1_000);
    tick();
  }
}
