// Text that people type, kept whole: half characters (lone surrogates, as of an emoji that was cut in two) are mended, for no UTF-8
// can hold them. Pure; used by whatever cuts, keeps or sends a text. A hub and its command line mend by the same rule
// (src/domain/surrogates.rs): a mark that comes by both ways is one mark.

/** With `u` a pair is one character, and what is left is half of one. */
const HALF = /[\ud800-\udfff]/gu;

export const mended = (text: string): string => text.replace(HALF, '\ufffd');

/** For JSON.stringify: all texts of whatever is written. */
export const mendedJson = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? mended(value) : value;

/** At most so long, as fields count it, and no half character at the end. */
export const cut = (text: string, most: number): string =>
  text.slice(0, most).replace(/[\ud800-\udbff]$/, '');

/** As long as a name may be typed. */
const NAME = 60;

/** What somebody is called: in one line, and without the characters that no hub takes in a name. */
export const nameFrom = (typed: string): string =>
  cut(mended(typed).replace(/[\s\p{Cc}]+/gu, ' '), NAME).trim();
