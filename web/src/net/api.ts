// REST API of the hub, typed (docs/api.md): what can be asked and what comes back. Used by the sync layer and the
// state; the calls themselves are made by net/call.ts.
import type { CrewCode, Joined, Me, Member, Role, WhichCode } from '../domain/access';
import type { TabletBody } from '../domain/api.gen';
import type { Backups } from '../domain/backups';
import { Emitter } from '../domain/emitter';
import type { Poster } from '../domain/poster';
import type {
  Audit,
  AuditList,
  AuditSummary,
  ClockInfo,
  Details,
  History,
  HubInfo,
  HubLayout,
  NotesPage,
  Offered,
  OpsAnswer,
  PlanDiff,
  Preview,
  Share,
  Technician,
} from '../domain/types';
import type { Setup, TriedUpstream } from '../domain/setup';
import type { Parked, Upstream } from '../domain/upstream';
import type { Events } from '../sync/events';
import { ApiError, Caller, type HubFile } from './call';
import type { Position } from './cursor';

export interface PresenceCall {
  technician_id: string;
  technician_name: string;
  focus?: string;
  /** Which string is in view. */
  string?: number;
  sent_at_ms: number;
}

/** Which parked modules are meant: what is not said means all. */
export interface WhichParked {
  upstream?: string;
  token?: string;
  module_id?: string;
}

/** A plan, an export of a tablet, a table: its bytes as they are, because the hub knows more encodings than a browser. */
export interface AuditFile {
  name: string;
  bytes: Blob;
  type: string;
  /** Tells it from every other one that was read. */
  key: string;
  /** The one that is meant of a tablet's backup. */
  audit?: string;
}

const id = encodeURIComponent;

function which({ audit }: AuditFile, as: { token?: string; name?: string }): string {
  const query = new URLSearchParams(audit === undefined ? as : { ...as, audit }).toString();
  return query === '' ? '' : `?${query}`;
}

/** 20,000 modules over a poor link. */
const FILE_MS = 60_000;

export class Api {
  readonly #caller: Caller;

  constructor(
    events = new Emitter<Events>(),
    root = '/api/v1',
    fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {
    this.#caller = new Caller(events, root, fetcher);
  }

  /** Whose session goes with each call. */
  serve(token: () => string | null): void {
    this.#caller.token = token;
  }

  /** Told to anybody: that it answers does not mean that this tablet is let in. */
  hub(): Promise<HubInfo> {
    return this.#caller.call('GET', '/hub', undefined, { timeoutMs: 5_000, aside: true });
  }

  // ---- the crew ----

  join(code: string, name: string, deviceId: string): Promise<Joined> {
    return this.#caller.call('POST', '/join', { code, name, device_id: deviceId });
  }

  me(): Promise<Me> {
    return this.#caller.call('GET', '/me', undefined, { timeoutMs: 5_000 });
  }

  rename(name: string): Promise<Me> {
    return this.#caller.call('PATCH', '/me', { name });
  }

  renew(): Promise<Joined> {
    return this.#caller.call('POST', '/me/renew');
  }

  /** Does the cookie alone let this tablet in? The live feed has nothing else. */
  async cookieWorks(): Promise<boolean> {
    try {
      await this.#caller.call('GET', '/me', undefined, { timeoutMs: 5_000, aside: true });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.outside) return false;
      throw error;
    }
  }

  async crew(): Promise<Member[]> {
    return (await this.#caller.call<{ members: Member[] }>('GET', '/crew')).members;
  }

  changeMember(technicianId: string, change: { role?: Role; revoked?: boolean }): Promise<Member> {
    return this.#caller.call('PATCH', `/crew/${id(technicianId)}`, change);
  }

  /** One of the codes to join with; `POST` replaces it. */
  joinCode(which: WhichCode, method: 'GET' | 'POST' = 'GET'): Promise<CrewCode> {
    return this.#caller.call(method, `/crew/${which}`);
  }

  /** How this tablet is. */
  tellTablet(report: TabletBody): Promise<void> {
    return this.#caller.call('PUT', '/me/tablet', report);
  }

  /** `languages`: the sheet to print as well, in one or two of them. */
  poster(languages: readonly string[] = []): Promise<Poster> {
    return this.#caller.call('GET', languages.length > 0 ? `/poster?lang=${languages.join(',')}` : '/poster');
  }

  // ---- audits ----

  audits(): Promise<AuditList> {
    return this.#caller.call('GET', '/audits');
  }

  audit(token: string): Promise<Audit> {
    return this.#caller.call('GET', `/audits/${id(token)}`, undefined, { timeoutMs: FILE_MS });
  }

  /** Makes an audit of strings as they are written; tells its token. */
  async create(wanted: Details & { token: string; strings: string }): Promise<string> {
    return (await this.#caller.call<AuditSummary>('POST', '/audits', wanted, { timeoutMs: FILE_MS })).token;
  }

  /** What a file would make. */
  preview(file: AuditFile): Promise<Preview> {
    return this.#caller.call('POST', `/audits/preview${which(file, {})}`, file.bytes, {
      timeoutMs: FILE_MS,
      type: file.type,
    });
  }

  /** Makes an audit of a file, or adds its marks to the one that is there; tells its token. */
  async bringIn(file: AuditFile, as: { token?: string; name?: string }): Promise<string> {
    const options = { timeoutMs: FILE_MS, type: file.type };
    const path = `/audits${which(file, as)}`;
    return (await this.#caller.call<AuditSummary>('POST', path, file.bytes, options)).token;
  }

  /** The plan with what is hidden. */
  layout(token: string): Promise<HubLayout> {
    return this.#caller.call('GET', `/audits/${id(token)}/layout`, undefined, { timeoutMs: FILE_MS });
  }

  /** Hides every module that somebody marked and that is in no plan. */
  hideUnplaced(token: string): Promise<HubLayout> {
    const path = `/audits/${id(token)}/layout`;
    return this.#caller.call('POST', path, { hide_unplaced: true }, { timeoutMs: FILE_MS });
  }

  /** What a file says otherwise than the audit; `dry`: only that, and else it is done. */
  planOnto(token: string, file: Pick<AuditFile, 'bytes' | 'type'>, dry: boolean): Promise<PlanDiff> {
    const path = `/audits/${id(token)}/plan?dry_run=${String(dry)}`;
    return this.#caller.call('POST', path, file.bytes, { timeoutMs: FILE_MS, type: file.type });
  }

  changeAudit(token: string, change: Partial<Details> & { archived?: boolean }): Promise<AuditSummary> {
    return this.#caller.call('PATCH', `/audits/${id(token)}`, change);
  }

  async removeAudit(token: string): Promise<void> {
    await this.#caller.call('DELETE', `/audits/${id(token)}`);
  }

  share(token: string): Promise<Share> {
    return this.#caller.call('GET', `/audits/${id(token)}/share`);
  }

  /** `offsets`: of this place from UTC, for a table as a spreadsheet of this language opens it. */
  exportAudit(token: string, format: string, lang: string, offsets: string): Promise<HubFile> {
    const path = `/audits/${id(token)}/export?format=${format}&lang=${lang}&utc_offset=${offsets}`;
    return this.#caller.call('GET', path, undefined, { timeoutMs: FILE_MS, file: true });
  }

  /** `log`: the one that has what was sent before; a hub that has another one takes nothing. */
  postOps(token: string, ops: Offered[], sentAtMs: number, log?: string): Promise<OpsAnswer> {
    const body = { ops, sent_at_ms: sentAtMs, log_id: log };
    return this.#caller.call('POST', `/audits/${id(token)}/ops`, body, { timeoutMs: 20_000 });
  }

  /** Is this audit there? Throws as any call does; asks for next to nothing. */
  async probe(token: string): Promise<void> {
    const path = `/audits/${id(token)}/ops?after=0&limit=1`;
    await this.#caller.call('GET', path, undefined, { timeoutMs: 5_000 });
  }

  history(token: string, moduleId: string): Promise<History> {
    return this.#caller.call('GET', `/audits/${id(token)}/modules/${id(moduleId)}/history`);
  }

  notes(token: string, after: number, limit: number): Promise<NotesPage> {
    const path = `/audits/${id(token)}/notes?after=${String(after)}&limit=${String(limit)}`;
    return this.#caller.call('GET', path);
  }

  async presence(token: string, call: PresenceCall): Promise<Technician[]> {
    const path = `/audits/${id(token)}/presence`;
    const said = this.#caller.call<{ technicians: Technician[] }>('PUT', path, call, { timeoutMs: 5_000 });
    return (await said).technicians;
  }

  /** The hub's clock; with a time, set to it. */
  clock(timeMs?: number): Promise<ClockInfo> {
    if (timeMs === undefined) return this.#caller.call('GET', '/clock');
    return this.#caller.call('PUT', '/clock', { time_ms: timeMs });
  }

  /** When the last backup was, and what becomes of the next. */
  backups(): Promise<Backups> {
    return this.#caller.call('GET', '/backups', undefined, { timeoutMs: 5_000 });
  }

  /** Has one made now. */
  backUp(): Promise<Backups> {
    return this.#caller.call('POST', '/backups');
  }

  /** What doctor finds on the hub's machine, and where its settings are changed. */
  setup(): Promise<Setup> {
    return this.#caller.call('GET', '/setup', undefined, { timeoutMs: 30_000 });
  }

  /** Has the hub call an upstream once, with nothing changed. */
  tryUpstream(url: string, token: string): Promise<TriedUpstream> {
    const body = { url, token: token === '' ? null : token };
    return this.#caller.call('POST', '/upstream/try', body, { timeoutMs: 40_000 });
  }

  // ---- upstream ----

  async upstreams(): Promise<Upstream[]> {
    const said = this.#caller.call<{ upstreams: Upstream[] }>('GET', '/upstream', undefined, {
      timeoutMs: 5_000,
    });
    return (await said).upstreams;
  }

  /** Has every upstream try at once; tells how many there are. */
  async syncNow(): Promise<number> {
    return (await this.#caller.call<{ woken: number }>('POST', '/upstream/sync', {})).woken;
  }

  async parked(): Promise<Parked[]> {
    return (await this.#caller.call<{ parked: Parked[] }>('GET', '/upstream/parked')).parked;
  }

  async retryParked(which: WhichParked): Promise<void> {
    await this.#caller.call('POST', '/upstream/retry', which);
  }

  async dropParked(which: WhichParked): Promise<void> {
    await this.#caller.call('POST', '/upstream/drop', which);
  }

  /** Everything that this hub holds, as one file. */
  bundle(): Promise<HubFile> {
    // The work of weeks, over a poor link.
    return this.#caller.call('GET', '/bundle', undefined, { timeoutMs: 10 * 60_000, file: true });
  }

  /** One stream for several audits, each `TOKEN@LOGID:SEQ:PROOF`. */
  liveManyUrl(wants: readonly string[]): string {
    return `${this.#caller.root}/live?${wants.map((want) => `audit=${id(want)}`).join('&')}`;
  }

  liveUrl(token: string, { log_id, seq, proof = '' }: Position): string {
    // Beside the cursor: an earlier hub takes it in the cursor for a mistake, and here passes it over.
    const after = `after=${id(`${log_id}:${String(seq)}`)}${proof && `&proof=${proof}`}`;
    return `${this.#caller.root}/audits/${id(token)}/live?${after}`;
  }
}
