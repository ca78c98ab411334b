// Cursors of the live feed, as texts: `LOGID:SEQ`, and with what shows the hub that it gave this position
// `LOGID:SEQ:PROOF`. Used by net/shared.ts and sync/session.ts.

/** How far the hub's log of an audit was read. */
export interface Position {
  log_id: string;
  seq: number;
  proof?: string;
}

export const cursorOf = ({ log_id, seq, proof = '' }: Position): string =>
  `${log_id}:${String(seq)}${proof && `:${proof}`}`;

/** The cursor of an `op` event: its id, and the proof from its data. Within texts quotes are escaped. */
export function cursorOfEvent(id: string, data: string): string {
  const proof = /"proof":"(\w+)"/.exec(data)?.[1];
  return proof ? `${id}:${proof}` : id;
}

/** The position in a cursor, also with `TOKEN@` before it. */
export const seqOf = (cursor: string): number => Number(cursor.split(':')[1]);
