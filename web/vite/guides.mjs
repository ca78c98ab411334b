// Guides for the van's wall: docs/*-guide.*.md as sheets to print, one page of A4 each, into target/guides (`make guides`).
// They need no other file: pictures are in them. Of Markdown it knows what the guides use, and stops at what it does not know.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = new URL('../../docs/', import.meta.url);
const TO = new URL('../../target/guides/', import.meta.url);

export const GUIDES = [
  ...['de', 'en', 'es', 'fr', 'it'].map((tag) => `field-guide.${tag}`),
  'lead-guide.en',
  'lead-guide.fr',
];

const STYLE = `@page { size: A4; margin: 8mm 10mm; }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { color: #000; background: #fff; font: 8.2pt/1.25 Roboto, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }
body { max-width: 190mm; margin: 0 auto; }
h1 { font-size: 16pt; line-height: 1.1; }
h2 { font-size: 10.5pt; margin-top: 1.6mm; border-bottom: .3mm solid #000; }
p, ul, ol, table, pre { margin-top: .9mm; }
ul, ol { padding-left: 4.5mm; }
pre, code { font: 7.6pt/1.2 "DejaVu Sans Mono", "Liberation Mono", monospace; }
pre { white-space: pre-wrap; padding-left: 4.5mm; }
table { border-collapse: collapse; width: 100%; }
td, th { border-top: .2mm solid #888; padding: .3mm 1.5mm; text-align: left; vertical-align: top; }
td:first-child { width: 30%; }
img { float: right; clear: right; width: 32mm; margin: 0 0 1mm 3mm; border: .2mm solid #888; }
a { color: inherit; text-decoration: none; }
`;

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function picture(alt, path) {
  const bytes = readFileSync(new URL(path, DOCS)).toString('base64');
  return `<img alt="${alt}" src="data:image/png;base64,${bytes}">`;
}

/** What stands within a line. On paper a link is its words. */
function inline(text) {
  return escaped(text)
    .replace(/!\[([^\]]*)\]\(([^)]+)\)/g, (_, alt, path) => picture(alt, path))
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>');
}

function table(lines) {
  const rows = lines.filter((line) => !/^\|[-| ]+\|$/.test(line) && !/^\|[ |]+\|$/.test(line));
  const cells = (row) => row.slice(1, -1).split('|');
  const drawn = rows.map(
    (row) =>
      `<tr>${cells(row)
        .map((cell) => `<td>${inline(cell.trim())}</td>`)
        .join('')}</tr>`,
  );
  return `<table>${drawn.join('')}</table>`;
}

const ITEM = /^(?:- |(\d+)\. )/;

function list(lines) {
  const items = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  const first = ITEM.exec(items[0])?.[1];
  const drawn = items.map((item) => `<li>${inline(item.replace(ITEM, ''))}</li>`).join('');
  return first === undefined ? `<ul>${drawn}</ul>` : `<ol start="${first}">${drawn}</ol>`;
}

/** Lines without an empty one between them. */
function block(lines) {
  const heading = /^(#{1,2}) (.*)/.exec(lines[0]);
  if (heading) {
    const [, marks, text] = heading;
    const rest = lines.slice(1);
    return `<h${marks.length}>${inline(text)}</h${marks.length}>${rest.length > 0 ? block(rest) : ''}`;
  }
  if (lines[0].startsWith('    '))
    return `<pre>${escaped(lines.map((line) => line.slice(4)).join('\n'))}</pre>`;
  if (lines[0].startsWith('|')) return table(lines);
  if (ITEM.test(lines[0])) return list(lines);
  if (lines.some((line) => /^(#|\||```)/.test(line))) throw new Error(`not known: ${lines.join('\n')}`);
  return `<p>${inline(lines.join(' '))}</p>`;
}

/** One guide as a page of HTML. */
export function sheet(name) {
  const text = readFileSync(new URL(`${name}.md`, DOCS), 'utf8');
  const blocks = text
    .trim()
    .split(/\n\n+/)
    .map((part) => block(part.split('\n')));
  const title = /^# (.*)/.exec(text)?.[1] ?? name;
  return (
    `<!doctype html>\n<html lang="${name.slice(-2)}">\n<head>\n<meta charset="utf-8">\n<title>${escaped(title)}</title>\n` +
    `<style>\n${STYLE}</style>\n</head>\n<body>\n${blocks.join('\n')}\n</body>\n</html>\n`
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(TO, { recursive: true });
  for (const name of GUIDES) writeFileSync(new URL(`${name}.html`, TO), sheet(name));
  process.stdout.write(`${fileURLToPath(TO)}: ${GUIDES.length} guides, to print from any browser\n`);
}
