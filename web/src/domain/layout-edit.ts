// Changes of the layout as this tablet makes them, and how the plan looks with those that the hub does not have yet: added,
// named, moved and hidden strings and modules. The hub does the same (src/domain/layout_changes.rs). Pure; a lazy chunk, read
// by state/audit.svelte.ts when there is such a change, and by ui/layout/.
import type { LayoutChange, Module, ModuleChange, StringChange, StringInfo } from './types';

/** As many modules as the hub adds to a string at once. */
export const MOST_ADDED = 1_000;

export interface Plan {
  modules: Module[];
  /** In their order. */
  strings: StringInfo[];
}

const rankOf = ({ number, rank }: { number: number; rank?: number | null }) => rank ?? number * 65_536;

/** The plan as the hub has it, with changes over it. What was hidden on the hub is not known here, and comes with its answer. */
export function withChanges(plan: Plan, changes: readonly LayoutChange[]): Plan {
  const modules = new Map(plan.modules.map((module) => [module.module_id, module]));
  const strings = new Map(plan.strings.map((string) => [string.number, string]));
  const hidden = new Set<number>();
  for (const change of changes) {
    for (const { number, name, rank, hidden: hide } of change.strings ?? []) {
      const before = strings.get(number) ?? { number, module_count: 0 };
      strings.set(number, {
        ...before,
        ...(name !== undefined && { name }),
        ...(rank !== undefined && rank !== null && { rank }),
      });
      if (hide === true) hidden.add(number);
      else if (hide === false) hidden.delete(number);
    }
    for (const edit of change.modules ?? []) {
      const before = modules.get(edit.module_id);
      if (edit.hidden === true) modules.delete(edit.module_id);
      else if (before ?? edit.string)
        modules.set(edit.module_id, changed(before ?? blank(edit.module_id), edit));
    }
  }
  const shown = [...modules.values()].filter((module) => !hidden.has(module.string));
  const counts = new Map<number, number>();
  for (const { string } of shown) counts.set(string, (counts.get(string) ?? 0) + 1);
  for (const number of counts.keys()) {
    if (number > 0 && !strings.has(number)) strings.set(number, { number, module_count: 0 });
  }
  const order = [...strings.values()]
    .filter(({ number }) => counts.has(number))
    .map((string) => ({ ...string, module_count: counts.get(string.number) ?? 0 }))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.number - b.number);
  const place = new Map(order.map(({ number }, at) => [number, at]));
  // What is in no plan comes last, as it came.
  const at = (module: Module) => place.get(module.string) ?? Infinity;
  shown.sort((a, b) =>
    at(a) === at(b) ? (at(a) === Infinity ? 0 : a.position - b.position) : at(a) - at(b),
  );
  return { modules: shown, strings: order };
}

const blank = (id: string): Module => ({
  module_id: id,
  string: 0,
  position: 0,
  status: 'pending',
  comment: null,
  technician_id: null,
  technician_name: null,
  updated_at_ms: null,
  conflict: false,
  stamp: '',
  seq: 0,
});

function changed(module: Module, { name, string, position, row, col }: ModuleChange): Module {
  const placed = typeof string === 'number' && typeof position === 'number';
  return {
    ...module,
    ...(name !== undefined && { name }),
    ...(placed && { string, position, row: row ?? null, col: col ?? null }),
  };
}

/** The number of a string that is added. */
export const nextNumber = ({ modules, strings }: Plan): number =>
  Math.max(0, ...strings.map(({ number }) => number), ...modules.map(({ string }) => string)) + 1;

/** As many modules as most strings have. */
export function usualCount({ strings }: Plan): number {
  const counts = strings.map(({ module_count }) => module_count);
  const times = (count: number) => counts.filter((one) => one === count).length;
  return [...new Set(counts)].sort((a, b) => times(b) - times(a))[0] ?? 24;
}

const two = (n: number) => String(n).padStart(2, '0');

/** `S11-03`: two leads who add the same string apart from each other add the same modules. */
function freeName(plan: Plan, string: number, position: number): string {
  const taken = (id: string) =>
    plan.modules.some((one) => one.module_id === id && (one.string !== string || one.position !== position));
  const [s, p] = [String(string), two(position)];
  return [`S${s}-${p}`, `S${s}-P${p}`].find((id) => !taken(id)) ?? `S${s}-${p}-new`;
}

export function addModules(plan: Plan, string: number, count: number): ModuleChange[] {
  const there = plan.modules.filter((module) => module.string === string).map(({ position }) => position);
  const last = Math.max(0, ...there);
  return Array.from({ length: count }, (_, n) => {
    const position = last + n + 1;
    return { module_id: freeName(plan, string, position), string, position };
  });
}

export interface NewString {
  number: number;
  name: string | null;
  count: number;
  /** Behind this string; 0: before all; null: where its number belongs. */
  after: number | null;
}

export function addString(plan: Plan, { number, name, count, after }: NewString): LayoutChange {
  const known = plan.strings.find((string) => string.number === number);
  const with_ = {
    modules: plan.modules,
    strings: known ? plan.strings : [...plan.strings, { number, module_count: 0 }],
  };
  const moved = after === null ? [] : (moveString(with_, number, after).strings ?? []);
  const own = moved.find((string) => string.number === number);
  // One of this number that was hidden is this one.
  const string: StringChange = { number, hidden: false, ...own, ...(name !== null && { name }) };
  return {
    strings: [string, ...moved.filter((one) => one !== own)],
    modules: addModules(plan, number, count),
  };
}

/** The rank between its neighbours, where there is room; else a rank for all. */
export function moveString({ strings }: Pick<Plan, 'strings'>, number: number, after: number): LayoutChange {
  const others = strings.filter((string) => string.number !== number);
  const at = after === 0 ? 0 : others.findIndex((string) => string.number === after) + 1;
  const [before, behind] = [others[at - 1], others[at]];
  const [low, high] = [before && rankOf(before), behind && rankOf(behind)];
  let rank: number | null = null;
  if (low !== undefined && high !== undefined) {
    if (high - low > 1) rank = low + Math.floor((high - low) / 2);
  } else if (low !== undefined) rank = low + 65_536;
  else rank = high === undefined ? number * 65_536 : high - 65_536;
  if (rank !== null) return { strings: [{ number, rank }] };
  const order = [
    ...others.slice(0, at).map((one) => one.number),
    number,
    ...others.slice(at).map((one) => one.number),
  ];
  return { strings: order.map((one, n) => ({ number: one, rank: (n + 1) * 65_536 })) };
}

/** Two neighbours in a string change places. */
export function swapModules(plan: Plan, id: string, by: 1 | -1): LayoutChange | null {
  const one = plan.modules.find(({ module_id }) => module_id === id);
  if (!one) return null;
  const row = plan.modules.filter(({ string }) => string === one.string);
  const other = row[row.indexOf(one) + by];
  if (!other) return null;
  const at = (module: Module, place: Module): ModuleChange => ({
    module_id: module.module_id,
    string: place.string,
    position: place.position,
    ...(place.row != null && { row: place.row }),
    ...(place.col != null && { col: place.col }),
  });
  return { modules: [at(one, other), at(other, one)] };
}
