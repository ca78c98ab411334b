// What the hub answers, in the language that is spoken: its codes have texts here. What has none is told in the hub's own words, and
// marked as such. Read after the first screen is there (state/plain.ts).
import { later } from '..';
import type { ApiError } from '../../net/call';

/** Of these the code alone does not say what is to be mended. */
const VAGUE: ReadonlySet<string> = new Set([
  'bad_field',
  'bad_shape',
  'bad_value',
  'bad_status',
  'module_twice',
]);

/** A notice by its code, and in the hub's words, which name files and places. A hub of before has no code. */
export function noticeText(words: string, code: string | undefined): string {
  const texts = later().hub;
  const known = texts.notices as Partial<Record<string, string>>;
  const text = code !== undefined && Object.hasOwn(known, code) ? known[code] : undefined;
  return text === undefined ? texts.said(words) : `${text} ${texts.said(words)}`;
}

/** Why the hub does not take an operation: by its code, or by that of the call that it came with. */
export function refusalText(words: string, code: string | undefined): string {
  const texts = later().hub;
  const known: Partial<Record<string, string>> = { ...texts.errors, ...texts.refusals };
  const text = code !== undefined && Object.hasOwn(known, code) ? known[code] : undefined;
  if (text !== undefined) return text;
  return words === '' ? texts.unknown : `${texts.unknown} ${texts.said(words)}`;
}

/** Why an upstream does not take a module. What the cloud itself said stands beside it. */
export function parkedText(words: string, code: string | null | undefined): string {
  const { hub, panel } = later();
  const known: Partial<Record<string, string>> = panel.parkedReasons;
  const text = code != null && Object.hasOwn(known, code) ? known[code] : undefined;
  if (text === undefined) return hub.said(words);
  return code === 'refused' || code === 'fails_over_one' ? `${text} ${hub.said(words)}` : text;
}

export function answerText({ code, message, file }: ApiError): string {
  const texts = later().hub;
  const word = file?.problem ?? code ?? '';
  const known = (file ? texts.file : texts.errors) as Partial<Record<string, string>>;
  const text = Object.hasOwn(known, word) ? known[word] : undefined;
  const { line, column } = file ?? {};
  const at = line == null ? '' : column == null ? texts.line(line) : texts.cell(line, column);
  if (text === undefined) return `${at}${texts.unknown} ${texts.said(message)}`;
  return VAGUE.has(word) ? `${at}${text} ${texts.said(message)}` : at + text;
}
