// A Vite plugin for help without a network: Markdown of the project becomes blocks that the page draws (ui/help/), so that the guide has one
// source. Of Markdown it knows what the guides use, and stops at what it does not know. Used by vite.config.ts and the tests.
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import type { Block, Inline, Line } from '../src/ui/help/blocks';

/** What stands within a line. Pictures, and links to other files of the project, are not there. */
export function inline(text: string): Line {
  const plain = text
    .replace(/!\[[^\]]*\]\([^)]+\)/g, '')
    .replace(/\[[^\]]+\]\([^)]+\.md\)/g, '')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .trim();
  const parts: Inline[] = [];
  for (const part of plain.split(/(`[^`]+`|\*\*[^*]+\*\*)/)) {
    if (part.startsWith('`')) parts.push(['c', part.slice(1, -1)]);
    else if (part.startsWith('**')) parts.push(['b', part.slice(2, -2)]);
    else if (part !== '') parts.push(['', part]);
  }
  return parts;
}

const ITEM = /^(?:- |(\d+)\. )/;

function table(lines: string[]): Block {
  const rows = lines.filter((line) => !/^\|[-| ]+\|$/.test(line) && !/^\|[ |]+\|$/.test(line));
  return { kind: 'table', rows: rows.map((row) => row.slice(1, -1).split('|').map(inline)) };
}

function list(lines: string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  const start = ITEM.exec(items[0] ?? '')?.[1];
  const drawn = items.map((item) => inline(item.replace(ITEM, '')));
  return start === undefined
    ? { kind: 'list', items: drawn }
    : { kind: 'steps', start: Number(start), items: drawn };
}

/** Lines without an empty one between them. */
function part(lines: string[]): Block[] {
  const [first = '', ...rest] = lines;
  const heading = /^(#{1,3}) (.*)/.exec(first);
  if (heading) {
    const line = inline(heading[2] ?? '');
    const block: Block = heading[1] === '#' ? { kind: 'title', line } : { kind: 'heading', line };
    return [block, ...(rest.length > 0 ? part(rest) : [])];
  }
  if (first.startsWith('|')) return [table(lines)];
  if (ITEM.test(first)) return [list(lines)];
  if (lines.some((line) => /^(#|\||```)/.test(line))) throw new Error(`not known: ${lines.join('\n')}`);
  const line = inline(lines.join(' '));
  return line.length > 0 ? [{ kind: 'text', line }] : [];
}

export function blocks(text: string): Block[] {
  const parts = text.trim().split(/\n\n+/);
  return parts.flatMap((one) => part(one.split('\n')));
}

export function markdown(): Plugin {
  return {
    name: 'fieldhub:markdown',
    load(id) {
      if (!id.endsWith('.md')) return null;
      this.addWatchFile(id);
      return `export default ${JSON.stringify(blocks(readFileSync(id, 'utf8')))}`;
    },
  };
}
