// Error messages: what a failed call means, in the technician's language where the page knows the case, else in the hub's
// own words. Used by the state.
import { t } from '../i18n';
import { ApiError } from '../net/call';

/** What the page itself found wrong, told as it is. */
export class Told extends Error {
  override name = 'Told';
}

/** `retried`: it is tried again without anybody doing anything. */
export function plain(error: unknown, retried = false): string {
  if (error instanceof Told) return error.message;
  if (!(error instanceof ApiError)) return t.hubUnreachableNow;
  if (error.code === 'forbidden') return t.forbidden;
  if (error.code === 'foreign_page') return t.foreignPage;
  if (error.busy) return retried ? t.hubBusy : t.joinWait(Math.ceil((error.retryAfterMs ?? 2_000) / 1_000));
  return error.message;
}
