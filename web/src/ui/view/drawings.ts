// Lazy chunk: the drawings of a site, which are no part of the first load.
export { default as Overview } from './Overview.svelte';
export { default as Plan } from './Plan.svelte';
