// The crew as its lead sees it: who has joined, and the code to join with. Made by state/app.svelte.ts while
// the crew screen is open.
import type { CrewCode, Member, Role } from '../domain/access';
import type { Api } from '../net/api';
import { plain } from './plain';

const READ_MS = 5_000;

export class CrewState {
  members: Member[] | null = $state.raw(null);
  code: CrewCode | null = $state.raw(null);
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
    });
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== 'hidden') {
      await this.#try(async () => {
        const changes = this.#changes;
        const [members, code] = await Promise.all([this.api.crew(), this.api.crewCode()]);
        // Asked before a change, it would show what was.
        if (changes !== this.#changes || this.busy !== null) return;
        this.members = members;
        this.code = code;
      });
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#read();
    }, READ_MS);
  }

  async #try(what: () => Promise<void>): Promise<void> {
    try {
      await what();
      this.problem = null;
    } catch (error) {
      this.problem = plain(error);
    }
  }
}
