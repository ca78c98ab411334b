// Lazy chunk: what is known of strings beside marks. Read by ui/property/PropertyDialogs.svelte.
export { default as StringDialog } from './StringDialog.svelte';
export { default as StringsDialog } from './StringsDialog.svelte';
