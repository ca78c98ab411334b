// The languages there are: one file each in lang/, in later/ and in the folders that it names, and one in trust/, for /trust; of them only those of the
// language that is spoken are read. Used by main.ts, trust/main.ts, ui/common/lazy.svelte.ts and the settings.
import { languageFor, laterFrom, laterOf, speak, type LaterTexts, type Messages } from '.';

const files = import.meta.glob<Messages>('./lang/*.ts', { import: 'messages' });
const laterFiles = import.meta.glob<LaterTexts>('./later/*.ts', { import: 'later' });

export const LANGUAGES: readonly string[] = Object.keys(files).map((path) => path.slice(7, -3));

const KEPT = 'fieldhub-language';

/** The language that somebody chose on this tablet, else the browser's. */
export function ownLanguage(): string {
  const chosen = kept();
  return languageFor(chosen === null ? navigator.languages : [chosen], LANGUAGES);
}

laterFrom((tag) => laterFiles[`./later/${tag}.ts`]?.());

/** Reads the language's file, and speaks it. */
export async function load(tag: string): Promise<void> {
  const messages = await files[`./lang/${tag}.ts`]?.();
  if (!messages) return;
  speak(tag, messages, await laterOf(tag));
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
