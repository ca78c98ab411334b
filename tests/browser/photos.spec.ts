// Photos: taken out of reach, several at once, with the page or the hub killed in the middle; they are on the hub byte by byte, and others see them.
import { createHash } from 'node:crypto';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { gallery, jpeg, openSheet, photosKept, pictureOf, sent, strip, themed } from './pictures';

interface PhotoOfHub {
  photo_id: string;
  at: { module_id?: string; string?: number };
  caption?: string;
  taken_out?: unknown;
  variants: {
    class: string;
    sha256: string;
    bytes: number;
    width?: number;
    height?: number;
    held: boolean;
  }[];
}

async function photosOf(hub: Hub): Promise<PhotoOfHub[]> {
  return ((await hub.api('GET', `/audits/${DEMO}/photos`)) as { photos: PhotoOfHub[] }).photos;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const original = ({ variants }: PhotoOfHub) => variants.find((one) => one.class === 'original');

/** On the disk of this tablet: kept, however far it has got. */
const keeps = (tablet: Tablet, count: number) =>
  expect
    .poll(async () => (await photosKept(tablet.page)).filter((state) => state !== 'reading').length)
    .toBe(count);

test('photos taken out of reach are on the hub when it is back, byte by byte, and another tablet sees them', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const marc = await tablet();
  await marc.openAudit('Marc');
  const [one, two] = [await pictureOf(lea.page, 2_400, 1_800), await pictureOf(lea.page, 1_000, 1_500)];
  await openSheet(lea, 'M050');
  await hub.kill();
  await lea.reach('no');

  await lea.page.getByTestId('photo-camera-input').setInputFiles([jpeg('IMG_1.JPG', one)]);
  await keeps(lea, 1);
  await gallery(lea.page).setInputFiles([
    jpeg('IMG_2.JPG', two),
    jpeg('IMG_3.JPG', await pictureOf(lea.page, 64, 48)),
  ]);
  await keeps(lea, 3);
  await expect(strip(lea.page)).toHaveCount(3);
  await expect(strip(lea.page).first()).toHaveAttribute('data-receipt', 'tablet');

  await hub.start();
  await lea.reach('yes');
  await sent(lea.page, 3);
  const photos = await photosOf(hub);
  expect(photos.map((photo) => original(photo)?.sha256).slice(0, 2)).toEqual([sha256(one), sha256(two)]);
  for (const { at, variants } of photos) {
    expect(at).toEqual({ module_id: 'M050' });
    expect(variants.map((one) => one.class).sort()).toEqual(['original', 'preview', 'thumb']);
    for (const { class: of, bytes, held } of variants) {
      expect(held).toBe(true);
      if (of === 'thumb') expect(bytes).toBeLessThanOrEqual(20_000);
      if (of === 'preview') expect(bytes).toBeLessThanOrEqual(300_000);
    }
  }
  const preview = photos[0]?.variants.find((one) => one.class === 'preview');
  expect([preview?.width, preview?.height]).toEqual([1_600, 1_200]);
  await expect(strip(lea.page).first()).toHaveAttribute('data-receipt', 'hub');

  // On the other tablet by itself: the sign on the cell, and the strip.
  await marc.reach('yes');
  await expect(marc.cell('M050').locator('.photo')).toBeVisible();
  await marc.cell('M050').click();
  await expect(strip(marc.page)).toHaveCount(3);
});

test('a page that is killed while the camera is open comes back to its module', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const chooser = lea.page.waitForEvent('filechooser');
  await lea.page.getByTestId('photo-camera').click();
  await chooser;
  const address = lea.page.url();
  await lea.page.close();

  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  await lea.page.goto(address);
  await expect(lea.page.getByTestId('photo-lost')).toBeVisible();
  await expect(lea.page.locator('#sheet-title')).toHaveText('M050');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 640, 480))]);
  await sent(lea.page, 1);

  // Once: the next page begins where pages begin.
  await lea.page.reload();
  await expect(lea.cell('M001')).toBeVisible();
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
});

test('a page that is killed in the middle of an upload goes on with the next one', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const picture = await pictureOf(lea.page, 2_000, 1_500, 0.95);
  expect(picture.length).toBeGreaterThan(1_000_000);
  const offsets: number[] = [];
  let held = false;
  await lea.context.route('**/photos/*', async (route) => {
    const request = route.request();
    const offset = Number(request.headers()['upload-offset'] ?? NaN);
    if (request.method() === 'PATCH' && offset > 0) offsets.push(offset);
    // The page goes before the third step of the original does.
    if (request.method() === 'PATCH' && offset >= 2 * 262_144 && !held) {
      held = true;
      await lea.page.close();
      return;
    }
    await route.continue();
  });
  const address = lea.page.url();
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', picture)]);
  await expect.poll(() => held).toBe(true);
  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  await lea.page.goto(address);
  await sent(lea.page, 1);
  // On from where the hub was, and nothing twice but the step that broke off; that may have got there as the page went.
  expect(offsets.length - new Set(offsets).size).toBeLessThanOrEqual(1);
  expect((await photosOf(hub)).map((photo) => original(photo)?.sha256)).toEqual([sha256(picture)]);
});

test('a hub that is killed in the middle of an upload gets the rest when it is back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const picture = await pictureOf(lea.page, 2_000, 1_500, 0.95);
  const killed = new Promise<void>((done) => {
    let once = false;
    lea.page.on('request', (request) => {
      if (once) return;
      if (request.method() !== 'PATCH' || request.headers()['upload-offset'] !== '524288') return;
      once = true;
      void hub.kill().then(done);
    });
  });
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', picture)]);
  await killed;
  await hub.start();
  await sent(lea.page, 1);
  const [photo] = await photosOf(hub);
  expect(photo && original(photo)?.sha256).toBe(sha256(picture));
});

test('a mark that is made while a picture is sent does not wait for it', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  const picture = await pictureOf(lea.page, 2_000, 1_500, 0.95);
  const order: string[] = [];
  // A link on which each step takes for ever, until a mark has gone.
  let marked: () => void = () => undefined;
  const gone = new Promise<void>((done) => (marked = done));
  await lea.context.route('**/photos/*', async (route) => {
    if (route.request().method() === 'PATCH' && route.request().headers()['upload-offset'] !== '0') {
      order.push('step');
      await gone;
    }
    await route.continue().catch(() => undefined);
  });
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', picture)]);
  await expect.poll(() => order.length).toBeGreaterThan(0);
  await lea.page.locator('[data-mark="dead"]').click();
  await expect.poll(async () => (await hub.modules()).get('M050')?.status, { timeout: 3_000 }).toBe('dead');
  marked();
  await sent(lea.page, 1);
});

test('what is no picture is not taken, and is told; a hub without room for photos takes marks', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await openSheet(lea, 'M050');
  await gallery(lea.page).setInputFiles([
    {
      name: 'plan.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    },
  ]);
  await expect(lea.page.getByTestId('photo-not-taken')).toContainText('plan.svg');

  lea.expects(507);
  await hub.kill();
  await hub.start({ FIELDHUB_PHOTOS_QUOTA: '0' });
  await lea.reach('yes');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 640, 480))]);
  await keeps(lea, 1);
  await lea.page.locator('[data-mark="dead"]').click();
  await expect.poll(async () => (await hub.modules()).get('M050')?.status).toBe('dead');
  await lea.openPanel();
  await expect(lea.page.getByTestId('photos-trouble')).toBeVisible();
  await expect(lea.page.getByTestId('photos-waiting')).toHaveAttribute('data-count', '1');
});

test('a photo is looked at, gets a caption, goes to another module, is taken out and put back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await themed(lea.context);
  await lea.openAudit('Léa');
  await lea.mark('M050', 'dead');
  await openSheet(lea, 'M050');
  await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', await pictureOf(lea.page, 1_200, 900))]);
  await sent(lea.page, 1);
  await strip(lea.page).first().click();
  const viewer = lea.page.getByTestId('photo-viewer');
  await expect(viewer).toBeVisible();
  await viewer.getByPlaceholder('Légende').fill('busbar');
  await viewer.getByRole('button', { name: 'Enregistrer la légende' }).click();
  await expect.poll(async () => (await photosOf(hub))[0]?.caption).toBe('busbar');
  await viewer.getByRole('button', { name: 'Régler l’image' }).click();
  await viewer.getByRole('button', { name: 'Inverser' }).click();
  await lea.page.getByTestId('photo-stage').dblclick();
  await expect(lea.page.getByTestId('photo-stage')).toHaveAttribute('data-scale', '3.00');
  expect(await serious(lea.page)).toEqual([]);

  await viewer.getByRole('button', { name: 'Autre module' }).click();
  await viewer.getByPlaceholder('Module').fill('51');
  await viewer.getByRole('button', { name: 'Déplacer' }).click();
  await expect(viewer).toHaveCount(0);
  await expect.poll(async () => (await photosOf(hub))[0]?.at).toEqual({ module_id: 'M051' });
  await lea.page.keyboard.press('Escape');
  await expect(lea.cell('M051').locator('.photo')).toBeVisible();
  await expect(lea.cell('M050').locator('.photo')).toHaveCount(0);

  await lea.cell('M051').click();
  await strip(lea.page).first().click();
  await viewer.getByRole('button', { name: 'Retirer' }).click();
  await expect.poll(async () => (await photosOf(hub))[0]?.taken_out !== undefined).toBe(true);
  await viewer.getByRole('button', { name: 'Remettre' }).click();
  await expect.poll(async () => (await photosOf(hub))[0]?.taken_out).toBe(undefined);
});
