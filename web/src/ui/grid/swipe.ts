// Swipe gesture: a flick of the finger to the side, over the grid: the next string or the one before. It must not be
// taken for scrolling, nor for a drag that picks modules. Attached by ui/grid/Grid.svelte.

const FAR_PX = 70;
const QUICK_MS = 600;

export function attachSwipe(area: HTMLElement, turn: (by: 1 | -1) => void): () => void {
  let begun: { x: number; y: number; at: number } | null = null;

  const start = (event: TouchEvent) => {
    const touch = event.touches[0];
    // Two fingers zoom.
    begun =
      touch && event.touches.length === 1
        ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp }
        : null;
  };
  const end = (event: TouchEvent) => {
    const touch = event.changedTouches[0];
    if (!begun || !touch) return;
    const [dx, dy] = [touch.clientX - begun.x, touch.clientY - begun.y];
    const quick = event.timeStamp - begun.at < QUICK_MS;
    begun = null;
    if (quick && Math.abs(dx) > FAR_PX && Math.abs(dx) > 2 * Math.abs(dy)) turn(dx < 0 ? 1 : -1);
  };
  const cancel = () => {
    begun = null;
  };

  area.addEventListener('touchstart', start, { passive: true });
  area.addEventListener('touchend', end, { passive: true });
  area.addEventListener('touchcancel', cancel, { passive: true });
  return () => {
    area.removeEventListener('touchstart', start);
    area.removeEventListener('touchend', end);
    area.removeEventListener('touchcancel', cancel);
  };
}
