// Photos beside the sheet: filters, photos of a string and of the site, and two tabs of one tablet, which have one outbox.
import type { Page } from '@playwright/test';
import { serious } from './axe';
import { DEMO, expect, test } from './fixtures';
import type { Hub } from './hub';
import { gallery, jpeg, openSheet, photosKept, pictureOf, sent } from './pictures';

const PICTURES = /\/photos\/[0-9a-f]{64}$/;

async function places(hub: Hub): Promise<unknown[]> {
  const { photos } = (await hub.api('GET', `/audits/${DEMO}/photos`)) as { photos: { at: unknown }[] };
  return photos.map(({ at }) => at);
}

test('filters show the modules with a photo, and the defects without one', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M050', 'dead');
  await lea.mark('M051', 'dead');
  await openSheet(lea, 'M050');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 400, 300))]);
  await sent(lea.page, 1);
  await lea.page.keyboard.press('Escape');
  await openSheet(lea, 'M052');
  await gallery(lea.page).setInputFiles([jpeg('IMG_2.JPG', await pictureOf(lea.page, 400, 300))]);
  await sent(lea.page, 2);
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('photo-count')).toHaveText('2 photos');

  await lea.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
  const chip = (filter: string) => lea.page.locator(`[data-filter="${filter}"]`);
  const shows = async (...ids: string[]) => {
    await expect(lea.page.locator('[data-module]')).toHaveCount(ids.length);
    for (const id of ids) await expect(lea.cell(id)).toBeVisible();
  };
  await expect(chip('photo')).toContainText('2');
  await chip('photo').click();
  await shows('M050', 'M052');
  await expect(chip('bare')).toContainText('1');
  await chip('bare').click();
  await shows('M051');
  // It stays under the finger when it gets one, and the count says that none is left.
  await openSheet(lea, 'M051');
  await gallery(lea.page).setInputFiles([jpeg('IMG_3.JPG', await pictureOf(lea.page, 400, 300))]);
  await lea.page.keyboard.press('Escape');
  await expect(chip('bare')).toContainText('0');
  await expect(chip('photo')).toContainText('3');
});

test('photos of the site and of a string have their place, and say how many there are', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
  await lea.page.getByTestId('photos-open').click();
  const dialog = lea.page.getByTestId('photos-dialog');
  const sections = dialog.getByTestId('photos');
  await expect(sections).toHaveCount(1);
  const picture = async (name: string) => jpeg(name, await pictureOf(lea.page, 400, 300));
  await sections
    .first()
    .getByTestId('photo-gallery-input')
    .setInputFiles([await picture('SITE.JPG')]);
  await sent(lea.page, 1);
  await dialog.locator('select').selectOption('2');
  await expect(sections).toHaveCount(2);
  await sections
    .nth(1)
    .getByTestId('photo-gallery-input')
    .setInputFiles([await picture('S2_1.JPG'), await picture('S2_2.JPG')]);
  await sent(lea.page, 3);
  expect(await places(hub)).toEqual([{}, { string: 2 }, { string: 2 }]);
  await expect(dialog.locator('option[value="2"]')).toContainText('2 photos');
  await expect(sections.first().locator('[data-photo]')).toHaveCount(1);
  await expect(sections.nth(1).locator('[data-photo]')).toHaveCount(2);
  expect(await serious(lea.page)).toEqual([]);
  // What is said of a picture here goes to its place: from the site to a module.
  await sections.first().locator('[data-photo]').click();
  const viewer = lea.page.getByTestId('photo-viewer');
  await viewer.getByRole('button', { name: 'Autre module' }).click();
  await viewer.getByPlaceholder('Module').fill('M007');
  await viewer.getByRole('button', { name: 'Déplacer' }).click();
  await expect(viewer).toHaveCount(0);
  await expect.poll(() => places(hub)).toContainEqual({ module_id: 'M007' });
  await expect(lea.cell('M007').locator('.photo')).toHaveCount(1);
});

/** Files of which there are chunks and no photo speaks. */
function orphans(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const open = indexedDB.open('fieldhub-photos');
        open.onsuccess = () => {
          const all = open.result.transaction(['photos', 'chunks']);
          const photos: IDBRequest<{ files: { file: string }[] }[]> = all.objectStore('photos').getAll();
          const chunks = all.objectStore('chunks').getAllKeys();
          all.oncomplete = () => {
            open.result.close();
            const known = photos.result.flatMap(({ files }) => files.map((one) => one.file));
            const files = new Set(chunks.result.map((key) => String((key as string[])[0])));
            done([...files].filter((one) => one !== 'reserve' && !known.includes(one)));
          };
        };
      }),
  );
}

test('two tabs send each picture once, and the other one goes on when one is closed', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const other = await lea.context.newPage();
  lea.watch(other);
  await other.goto(lea.page.url());
  await expect(other.locator('[data-module="M050"]')).toBeVisible();

  const begun = new Map<string, number>();
  let hold: Promise<void> | null = null;
  await lea.context.route(PICTURES, async (route) => {
    const request = route.request();
    if (request.method() === 'PATCH') {
      const { pathname } = new URL(request.url());
      if (request.headers()['upload-offset'] === '0') begun.set(pathname, (begun.get(pathname) ?? 0) + 1);
      if (hold !== null && !request.frame().page().isClosed() && request.frame().page() === first) await hold;
    }
    await route.continue().catch(() => undefined);
  });
  const first = lea.page;
  await openSheet(lea, 'M050');
  const pictures = [];
  for (const name of ['A.JPG', 'B.JPG', 'C.JPG']) pictures.push(jpeg(name, await pictureOf(first, 900, 700)));
  await gallery(first).setInputFiles(pictures);
  await sent(first, 3);
  expect(begun.size).toBe(9);
  expect([...begun.values()].every((times) => times === 1)).toBe(true);
  expect(await orphans(first)).toEqual([]);
  await expect(other.locator('[data-module="M050"] .photo')).toBeVisible();
  await other.locator('[data-module="M050"]').click();
  await expect(other.getByTestId('photo-strip').locator('[data-photo]')).toHaveCount(3);

  // Whichever of them sends: the one in which it was taken gets none through, and then it is closed.
  let letGo: () => void = () => undefined;
  hold = new Promise((done) => (letGo = done));
  await gallery(first).setInputFiles([jpeg('D.JPG', await pictureOf(first, 500, 400))]);
  await expect.poll(async () => (await photosKept(other)).length).toBe(4);
  await expect.poll(async () => (await photosKept(other)).includes('reading')).toBe(false);
  await first.close();
  letGo();
  lea.page = other;
  await sent(other, 4);
  expect((await places(hub)).length).toBe(4);
  expect(await orphans(other)).toEqual([]);
});

test('the viewer: gamma, a swipe to the next picture and the next defect, two side by side', async ({
  tablet,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M003', 'dead');
  await lea.mark('M004', 'dead');
  const picture = async (name: string) => jpeg(name, await pictureOf(lea.page, 800, 600));
  await openSheet(lea, 'M004');
  await gallery(lea.page).setInputFiles([await picture('N.JPG')]);
  await sent(lea.page, 1);
  await lea.page.keyboard.press('Escape');
  await openSheet(lea, 'M003');
  await gallery(lea.page).setInputFiles([await picture('A.JPG'), await picture('B.JPG')]);
  await sent(lea.page, 3);
  await lea.page.getByTestId('photo-strip').locator('[data-photo]').first().click();
  const viewer = lea.page.getByTestId('photo-viewer');
  const stage = lea.page.getByTestId('photo-stage').first();
  const title = viewer.locator('h2');

  await viewer.getByRole('button', { name: 'Régler l’image' }).click();
  const filter = () => stage.locator('.of').evaluate((of) => getComputedStyle(of).filter);
  expect(await filter()).not.toContain('url(');
  await viewer.getByLabel('Gamma').fill('200');
  await expect.poll(filter).toContain('url(');
  await expect(viewer.locator('feFuncR')).toHaveAttribute('exponent', '0.5');
  await viewer.getByRole('button', { name: 'Comme elle est' }).click();
  await expect.poll(filter).not.toContain('url(');
  await viewer.getByRole('button', { name: 'Régler l’image' }).click();

  // Beside it the other one of the module, then its neighbour.
  await viewer.getByRole('button', { name: 'Comparer' }).click();
  const beside = lea.page.getByTestId('photo-beside');
  await expect(beside).toContainText('Photo d’après');
  const other = await beside.getAttribute('data-photo');
  await viewer.getByRole('button', { name: 'Voisin M004' }).click();
  await expect(beside).toContainText('Voisin M004');
  expect(await beside.getAttribute('data-photo')).not.toBe(other);
  await expect(beside.locator('canvas')).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);
  await viewer.getByRole('button', { name: 'Comparer' }).click();
  await expect(beside).toHaveCount(0);

  const swipe = async () => {
    const box = await stage.boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    await lea.page.mouse.move(x + 120, y);
    await lea.page.mouse.down();
    await lea.page.mouse.move(x - 120, y, { steps: 4 });
    await lea.page.mouse.up();
  };
  await expect(viewer).toContainText('Photo 1 sur 2');
  await swipe();
  await expect(viewer).toContainText('Photo 2 sur 2');
  await expect(title).toHaveText('M003');
  await swipe();
  await expect(title).toHaveText('M004');
  await expect(viewer).toContainText('Photo 1 sur 1');
});
