// Storage that a browser deletes by itself (Safari's 7-day cap on IndexedDB, tracking prevention): how long what the tablet keeps stays
// without a visit. Pure; asked by state/keeping.ts.

export interface Browser {
  userAgent: string;
  /** Opened from the home screen or the dock: an app of its own, with storage of its own. */
  standalone: boolean;
  /** The browser has promised to keep it; null where it does not say, as over plain HTTP. */
  persisted: boolean | null;
}

const DAY_MS = 24 * 3_600_000;
/** After seven days of use of the browser without a visit to the page. It counts days on which it is used, so this is the soonest. */
const SAFARI_DAYS = 7;

/** Null: it does not delete by the clock. */
export function forgetsAfterDays({ userAgent, standalone, persisted }: Browser): number | null {
  // All browsers of iPhones and iPads are Safari inside. An iPad says that it is a Mac.
  const apple = /iPhone|iPad|iPod|Macintosh/.test(userAgent) && /AppleWebKit/.test(userAgent);
  const webkit = apple && !/Chrome\/|Chromium\/|Edg\//.test(userAgent);
  return webkit && !standalone && persisted !== true ? SAFARI_DAYS : null;
}

/** Until when it stays, where it would else stay until `untilMs`, by the tablet's clock and without another visit. */
export const staysUntil = (untilMs: number, days: number | null, nowMs: number): number =>
  days === null ? untilMs : Math.min(untilMs, nowMs + days * DAY_MS);
