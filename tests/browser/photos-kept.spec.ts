// Photos that cannot go where they were meant to: an audit that was removed, a hub that is dead, one that lost its disk. Nothing is stuck or lost without a word.
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { gallery, jpeg, openSheet, photosKept, pictureOf, strip } from './pictures';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** How far each is, once it is not being read any more. */
const states = (tablet: Tablet) =>
  expect.poll(async () => (await photosKept(tablet.page)).sort().join(), { timeout: 30_000 });

/** Steps of pictures do not get through, until it is called. */
async function cut(tablet: Tablet): Promise<() => Promise<void>> {
  const pictures = /\/photos\/[0-9a-f]{64}$/;
  await tablet.context.route(pictures, (route) => route.abort());
  return () => tablet.context.unroute(pictures);
}

async function saved(downloads: Download[]): Promise<[string, string][]> {
  const all = downloads.map(async (one): Promise<[string, string]> => [
    one.suggestedFilename(),
    sha256(await readFile(await one.path())),
  ]);
  return (await Promise.all(all)).sort(([a], [b]) => (a < b ? -1 : 1));
}

async function variantsOf(hub: Hub): Promise<string[][]> {
  const { photos } = (await hub.api('GET', `/audits/${DEMO}/photos`)) as {
    photos: { variants: { class: string; held: boolean }[] }[];
  };
  return photos.map(({ variants }) => variants.map((one) => `${one.class} ${String(one.held)}`).sort());
}

test('photos of an audit that was removed are told, saved and given up, and those of others can be taken', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const open = await cut(lea);
  const picture = await pictureOf(lea.page, 640, 480);
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', picture)]);
  await states(lea).toBe('ready');
  lea.expects(404, 410);
  const plan = { token: 'other', name: 'Autre', strings: '6' };
  await hub.api('POST', '/audits', plan);
  await hub.api('DELETE', `/audits/${DEMO}`);
  // Whoever still looks at it asks for its photos in vain.
  await lea.page.reload();
  await open();
  await lea.page.goto(`${hub.url}#/`);
  await expect(lea.page.getByTestId('audit-other')).toBeVisible();
  await lea.openPanel();
  const held = lea.page.locator(`[data-testid="photos-held"] [data-audit="${DEMO}"]`);
  await expect(held).toHaveAttribute('data-astray', /removed|unknown/);

  const download = lea.page.waitForEvent('download');
  await held.getByRole('button', { name: 'Enregistrer les images en fichiers' }).click();
  expect(await saved([await download])).toEqual([[`${DEMO}_M050_1.jpg`, sha256(picture)]]);
  expect(await photosKept(lea.page)).toEqual(['ready']);
  await held.getByRole('button', { name: 'Supprimer de cette tablette' }).click();
  await held.getByRole('button', { name: 'Supprimer pour toujours' }).click();
  await states(lea).toBe('');
  await expect(held).toHaveCount(0);
  await lea.page.keyboard.press('Escape');

  await lea.page.getByTestId('audit-other').click();
  await expect(lea.page.locator('[data-module]').first()).toBeVisible();
  await lea.page.locator('[data-module]').first().click();
  await expect(lea.page.getByTestId('photo-camera')).toBeEnabled();
});

test('a tablet whose hub is dead saves its pictures as files, named by module and order', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const [one, two, three] = [
    await pictureOf(lea.page, 640, 480),
    await pictureOf(lea.page, 600, 480),
    await pictureOf(lea.page, 500, 480),
  ];
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', one)]);
  await states(lea).toBe('sent');
  await hub.kill();
  await lea.reach('no');
  await gallery(lea.page).setInputFiles([jpeg('IMG_2.JPG', two), jpeg('IMG_3.JPG', three)]);
  await states(lea).toMatch(/^(kept|ready),(kept|ready),sent$/);
  await lea.page.keyboard.press('Escape');
  await lea.openPanel();
  const downloads: Download[] = [];
  lea.page.on('download', (download) => downloads.push(download));
  await lea.page.getByRole('button', { name: 'Enregistrer les images en fichiers' }).click();
  await expect(lea.page.getByTestId('photos-saved')).toHaveAttribute('data-next', '3');
  await expect.poll(() => downloads.length).toBe(3);
  // What waits comes first, then what the dead hub has taken along.
  expect(await saved(downloads)).toEqual([
    [`${DEMO}_M050_1.jpg`, sha256(two)],
    [`${DEMO}_M050_2.jpg`, sha256(three)],
    [`${DEMO}_M050_3.jpg`, sha256(one)],
  ]);
});

/** The tablet made room: the original of each photo is on the hub alone. */
function letGoOfOriginals(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const open = indexedDB.open('fieldhub-photos');
        open.onsuccess = () => {
          const all = open.result.transaction(['photos', 'chunks'], 'readwrite');
          const photos = all.objectStore('photos');
          const read: IDBRequest<{ files: { class: string; file: string; gone?: true }[] }[]> =
            photos.getAll();
          read.onsuccess = () => {
            for (const photo of read.result) {
              for (const file of photo.files.filter((one) => one.class === 'original')) {
                file.gone = true;
                all.objectStore('chunks').delete(IDBKeyRange.bound([file.file], [file.file, []]));
              }
              photos.put(photo);
            }
          };
          all.oncomplete = () => {
            open.result.close();
            done();
          };
          all.onabort = () => {
            failed(new Error('nothing was written'));
          };
        };
      }),
  );
}

test('a hub that lost its disk gets what is left of a photo, and the loss of the original is said', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const before = await hub.backup();
  await openSheet(lea, 'M050');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 2_000, 1_500))]);
  await states(lea).toBe('sent');
  await letGoOfOriginals(lea.page);
  await hub.kill();
  await rm(join(hub.dataDir, 'photos'), { recursive: true });
  await hub.restore(before);
  await lea.reach('yes');
  await expect.poll(() => variantsOf(hub), { timeout: 30_000 }).toEqual([['preview true', 'thumb true']]);
  await states(lea).toBe('sent');
  await expect(strip(lea.page)).toHaveCount(1);
  await strip(lea.page).first().click();
  await expect(lea.page.getByTestId('photo-original')).toContainText('perdu');
  await lea.page.keyboard.press('Escape');
  await lea.page.keyboard.press('Escape');
  await lea.openPanel();
  await expect(lea.page.getByTestId('photos-lost')).toContainText('1 photo');
  await lea.page.getByTestId('photos-lost').getByRole('button').click();
  await expect(lea.page.getByTestId('photos-lost')).toHaveCount(0);
});

test('a picture that comes to the hub long after its photo shows, without a word in the log', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 800, 600))]);
  await states(lea).toBe('sent');
  const { photos } = (await hub.api('GET', `/audits/${DEMO}/photos`)) as {
    photos: { variants: { class: string; sha256: string }[] }[];
  };
  const thumb = photos[0]?.variants.find((one) => one.class === 'thumb')?.sha256 ?? '';
  const bytes = await readFile(join(hub.dataDir, 'photos', thumb.slice(0, 2), thumb));
  await lea.context.close();
  await hub.kill();
  await rm(join(hub.dataDir, 'photos'), { recursive: true });
  await hub.start();

  const marc = await tablet();
  await marc.openAudit('Marc');
  await openSheet(marc, 'M050');
  await expect(strip(marc.page)).toContainText('Image pas encore sur ce hub');
  const headers = {
    authorization: `Bearer ${await hub.join('Stick')}`,
    'content-type': 'application/partial-upload',
    'upload-offset': '0',
    'upload-complete': '?1',
  };
  const url = `http://127.0.0.1:${String(hub.port)}/api/v1/audits/${DEMO}/photos/${thumb}`;
  expect((await fetch(url, { method: 'PATCH', headers, body: new Uint8Array(bytes) })).status).toBe(200);
  await marc.page.keyboard.press('Escape');
  await openSheet(marc, 'M050');
  await expect(strip(marc.page).locator('canvas')).toBeVisible();
  await expect(strip(marc.page)).not.toContainText('Image pas encore sur ce hub');
});
