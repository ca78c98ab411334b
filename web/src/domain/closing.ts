// Closing of an audit: what is open before its report is final, and where each leads; what tablets said, and what is not known. Pure; read by
// ui/report/ out of what the hub answers.
import type { ClosingInfo } from './api.gen';
import type { Filter } from './filter';
import { RECENT_MS } from './tablets';

export type CheckName = 'pending' | 'conflicts' | 'no_session' | 'no_severity' | 'no_picture';

const FILTERS: Partial<Record<CheckName, Filter>> = {
  pending: 'unmarked',
  conflicts: 'conflicts',
  no_severity: 'ungraded',
  no_picture: 'bare',
};
const NAMES: readonly string[] = ['pending', 'conflicts', 'no_session', 'no_severity', 'no_picture'];

/** What shows it in the audit: a filter over all strings, or one string. */
export interface Goal {
  filter: Filter | null;
  tab: number | null;
}

export interface OpenCheck {
  check: CheckName;
  count: number;
  goal: Goal;
}

export interface Closing {
  open: OpenCheck[];
  /** What nobody in this audit uses: nothing is forgotten. */
  unused: CheckName[];
  pictures: number;
  /** Null: the hub keeps no crew. */
  tablets: { waiting: { name: string; count: number }[]; silent: string[]; unknown: string[] } | null;
  /** How many points are open, by what is known. */
  points: number;
}

export function closingOf(list: ClosingInfo, hubNowMs: number): Closing {
  const open: OpenCheck[] = [];
  const unused: CheckName[] = [];
  for (const { check, count, used, first } of list.checks) {
    // A later hub may look at more.
    if (!NAMES.includes(check)) continue;
    const name = check as CheckName;
    if (!used) unused.push(name);
    else if (count > 0) {
      // Of strings no filter shows anything.
      const ofString = first.every(({ module_id }) => module_id === null);
      const filter = ofString ? null : (FILTERS[name] ?? null);
      open.push({
        check: name,
        count,
        goal: { filter, tab: filter === null ? (first[0]?.string ?? null) : null },
      });
    }
  }
  const tablets = list.tablets === null ? null : wordOf(list.tablets, hubNowMs);
  const points = open.length + Number(list.pictures_missing > 0) + (tablets?.waiting.length ?? 0);
  return { open, unused, pictures: list.pictures_missing, tablets, points };
}

function wordOf(
  tablets: NonNullable<ClosingInfo['tablets']>,
  hubNowMs: number,
): NonNullable<Closing['tablets']> {
  const word: NonNullable<Closing['tablets']> = { waiting: [], silent: [], unknown: [] };
  for (const { name, unsent, unsent_photos, told_ms } of tablets) {
    const count = (unsent ?? 0) + (unsent_photos ?? 0);
    if (count > 0) word.waiting.push({ name, count });
    else if (unsent === null || told_ms === null) word.unknown.push(name);
    else if (hubNowMs - told_ms > RECENT_MS) word.silent.push(name);
  }
  return word;
}
