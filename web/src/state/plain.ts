// Error messages: what a failed call means, in the technician's language by the code that the hub gives it. Used by the state.
import { loadLater, t } from '../i18n';
import { ApiError } from '../net/call';

/** What the page itself found wrong, told as it is. */
export class Told extends Error {
  override name = 'Told';
}

let answers: typeof import('../i18n/hub') | null = null;

/** The texts by code, which are not of the first load. Until they are here an answer is told as the hub says it. */
export async function readAnswers(): Promise<void> {
  answers ??= await Promise.all([import('../i18n/hub'), loadLater()]).then(
    ([texts]) => texts,
    () => null,
  );
}

/** What the hub says of itself. */
export function plainNotice(words: string, code: string | undefined): string {
  if (answers) return answers.noticeText(words, code);
  void readAnswers();
  return words;
}

/** `retried`: it is tried again without anybody doing anything. */
export function plain(error: unknown, retried = false): string {
  if (error instanceof Told) return error.message;
  if (!(error instanceof ApiError)) return t.hubUnreachableNow;
  if (error.busy) return retried ? t.hubBusy : t.joinWait(Math.ceil((error.retryAfterMs ?? 2_000) / 1_000));
  if (answers) return answers.answerText(error);
  void readAnswers();
  return error.message;
}
