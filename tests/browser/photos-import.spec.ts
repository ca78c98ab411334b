// A card of pictures: the hub proposes, a lead looks, changes and confirms string by string, and they go as all photos go.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { jpeg, photosKept, pictureOf, sent, takenAt, tiffOf } from './pictures';

interface PhotoOfHub {
  at: { module_id?: string };
  name?: string;
  picture_kind: string;
  variants: { class: string; sha256: string }[];
}

async function photosOf(hub: Hub): Promise<PhotoOfHub[]> {
  return ((await hub.api('GET', `/audits/${DEMO}/photos`)) as { photos: PhotoOfHub[] }).photos;
}

const idOf = (n: number) => `019a0000-0000-7000-8000-00000000a00${String(n)}`;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function openImport(tablet: Tablet): Promise<Locator> {
  await tablet.openAudit('Chef', 'lead-code');
  await tablet.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
  const { page } = tablet;
  await page.getByTestId('photos-open').click();
  // It may come right under the finger.
  await tablet.tap(page.getByTestId('photo-import-open'), page.getByTestId('photo-import'));
  return page.getByTestId('photo-import');
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

test('a card that is confirmed on two visits makes no second photo, and what was taken out comes in again', async ({
  tablet,
  hub,
}) => {
  const lead = await tablet();
  const dialog = await openImport(lead);
  const [one, two] = [await pictureOf(lead.page, 400, 300), await pictureOf(lead.page, 410, 300)];
  const string = dialog.locator('[data-string="1"]');
  const visit = async () => {
    await dialog
      .getByTestId('import-files')
      .setInputFiles([jpeg('EL_M001.JPG', one), jpeg('EL_M002.JPG', two)]);
    // Another card, be it the same one: what was proposed of the one before is gone.
    await expect(dialog.getByTestId('import-strings')).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Proposer' }).click();
    await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
    await lead.tap(string.getByTestId('import-confirm'), string.getByTestId('import-confirm'), 'goes');
    await expect(string).toContainText('confirmé');
  };
  await visit();
  await expect(dialog.getByTestId('import-taken')).toContainText('2 images');
  await expect(dialog.getByTestId('import-known')).toHaveCount(0);
  await sent(lead.page, 2);

  await visit();
  await expect(dialog.getByTestId('import-known')).toContainText('2 y étaient déjà');
  await expect(dialog.getByTestId('import-taken')).toHaveCount(0);
  expect(await photosKept(lead.page)).toEqual(['sent', 'sent']);

  const { photos } = (await hub.api('GET', `/audits/${DEMO}/photos`)) as {
    photos: { photo_id: string; stamp: string }[];
  };
  const edit = {
    ...{ id: idOf(9), kind: 'photo_edit', photo_id: photos[0]?.photo_id, taken_out: true },
    ...{ base: photos[0]?.stamp, marked_at_ms: Date.now(), technician_id: 'tech_tom' },
  };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [edit], sent_at_ms: Date.now() });
  await visit();
  await expect(dialog.getByTestId('import-again')).toContainText('1 avait été retirée');
  await expect(dialog.getByTestId('import-known')).toContainText('1 y était déjà');
  await sent(lead.page, 3);
  const shown = async () =>
    (
      (await hub.api('GET', `/audits/${DEMO}/photos`)) as { photos: (PhotoOfHub & { taken_out?: object })[] }
    ).photos
      .filter((photo) => !photo.taken_out)
      .map(({ at }) => at.module_id);
  await expect.poll(shown).toEqual(['M002', 'M001']);
});

test('pictures find their modules by a list, and a shift moves those from there on', async ({ tablet }) => {
  const lead = await tablet();
  const dialog = await openImport(lead);
  const files = await Promise.all(
    [1, 2, 3].map(async (n) => jpeg(`IMG_${String(n)}.JPG`, await pictureOf(lead.page, 100 + n, 80))),
  );
  await dialog.getByTestId('import-files').setInputFiles(files);
  await dialog.getByRole('button', { name: 'Liste', exact: true }).click();
  const csv = 'fichier;module\nIMG_1.JPG;M004\nIMG_2.JPG;M005\nIMG_3.JPG;M006\nIMG_9.JPG;M007\n';
  await dialog
    .getByTestId('import-csv')
    .setInputFiles([{ name: 'liste.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }]);
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  await expect(dialog).toContainText('IMG_9.JPG');
  const string = dialog.locator('[data-string="1"]');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  const are = (...modules: string[]) =>
    expect
      .poll(() => proposed(string))
      .toEqual(modules.map((module, i) => [`IMG_${String(i + 1)}.JPG`, module]));
  await are('M004', 'M005', 'M006');
  await lead.tap(string.locator('[data-picture]').nth(1), string.getByTestId('import-ways'));
  await string.getByRole('button', { name: 'À partir d’ici : un module après' }).click();
  await are('M004', 'M006', 'M007');
});

test('pictures find their modules by the times of marks, with the camera’s clock put right', async ({
  tablet,
  hub,
}) => {
  const lead = await tablet();
  // Marked a minute apart; the camera is ninety minutes slow, and each picture was taken five seconds before its mark.
  const first = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const marks = [1, 2, 3].map((n) => ({
    ...{ id: idOf(n), kind: 'mark', module_id: `M00${String(n)}`, status: 'dead', base: '' },
    ...{ technician_id: 'tech_lea', marked_at_ms: first + n * 60_000 },
  }));
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: marks, sent_at_ms: Date.now() });
  const dialog = await openImport(lead);
  const taken = (n: number) => new Date(first + n * 60_000 - 5_000 - 90 * 60_000).toISOString();
  const files = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const at = `${taken(n).slice(0, 10).replaceAll('-', ':')} ${taken(n).slice(11, 19)}`;
      return jpeg(`IMG_${String(n)}.JPG`, takenAt(await pictureOf(lead.page, 100 + n, 80), at));
    }),
  );
  await dialog.getByTestId('import-files').setInputFiles(files);
  await dialog.getByRole('button', { name: 'Heures', exact: true }).click();
  await dialog.getByLabel('Retard de l’horloge de l’appareil').fill('90');
  await dialog.getByRole('button', { name: 'Proposer' }).click();
  const string = dialog.locator('[data-string="1"]');
  await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
  await expect
    .poll(() => proposed(string))
    .toEqual([1, 2, 3].map((n) => [`IMG_${String(n)}.JPG`, `M00${String(n)}`]));
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
