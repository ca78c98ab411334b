// Texts of marks: what an action did, in a line ("M050 → HS", "11 modules → Inégalité").
import { t } from '../../i18n';
import type { Action } from '../../state/marking.svelte';

export function actionText({ marks, change }: Action): string {
  const what = marks.length === 1 ? (marks[0]?.id ?? '') : t.marking.modules(marks.length);
  const { status } = change;
  return t.marking.became(what, status === undefined ? t.comment : t.status[status ?? 'pending']);
}
