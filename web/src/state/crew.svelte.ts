// The crew as its lead sees it: who has joined, their tablets, and the codes to join with. Made by ui/crew/CrewScreen.svelte
// for as long as it is open.
import { CODES, spacedCode, type CrewCode, type Member, type Role, type WhichCode } from '../domain/access';
import type { Poster } from '../domain/poster';
import type { Api } from '../net/api';
import { crewTexts } from '../i18n/crew';
import { ApiError } from '../net/call';
import { plain } from './plain';

const READ_MS = 5_000;

type Codes = Partial<Record<WhichCode, CrewCode>>;

/** Which codes somebody of this role may know, who is to stay out. */
export const KNOWN_TO: Readonly<Record<Role, readonly WhichCode[]>> = {
  viewer: ['code', 'viewer-code'],
  technician: ['code'],
  lead: CODES,
};

export class CrewState {
  members: Member[] | null = $state.raw(null);
  /** An older hub has no code for viewers. */
  codes: Codes = $state.raw({});
  /** With QR codes of the crew's code; null on a hub that makes none. */
  poster: Poster | null = $state.raw(null);
  /** What went wrong with the last call. */
  problem: string | null = $state(null);
  /** What came of the last removal. */
  done: string | null = $state(null);
  /** The technician whose change is on its way. */
  busy: string | null = $state(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #changes = 0;

  constructor(private readonly api: Api) {
    void this.#read();
  }

  /** Somebody looks at it again: how it is now, and not how it was. */
  look(): void {
    if (!this.#closed) this.#readNow();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async change(member: Member, change: { role?: Role; revoked?: boolean }): Promise<boolean> {
    this.busy = member.technician_id;
    this.done = null;
    const changed = await this.#try(async () => {
      const changed = await this.api.changeMember(member.technician_id, change);
      this.#changes += 1;
      // When they were last seen is in the list alone.
      const { last_seen_ms } = member;
      const same = (one: Member) => one.technician_id === member.technician_id;
      this.members =
        this.members?.map((one) => (same(one) ? { ...one, ...changed, last_seen_ms } : one)) ?? null;
    });
    this.busy = null;
    this.#readNow();
    return changed;
  }

  /** Sends somebody away; with `newCodes`, so that the code that they know lets them in no more. */
  async remove(member: Member, newCodes: boolean): Promise<void> {
    if (!(await this.change(member, { revoked: true }))) return;
    const words = crewTexts();
    this.done = words.removed(member.name);
    if (!newCodes) return;
    for (const which of KNOWN_TO[member.role]) {
      if (!this.codes[which] || (await this.newCode(which))) continue;
      this.done = words.removedOldCode(member.name);
      return;
    }
    const { code } = this.codes;
    if (code) this.done = words.removedNewCode(member.name, spacedCode(code.code));
  }

  newCode(which: WhichCode): Promise<boolean> {
    return this.#try(async () => {
      const code = await this.api.joinCode(which, 'POST');
      this.codes = { ...this.codes, [which]: code };
      this.#changes += 1;
      if (which !== 'code') return;
      // Nobody is to scan the old one.
      this.poster = null;
      this.poster = await this.#readPoster(code);
    });
  }

  #readNow(): void {
    clearTimeout(this.#timer);
    void this.#read();
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== 'hidden') {
      await this.#try(async () => {
        const changes = this.#changes;
        const [members, ...codes] = await Promise.all([
          this.api.crew(),
          ...CODES.map((which) => this.#readCode(which)),
        ]);
        const read: Codes = Object.assign({}, ...codes) as Codes;
        const poster = read.code ? await this.#readPoster(read.code) : null;
        // Asked before a change, it would show what was.
        if (changes !== this.#changes || this.busy !== null) return;
        this.members = members;
        this.codes = read;
        this.poster = poster;
      });
    }
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#read();
    }, READ_MS);
  }

  async #readCode(which: WhichCode): Promise<Codes> {
    try {
      return { [which]: await this.api.joinCode(which) };
    } catch (error) {
      // To an older hub this is the address of somebody in the crew, or of nothing.
      if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return {};
      throw error;
    }
  }

  /** Read once for each code: what else is on it changes with a restart of the hub. */
  async #readPoster({ code }: CrewCode): Promise<Poster | null> {
    if (this.poster !== null && this.codes.code?.code === code) return this.poster;
    try {
      return await this.api.poster();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async #try(what: () => Promise<void>): Promise<boolean> {
    try {
      await what();
      this.problem = null;
      return true;
    } catch (error) {
      const last = error instanceof ApiError && error.code === 'last_lead';
      this.problem = last ? crewTexts().lastLead : plain(error);
      return false;
    }
  }
}
