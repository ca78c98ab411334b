// The languages there are: one file each in lang/ (and one in trust/, for /trust), and nothing else to add. Used by main.ts, trust/main.ts and the
// settings.
import { languageFor, speak, type Messages } from '.';

const files = import.meta.glob<Messages>('./lang/*.ts', { import: 'messages' });
const byTag = new Map(
  Object.entries(files).map(([path, load]) => [path.slice('./lang/'.length, -'.ts'.length), load]),
);

export const LANGUAGES: readonly string[] = [...byTag.keys()];

const KEPT = 'fieldhub-language';

/** The language that somebody chose on this tablet, else the browser's. */
export function ownLanguage(): string {
  const chosen = kept();
  return languageFor(chosen === null ? navigator.languages : [chosen], LANGUAGES);
}

/** Reads the language's file, and speaks it. */
export async function load(tag: string): Promise<void> {
  const file = byTag.get(tag);
  if (!file) return;
  speak(tag, await file());
  document.documentElement.lang = tag;
}

/** The same, and keeps the choice. */
export async function choose(tag: string): Promise<void> {
  await load(tag);
  try {
    localStorage.setItem(KEPT, tag);
  } catch {
    // Private windows may refuse: it holds until the page is closed.
  }
}

/** As its speakers call it. */
export function nameOf(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
