// The crew as its lead sees it: who has joined, and the code to join with. Made by ui/crew/CrewScreen.svelte
// for as long as it is open.
import type { CrewCode, Member, Role } from '../domain/access';
import type { Poster } from '../domain/poster';
import type { Api } from '../net/api';
import { t } from '../i18n';
import { ApiError } from '../net/call';
import { plain } from './plain';

const READ_MS = 5_000;

export class CrewState {
  members: Member[] | null = $state.raw(null);
  code: CrewCode | null = $state.raw(null);
  /** With QR codes of that code; null on a hub that makes none. */
  poster: Poster | null = $state.raw(null);
  /** What went wrong with the last call. */
  problem: string | null = $state(null);
  /** The technician whose change is on its way. */
  busy: string | null = $state(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #changes = 0;

  constructor(private readonly api: Api) {
    void this.#read();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async change(member: Member, change: { role?: Role; revoked?: boolean }): Promise<void> {
    this.busy = member.technician_id;
    await this.#try(async () => {
      const changed = await this.api.changeMember(member.technician_id, change);
      this.#changes += 1;
      // When they were last seen is in the list alone.
      const { last_seen_ms } = member;
      this.members =
        this.members?.map((one) => (one === member ? { ...changed, last_seen_ms } : one)) ?? null;
    });
    this.busy = null;
  }

  async newCode(): Promise<void> {
    await this.#try(async () => {
      this.code = await this.api.newCrewCode();
      this.#changes += 1;
      // Nobody is to scan the old one.
      this.poster = null;
      this.poster = await this.#readPoster(this.code);
    });
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== 'hidden') {
      await this.#try(async () => {
        const changes = this.#changes;
        const [members, code] = await Promise.all([this.api.crew(), this.api.crewCode()]);
        const poster = await this.#readPoster(code);
        // Asked before a change, it would show what was.
        if (changes !== this.#changes || this.busy !== null) return;
        this.members = members;
        this.code = code;
        this.poster = poster;
      });
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#read();
    }, READ_MS);
  }

  /** Read once for each code: what else is on it changes with a restart of the hub. */
  async #readPoster({ code }: CrewCode): Promise<Poster | null> {
    if (this.poster !== null && this.code?.code === code) return this.poster;
    try {
      return await this.api.poster();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async #try(what: () => Promise<void>): Promise<void> {
    try {
      await what();
      this.problem = null;
    } catch (error) {
      const last = error instanceof ApiError && error.code === 'last_lead';
      this.problem = last ? t.crewLastLead : plain(error);
    }
  }
}
