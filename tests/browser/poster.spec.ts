// The lead's QR codes: as the hub makes them, for leads alone, and on one sheet of paper.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { wideLetters } from './shots';

interface Qr {
  size: number;
  modules: string;
}

test('a lead shows the code that joins, and prints it on one sheet', async ({ tablet, hub }) => {
  await hub.kill();
  await hub.start({ FIELDHUB_WIFI_SSID: 'JALIBAT', FIELDHUB_LAN_ORIGIN: hub.url });
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  const poster = lea.page.getByTestId('poster');
  await expect(poster).toContainText('JALIBAT');
  await expect(poster).toContainText('les deux codes dans cet ordre');
  await expect(poster).toContainText(hub.url.replace(/\/$/, ''));

  // What is drawn is what the hub has made, module by module.
  const said = (await hub.api('GET', '/poster')) as { join: { qr: Qr }; wifi: { qr: Qr } };
  for (const [label, qr] of [
    [/ouvre le hub/, said.join.qr],
    [/Wi-Fi JALIBAT/, said.wifi.qr],
  ] as const) {
    const drawn = await poster.getByRole('img', { name: label }).evaluate((svg, size) => {
      const path = svg.querySelector('path');
      if (!path) return '';
      let modules = '';
      for (let y = 0; y < size; y += 1)
        for (let x = 0; x < size; x += 1)
          modules += path.isPointInFill(new DOMPoint(x + 4.5, y + 4.5)) ? '1' : '0';
      return modules;
    }, qr.size);
    expect(drawn).toBe(qr.modules);
  }

  await wideLetters(lea.page, true);
  const pdf = (await lea.page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);

  // Whoever has the old sheet cannot join by it any more; the new one is there at once.
  const before = await poster.getByRole('img', { name: /ouvre le hub/ }).innerHTML();
  await lea.page.getByRole('button', { name: 'Nouveau code' }).click();
  await lea.page.getByRole('button', { name: 'Changer le code' }).click();
  await expect(poster.getByRole('img', { name: /ouvre le hub/ })).toBeVisible();
  await expect.poll(() => poster.getByRole('img', { name: /ouvre le hub/ }).innerHTML()).not.toBe(before);
});

test('where the hub knows of no Wi-Fi there is one code, and not a word of two', async ({ tablet }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  const poster = lea.page.getByTestId('poster');
  await expect(poster.getByRole('img')).toHaveCount(1);
  await expect(poster).toContainText('Scannez le code avec l’appareil photo');
  await expect(poster).not.toContainText(/deux codes|Wi-Fi/);
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
