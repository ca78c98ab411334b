// Which modules somebody wants to see. Pure; used by state/view.svelte.ts and the components of ui/view/.
import { isDefect, type Mark, type Status } from './status';

/** `photo`: with one; `bare`: a defect without one. */
export type Filter = 'unmarked' | 'defects' | 'conflicts' | 'mine' | 'photo' | 'bare' | Mark;

/** What a filter looks at. */
export interface Looked {
  status: Status;
  conflict: boolean;
  technician_id: string | null;
}

export function matches(filter: Filter, shown: Looked, me: string, pictured: boolean): boolean {
  switch (filter) {
    case 'unmarked':
      return shown.status === 'pending';
    case 'defects':
      return isDefect(shown.status);
    case 'conflicts':
      return shown.conflict;
    case 'mine':
      return shown.technician_id === me;
    case 'photo':
      return pictured;
    case 'bare':
      return isDefect(shown.status) && !pictured;
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
