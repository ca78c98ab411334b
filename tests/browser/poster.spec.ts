// The lead's QR codes: as the hub makes them, for leads alone, and on one sheet of paper.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from './fixtures';
import { BINARY } from './hub';
import { wideLetters } from './shots';

test('a lead shows the code that joins, and prints it on one sheet', async ({ tablet, hub }) => {
  await hub.kill();
  await hub.start({ FIELDHUB_WIFI_SSID: 'JALIBAT', FIELDHUB_LAN_ORIGIN: hub.url });
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  const poster = lea.page.getByTestId('poster');
  await expect(poster).toContainText('JALIBAT');
  await expect(poster).toContainText('Scannez dans l’ordre');
  await expect(poster).toContainText(hub.url.replace(/\/$/, ''));

  // What is on the page is what the command writes into a file, to the last module of its codes; in two languages, too.
  const written = async (lang: string) => {
    const file = join(hub.dataDir, 'poster.html');
    await promisify(execFile)(BINARY, ['poster', '--lang', lang, '-o', file, '--data-dir', hub.dataDir]);
    const html = await readFile(file, 'utf8');
    return lea.page.evaluate(
      (text) => new DOMParser().parseFromString(text, 'text/html').querySelector('.poster-sheet')?.outerHTML,
      html.slice(html.indexOf('<div class="poster-sheet"')),
    );
  };
  const shown = () => poster.locator('.poster-sheet').evaluate((sheet) => sheet.outerHTML);
  expect(await shown()).toBe(await written('fr'));
  await poster.getByLabel('Deuxième langue').selectOption('de');
  await expect(poster).toContainText('Öffnen Sie den Hub');
  expect(await shown()).toBe(await written('fr,de'));
  await expect(poster.getByRole('img', { name: /Ouvrez le hub/ })).toBeVisible();
  await expect(poster.getByRole('img', { name: /Rejoignez le Wi-Fi/ })).toBeVisible();

  await wideLetters(lea.page, true);
  const pdf = (await lea.page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);

  // Whoever has the old sheet cannot join by it any more; the new one is there at once.
  const before = await poster.getByRole('img', { name: /Ouvrez le hub/ }).innerHTML();
  await lea.page.getByRole('button', { name: 'Nouveau code' }).click();
  await lea.page.getByRole('button', { name: 'Changer le code' }).click();
  await expect(poster.getByRole('img', { name: /Ouvrez le hub/ })).toBeVisible();
  await expect.poll(() => poster.getByRole('img', { name: /Ouvrez le hub/ }).innerHTML()).not.toBe(before);
});

test('where the hub knows of no Wi-Fi there is one code, and lines to write the Wi-Fi by hand', async ({
  tablet,
}) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  const poster = lea.page.getByTestId('poster');
  await expect(poster.getByRole('img')).toHaveCount(1);
  // Whoever runs the Wi-Fi writes its name and password onto the sheet.
  await expect(poster.locator('dd.pen')).toHaveCount(2);
});

test('the printed codes are one page of A4 with the longest names, too', async ({ tablet, hub }) => {
  await hub.kill();
  const password = join(hub.dataDir, 'password-of-the-wifi');
  await writeFile(password, '\\;W'.repeat(21), { mode: 0o600 });
  await hub.start({
    FIELDHUB_NAME: 'W'.repeat(100),
    FIELDHUB_LAN_ORIGIN: 'http://[2001:db8:1234:5678:9abc:def0:1234:5678]:18080',
    FIELDHUB_WIFI_SSID: 'W'.repeat(32),
    FIELDHUB_WIFI_PASSWORD_FILE: password,
    FIELDHUB_TLS_MODE: 'auto',
    FIELDHUB_TLS_LISTEN: '127.0.0.1:0',
  });
  hub.tlsPort = ((await hub.api('GET', '/hub', undefined, '')) as { tls: { port: number } }).tls.port;
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  await expect(lea.page.getByTestId('poster').getByRole('img')).toHaveCount(2);
  await expect(lea.page.getByTestId('poster')).toContainText('/trust');
  const pdf = (await lea.page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
});
