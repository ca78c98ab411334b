// Lazy chunk: what of marking is not of the first load. Read right after it by ui/audit/AuditScreen.svelte, to be there when the hub is not.
import { inMine } from '../../domain/phrases';
import { t } from '../../i18n';
import { readCommentsBy } from '../../state/read-comment';

export { ModuleHistory } from '../../state/history.svelte';
export { default as HistoryList } from './HistoryList.svelte';
export { default as Neighbours } from './Neighbours.svelte';
export { default as PhraseTray } from './PhraseTray.svelte';
export { default as Counts } from '../property/Counts.svelte';
export { default as PropertyDialogs } from '../property/PropertyDialogs.svelte';
export { default as SheetMore } from '../property/SheetMore.svelte';
export { default as SheetProperties } from '../property/SheetProperties.svelte';
export { default as SheetTold } from './SheetTold.svelte';
export { default as StringHead } from '../property/StringHead.svelte';
export { default as StringEnd } from './StringEnd.svelte';

readCommentsBy((comment) => inMine(comment, t.marking.phrases));

export type Later = typeof import('./later');
