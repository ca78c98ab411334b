// Time zone of this tablet, as its offsets from UTC: what holds, and when it changed (daylight saving time). Hubs know no zones: a table is asked for
// with these, so that a row of July has the time that clocks showed in July. Pure but for the zone itself; used by state/audits.svelte.ts.

/** No audit is older. */
const YEARS = 10;
/** Shorter than any two changes are apart. */
const STEP_MS = 7 * 24 * 3_600_000;

/** `60,1774746000000:120`: minutes ahead of UTC, then from each moment on so many. */
export function utcOffsets(nowMs: number, ahead = (ms: number) => -new Date(ms).getTimezoneOffset()): string {
  let at = nowMs - YEARS * 366 * 24 * 3_600_000;
  const parts = [String(ahead(at))];
  while (at < nowMs) {
    const next = Math.min(at + STEP_MS, nowMs);
    if (ahead(next) !== ahead(at)) {
      let [before, after] = [at, next];
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (ahead(middle) === ahead(at)) before = middle;
        else after = middle;
      }
      parts.push(`${String(after)}:${String(ahead(after))}`);
    }
    at = next;
  }
  return parts.join(',');
}
