// Draws the icons of the home screen from the favicon: `npm run icons`, after a change of it. What comes out is committed,
// so that a build needs no browser.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const OUT = 'public/icons';
const svg = readFileSync('src/assets/favicon.svg', 'utf8');
const system = '/usr/bin/chromium';

/** `scale`: how much of the square the picture fills; launchers cut circles out of maskable ones. */
const ICONS = [
  { name: '192', size: 192, scale: 1, ground: 'transparent' },
  { name: '512', size: 512, scale: 1, ground: 'transparent' },
  { name: 'maskable-192', size: 192, scale: 0.82, ground: '#000' },
  { name: 'maskable-512', size: 512, scale: 0.82, ground: '#000' },
  { name: 'apple-touch-icon', size: 180, scale: 0.92, ground: '#000' },
];

mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({
  args: ['--no-sandbox'],
  ...(existsSync(system) ? { executablePath: system } : {}),
});
for (const { name, size, scale, ground } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = `${String(size * scale)}px`;
  await page.setContent(
    `<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground}}
     svg{width:${side};height:${side}}</style>${svg}`,
  );
  await page.screenshot({ path: `${OUT}/${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
