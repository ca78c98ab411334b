// The seven statuses: their order, colours and signs. Used by the cells, the sheet and the totals.
// A status is never told by its colour alone: each has a sign of its own, in a box of 24 by 24.

export type Mark = 'ok' | 'inequality' | 'microcracks' | 'dead' | 'string_open' | 'not_connected';
export type Status = Mark | 'pending';

export interface Colours {
  /** Ground of a cell. */
  fill: string;
  /** Number and sign on that ground. */
  ink: string;
  /** For signs and lines on the ground of the page. */
  hue: string;
}

export type Look = 'night' | 'day';

/** In the order of the buttons; the digits 1 to 6 choose them. */
export const MARKS: readonly Mark[] = [
  'ok',
  'inequality',
  'microcracks',
  'dead',
  'string_open',
  'not_connected',
];

export const STATUSES: readonly Status[] = [...MARKS, 'pending'];

/** Paths of the signs, stroked. */
export const SIGNS: Readonly<Record<Status, string>> = {
  ok: 'M5 12.5l4.5 4.5L19 7.5',
  inequality: 'M5 9h14M5 15h14M16 4L8 20',
  microcracks: 'M14 3l-5 7 6 3.5L10 21',
  dead: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  string_open: 'M2 16h6M16 16h6M8 16l8-8',
  not_connected: 'M12 4a8 8 0 100 16 8 8 0 000-16zM6.5 17.5l11-11',
  pending: 'M12 11.9v.2',
};

export const COLOURS: Readonly<Record<Look, Readonly<Record<Status, Colours>>>> = {
  // Nine modules out of ten are OK: that green is kept low, so that the screen stays dark and the defects, in full
  // colour, are what the eye finds.
  night: {
    ok: { fill: '#14532d', ink: '#dcfce7', hue: '#4ade80' },
    inequality: { fill: '#facc15', ink: '#000000', hue: '#facc15' },
    microcracks: { fill: '#fb8a1e', ink: '#000000', hue: '#fb8a1e' },
    dead: { fill: '#f0443e', ink: '#000000', hue: '#ff6b64' },
    string_open: { fill: '#4f94ff', ink: '#000000', hue: '#6ea8ff' },
    not_connected: { fill: '#6b7280', ink: '#ffffff', hue: '#aab2bd' },
    pending: { fill: '#0e1114', ink: '#aeb7c0', hue: '#8b95a1' },
  },
  // By day the other way round: what is OK is pale, and a defect is dark or loud.
  day: {
    ok: { fill: '#c9f2d6', ink: '#0b4a22', hue: '#147a3a' },
    inequality: { fill: '#ffd21f', ink: '#000000', hue: '#7d5c00' },
    microcracks: { fill: '#ff9a3d', ink: '#000000', hue: '#a34a00' },
    dead: { fill: '#d3241c', ink: '#ffffff', hue: '#b81d16' },
    string_open: { fill: '#2463d6', ink: '#ffffff', hue: '#1d55bd' },
    not_connected: { fill: '#5a636f', ink: '#ffffff', hue: '#4c5560' },
    pending: { fill: '#ffffff', ink: '#4f5964', hue: '#65707c' },
  },
};

/** A hub may be newer than the page, and know of more: what is unknown is drawn as unmarked, and marked knowing of it. */
export function asStatus(text: string | null | undefined): Status {
  return STATUSES.find((status) => status === text) ?? 'pending';
}

export function isDefect(status: Status): boolean {
  return status !== 'ok' && status !== 'pending';
}

/** The mark that a digit key chooses, or null. */
export function markOfKey(key: string): Mark | null {
  return /^[1-6]$/.test(key) ? (MARKS[Number(key) - 1] ?? null) : null;
}
