// Hand-over message: what moves when a tablet goes on under another address of its hub, the marks that only it may have
// and who works here. Packed on the one side, checked and unpacked on the other. Used by sync/handover.ts.
import type { Author } from '../domain/types';
import { stampOf, type Carried, type Store } from './store';

/** The settings that say who this tablet is. The device id moves along: it is the same tablet. */
const IDENTITY = ['author', 'session', 'name-due', 'access'] as const;

export interface HandoverMessage {
  /** In the order in which they were made. */
  marks: Carried[];
  /** Empty where nobody works yet. */
  identity: Record<string, unknown>;
  /** So many pictures wait under the old address: they do not move, they are sent from there. */
  photos?: number;
}

/** `photos`: how many pictures wait; what cannot be counted is not spoken of. */
export async function pack(
  store: Store,
  photos: () => Promise<number> = () => Promise.resolve(0),
): Promise<HandoverMessage> {
  // In this order a mark that is acknowledged in between is in both rather than in neither.
  const outbox = await store.outbox();
  const sent = (await Promise.all((await store.sentTokens()).map((token) => store.sent(token)))).flat();
  const acked = new Set(sent.map((one) => one.id));
  const placed = [
    ...outbox
      .filter((one) => !acked.has(one.op.id))
      .map(({ n, token, op, again, refused, stamp }) => ({
        n,
        mark: { token, op, again, refused, acked: null, ...stampOf(stamp) },
      })),
    ...sent.map(({ n, token, op, log_id, seq, acked_at_ms, stamp }) => ({
      n,
      mark: {
        ...{ token, op, again: null, refused: null, acked: { log_id, seq, acked_at_ms } },
        ...stampOf(stamp),
      },
    })),
  ];
  const marks = placed.sort((a, b) => a.n - b.n).map((one) => one.mark);
  const identity = (await worksHere(store)) ? await identityOf(store) : {};
  const stay = await photos().catch(() => 0);
  return { marks, identity, ...(stay > 0 && { photos: stay }) };
}

/** Takes a message in, all of it or nothing, and tells which marks are kept here now. Once is as good as twice. */
export async function unpack(store: Store, { marks, identity }: HandoverMessage): Promise<string[]> {
  // Whoever works under this address already stays who they are: each mark carries its own author.
  await store.takeIn(marks, (await worksHere(store)) ? {} : identity);
  return marks.map((mark) => mark.op.id);
}

export const isEmpty = ({ marks, identity, photos = 0 }: HandoverMessage): boolean =>
  marks.length === 0 && Object.keys(identity).length === 0 && photos === 0;

/** How many of them no hub has. */
export const unsent = ({ marks }: HandoverMessage): number =>
  marks.filter((mark) => mark.acked === null).length;

export function nameIn({ identity }: HandoverMessage): string {
  return (identity['author'] as Author | undefined)?.technician_name ?? '';
}

/** The hand-over message in what came, or null for anything else. */
export function readHandoverMessage(data: unknown): HandoverMessage | null {
  const { marks, identity, photos } = (data ?? {}) as {
    marks?: unknown;
    identity?: unknown;
    photos?: unknown;
  };
  if (!Array.isArray(marks) || !marks.every(isCarried) || !isRecord(identity)) return null;
  return {
    marks,
    identity: Object.fromEntries(IDENTITY.flatMap((key) => (key in identity ? [[key, identity[key]]] : []))),
    ...(typeof photos === 'number' && photos > 0 && { photos }),
  };
}

async function worksHere(store: Store): Promise<boolean> {
  const author = (await store.get('author')) as Author | undefined;
  return (await store.get('session')) !== undefined || (author?.technician_name ?? '') !== '';
}

async function identityOf(store: Store): Promise<Record<string, unknown>> {
  const kept = await Promise.all(IDENTITY.map(async (key) => [key, await store.get(key)] as const));
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

const isRecord = (it: unknown): it is Record<string, unknown> => typeof it === 'object' && it !== null;
const isText = (it: unknown): it is string => typeof it === 'string';

const isReceipt = (it: unknown): boolean =>
  it === null ||
  (isRecord(it) &&
    isText(it['log_id']) &&
    typeof it['seq'] === 'number' &&
    typeof it['acked_at_ms'] === 'number');

function isCarried(it: unknown): it is Carried {
  if (!isRecord(it) || !isRecord(it['op'])) return false;
  const { id, kind, module_id, text } = it['op'];
  const { token, refused, again, acked, stamp } = it;
  return (
    isText(token) &&
    isText(id) &&
    (kind === 'note' ? isText(text) : isText(module_id)) &&
    (refused === null || isText(refused)) &&
    isReceipt(again) &&
    isReceipt(acked) &&
    (stamp === undefined || isText(stamp))
  );
}
