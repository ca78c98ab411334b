// Poison messages: marks with which calls fail, or of which the hub's answers say nothing. They are set aside, so that they hold up
// nothing behind them, and tried again alone when nothing else can go. Pure; used by sync/outbox.ts.
//
// A module is set aside with all its marks: of one module they go in the order in which they were made.
import type { Waiting } from './records';

/** It failed alone so often, over some ten seconds: others go first now. */
const OFTEN = 4;
/** And so often while others went, over some five minutes: it is the mark, and not the hub or the Wi-Fi. */
const MOST = 20;
/** It goes alone, and when nothing else can: to try it as often as any mark is in nobody's way. */
const FIRST_MS = 5_000;
const LONGEST_MS = 15_000;

interface Suspect {
  strikes: number;
  /** Strikes between which the hub took other marks. */
  proven: number;
  /** How many marks the hub had taken by the last strike. */
  takenThen: number;
  until: number;
}

const nameOf = ({ token, op }: Waiting) => JSON.stringify([token, op.kind === 'mark' ? op.module_id : op.id]);

export class Suspects {
  readonly #all = new Map<string, Suspect>();
  #taken = 0;

  /** The call was about this one alone, or the answer said nothing of it. True: the hub takes others and never this one. */
  strike(waiting: Waiting, now: number): boolean {
    const name = nameOf(waiting);
    const one = this.#all.get(name) ?? { strikes: 0, proven: 0, takenThen: this.#taken, until: 0 };
    one.strikes += 1;
    if (this.#taken > one.takenThen) one.proven += 1;
    one.takenThen = this.#taken;
    one.until = now + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, one.strikes - OFTEN));
    this.#all.set(name, one);
    return one.proven >= MOST;
  }

  /** The hub took these, or said why it does not. */
  settled(waiting: readonly Waiting[]): void {
    let freed = false;
    for (const one of waiting) freed = this.#all.delete(nameOf(one)) || freed;
    this.#taken += waiting.length;
    // It was the hub: the others need not wait any longer.
    if (freed) for (const one of this.#all.values()) one.until = 0;
  }

  /** Others go before it. */
  aside(waiting: Waiting): boolean {
    return (this.#all.get(nameOf(waiting))?.strikes ?? 0) >= OFTEN;
  }

  /** To be tried again, now that nothing else can go. */
  due(waiting: Waiting, now: number): boolean {
    const { until = 0 } = this.#all.get(nameOf(waiting)) ?? {};
    // Further off than any is set aside for: the clock has been set back.
    return until <= now || until > now + LONGEST_MS;
  }

  /** How long until the next is due; null: none is aside. */
  wait(now: number): number | null {
    const waits = [...this.#all.values()].filter((one) => one.strikes >= OFTEN).map((one) => one.until - now);
    return waits.length === 0 ? null : Math.min(LONGEST_MS, Math.max(1_000, Math.min(...waits)));
  }
}
