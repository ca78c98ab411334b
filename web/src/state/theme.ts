// Theme, night or day: what was chosen on this tablet, else night, which is when crews work. Called by main.ts and
// trust/main.ts before anything is drawn, and by the settings. The colours themselves are in app.css and
// domain/status.ts.
import type { Look } from '../domain/status';
import { paint } from './paint';

export type Theme = 'night' | 'day' | 'system';

export const THEMES: readonly Theme[] = ['night', 'day', 'system'];

const KEPT = 'fieldhub-theme';

export function ownTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEPT)) ?? 'night';
  } catch {
    return 'night';
  }
}

/** Draws in the theme chosen, and goes on following the system where that is the choice; `changed` tells of that. */
export function applyTheme(changed: () => void = () => undefined): void {
  const light = matchMedia('(prefers-color-scheme: light)');
  show(lookOf(ownTheme(), light.matches));
  light.addEventListener('change', () => {
    if (ownTheme() !== 'system') return;
    show(lookOf('system', light.matches));
    changed();
  });
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // Private windows may refuse: it holds until the page is closed.
  }
  show(lookOf(theme, matchMedia('(prefers-color-scheme: light)').matches));
}

export function lookOf(theme: Theme, light: boolean): Look {
  return theme === 'day' || (theme === 'system' && light) ? 'day' : 'night';
}

export function show(look: Look): void {
  const page = document.documentElement;
  page.dataset['theme'] = look;
  paint(page.style, look);
  // The bars of the system around the page.
  const ground = getComputedStyle(page).getPropertyValue('--ground').trim();
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground);
  document
    .querySelector('meta[name="color-scheme"]')
    ?.setAttribute('content', look === 'day' ? 'light' : 'dark');
}
