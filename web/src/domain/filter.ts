// Which modules somebody wants to see. Pure; used by state/view.svelte.ts and the components of ui/view/.
import { isDefect, type Mark, type Status } from './status';

export type Filter = 'unmarked' | 'defects' | 'conflicts' | 'mine' | Mark;

/** What a filter looks at. */
export interface Looked {
  status: Status;
  conflict: boolean;
  technician_id: string | null;
}

export function matches(filter: Filter, shown: Looked, me: string): boolean {
  switch (filter) {
    case 'unmarked':
      return shown.status === 'pending';
    case 'defects':
      return isDefect(shown.status);
    case 'conflicts':
      return shown.conflict;
    case 'mine':
      return shown.technician_id === me;
    default:
      return shown.status === filter;
  }
}

/** Is this the module that is searched for: by any part of its id, however it is written. */
export function found(moduleId: string, search: string): boolean {
  const plain = (text: string) => text.toUpperCase().replace(/[\s#-]+/g, '');
  return plain(moduleId).includes(plain(search));
}
