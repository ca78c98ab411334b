// A card of pictures: the hub proposes, a lead looks, changes and confirms string by string, and they go as all photos go.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { jpeg, photosKept, pictureOf, sent, tiffOf } from './pictures';

interface PhotoOfHub {
  at: { module_id?: string };
  name?: string;
  picture_kind: string;
  variants: { class: string; sha256: string }[];
}

async function photosOf(hub: Hub): Promise<PhotoOfHub[]> {
  return ((await hub.api('GET', `/audits/${DEMO}/photos`)) as { photos: PhotoOfHub[] }).photos;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function openImport(tablet: Tablet): Promise<Locator> {
  await tablet.openAudit('Chef', 'lead-code');
  await tablet.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
  await tablet.page.getByTestId('photos-open').click();
  await tablet.page.getByTestId('photo-import-open').click();
  return tablet.page.getByTestId('photo-import');
}

/** Each picture with the module that is proposed for it. */
const proposed = (dialog: Locator) =>
  dialog
    .locator('[data-picture]')
    .evaluateAll((all) =>
      all.map((one) => [one.querySelector('.file')?.textContent, one.querySelector('strong')?.textContent]),
    );

test('pictures find their modules by name; what is left over is put by hand; a string is confirmed and sent', async ({
  tablet,
  hub,
}) => {
  const lead = await tablet();
  const dialog = await openImport(lead);
  const [one, two, none] = [
    await pictureOf(lead.page, 400, 300),
    await pictureOf(lead.page, 410, 300),
    await pictureOf(lead.page, 420, 300),
  ];
  await dialog
    .getByTestId('import-files')
    .setInputFiles([
      jpeg('EL_M001.JPG', one),
      jpeg('EL_M002.JPG', two),
      jpeg('IMG_0009.JPG', none),
      { name: 'lisez-moi.txt', mimeType: 'text/plain', buffer: Buffer.from('rien') },
    ]);
  await expect(dialog.getByTestId('import-read')).toHaveText('3 images, 1 autre fichier laissé de côté');
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  const string = dialog.locator('[data-string="1"]');
  await expect(string).toContainText('2 images pour');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  await expect
    .poll(() => proposed(string))
    .toEqual([
      ['EL_M001.JPG', 'M001'],
      ['EL_M002.JPG', 'M002'],
    ]);
  await expect(string.locator('[data-sure="sure"]')).toHaveCount(2);
  // Nothing is made by a proposal.
  expect(await photosKept(lead.page)).toEqual([]);
  expect(await serious(lead.page)).toEqual([]);

  // The two were taken the wrong way round; and once more, to see it taken back.
  const swap = async () => {
    await lead.tap(string.locator('[data-picture]').first(), string.getByTestId('import-ways'));
    await string.getByRole('button', { name: 'Échanger' }).click();
    await string.locator('[data-picture]').nth(1).click();
  };
  await swap();
  await expect
    .poll(() => proposed(string))
    .toEqual([
      ['EL_M002.JPG', 'M001'],
      ['EL_M001.JPG', 'M002'],
    ]);
  await dialog.getByRole('button', { name: 'Annuler le dernier changement' }).click();
  await expect
    .poll(() => proposed(string))
    .toEqual([
      ['EL_M001.JPG', 'M001'],
      ['EL_M002.JPG', 'M002'],
    ]);

  const left = dialog.locator('[data-string="left"]');
  await lead.tap(left.locator('.string'), left.getByTestId('import-pictures'));
  await expect.poll(() => proposed(left)).toEqual([['IMG_0009.JPG', 'nom sans module']]);
  await lead.tap(left.locator('[data-picture]'), left.getByTestId('import-ways'));
  await left.getByPlaceholder('Autre module').fill('3');
  await left.getByRole('button', { name: 'Mettre' }).click();
  await expect(left).toHaveCount(0);
  await expect(string).toContainText('3 images pour');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  await expect(string.locator('[data-picture]')).toHaveCount(3);
  await lead.tap(string.getByTestId('import-confirm'), dialog.getByTestId('import-taken'));
  await expect(dialog.getByTestId('import-taken')).toContainText('3 images');
  await expect(string).toContainText('confirmé');
  await sent(lead.page, 3);
  const photos = await photosOf(hub);
  expect(
    photos.map(({ at, name, picture_kind, variants }) => [
      at.module_id,
      name,
      picture_kind,
      variants.find((variant) => variant.class === 'original')?.sha256,
    ]),
  ).toEqual([
    ['M001', 'EL_M001.JPG', 'el', sha256(one)],
    ['M002', 'EL_M002.JPG', 'el', sha256(two)],
    ['M003', 'IMG_0009.JPG', 'el', sha256(none)],
  ]);
});

test('a whole folder goes along the string from the first module on, and one without a picture is skipped', async ({
  tablet,
  hub,
}) => {
  const lead = await tablet();
  const dialog = await openImport(lead);
  const folder = await mkdtemp(join(tmpdir(), 'fieldhub-card-'));
  // As a camera counts: 10 comes after 9.
  for (const n of [8, 9, 10])
    await writeFile(join(folder, `IMG_${String(n)}.JPG`), await pictureOf(lead.page, 300 + n, 200));
  await dialog.getByTestId('import-folder').setInputFiles(folder);
  await expect(dialog.getByTestId('import-read')).toHaveText('3 images');
  await rm(folder, { recursive: true });
  await dialog.getByRole('button', { name: 'Ordre' }).click();
  await expect(dialog.getByRole('button', { name: 'Proposer' })).toBeDisabled();
  await dialog.getByLabel('Module de la première image').fill('M001');
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  const string = dialog.locator('[data-string="1"]');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  await expect
    .poll(() => proposed(string))
    .toEqual([
      ['IMG_8.JPG', 'M001'],
      ['IMG_9.JPG', 'M002'],
      ['IMG_10.JPG', 'M003'],
    ]);
  await lead.tap(string.locator('[data-picture]').nth(1), string.getByTestId('import-ways'));
  await string.getByRole('button', { name: 'Pas d’image de M002' }).click();
  await expect
    .poll(() => proposed(string))
    .toEqual([
      ['IMG_8.JPG', 'M001'],
      ['IMG_9.JPG', 'M003'],
      ['IMG_10.JPG', 'M004'],
    ]);
  expect(await photosOf(hub)).toEqual([]);
});

test('a picture that no browser draws is drawn by the hub', async ({ tablet, hub }) => {
  const lead = await tablet();
  const dialog = await openImport(lead);
  const tiff = tiffOf(640, 480);
  await dialog
    .getByTestId('import-files')
    .setInputFiles([{ name: 'EL_M001.TIF', mimeType: 'image/tiff', buffer: tiff }]);
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  const string = dialog.locator('[data-string="1"]');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  await lead.tap(string.getByTestId('import-confirm'), dialog.getByTestId('import-taken'));
  await sent(lead.page, 1);
  const [photo] = await photosOf(hub);
  expect(photo?.variants.map((one) => one.class).sort()).toEqual(['original', 'preview', 'thumb']);
  expect(photo?.variants.find((one) => one.class === 'original')?.sha256).toBe(sha256(tiff));

  // Whoever was not there sees it.
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.cell('M001').click();
  const thumb = lea.page.getByTestId('photo-strip').locator('[data-photo] canvas');
  await expect(thumb).toHaveAttribute('width', '320');
  await expect(thumb).toBeVisible();
});

test('a hub that cannot propose says so; technicians have no import', async ({ tablet }) => {
  const lead = await tablet();
  lead.expects(404);
  await lead.context.route('**/photos/proposal', (route) =>
    route.fulfill({ status: 404, json: { error: 'there is nothing at this address', code: 'not_found' } }),
  );
  const dialog = await openImport(lead);
  await dialog
    .getByTestId('import-files')
    .setInputFiles([jpeg('EL_M001.JPG', await pictureOf(lead.page, 40, 30))]);
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  await expect(dialog.getByTestId('import-problem')).toContainText('ne sait pas encore proposer');

  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
  await lea.page.getByTestId('photos-open').click();
  await expect(lea.page.getByTestId('photos-dialog').getByTestId('photo-camera')).toBeVisible();
  await expect(lea.page.getByTestId('photo-import-open')).toHaveCount(0);
});
