// Lazy chunk: what a lead needs now and then; not of the first load. Read by ui/home/AuditList.svelte.
export { default as AuditMenu } from './AuditMenu.svelte';
export { default as ImportAudit } from './ImportAudit.svelte';
export { default as NewAudit } from './NewAudit.svelte';
