// Which modules somebody wants to see. Pure; used by state/view.svelte.ts and the components of ui/view/.
import { isDefect, type Mark, type Status } from './status';
import type { Properties } from './types';

/** `photo`: with one; `bare`: a defect without one; `ungraded`: a defect without severity; `excused`: not examined, with a reason. */
export type Filter =
  'unmarked' | 'defects' | 'conflicts' | 'mine' | 'photo' | 'bare' | 'ungraded' | 'excused' | Mark;

/** What a filter looks at. */
export interface Looked {
  status: Status;
  conflict: boolean;
  technician_id: string | null;
  properties: Properties;
  /** The properties that two people say different things of. */
  contested: readonly string[];
}

export function matches(
  filter: Filter,
  shown: Looked,
  me: string,
  pictured: boolean,
  excused: boolean,
): boolean {
  switch (filter) {
    case 'unmarked':
      return shown.status === 'pending' && !excused;
    case 'defects':
      return isDefect(shown.status);
    case 'conflicts':
      return shown.conflict || shown.contested.length > 0;
    case 'mine':
      return shown.technician_id === me;
    case 'photo':
      return pictured;
    case 'bare':
      return isDefect(shown.status) && !pictured;
    case 'ungraded':
      return isDefect(shown.status) && shown.properties.severity === undefined;
    case 'excused':
      return excused;
    default:
      return shown.status === filter;
  }
}

/** Is this the module that is searched for: by any part of its id, or by its number, however many zeros there are. */
export function found(moduleId: string, search: string): boolean {
  const plain = (text: string) => text.toUpperCase().replace(/[\s#-]+/g, '');
  const [id, wanted] = [plain(moduleId), plain(search)];
  return id.includes(wanted) || (numberOf(id) ?? NaN) === numberOf(wanted);
}

/** Are these words in the comment: in any case, with accents or without. */
export function mentions(comment: string, search: string): boolean {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain(comment).includes(plain(search.trim()));
}

/** Where a module may be looked up that somebody calls this: its number may be written with more zeros, or with fewer. */
export function spellings(moduleId: string): string[] {
  const id = moduleId.toUpperCase();
  const number = numberOf(id);
  if (number === null) return [moduleId, id];
  const digits = [3, 4, 5, 6].map((width) => `M${String(number).padStart(width, '0')}`);
  return [moduleId, id, ...digits];
}

/** 7 for `M007` and for `M0007`: what v3.3 clients call a module, and what a hub of before called it. */
function numberOf(id: string): number | null {
  const digits = /^M(\d{1,9})$/.exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}
