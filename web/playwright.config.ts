// The tests that drive real browsers against the real hub: ../tests/browser. They need web/dist (npm run
// build) and a hub (FIELDHUB_BIN, or cargo build in the folder above).
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// The distribution's Chromium where there is one; else the browser that Playwright installed. Its headless shell is the same
// engine without windows, and takes a third less of the processor.
const first = (...paths: (string | undefined)[]) =>
  paths.find((path) => path !== undefined && existsSync(path));
export const whole = first(process.env['CHROMIUM_BIN'], '/usr/bin/chromium', '/usr/bin/chromium-browser');
const shell = first(process.env['CHROMIUM_SHELL_BIN'], '/usr/bin/chromium-headless-shell') ?? whole;
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Names of a local network, so that the plain page is no secure context, as in the field.
  '--host-resolver-rules=MAP fieldhub.lan 127.0.0.1,MAP fieldhub.local 127.0.0.1',
];
export const launch = (path: string | undefined) => ({
  launchOptions: { ...(path === undefined ? {} : { executablePath: path }), args },
});
// Only a whole browser has notifications, the wake lock and storage that lasts: what HTTPS brings.
const WHOLE = 'https*.spec.ts';

export default defineConfig({
  testDir: '../tests/browser',
  tsconfig: '../tests/browser/tsconfig.json',
  fullyParallel: true,
  // One more than there are cores, on small machines: they wait for each other more than they compute.
  workers: 3,
  timeout: 60_000,
  // Slow shared machines: patience costs nothing where nothing is wrong.
  expect: { timeout: 20_000 },
  // Pictures of every screen (screens*.spec.ts) can be taken beside the tests: each empties the folder that it has.
  projects: [
    {
      name: 'tests',
      testIgnore: ['screens*', WHOLE],
      outputDir: '../target/browser-tests',
      use: launch(shell),
    },
    { name: 'https', testMatch: WHOLE, outputDir: '../target/browser-https', use: launch(whole) },
    { name: 'pictures', testMatch: 'screens*', outputDir: '../target/browser-pictures', use: launch(shell) },
  ],
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    // Each step of a test that failed, when asked for: it costs an eighth of all tests' time. The last picture is always kept.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
});
