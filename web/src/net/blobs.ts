// Uploads of pictures (resumable, by hash) and their reading: `/audits/{token}/photos` of docs/api.md. Beside net/call.ts, which knows JSON alone; a
// chunk of its own with all of photos. Used by sync/photo/outbox.ts and state/photo/.
import type { MadePhoto } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import type { PhotosPage } from '../domain/photo';
import type { Proposal, ProposalQuestion } from '../domain/photo-import';
import type { Events } from '../sync/events';
import { ApiError, Caller, Unreachable } from './call';

/** How far a picture is on the hub. */
export interface Progress {
  offset: number;
  whole: boolean;
}

/** It begins elsewhere, or another is at it. */
export class WrongOffset extends Error {
  override name = 'WrongOffset';
  constructor(
    readonly offset: number,
    readonly busy: boolean,
  ) {
    super('the hub goes on elsewhere');
  }
}

/** 256 KiB at 64 kbit/s, and half of that. */
const STEP_MS = 60_000;

export class Blobs {
  readonly #caller: Caller;

  constructor(
    private readonly events: Emitter<Events>,
    private readonly token: () => string | null,
    private readonly root = '/api/v1',
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {
    this.#caller = new Caller(events, root, fetcher);
    this.#caller.token = token;
  }

  list(audit: string, after: number, limit: number): Promise<PhotosPage> {
    const path = `/audits/${encodeURIComponent(audit)}/photos?after=${String(after)}&limit=${String(limit)}`;
    return this.#caller.call('GET', path, undefined, { timeoutMs: 20_000 });
  }

  /** Which module each picture of a card is of; nothing is made. */
  propose(audit: string, question: ProposalQuestion): Promise<Proposal> {
    const path = `/audits/${encodeURIComponent(audit)}/photos/proposal`;
    return this.#caller.call('POST', path, question, { timeoutMs: 60_000 });
  }

  /** What the hub makes of an original that it has: thumbnail and preview, on its disk. */
  async makeVariants(audit: string, sha256: string): Promise<MadePhoto['variants']> {
    const path = `/audits/${encodeURIComponent(audit)}/photos/${sha256}/variants`;
    const made = await this.#caller.call<MadePhoto>('POST', path, undefined, { timeoutMs: 120_000 });
    return made.variants;
  }

  async head(audit: string, sha256: string): Promise<Progress> {
    return progressOf(await this.#ask('HEAD', audit, sha256, { cache: 'no-store' }, 10_000));
  }

  /** Puts these bytes there; they are on the hub's disk when this resolves. */
  async append(
    audit: string,
    sha256: string,
    offset: number,
    bytes: ArrayBuffer,
    last: boolean,
    signal: AbortSignal,
  ): Promise<Progress> {
    const headers = {
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': last ? '?1' : '?0',
    };
    const init = { headers, body: bytes, cache: 'no-store' as const };
    return progressOf(await this.#ask('PATCH', audit, sha256, init, STEP_MS, signal));
  }

  /** The picture: out of the browser's cache where it has it, for it never changes. */
  async get(audit: string, sha256: string): Promise<Blob> {
    const answer = await this.#ask('GET', audit, sha256, {}, STEP_MS);
    return answer.blob().catch(() => {
      throw new Unreachable('a picture broke off');
    });
  }

  async #ask(
    method: string,
    audit: string,
    sha256: string,
    init: RequestInit & { headers?: Record<string, string> },
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Response> {
    const abort = new AbortController();
    const end = () => {
      abort.abort();
    };
    const timer = setTimeout(end, timeoutMs);
    signal?.addEventListener('abort', end);
    const session = this.token();
    const headers = { ...init.headers, ...(session !== null && { authorization: `Bearer ${session}` }) };
    const path = `${this.root}/audits/${encodeURIComponent(audit)}/photos/${sha256}`;
    try {
      const answer = await this.fetcher(path, {
        ...init,
        ...{ method, headers, signal: abort.signal, credentials: 'same-origin' },
      }).catch(() => {
        // Who ended it knows that the hub is there.
        if (signal?.aborted !== true) this.events.emit('reached', false);
        throw new Unreachable(`${method} ${path}`);
      });
      if (answer.ok) {
        this.events.emit('reached', true);
        return answer;
      }
      throw await this.#failure(answer, session);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  async #failure(answer: Response, session: string | null): Promise<Error> {
    const said = (await answer.json().catch(() => null)) as { error?: unknown; code?: unknown } | null;
    const code = typeof said?.code === 'string' ? said.code : null;
    // A gateway in front of a dead hub.
    if (answer.status >= 502 && answer.status <= 504 && code === null) {
      this.events.emit('reached', false);
      return new Unreachable(`HTTP ${String(answer.status)}`);
    }
    this.events.emit('reached', true);
    if (answer.status === 401) this.events.emit('refused', { token: session, code });
    const wait = Number(answer.headers.get('retry-after') ?? NaN);
    const at = offsetOf(answer);
    if (answer.status === 409 && at !== null) return new WrongOffset(at, Number.isFinite(wait));
    const message = typeof said?.error === 'string' ? said.error : `HTTP ${String(answer.status)}`;
    return new ApiError(answer.status, message, code, Number.isFinite(wait) ? wait * 1_000 : null);
  }
}

function offsetOf(answer: Response): number | null {
  const said = answer.headers.get('upload-offset');
  return said !== null && /^\d+$/.test(said) ? Number(said) : null;
}

/** A portal answers everything with a page of its own: that is no hub. */
function progressOf(answer: Response): Progress {
  const offset = offsetOf(answer);
  if (offset === null) throw new Unreachable('not a hub that takes pictures');
  return { offset, whole: answer.headers.get('upload-complete') === '?1' };
}
