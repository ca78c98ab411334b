// The seven statuses: their order, colours and signs. Used by the cells, the sheet and the totals.
// A status is never told by its colour alone: each has a sign of its own (an SVG path in a 24x24 box).

export type Mark = 'ok' | 'inequality' | 'microcracks' | 'dead' | 'string_open' | 'not_connected';
export type Status = Mark | 'pending';

export interface StatusLook {
  /** Ground of a cell. */
  fill: string;
  /** Number and sign on that ground. */
  ink: string;
  /** The pure colour, for signs and lines on black. */
  hue: string;
  /** Path of the sign, stroked. */
  sign: string;
}

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

// At night nine modules out of ten are OK: that green is kept low, so that the screen stays dark and the
// defects, in full colour, are what the eye finds.
export const LOOKS: Readonly<Record<Status, StatusLook>> = {
  ok: { fill: '#14532d', ink: '#dcfce7', hue: '#4ade80', sign: 'M5 12.5l4.5 4.5L19 7.5' },
  inequality: { fill: '#facc15', ink: '#000000', hue: '#facc15', sign: 'M5 9h14M5 15h14M16 4L8 20' },
  microcracks: { fill: '#fb8a1e', ink: '#000000', hue: '#fb8a1e', sign: 'M14 3l-5 7 6 3.5L10 21' },
  dead: { fill: '#f0443e', ink: '#000000', hue: '#ff6b64', sign: 'M6.5 6.5l11 11M17.5 6.5l-11 11' },
  string_open: { fill: '#4f94ff', ink: '#000000', hue: '#6ea8ff', sign: 'M2 16h6M16 16h6M8 16l8-8' },
  not_connected: {
    fill: '#6b7280',
    ink: '#ffffff',
    hue: '#aab2bd',
    sign: 'M12 4a8 8 0 100 16 8 8 0 000-16zM6.5 17.5l11-11',
  },
  pending: { fill: '#0e1114', ink: '#aeb7c0', hue: '#8b95a1', sign: 'M12 11.9v.2' },
};

export function isDefect(status: Status): boolean {
  return status !== 'ok' && status !== 'pending';
}

/** The mark that a digit key chooses, or null. */
export function markOfKey(key: string): Mark | null {
  return /^[1-6]$/.test(key) ? (MARKS[Number(key) - 1] ?? null) : null;
}
