// Marks that only this tablet may have, as files that can be saved: for when the hub is dead, or another one by now. Read by
// ui/sync/CarryFiles.svelte; what is in a file is decided by sync/marksfile.ts.
import { mendedJson } from '../domain/text';
import { marksFile, marksFileName } from '../sync/marksfile';
import type { Waiting } from '../sync/records';
import { keptUntil, type Store } from '../sync/store';
import { saveFile } from './save';

/** Of one audit. */
export interface Held {
  token: string;
  all: number;
  /** As many of them are not on the hub. */
  waiting: number;
  /** When the first of the others is let go of at the latest, by the hub's clock. */
  until: number | null;
  save: () => void;
}

/** Of whichever audit. */
export async function heldBy(store: Store): Promise<Held[]> {
  // In this order a mark that is acknowledged in between is in both rather than in neither.
  const outbox = await store.outbox();
  const tokens = new Set([...outbox.map((one) => one.token), ...(await store.sentTokens())]);
  return Promise.all([...tokens].map((token) => heldOf(store, token, outbox)));
}

async function heldOf(store: Store, token: string, outbox: readonly Waiting[]): Promise<Held> {
  const sent = await store.sent(token);
  const now = Date.now();
  const file = marksFile(token, outbox, sent, now);
  const all = file.ops.length + file.refused.length;
  return {
    token,
    all,
    waiting: all - sent.length,
    until: sent.length > 0 ? keptUntil(Math.min(...sent.map((one) => one.acked_at_ms))) : null,
    save: () => {
      const blob = new Blob([JSON.stringify(file, mendedJson)], { type: 'application/json' });
      saveFile(marksFileName(token, now), blob);
    },
  };
}
