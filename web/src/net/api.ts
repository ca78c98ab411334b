// The hub's API, typed (docs/api.md). The only file that calls fetch; used by the sync layer and the state.
import type { Audit, AuditSummary, History, HubInfo, MarkOp, OpsAnswer, Technician } from '../domain/types';

/** The hub answered, and said no. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null,
  ) {
    super(message);
  }
}

/** Nothing answered, or not in time, or something that is not the hub. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export interface PresenceCall {
  technician_id: string;
  technician_name: string;
  focus?: string;
  sent_at_ms: number;
}

export class Api {
  /** Told after every call whether the hub answered it. */
  heard: (reached: boolean) => void = () => undefined;

  constructor(
    private readonly root = '/api/v1',
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  hub(): Promise<HubInfo> {
    return this.#call('GET', '/hub', undefined, 5_000);
  }

  async audits(): Promise<AuditSummary[]> {
    return (await this.#call<{ audits: AuditSummary[] }>('GET', '/audits')).audits;
  }

  audit(token: string): Promise<Audit> {
    // 20,000 modules over a poor link take their time.
    return this.#call('GET', `/audits/${encodeURIComponent(token)}`, undefined, 60_000);
  }

  postOps(token: string, ops: MarkOp[], sentAtMs: number): Promise<OpsAnswer> {
    return this.#call('POST', `/audits/${encodeURIComponent(token)}/ops`, { ops, sent_at_ms: sentAtMs }, 20_000);
  }

  /** Is this audit there? Throws as any call does; asks for next to nothing. */
  async probe(token: string): Promise<void> {
    await this.#call('GET', `/audits/${encodeURIComponent(token)}/ops?after=0&limit=1`, undefined, 5_000);
  }

  history(token: string, moduleId: string): Promise<History> {
    const path = `/audits/${encodeURIComponent(token)}/modules/${encodeURIComponent(moduleId)}/history`;
    return this.#call('GET', path);
  }

  async presence(token: string, call: PresenceCall): Promise<Technician[]> {
    const path = `/audits/${encodeURIComponent(token)}/presence`;
    return (await this.#call<{ technicians: Technician[] }>('PUT', path, call, 5_000)).technicians;
  }

  liveUrl(token: string, logId: string, seq: number): string {
    const after = encodeURIComponent(`${logId}:${String(seq)}`);
    return `${this.root}/audits/${encodeURIComponent(token)}/live?after=${after}`;
  }

  async #call<T>(method: string, path: string, body?: unknown, timeoutMs = 10_000): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort();
    }, timeoutMs);
    const init: RequestInit = { method, signal: abort.signal, cache: 'no-store', credentials: 'same-origin' };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'content-type': 'application/json' };
    }
    try {
      let response: Response;
      let text: string;
      try {
        response = await this.fetcher(this.root + path, init);
        text = await response.text();
      } catch {
        throw new Unreachable(`${method} ${path}`);
      }
      let data: unknown;
      try {
        data = text === '' ? null : JSON.parse(text);
      } catch {
        // A captive portal or a proxy speaks HTML: that is not the hub.
        throw new Unreachable(`${method} ${path}: not JSON`);
      }
      if (response.status >= 502 && response.status <= 504) throw new Unreachable(`${method} ${path}: ${text}`);
      if (!response.ok) {
        const said = (data ?? {}) as { error?: unknown; code?: unknown };
        const message = typeof said.error === 'string' ? said.error : `HTTP ${String(response.status)}`;
        this.heard(true);
        throw new ApiError(response.status, message, typeof said.code === 'string' ? said.code : null);
      }
      this.heard(true);
      return data as T;
    } catch (error) {
      if (error instanceof Unreachable) this.heard(false);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
