// Lazy chunk: what of marking is not of the first load. Read right after it by ui/audit/AuditScreen.svelte, to be there when the hub is not.
import { inMine } from '../../domain/phrases';
import { t } from '../../i18n';
import { readCommentsBy } from '../../state/read-comment';

export { default as Conflict } from './Conflict.svelte';
export { default as HistoryList } from './HistoryList.svelte';
export { default as Neighbours } from './Neighbours.svelte';
export { default as PhraseTray } from './PhraseTray.svelte';
export { default as ReceiptLine } from './ReceiptLine.svelte';
export { default as PhotoCount } from '../photo/PhotoCount.svelte';
export { default as PhotoSection } from '../photo/PhotoSection.svelte';
export { default as StringEnd } from './StringEnd.svelte';

readCommentsBy((comment) => inMine(comment, t.marking.phrases));

export type Later = typeof import('./later');
