// The texts, in the language that is spoken: of one language those of the first load are one file in lang/, all others one in later/, but for
// those of /trust. Used by everything that says something. A language is spoken before the first screen is drawn, and may change while the page
// is open: what is drawn with a text of it is drawn anew then, and nothing else, so that what is open or typed stays.
import type { Messages } from './lang/fr';
import type { LaterTexts } from './later/fr';

export type { LaterTexts, Messages };

export let language = '';

let spoken: Messages;
let rest: LaterTexts | null = null;
/** Called with each reading of a text: what is drawn with it takes note (state/app.svelte.ts). */
let taken: () => unknown = () => undefined;

export const t = new Proxy({} as Messages, {
  get: (_, name) => {
    taken();
    return spoken[name as keyof Messages];
  },
});

let numbers: Intl.NumberFormat;
let clock: Intl.DateTimeFormat;
let day: Intl.DateTimeFormat;
let sizes: Intl.NumberFormat[];
let since: Intl.RelativeTimeFormat;

/** The one of `known` that suits this browser best; English where none does. */
export function languageFor(wanted: readonly string[], known: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (known.includes(base)) return base;
  }
  return 'en';
}

export function onTaken(call: () => unknown): void {
  taken = call;
}

/** Where languages.ts has the later texts of a language. */
type Read = (tag: string) => Promise<LaterTexts | undefined> | undefined;
let read: Read = () => undefined;
let wanted = false;

export function laterFrom(source: Read): void {
  read = source;
}

/** What goes with the first texts of this language: nothing, as long as nothing wants it. */
export async function laterOf(tag: string): Promise<LaterTexts | null> {
  return (wanted && (await read(tag))) || null;
}

/** Reads the texts that are not of the first load, and with every language from now on. */
export async function loadLater(): Promise<void> {
  wanted = true;
  while (rest === null) {
    const tag = language;
    const texts = await laterOf(tag);
    // Where another language was chosen meanwhile, its own are read.
    if (tag === language) rest = texts;
  }
}

/** The texts that are not of the first load: read by ui/common/lazy.svelte.ts, before what says them. */
export function later(): LaterTexts {
  taken();
  if (rest === null) throw new Error('the later texts are not here');
  return rest;
}

/** `texts`: the later ones, where they are wanted already. */
export function speak(tag: string, messages: Messages, texts: LaterTexts | null = null): void {
  language = tag;
  spoken = messages;
  rest = texts;
  numbers = new Intl.NumberFormat(tag);
  // A night goes from 22:00 to 05:00: in English as well.
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  clock = new Intl.DateTimeFormat(tag, time);
  day = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', ...time });
  since = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  sizes = ['kilobyte', 'megabyte', 'gigabyte'].map(
    (unit) => new Intl.NumberFormat(tag, { style: 'unit', unit, maximumFractionDigits: 1 }),
  );
}

/** 1,200; in French 1 200. */
export function numberText(n: number): string {
  taken();
  return numbers.format(n);
}

/** A time of this night as 23:41, an older one with its day. */
export function timeText(ms: number, nowMs: number): string {
  taken();
  return (Math.abs(nowMs - ms) < 16 * 3_600_000 ? clock : day).format(ms);
}

/** 12 kB, 3.4 MB. */
export function bytesText(bytes: number): string {
  taken();
  const step = bytes < 999_950 ? 0 : bytes < 999_950_000 ? 1 : 2;
  return sizes[step]?.format(bytes / 1_000 ** (step + 1)) ?? '';
}

/** How long ago, in the largest unit that fits: 5 minutes ago, yesterday. A clock that is ahead is now. */
export function agoText(ms: number, nowMs: number): string {
  const minutes = Math.max(0, (nowMs - ms) / 60_000);
  taken();
  if (minutes < 1) return t.justNow;
  if (minutes < 60) return since.format(-Math.floor(minutes), 'minute');
  if (minutes < 24 * 60) return since.format(-Math.floor(minutes / 60), 'hour');
  return since.format(-Math.floor(minutes / (24 * 60)), 'day');
}
