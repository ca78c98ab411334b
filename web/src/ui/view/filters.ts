// Lazy chunk: what narrows the view, which is no part of the first load.
export { default as FilterPanel } from './FilterPanel.svelte';
export { default as SearchKey } from './SearchKey.svelte';
export { default as Narrowed } from './Narrowed.svelte';
