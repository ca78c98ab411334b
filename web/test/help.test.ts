// The help's texts out of the project's own: everything that the guides say is in the page, and nothing of Markdown is left over.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { help } from '../src/i18n/help/fr';
import type { Block, Line } from '../src/ui/help/blocks';
import { blocks } from '../vite/markdown';

const DOCS = new URL('../../docs/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, DOCS), 'utf8');

function linesOf(block: Block): readonly Line[] {
  if (block.kind === 'table') return block.rows.flat();
  return block.kind === 'list' || block.kind === 'steps' ? block.items : [block.line];
}
const said = (all: readonly Block[]) =>
  all
    .flatMap(linesOf)
    .map((line) => line.map(([, text]) => text).join(''))
    .join('\n');
const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

test('each field guide is in the page to the last word', () => {
  const guides = readdirSync(DOCS).filter((name) => name.startsWith('field-guide.'));
  assert.equal(guides.length, 5, 'one in each language of the page');
  for (const name of guides) {
    const text = read(name);
    const all = blocks(text);
    // All but pictures, links to the other guides, and the numbers of steps.
    const plain = text
      .replace(/!\[[^\]]*\]\([^)]+\)/g, '')
      .replace(/\[[^\]]+\]\([^)]+\.md\)/g, '')
      .replace(/^\d+\. /gm, '');
    assert.deepEqual(words(said(all)), words(plain), name);
    assert.doesNotMatch(said(all), /\*\*|\]\(|\|/, name);
    assert.deepEqual(
      all.filter((block) => block.kind === 'steps').map(({ start }) => start),
      [1, 4, 5],
      name,
    );
  }
});

test('what is not known in Markdown stops the build', () => {
  assert.throws(() => blocks('a\n```\nb\n```'), /not known/);
});

test('what is new is told of the newest version, and the same in each language', () => {
  const version = /^## (\d\S*),? /m.exec(read('../CHANGELOG.md'))?.[1]?.replace(/,$/, '');
  const files = readdirSync(DOCS)
    .filter((name) => name.startsWith('whats-new.'))
    .sort();
  assert.deepEqual(
    files,
    ['de', 'en', 'es', 'fr', 'it'].map((tag) => `whats-new.${tag}.md`),
  );
  const shapes = files.map((name) => {
    const all = blocks(read(name));
    assert.equal(
      said(all.slice(0, 1)).endsWith(`: ${version ?? ''}`),
      true,
      `${name} is of ${version ?? ''}`,
    );
    assert.doesNotMatch(said(all), /\*\*|\]\(|\|/, name);
    // Each begins with what it is about.
    return all.map((block) =>
      block.kind === 'list' ? block.items.map((line) => line[0]?.[0]).join('') : block.kind,
    );
  });
  for (const shape of shapes) assert.deepEqual(shape, shapes[1]);
  assert.deepEqual(shapes[1]?.[2], 'bbbbb');
});

test('the keys of the help are written once each', () => {
  const keys = help.keys.map(([key]) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.includes('?'));
});
