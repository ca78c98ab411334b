// Presence of the others on the open audit, and follow mode: where each of them is, whom one follows, and what they
// marked, told in one line for all that happened within a moment. Made by state/audit.svelte.ts.
import { facesOf, type Face } from '../domain/people';
import { asStatus } from '../domain/status';
import type { Emitter } from '../domain/emitter';
import type { AuditEvents } from '../sync/events';
import { announcementOf, type Heard, type Announcement } from '../domain/announcements';
import type { LiveOp, Technician } from '../domain/types';
import { coloursSeen, keepColours } from './colours';

/** A batch, or a quick row of taps, is one thing to tell. */
const MOMENT_MS = 1_500;

export interface OthersHost {
  me(): string;
  /** The hub tells who is here. */
  inReach(): boolean;
  /** Is this module among what is on the screen? */
  inView(moduleId: string): boolean;
  /** Brings them into view. */
  show(moduleId: string): void;
  go(string: number): void;
  stringOf(moduleId: string): number | null;
  announce(announcement: Announcement, last: string): void;
}

export interface Person extends Technician {
  face: Face;
  /** Where they work, as far as they say. */
  at: number | null;
}

export class Others {
  everybody: readonly Technician[] = $state.raw([]);
  /** Whom the view goes with. */
  following: string | null = $state(null);

  #faces: ReadonlyMap<string, Face> = $state.raw(new Map());
  /** Nobody where the hub does not tell: where somebody was an hour ago is not where they are. */
  readonly people: readonly Person[] = $derived.by(() => {
    if (!this.host.inReach()) return [];
    return this.everybody.map((one) => ({
      ...one,
      face: this.#faces.get(one.technician_id) ?? { initials: '?', colour: 0 },
      at: one.string ?? (one.focus === null ? null : this.host.stringOf(one.focus)),
    }));
  });
  readonly others = $derived(this.people.filter((one) => one.technician_id !== this.host.me()));
  readonly me = $derived(this.people.find((one) => one.technician_id === this.host.me()) ?? null);
  readonly followed = $derived(this.others.find((one) => one.technician_id === this.following) ?? null);
  /** Who has which module open, and who works on which string. */
  readonly onModule = $derived(grouped(this.others, (one) => one.focus));
  readonly onString = $derived(grouped(this.others, (one) => one.at));

  #heard: Heard[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #went = '';
  /** The view is being taken there, by nobody's hand. */
  #leading = false;

  constructor(
    private readonly host: OthersHost,
    audit: Emitter<AuditEvents>,
  ) {
    audit.on({
      presence: (technicians) => {
        this.#faces = facesOf(technicians, coloursSeen());
        keepColours(this.#faces);
        this.everybody = technicians;
        this.#goAlong();
      },
    });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  follow(technicianId: string): void {
    this.following = technicianId;
    this.#went = '';
    this.#goAlong();
  }

  /** Somebody looks where they want themselves. */
  unfollow(): void {
    if (!this.#leading) this.following = null;
  }

  /** A mark of the live feed; `conflict`: with one of whoever works here, wherever they look. */
  heard(op: LiveOp, conflict: boolean): void {
    const { module_id, technician_id, technician_name = '' } = op;
    if (module_id === undefined || technician_id === undefined) return;
    const own = technician_id === this.host.me();
    if (!conflict && (own || op.outcome === 'superseded' || !this.host.inView(module_id))) return;
    const heard: Heard = {
      technician_id,
      technician_name,
      module_id,
      status: op.status === undefined ? undefined : asStatus(op.status),
      conflict,
    };
    // Not what this one says, which may have lost: what the module shows now.
    if (op.outcome === 'conflict' && op.module) {
      const { status, technician_name: name } = op.module;
      heard.stands = { status: asStatus(status), name: name ?? technician_name };
      heard.status &&= heard.stands.status;
    }
    this.#heard.push(heard);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const announcement = announcementOf(this.#heard);
      this.#heard = [];
      if (announcement) this.host.announce(announcement, module_id);
    }, MOMENT_MS);
  }

  #goAlong(): void {
    const one = this.followed;
    if (!one) return;
    // Only where they move: in between one may look around.
    const where = `${one.focus ?? ''} ${String(one.at)}`;
    if (where === this.#went) return;
    this.#went = where;
    this.#leading = true;
    if (one.focus !== null) this.host.show(one.focus);
    else if (one.at !== null) this.host.go(one.at);
    this.#leading = false;
  }
}

function grouped<K>(
  people: readonly Person[],
  key: (one: Person) => K | null,
): ReadonlyMap<K, readonly Person[]> {
  const groups = new Map<K, Person[]>();
  for (const one of people) {
    const of = key(one);
    if (of === null) continue;
    const group = groups.get(of);
    if (group) group.push(one);
    else groups.set(of, [one]);
  }
  return groups;
}
