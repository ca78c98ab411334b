// The field guide and what is new, as docs/ has them: built into the page, one file a language. Used by Help.svelte.
import type { Block } from './blocks';

type Files = Record<string, () => Promise<readonly Block[]>>;
const guides: Files = import.meta.glob<readonly Block[]>('../../../../docs/field-guide.*.md', {
  import: 'default',
});
const news: Files = import.meta.glob<readonly Block[]>('../../../../docs/whats-new.*.md', {
  import: 'default',
});

/** In this language, or in English where there is none. */
const readIn = async (files: Files, tag: string, path: (tag: string) => string) =>
  (await (files[path(tag)] ?? files[path('en')])?.()) ?? [];

export const guideIn = (tag: string): Promise<readonly Block[]> =>
  readIn(guides, tag, (one) => `../../../../docs/field-guide.${one}.md`);

export const newsIn = (tag: string): Promise<readonly Block[]> =>
  readIn(news, tag, (one) => `../../../../docs/whats-new.${one}.md`);
