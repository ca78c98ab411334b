// Text size, as somebody chose it for this tablet: every size of letters is of the root's (rem), so that one number is enough. Called by main.ts and
// trust/main.ts before anything is drawn, and by the settings. The numbers are in app.css.

export const TEXT_SIZES = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

const KEPT = 'fieldhub-text';

export function ownTextSize(): TextSize {
  try {
    return TEXT_SIZES.find((size) => size === localStorage.getItem(KEPT)) ?? 'normal';
  } catch {
    return 'normal';
  }
}

export function showTextSize(size = ownTextSize()): void {
  document.documentElement.dataset['text'] = size;
}

export function chooseTextSize(size: TextSize): void {
  try {
    localStorage.setItem(KEPT, size);
  } catch {
    // Private windows may refuse: it holds until the page is closed.
  }
  showTextSize(size);
}
