// The sheet of the poster as the hub made it, put into the page (no HTML goes through Svelte). Used by Poster.svelte.

/** What the hub puts into its markup is escaped, and the policy of the page lets nothing in it run. Empty: nothing is shown. */
export function lay(paper: HTMLElement, html: string): void {
  // Without the head of the file, whose style is in this page already.
  const body = html.slice(html.indexOf('<div class="poster-sheet"'));
  paper.replaceChildren(...new DOMParser().parseFromString(body, 'text/html').body.children);
}
