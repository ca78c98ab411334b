// The help's texts out of the project's own: everything that the guides say is in the page, and nothing of Markdown is left over.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { help } from '../src/i18n/help/fr';
import type { Block, Line } from '../src/ui/help/blocks';
import { blocks, forCrews } from '../vite/markdown';

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

test('of the changes crews read what is theirs', () => {
  const theirs = forCrews(read('../CHANGELOG.md'));
  const text = said(blocks(theirs));
  assert.match(text, /^0\.1\.0/);
  assert.match(text, /Mark several modules at once/);
  assert.doesNotMatch(text, /systemd|fieldhub serve/);
  assert.match(
    said(
      blocks(
        forCrews('# Changes\n\n## 2\n\n### The page\n- new\n\n### Disks\n- x\n\n## 1\n\n### The page\n- old'),
      ),
    ),
    /^2\nThe page\nnew$/,
  );
});

test('the keys of the help are written once each', () => {
  const keys = help.keys.map(([key]) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.includes('?'));
});
