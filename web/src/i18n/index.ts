// The texts in the browser's language. Used by everything that says something.
import { en } from './en';
import { fr, type Messages } from './fr';

export type Language = 'fr' | 'en';

/** French, unless the browser's own language is English. */
export function languageFor(tag: string): Language {
  return /^en\b/i.test(tag) ? 'en' : 'fr';
}

export const language: Language = languageFor(typeof navigator === 'undefined' ? '' : navigator.language);

export const t: Messages = language === 'en' ? en : fr;

const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(language, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A time of this night as 23:41, an older one with its day. */
export function timeText(ms: number, nowMs: number): string {
  return (Math.abs(nowMs - ms) < 16 * 3_600_000 ? clock : day).format(ms);
}

/** 1,200; in French 1 200. */
export const numberText = new Intl.NumberFormat(language).format;
