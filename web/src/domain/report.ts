// Report of an audit, for the customer and the office: figures by finding and by string, the defects one by one, and the plan. Pure;
// drawn and printed by ui/report/.
import { asStatus, isDefect, MARKS, STATUSES, type Status } from './status';
import type { Audit, Module } from './types';

export interface StringFigures {
  /** 0: on no string of the plan. */
  string: number;
  name: string | null;
  total: number;
  marked: number;
  by: Record<Status, number>;
}

export interface Finding {
  id: string;
  name: string | null;
  string: number;
  position: number;
  status: Status;
  comment: string | null;
  by: string | null;
  at_ms: number | null;
  conflict: boolean;
}

export interface Report {
  total: number;
  marked: number;
  defects: number;
  conflicts: number;
  /** Without a mark, and somebody said why. */
  excused: number;
  by: Record<Status, number>;
  strings: StringFigures[];
  /** Strings with their modules, for the plan. */
  plan: {
    string: number;
    name: string | null;
    modules: { id: string; status: Status; conflict: boolean }[];
  }[];
  /** In the order of the site: each defect, and whatever else somebody wrote a comment on. */
  findings: Finding[];
  /** Who marked, the most first. */
  people: string[];
  /** The first and the last mark that shows. */
  from_ms: number | null;
  to_ms: number | null;
}

const none = (): Record<Status, number> =>
  Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;

/** String by string, what is off the plan last. */
const inOrder = (a: Module, b: Module) =>
  (a.string || Infinity) - (b.string || Infinity) ||
  a.position - b.position ||
  a.module_id.localeCompare(b.module_id);

export function reportOf({
  modules,
  strings: named,
  strings_properties,
}: Pick<Audit, 'modules' | 'strings' | 'strings_properties'>): Report {
  const names = new Map(named.map((one) => [one.number, one.name ?? null]));
  const report: Report = {
    total: 0,
    marked: 0,
    defects: 0,
    conflicts: 0,
    excused: 0,
    by: none(),
    strings: [],
    plan: [],
    findings: [],
    people: [],
    from_ms: null,
    to_ms: null,
  };
  const people = new Map<string, number>();
  for (const module of modules.filter((one) => one.hidden !== true).sort(inOrder)) {
    const status = asStatus(module.status);
    const conflict = module.conflict || (module.property_conflicts?.length ?? 0) > 0;
    const reason =
      module.properties?.not_examined ?? strings_properties?.[module.string]?.properties?.not_examined;
    const { string, comment, technician_name: by, updated_at_ms: at } = module;
    let figures = report.strings.at(-1);
    let drawn = report.plan.at(-1);
    if (figures?.string !== string || !drawn) {
      const name = names.get(string) ?? null;
      figures = { string, name, total: 0, marked: 0, by: none() };
      drawn = { string, name, modules: [] };
      report.strings.push(figures);
      report.plan.push(drawn);
    }
    const id = module.name ?? module.module_id;
    drawn.modules.push({ id, status, conflict });
    for (const sum of [figures, report]) {
      sum.total += 1;
      sum.by[status] += 1;
      if (status !== 'pending') sum.marked += 1;
    }
    if (conflict) report.conflicts += 1;
    if (status === 'pending' && reason !== undefined) report.excused += 1;
    if (isDefect(status)) report.defects += 1;
    if (status !== 'pending' && by !== null) people.set(by, (people.get(by) ?? 0) + 1);
    if (status !== 'pending' && at !== null) {
      report.from_ms = Math.min(report.from_ms ?? at, at);
      report.to_ms = Math.max(report.to_ms ?? at, at);
    }
    if (!isDefect(status) && (comment ?? '') === '' && !conflict) continue;
    const { module_id, position } = module;
    const other = module.name === undefined || module.name === null ? null : module_id;
    report.findings.push({ id, name: other, string, position, status, comment, by, at_ms: at, conflict });
  }
  report.people = [...people].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return report;
}

/** The findings that there are at all, in the usual order: columns of nothing but zeros tell nobody anything. */
export function found({ by }: Pick<Report, 'by'>): Status[] {
  return [...MARKS, 'pending' as const].filter((status) => by[status] > 0);
}
