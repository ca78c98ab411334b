// Double-tap guard: a tap with a glove often lands twice. The second is not meant for what came under the finger in
// between: a sheet, the question that the first one asked, the module under a sheet that has closed. Attached by
// App.svelte.

const DOUBLE_TAP_MS = 250;
/** A trembling finger, not another aim. */
const NEAR_PX = 24;

interface Landed {
  x: number;
  y: number;
  at: number;
  on: EventTarget | null;
}

export function attachDoubleTapGuard(area: EventTarget): () => void {
  let first: Landed | null = null;
  let unmeant = false;

  const down = (event: Event) => {
    const { clientX: x, clientY: y, timeStamp: at, target } = event as PointerEvent;
    const on = (target as Element).closest('button, a, label') ?? target;
    unmeant =
      first !== null &&
      at - first.at < DOUBLE_TAP_MS &&
      Math.hypot(x - first.x, y - first.y) < NEAR_PX &&
      on !== first.on;
    if (unmeant) event.stopImmediatePropagation();
    else first = { x, y, at, on };
  };
  const click = (event: Event) => {
    // Those of the keyboard come without a pointer.
    if (!unmeant || (event as MouseEvent).detail === 0) return;
    unmeant = false;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  area.addEventListener('pointerdown', down, { capture: true });
  area.addEventListener('click', click, { capture: true });
  return () => {
    area.removeEventListener('pointerdown', down, { capture: true });
    area.removeEventListener('click', click, { capture: true });
  };
}
