// Names of strings where a site is drawn: what each is called, and its first module in the order of the layout. Used by Plan.svelte and
// Overview.svelte.
import { t } from '../../i18n';
import type { StringRow } from '../../state/audit.svelte';

export const nameOf = ({ name, number }: StringRow): string =>
  name ?? (number > 0 ? t.view.tab(number) : '–');

export function firstsOf(strings: readonly StringRow[]): number[] {
  let first = 0;
  return strings.map(({ cells }) => {
    first += cells.length;
    return first - cells.length;
  });
}
