// Double-tap guard: a tap with a glove often lands twice. The second is not meant for what came under the finger in
// between: a sheet, the question that the first one asked, the module under a sheet that has closed. Attached by
// App.svelte.

/** A slow glove's second touch; nobody means another thing at the same spot so soon. */
const DOUBLE_TAP_MS = 400;
/** A trembling finger, not another aim. */
const NEAR_PX = 24;

interface Landed {
  x: number;
  y: number;
  at: number;
  /** The status that was meant, on whichever sheet: one mark may lead to the next; else what was under the finger. */
  on: EventTarget | string | null;
}

export function attachDoubleTapGuard(area: EventTarget): () => void {
  let first: Landed | null = null;
  let unmeant = false;

  const down = (event: Event) => {
    const { clientX: x, clientY: y, timeStamp: at, target } = event as PointerEvent;
    const button = (target as Element).closest<HTMLElement>('button, a, label');
    const on = button?.dataset['mark'] ?? button ?? target;
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
