// The page's figures at full size: `npm run bench`. One after the other, in a browser of their own.
import { defineConfig } from '@playwright/test';
import tests, { launch, whole } from './playwright.config';

export default defineConfig({
  ...tests,
  projects: [{ name: 'bench', use: launch(whole) }],
  testDir: '../tests/browser/bench',
  testMatch: '*.bench.ts',
  workers: 1,
  timeout: 240_000,
  // Its pictures of the page would be in the figures.
  use: { ...tests.use, trace: 'off' },
});
