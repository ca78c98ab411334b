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
      expect(await serious(page), `${name}, ${size}, by ${theme}`).toEqual([]);
    }
  };
}
