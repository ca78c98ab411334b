// From the report to what is open in its audit: the view that shows it is kept for the audit's screen, which reads it as after a reload
// (state/view.svelte.ts). Used by ui/report/.
import type { Goal } from '../domain/closing';

export function leadTo(token: string, { filter, tab }: Goal): void {
  try {
    sessionStorage.setItem(`fieldhub-view:${token}`, JSON.stringify({ tab, how: 'cells', filter }));
  } catch {
    // Refused in some private windows: the audit opens all the same.
  }
  location.hash = `#/audit/${encodeURIComponent(token)}`;
}
