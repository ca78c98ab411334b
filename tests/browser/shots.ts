// Pictures of a screen in both themes, into target/screens/, for people to look at; axe looks at each as well. Used by the
// screens specs.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { serious } from './axe';
import { expect } from './fixtures';

const OUT = resolve(__dirname, '../../target/screens');

export const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1280, height: 800 },
  desktop: { width: 1920, height: 1080 },
};

/** The pages of this tablet follow the system from the start: that can be changed from outside. */
export async function themed(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    localStorage.setItem('fieldhub-theme', 'system');
  });
}

/** The widest letters that a tablet may have. */
export async function wideLetters(page: Page, on: boolean): Promise<void> {
  await page.evaluate((on) => {
    document.documentElement.style.fontFamily = on ? 'DejaVu Sans, Verdana, sans-serif' : '';
  }, on);
}

/** What leaves the screen to the side, and words of buttons that break in the middle. */
export async function spilt(page: Page): Promise<string[]> {
  await wideLetters(page, true);
  const found = await page.evaluate(() => {
    const modal = [...document.querySelectorAll('dialog')].filter((dialog) => dialog.open).at(-1);
    const found: string[] = [];
    // Cut on purpose, or in a list that is pushed to the side.
    const inside = (part: Element): boolean => {
      for (let up = part.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      }
      return false;
    };
    for (const part of (modal ?? document.body).querySelectorAll('*')) {
      const box = part.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || (part instanceof SVGElement && part.ownerSVGElement)) continue;
      const what = `${part.tagName} ${part.getAttribute('class') ?? ''} ${part.textContent.trim().slice(0, 40)}`;
      if ((box.right > innerWidth + 1 || box.left < -1) && !inside(part))
        found.push(`beyond the edge: ${what}`);
      if (!part.matches('button, a, .label')) continue;
      if (
        part.scrollWidth > part.clientWidth + 1 &&
        part.clientWidth > 0 &&
        getComputedStyle(part).overflowX === 'visible'
      )
        found.push(`too narrow: ${what}`);
      const words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let node = words.nextNode(); node; node = words.nextNode()) {
        for (const word of (node.textContent ?? '').matchAll(/[\p{L}\p{N}]+/gu)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
          if (lines.size > 1) found.push(`broken word: ${word[0]}`);
        }
      }
    }
    if (document.documentElement.scrollLeft + document.body.scrollLeft > 0) found.push('pushed to the side');
    return found;
  });
  await wideLetters(page, false);
  return found;
}

export function shooter(size: string): (page: Page, name: string) => Promise<void> {
  mkdirSync(OUT, { recursive: true });
  return async (page, name) => {
    for (const [theme, colorScheme] of [
      ['day', 'light'],
      ['night', 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      const path = join(OUT, `${name}-${size}-${theme}.png`);
      await page.screenshot({ path });
      expect(readFileSync(path).length, path).toBeGreaterThan(4_000);
      const first = theme === 'day';
      // A theme has colours of its own, and nothing else.
      if (first) expect.soft(await spilt(page), `${name}, ${size}`).toEqual([]);
      expect(await serious(page, first ? 'all' : 'color'), `${name}, ${size}, by ${theme}`).toEqual([]);
    }
  };
}
