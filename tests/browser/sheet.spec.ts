// The sheet that `fieldhub poster` makes, as a browser prints it: one page of A4, whatever is on it, with codes that
// can be scanned from across the van.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { BINARY } from './hub';

const run = promisify(execFile);
/** Of CSS pixels in a millimetre. */
const MM = 96 / 25.4;

interface Settings {
  name?: string;
  origin?: string;
  ssid?: string;
  password?: string;
  access?: 'crew' | 'open';
  tls?: 'auto' | 'off';
}

/** Opens the sheet that a hub with these settings makes. */
async function sheet(page: Page, settings: Settings, lang: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'fieldhub-poster-'));
  try {
    const env: Record<string, string> = {
      FIELDHUB_NAME: settings.name ?? 'Camionnette 1',
      FIELDHUB_LAN_ORIGIN: settings.origin ?? 'http://192.168.4.1',
      FIELDHUB_ACCESS: settings.access ?? 'crew',
      FIELDHUB_TLS_MODE: settings.tls ?? 'off',
    };
    if (settings.ssid !== undefined) env['FIELDHUB_WIFI_SSID'] = settings.ssid;
    if (settings.password !== undefined) {
      env['FIELDHUB_WIFI_PASSWORD_FILE'] = join(dir, 'wifi-password');
      await writeFile(env['FIELDHUB_WIFI_PASSWORD_FILE'], settings.password);
    }
    const file = join(dir, 'poster.html');
    await run(BINARY, ['poster', '-o', file, '--lang', lang, '--data-dir', join(dir, 'data')], { env });
    await page.goto(pathToFileURL(file).href);
    const printed = await page.pdf({ preferCSSPageSize: true });
    return printed.toString('latin1');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Sides of the dark part of each code, in mm; without the margin of four modules. */
function codes(page: Page): Promise<number[]> {
  return page.locator('svg').evaluateAll(
    (all, mm) =>
      all.map((svg) => {
        const modules = (svg as SVGSVGElement).viewBox.baseVal.width;
        return ((svg.getBoundingClientRect().width / mm) * (modules - 8)) / modules;
      }),
    MM,
  );
}

/** Parts of the sheet that something is cut off, or that stand over another. */
function spoilt(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut = [...document.querySelectorAll('body, body *:not(svg, svg *)')].filter(
      (part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0,
    );
    const sheet = document.querySelector('.poster-sheet') ?? document.body;
    const parts = [...sheet.children].map((part) => part.getBoundingClientRect());
    const over = parts.filter((part, at) => at > 0 && part.top < (parts[at - 1]?.bottom ?? 0) - 1);
    const end = sheet.getBoundingClientRect().bottom + 1;
    const below = parts.filter((part) => part.bottom > end);
    return [
      ...cut.map((part) => `cut: ${part.tagName} ${part.textContent.slice(0, 40)}`),
      ...[...over, ...below].map((part) => `in the way: ${JSON.stringify(part)}`),
    ];
  });
}

const usual: Settings = { ssid: 'JALIBAT', password: 'nuit-claire-42' };
const longest: Settings = {
  name: 'W'.repeat(100),
  origin: 'http://[2001:db8:1234:5678:9abc:def0:1234:5678]:18080',
  ssid: 'W'.repeat(32),
  password: '\\;W'.repeat(21),
  tls: 'auto',
};

const sheets: [string, Settings][] = [
  ['of a usual hub', usual],
  ['with the longest names', longest],
  ['of an open hub without a Wi-Fi', { access: 'open' }],
];
for (const [what, settings] of sheets) {
  for (const lang of ['both', 'fr', 'de,es', 'it']) {
    test(`the sheet ${what} is one page of A4 (${lang})`, async ({ page }) => {
      const printed = await sheet(page, settings, lang);
      expect(printed.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
      const box = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(printed);
      // In points: 210 x 297 mm, and the browser rounds.
      expect(Math.abs(Number(box?.[1]) - 595.3)).toBeLessThan(1);
      expect(Math.abs(Number(box?.[2]) - 841.9)).toBeLessThan(1);
      await page.emulateMedia({ media: 'print' });
      expect(await spoilt(page)).toEqual([]);
      const sides = await codes(page);
      expect(sides).toHaveLength(settings.ssid === undefined ? 1 : 2);
      for (const side of sides) expect(side).toBeGreaterThan(60);
    });
  }
}

test('the sheet is black on white, and both languages are on it', async ({ page }) => {
  await sheet(page, usual, 'both');
  const colours = await page.evaluate(() => {
    const styles = [...document.querySelectorAll('*')].map((part) => getComputedStyle(part));
    return [...new Set(styles.flatMap((style) => [style.color, style.backgroundColor]))].sort();
  });
  expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)']);
  for (const text of ['Rejoignez le Wi-Fi', 'Join the Wi-Fi', 'nuit-claire-42', 'http://192.168.4.1']) {
    await expect(page.getByText(text, { exact: true })).toBeVisible();
  }
});
