// Multi-select: picking modules in the grid by touch and mouse: a tap, a long press, and dragging over a range.
// Attached to the grid by ui/grid/Grid.svelte. A drag picks everything in order between the cell where it began and the
// one it is over; going back lets go again.
import type { Marking } from '../../state/marking.svelte';

/** A finger that rests for so long wants to pick. */
const LONG_MS = 420;
/** A finger in a glove trembles. */
const STILL_PX = 14;
/** Dragging this near to the edge scrolls. */
const EDGE_PX = 56;
const EDGE_STEP = 9;

export interface PickingHost {
  marking: Marking;
  /** The modules as they are drawn, in order. */
  order(): readonly string[];
  /** May this person mark at all? */
  allowed(): boolean;
}

interface Drag {
  pointer: number;
  anchor: string;
  x: number;
  y: number;
  /** What was picked before it began. */
  before: ReadonlySet<string>;
  on: boolean;
  active: boolean;
  /** Where each module is in the order that is drawn, once it is active. */
  places: ReadonlyMap<string, number>;
}

export function attachPicking(scroller: HTMLElement, host: PickingHost): () => void {
  let drag: Drag | null = null;
  let long: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let at = { x: 0, y: 0 };
  /** The click that ends a drag or a long press is none. */
  let swallow = false;

  const moduleAt = (x: number, y: number) =>
    document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-module]')?.dataset['module'] ?? null;

  function activate(one: Drag): void {
    one.active = true;
    one.places = new Map(host.order().map((id, i) => [id, i]));
    swallow = true;
    if (!host.marking.picking) host.marking.begin();
    extend();
    frame = requestAnimationFrame(scroll);
  }

  function extend(): void {
    if (!drag?.active) return;
    const { places, before, on, anchor } = drag;
    const ends = [places.get(anchor), places.get(moduleAt(at.x, at.y) ?? '')];
    const [from, to] = [
      Math.min(...ends.map((one) => one ?? NaN)),
      Math.max(...ends.map((one) => one ?? NaN)),
    ];
    if (Number.isNaN(from)) return;
    const [pick, drop]: [string[], string[]] = [[], []];
    for (const [id, place] of places) {
      const wanted = place >= from && place <= to ? on : before.has(id);
      if (wanted !== host.marking.isPicked(id)) (wanted ? pick : drop).push(id);
    }
    host.marking.pick(drop, false);
    host.marking.pick(pick, true);
  }

  function scroll(): void {
    if (!drag?.active) return;
    const { top, bottom } = scroller.getBoundingClientRect();
    const step = at.y < top + EDGE_PX ? -EDGE_STEP : at.y > bottom - EDGE_PX ? EDGE_STEP : 0;
    if (step !== 0) {
      scroller.scrollTop += step;
      extend();
    }
    frame = requestAnimationFrame(scroll);
  }

  function down(event: PointerEvent): void {
    swallow = false;
    const id = (event.target as Element).closest<HTMLElement>('[data-module]')?.dataset['module'];
    if (id === undefined || event.button !== 0 || drag || !host.allowed()) return;
    const { marking } = host;
    at = { x: event.clientX, y: event.clientY };
    const one: Drag = {
      pointer: event.pointerId,
      anchor: id,
      x: at.x,
      y: at.y,
      before: new Set(marking.ids),
      on: !marking.isPicked(id),
      active: false,
      places: new Map(),
    };
    drag = one;
    long = setTimeout(() => {
      if (drag === one && !one.active) activate(one);
    }, LONG_MS);
  }

  function move(event: PointerEvent): void {
    if (drag?.pointer !== event.pointerId) return;
    at = { x: event.clientX, y: event.clientY };
    if (drag.active) {
      extend();
      return;
    }
    const [dx, dy] = [Math.abs(at.x - drag.x), Math.abs(at.y - drag.y)];
    if (dx < STILL_PX && dy < STILL_PX) return;
    // A mouse has nothing else to do with a drag; a finger scrolls up and down, and picks along a row.
    if (host.marking.picking && (event.pointerType === 'mouse' || dx > dy)) activate(drag);
    else end();
  }

  function end(): void {
    clearTimeout(long);
    cancelAnimationFrame(frame);
    drag = null;
  }

  function click(event: MouseEvent): void {
    const id = (event.target as Element).closest<HTMLElement>('[data-module]')?.dataset['module'];
    const wasDrag = swallow;
    swallow = false;
    const { marking } = host;
    if (!wasDrag && (!marking.picking || id === undefined || !host.allowed())) return;
    // The grid would open the module.
    event.stopPropagation();
    if (!wasDrag && id !== undefined) marking.toggle(id);
  }

  // Once a drag picks, the finger must not scroll: only a listener that is not passive can say so.
  const touch = (event: TouchEvent) => {
    if (drag?.active && event.cancelable) event.preventDefault();
  };
  const menu = (event: Event) => {
    if (drag) event.preventDefault();
  };

  scroller.addEventListener('pointerdown', down);
  scroller.addEventListener('pointermove', move);
  scroller.addEventListener('pointerup', end);
  scroller.addEventListener('pointercancel', end);
  scroller.addEventListener('click', click, { capture: true });
  scroller.addEventListener('touchmove', touch, { passive: false });
  scroller.addEventListener('contextmenu', menu);
  return () => {
    end();
    scroller.removeEventListener('pointerdown', down);
    scroller.removeEventListener('pointermove', move);
    scroller.removeEventListener('pointerup', end);
    scroller.removeEventListener('pointercancel', end);
    scroller.removeEventListener('click', click, { capture: true });
    scroller.removeEventListener('touchmove', touch);
    scroller.removeEventListener('contextmenu', menu);
  };
}
