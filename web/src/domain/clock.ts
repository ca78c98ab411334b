// Clock and randomness, as an argument: of the browser, or of a test. Pure.

export interface Clock {
  now(): number;
  random(): number;
}

export const browserClock: Clock = { now: () => Date.now(), random: () => Math.random() };
