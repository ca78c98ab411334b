// Audits among each other: which are alike, and how the file of one is called. Pure; used by ui/home/.
import type { AuditSummary } from './types';

/** As somebody looks for it: without accents, and whatever the case. */
const fold = (text: string | null) =>
  (text ?? '')
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim();

type Details = Pick<AuditSummary, 'name' | 'client' | 'location'>;

/** Those of this name; and of this client and place, where both say one. */
export function alikeOf(all: readonly AuditSummary[], { name, client, location }: Details): AuditSummary[] {
  const same = (one: string | null, other: string | null) =>
    fold(one) === '' || fold(other) === '' || fold(one) === fold(other);
  return all.filter(
    (audit) =>
      fold(name) !== '' &&
      fold(audit.name) === fold(name) &&
      same(audit.client, client) &&
      same(audit.location, location),
  );
}

/** `JALIBAT-toiture-nord-2026-11-29.csv`: as people find it again, and every file system keeps it. */
export function fileName(audit: string, at: Date, ending: string): string {
  const plain = audit
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 60);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${plain === '' ? 'audit' : plain}-${day}.${ending}`;
}
