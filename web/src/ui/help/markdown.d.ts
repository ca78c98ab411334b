// Modules of Markdown: docs/field-guide.*.md and docs/whats-new.*.md, built into the page by vite/markdown.ts.
declare module '*.md' {
  const blocks: readonly import('./blocks').Block[];
  export default blocks;
}
