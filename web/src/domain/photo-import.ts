// Import of pictures: what a hub is asked about the files of a card or folder, and what it proposes (docs/decisions/0064). Pure; used by
// state/photo/import.svelte.ts and net/blobs.ts.
import { pictureType, readFacts, type PhotoAt } from './photo';

export type ImportRule = 'name' | 'order' | 'time' | 'csv';
export type WalkPath = 'strings' | 'snake_strings' | 'snake_rows';
export type Sureness = 'sure' | 'likely' | 'unsure';

/** A file as far as it is asked about. */
export interface CardPicture {
  name: string;
  bytes: number;
  /** What the camera's clock showed, as if that had been UTC. */
  taken_at_ms?: number;
}

/** What people change: data that goes with each question. */
export type Adjustment =
  | { do: 'shift'; picture: number; by: 1 | -1 }
  | { do: 'skip'; module_id: string }
  | { do: 'swap'; picture: number; with: number }
  | { do: 'leave'; picture: number }
  | { do: 'put'; picture: number; at: PhotoAt };

export interface ProposalQuestion {
  by: ImportRule;
  pictures: CardPicture[];
  template?: string;
  csv?: string;
  first?: string;
  path?: WalkPath;
  backwards?: boolean;
  clock?: { add_ms: number };
  adjust: Adjustment[];
}

export interface ProposedPicture {
  /** Its number in the question. */
  picture: number;
  /** Absent: it is left over. */
  at?: PhotoAt;
  string?: number;
  sure?: Sureness;
  left?: string;
  shot: number;
}

export interface ProposedString {
  string: number;
  name?: string;
  module_count: number;
  pictures: number;
  unsure: number;
  without: string[];
}

export interface Proposal {
  shots: number;
  left_over: number;
  clock?: { add_ms: number; fits?: number; tried?: number } | null;
  strings: ProposedString[];
  not_there_count: number;
  not_there: string[];
  pictures: ProposedPicture[];
}

/** The most that one question may name, and the characters of a path. */
export const MOST = 20_000;
const PATH = 400;
/** So much of each file is read: names, sizes and the camera's time stand at its beginning. */
export const HEAD = 64 * 1024;

/** Null: it is no picture that a hub keeps. */
export function cardPicture(path: string, bytes: number, head: Uint8Array): CardPicture | null {
  if (bytes === 0 || pictureType(head) === null) return null;
  const { taken_at_ms } = readFacts(head);
  // The end of a path says which file it is.
  const name = path.slice(-PATH);
  return { name, bytes, ...(taken_at_ms !== undefined && { taken_at_ms: asUtc(taken_at_ms) }) };
}

/** The hands of the clock as they stood: this place's hour, said as if it were that of Greenwich. */
function asUtc(ms: number): number {
  const at = new Date(ms);
  return Date.UTC(
    ...([at.getFullYear(), at.getMonth(), at.getDate()] as const),
    ...([at.getHours(), at.getMinutes(), at.getSeconds()] as const),
  );
}

/** The pictures of a string, module by module as the audit has them; those of the string itself first. */
export function ofString(
  { pictures }: Pick<Proposal, 'pictures'>,
  string: number,
  order: readonly string[],
): ProposedPicture[] {
  const place = new Map(order.map((id, i) => [id, i]));
  const rank = ({ at }: ProposedPicture) => place.get(at?.module_id ?? '') ?? -1;
  return pictures
    .filter((one) => one.at !== undefined && (one.string ?? 0) === string)
    .sort((a, b) => rank(a) - rank(b) || a.picture - b.picture);
}
