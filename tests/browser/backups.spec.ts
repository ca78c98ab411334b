// "Back up now" on the lead's screen: it says that a backup is there once the file is on the disk and was read back, and never before.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';

test('a lead has a backup made, and is told the truth of it', async ({ tablet, hub }) => {
  const copies = await mkdtemp(join(tmpdir(), 'fieldhub-copies-'));
  await hub.kill();
  await hub.start({ FIELDHUB_BACKUP_DIR: copies });
  const lead = await tablet();
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  const section = lead.page.getByTestId('backups');
  await expect(section.getByTestId('backup-none')).toHaveText('Ce hub ne connaît aucune sauvegarde.');
  await expect(section).toContainText(`Va dans le dossier ${copies} du hub.`);
  await expect(section).toContainText('Aucune sauvegarde ne se fait toute seule.');

  await section.getByTestId('backup-now').click();
  await expect(section.getByTestId('backup-done')).toBeVisible();
  // When the page says so, it is there, whole, under its name.
  const [name = ''] = await readdir(copies);
  expect(name).toMatch(/^fieldhub-.*\.redb$/);
  const { last } = (await hub.api('GET', '/backups')) as { last: { bytes: number } };
  expect((await stat(join(copies, name))).size).toBe(last.bytes);
  await expect(section.getByTestId('backup-last')).toContainText(name);
  await expect(section.getByTestId('backup-last')).toContainText('1 audit. Écrite, puis relue');

  // The place is gone: nothing is there, it says why, and what was there is still named.
  await rm(copies, { recursive: true });
  await section.getByTestId('backup-now').click();
  await expect(section.getByTestId('backup-failed')).toContainText('elle n’a pas pu être écrite.');
  await expect(section.getByTestId('backup-done')).toHaveCount(0);
  await expect(section.getByTestId('backup-last')).toContainText(name);
});

test('with no stick it says what to do', async ({ tablet }) => {
  const lead = await tablet();
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  const section = lead.page.getByTestId('backups');
  await section.getByTestId('backup-now').click();
  await expect(section.getByTestId('backup-failed')).toContainText(
    'aucune clé USB nommée FIELDHUB n’est branchée sur le hub.',
  );
  await expect(section.getByTestId('backup-failed')).toContainText('donnez-lui le nom FIELDHUB');
  // The other way out: a copy on this device.
  const [download] = await Promise.all([
    lead.page.waitForEvent('download'),
    section.getByRole('link', { name: 'Copier sur cet appareil' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^fieldhub-\d{4}-\d\d-\d\d\.redb$/);
  expect((await stat(await download.path())).size).toBeGreaterThan(10_000);
});
