// The field guide and what is new, as docs/ and CHANGELOG.md have them: built into the page, one file a language. Used by Help.svelte.
import type { Block } from './blocks';

const guides = import.meta.glob<readonly Block[]>('../../../../docs/field-guide.*.md', { import: 'default' });

/** In this language, or in English where there is none. */
export async function guideIn(tag: string): Promise<readonly Block[]> {
  const of = (one: string) => guides[`../../../../docs/field-guide.${one}.md`];
  return (await (of(tag) ?? of('en'))?.()) ?? [];
}

export const readChanges = async (): Promise<readonly Block[]> =>
  (await import('../../../../CHANGELOG.md')).default;
