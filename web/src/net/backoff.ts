// Backoff before the next try: exponential with full jitter. Used by the live feed and the outbox.

/** After the nth failure in a row (from 0): a random time up to `base * 2^n`, at most `cap`. */
export function backoff(failures: number, base: number, cap: number, random: () => number = Math.random) {
  // Full jitter: when the hub comes back, ten tablets do not knock in the same instant.
  return random() * Math.min(cap, base * 2 ** Math.min(failures, 20));
}
