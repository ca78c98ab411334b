// Form data: what is written in the fields of an audit, as the hub takes it. Used by ui/home/NewAudit.svelte and
// AuditMenu.svelte.
import type { Details } from '../../domain/types';

export function detailsOf(fields: Record<keyof Details, string>): Details {
  const { name, client, location } = fields;
  return { name: name.trim(), client: client.trim() || null, location: location.trim() || null };
}
