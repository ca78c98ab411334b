// Deferred work (after paint): what can wait until the browser has drawn what was decided just now. Used where a tap
// must be seen at once.

/** Runs it after the next frame is drawn; gives what takes it back. */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => (timer = setTimeout(run)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
