// Browser history: Back closes what lies over the screen (sheet, panel, dialog, what is picked) before it leaves the screen. Whatever is opened gets an
// entry of its own; what is closed by hand leaves its entry behind, for the next, and Back passes over that. Used by modal.ts, and by what opens
// without a dialog.

const over: (() => void)[] = [];

const depthOf = (state: unknown) => (state as { over?: number } | null)?.over ?? 0;

/** Of the entry that is shown, and the screen that it is of. */
let depth = 0;
let screen = '';

function look(): void {
  depth = depthOf(history.state);
  screen = location.hash;
}

/** Something lies over the screen until the returned function is called; `close` is what Back does. */
export function lieOver(close: () => void): () => void {
  over.push(close);
  look();
  if (depth < over.length) history.pushState({ over: (depth += 1) }, '');
  return () => {
    const at = over.indexOf(close);
    if (at >= 0) over.splice(at, 1);
  };
}

addEventListener('popstate', () => {
  const [before, of] = [depth, screen];
  look();
  // To another screen, or forward.
  if (of !== screen || depth >= before) return;
  const closed = over.splice(depth);
  for (const close of closed.reverse()) close();
  // What this entry was made for is closed already.
  if (closed.length === 0) history.back();
});
