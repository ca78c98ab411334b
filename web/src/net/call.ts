// HTTP client (fetch, request timeout, typed errors): the session goes with it, every failure becomes an ApiError or an
// Unreachable. The only file that calls fetch; used by net/api.ts, and its errors by whoever tells them apart.
import type { FileProblem } from '../domain/api.gen';
import type { Emitter } from '../domain/emitter';
import { mendedJson } from '../domain/text';
import type { Events } from '../sync/events';

/** The hub answered, and said no. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null,
    /** How long the hub wants to be left alone. */
    readonly retryAfterMs: number | null = null,
    /** What is wrong with a file that was sent. */
    readonly file: FileProblem | null = null,
  ) {
    super(message);
  }

  /** Too much at once: it says nothing about what was sent. */
  get busy(): boolean {
    return this.status === 429 || this.status === 503;
  }

  /** The hub does not take this tablet for one of the crew. */
  get outside(): boolean {
    return this.status === 401;
  }
}

/** Nothing answered, or not in time, or something that is not the hub. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export interface CallOptions {
  timeoutMs?: number;
  /** Without the session's token, and without a word to anybody about the answer. */
  aside?: boolean;
  /** The answer is a file (HubFile). */
  file?: boolean;
  /** The body is a file, as it is; this is its type. */
  type?: string;
}

/** What the hub gives to keep as a file. */
export interface HubFile {
  name: string;
  blob: Blob;
}

export class Caller {
  /** The session's token, when there is one. */
  token: () => string | null = () => null;

  constructor(
    private readonly events: Emitter<Events>,
    readonly root: string,
    private readonly fetcher: typeof fetch,
  ) {}

  async call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    const { aside = false } = options;
    const token = aside ? null : this.token();
    try {
      const data = await this.#fetch<T>(method, path, body, token, options);
      this.events.emit('reached', true);
      if (token !== null) this.events.emit('welcomed', token);
      return data;
    } catch (error) {
      this.events.emit('reached', error instanceof ApiError);
      if (error instanceof ApiError && !aside) {
        if (error.outside) this.events.emit('refused', { token, code: error.code });
        else if (error.code === 'forbidden') this.events.emit('forbidden');
      }
      throw error;
    }
  }

  async #fetch<T>(
    method: string,
    path: string,
    body: unknown,
    token: string | null,
    { timeoutMs = 10_000, file = false, type }: CallOptions,
  ): Promise<T> {
    const what = `${method} ${path}`;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort();
    }, timeoutMs);
    const headers: Record<string, string> = {};
    const init: RequestInit = { method, headers, signal: abort.signal, cache: 'no-store' };
    // The cookie goes along as well: what it says counts for less than the token.
    init.credentials = 'same-origin';
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) {
      // Whatever was typed, cut or kept by an earlier page: one half character would make all of it unreadable.
      init.body = type === undefined ? JSON.stringify(body, mendedJson) : (body as Blob);
      headers['content-type'] = type ?? 'application/json';
    }
    try {
      let response: Response;
      let text: string;
      try {
        response = await this.fetcher(this.root + path, init);
        if (file && response.ok && disposition(response).startsWith('attachment'))
          return (await fileOf(response)) as T;
        text = await response.text();
      } catch {
        throw new Unreachable(what);
      }
      let data: unknown;
      try {
        data = text === '' ? null : JSON.parse(text);
      } catch {
        // A captive portal or a proxy speaks HTML: that is not the hub.
        throw new Unreachable(`${what}: not JSON`);
      }
      if (response.ok && !file) return data as T;
      const said = (data ?? {}) as { error?: unknown; code?: unknown; file?: FileProblem };
      const code = typeof said.code === 'string' ? said.code : null;
      // A gateway in front of a dead hub answers so; the hub itself names a code.
      if (response.status >= 502 && response.status <= 504 && code === null) {
        throw new Unreachable(`${what}: ${text}`);
      }
      const message = typeof said.error === 'string' ? said.error : `HTTP ${String(response.status)}`;
      const wait = retryAfter(response.headers.get('retry-after'));
      throw new ApiError(response.status, message, code, wait, said.file);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What no portal's page has. */
const disposition = (response: Response) => response.headers.get('content-disposition') ?? '';

async function fileOf(response: Response): Promise<HubFile> {
  const name = /filename="([^"]+)"/.exec(disposition(response))?.[1];
  return { name: name ?? 'fieldhub', blob: await response.blob() };
}

/** `Retry-After` in seconds; a date would need clocks that agree. */
function retryAfter(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1_000 : null;
}
