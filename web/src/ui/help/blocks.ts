// Shapes of a text out of Markdown, as vite/markdown.ts makes them while the page is built; drawn by Blocks.svelte. No HTML goes through strings.

/** What stands within a line: plain, strong, or as it is typed (code). */
export type Inline = readonly [kind: '' | 'b' | 'c', text: string];
export type Line = readonly Inline[];

export type Block =
  | { kind: 'title'; line: Line }
  | { kind: 'heading'; line: Line }
  | { kind: 'text'; line: Line }
  | { kind: 'list'; items: readonly Line[] }
  | { kind: 'steps'; start: number; items: readonly Line[] }
  | { kind: 'table'; rows: readonly (readonly Line[])[] };
