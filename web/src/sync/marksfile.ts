// Export of the marks that only this tablet may have to a file, for when the hub is dead: `fieldhub bundle import` takes it.
// Used by state/marks.svelte.ts.
import type { Offered, Op } from '../domain/types';
import type { Sent, Waiting } from './records';
import { offered } from './outbox';

export interface MarksFile {
  fieldhub_marks: 1;
  token: string;
  saved_at_ms: number;
  /** As they are sent to a hub, in the order in which they were made. */
  ops: Offered[];
  /** Marks that a hub would not have, and why: for people to read. */
  refused: { op: Op; reason: string }[];
}

/**
 * What waits, and what the hub took but nobody else holds whole: a dead hub has taken those along. Marks that turn
 * out to be known where the file is read do no harm.
 */
export function marksFile(
  token: string,
  outbox: readonly Waiting[],
  sent: readonly Sent[],
  nowMs: number,
): MarksFile {
  const waiting = outbox.filter((one) => one.token === token);
  // The two are read one after the other: a mark that was acknowledged in between is in both.
  const acked = new Set(sent.map((one) => one.op.id));
  const mine = waiting.filter((one) => one.refused === null && !acked.has(one.op.id));
  const ops = [...mine, ...sent].sort((a, b) => a.n - b.n).map(offered);
  const refused = waiting.flatMap(({ op, refused: reason }) => (reason === null ? [] : [{ op, reason }]));
  return { fieldhub_marks: 1, token, saved_at_ms: nowMs, ops, refused };
}

const two = (n: number) => String(n).padStart(2, '0');

/** `marks-jalibat-2026-11-22-2345.json`, by the tablet's own clock. */
export function marksFileName(token: string, nowMs: number): string {
  const at = new Date(nowMs);
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `marks-${token.replace(/[^\w-]+/g, '_')}-${day}-${two(at.getHours())}${two(at.getMinutes())}.json`;
}
