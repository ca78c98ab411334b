// Comments as they are put together of phrases: the crew's own, or those of the trade. Used by what writes comments.
import { BETWEEN, crewPhrases } from '../../domain/crew-phrases';
import { cut } from '../../domain/text';
import { t } from '../../i18n';
import type { AuditState } from '../../state/audit.svelte';

/** As long as a comment may be. */
export const LONGEST = 2_000;

/** The phrases that are chosen from: those that the lead has set for this audit, as they were typed; else the ready ones. */
export function phrasesOf(audit: AuditState): readonly string[] {
  const own = crewPhrases(audit.properties['phrases']);
  return own.length > 0 ? own : t.marking.phrases;
}

/** Whether a comment has it already; a phrase of the crew's own may have a comma in it. */
export const hasPhrase = (comment: string, phrase: string): boolean =>
  `${BETWEEN}${comment}${BETWEEN}`.includes(`${BETWEEN}${phrase}${BETWEEN}`);

/** A comment with one phrase more. */
export function withPhrase(comment: string, phrase: string): string {
  const words = comment.trim();
  return cut(words === '' ? phrase : `${words}${BETWEEN}${phrase}`, LONGEST);
}
