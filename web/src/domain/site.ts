// Where modules lie when the whole site is drawn small: by row and column where the layout tells, else string by string.
// Pure arithmetic; used by ui/view/Plan.svelte and ui/view/Overview.svelte.

import type { Spot } from './stand';

/** The place of a string's name: over its first module, or before it, wherever no module stands. */
export interface NameSpot extends Spot {
  over: boolean;
}

/** For each string the place of its name, by its first module; null where there is no room. A row or column above or before all others is -1. */
export function nameSpots(spots: readonly Spot[], firsts: readonly number[]): (NameSpot | null)[] {
  const taken = new Set(spots.map(({ x, y }) => `${String(x)}:${String(y)}`));
  return firsts.map((first) => {
    const spot = spots[first];
    if (!spot) return null;
    const places = [
      { x: spot.x, y: spot.y - 1, over: true },
      { x: spot.x - 1, y: spot.y, over: false },
    ];
    const free = places.find(({ x, y }) => !taken.has(`${String(x)}:${String(y)}`));
    if (free) taken.add(`${String(free.x)}:${String(free.y)}`);
    return free ?? null;
  });
}

export interface Drawing {
  /** A module with its gap, in pixels: as wide and as high. */
  pitch: Spot;
  /** The upper left corner of each module, in the order given. */
  corners: Spot[];
  /** Of the name of each string, where there is room for it: where it begins, half a module above its middle. */
  labels: (Spot | null)[];
  width: number;
  height: number;
}

const LARGEST = 26;
const SMALLEST = 6;
/** Room for `S123` before a string, and between columns of strings. */
const LABEL = 46;
const BETWEEN = 18;

/** As large as the site fits into this room; a very large one is higher than it, and is scrolled. */
export function drawStrings(lengths: readonly number[], width: number, height: number): Drawing {
  for (let pitch = LARGEST; ; pitch -= 1) {
    const drawing = stringsAt(lengths, width, pitch);
    if (pitch === SMALLEST || (drawing.height <= height && drawing.width <= width)) return drawing;
  }
}

function stringsAt(lengths: readonly number[], width: number, pitch: number): Drawing {
  const longest = Math.max(1, ...lengths);
  const room = LABEL + longest * pitch + BETWEEN;
  const columns = Math.max(1, Math.floor((width + BETWEEN) / room));
  const rows = Math.ceil(lengths.length / columns);
  // A label needs its height, however small the modules are.
  const line = Math.max(pitch, 14) + 4;
  const corners: Spot[] = [];
  const labels: Spot[] = [];
  lengths.forEach((length, i) => {
    const x = Math.floor(i / rows) * room;
    const y = (i % rows) * line + Math.floor((line - 4 - pitch) / 2);
    labels.push({ x, y });
    for (let n = 0; n < length; n += 1) corners.push({ x: x + LABEL + n * pitch, y });
  });
  return {
    pitch: { x: pitch, y: pitch },
    corners,
    labels,
    width: columns * room - BETWEEN,
    height: rows * line,
  };
}

/** Room for names above all modules and before them. */
const NAME_OVER = 18;
const NAME_BEFORE = 38;

/** The same for modules whose rows and columns are known, with names where there is room. */
export function drawSpots(
  spots: readonly Spot[],
  width: number,
  height: number,
  names: readonly (NameSpot | null)[] = [],
): Drawing {
  const left = names.some((name) => name && !name.over && name.x < 0) ? NAME_BEFORE : 0;
  const top = names.some((name) => name?.over === true && name.y < 0) ? NAME_OVER : 0;
  const columns = Math.max(...spots.map((spot) => spot.x)) + 1;
  const rows = Math.max(...spots.map((spot) => spot.y)) + 1;
  const between = (least: number, wanted: number, most: number) =>
    Math.min(most, Math.max(least, Math.floor(wanted)));
  const y = between(SMALLEST, (height - top) / rows, LARGEST);
  // Modules lie on their long side where there is room.
  const pitch = { x: between(SMALLEST, (width - left) / columns, 2 * y), y };
  const cornerOf = (spot: Spot) => ({ x: left + spot.x * pitch.x, y: top + spot.y * pitch.y });
  const labels = names.map((name) => {
    if (!name) return null;
    if (!name.over) return { x: cornerOf({ x: name.x + 1, y: name.y }).x - NAME_BEFORE, y: cornerOf(name).y };
    const under = cornerOf({ x: name.x, y: name.y + 1 });
    return { x: under.x, y: under.y - NAME_OVER / 2 - pitch.y / 2 };
  });
  return {
    pitch,
    corners: spots.map(cornerOf),
    labels,
    width: left + columns * pitch.x,
    height: top + rows * pitch.y,
  };
}

/** As large as a canvas may be: beyond it iOS draws nothing, and others fill the memory of a phone. */
const MOST_PIXELS = 16_000_000;
const LONGEST = 32_000;

/** Pixels of the canvas for one of the drawing, in each direction: what the screen has, where the site is not too large. */
export function sharpness({ width, height }: Pick<Drawing, 'width' | 'height'>, ratio: number): number {
  return Math.min(ratio, Math.sqrt(MOST_PIXELS / (width * height)), LONGEST / Math.max(width, height));
}

/** The module nearest to a point, but not from across the site; its place in the order, or -1. */
export function nearest({ corners, pitch }: Drawing, at: Spot): number {
  let best = -1;
  // A finger is broader than a module is drawn.
  let least = Math.max(pitch.x, pitch.y, 22);
  corners.forEach(({ x, y }, i) => {
    const far = Math.hypot(x + pitch.x / 2 - at.x, y + pitch.y / 2 - at.y);
    if (far < least) {
      least = far;
      best = i;
    }
  });
  return best;
}
