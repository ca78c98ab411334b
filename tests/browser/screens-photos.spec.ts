// Pictures of photos at three sizes and in both themes (shots.ts): the strip in the sheet, the viewer, the site's own, what waits.
import { expect, test } from './fixtures';
import { photosKept, pictureOf } from './pictures';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of photos: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    await lea.openAudit('Léa');
    await lea.mark('M003', 'dead', 'diode');
    await lea.cell('M003').click();
    await expect(lea.page.getByTestId('photo-camera')).toBeEnabled();
    const gallery = lea.page.getByTestId('photo-gallery-input');
    const file = async (name: string, width: number, height: number) => ({
      ...{ name, mimeType: 'image/jpeg', buffer: await pictureOf(lea.page, width, height) },
    });
    await gallery.setInputFiles([await file('IMG_1.JPG', 1_200, 900), await file('IMG_2.JPG', 900, 1_200)]);
    const states = async () => (await photosKept(lea.page)).sort().join();
    await expect.poll(states).toBe('sent,sent');
    await hub.kill();
    await lea.reach('no');
    await gallery.setInputFiles([await file('IMG_3.JPG', 640, 480)]);
    await gallery.setInputFiles([
      { name: 'plan.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') },
    ]);
    const strip = lea.page.getByTestId('photo-strip');
    await expect(strip.locator('[data-photo]')).toHaveCount(3);
    await lea.page.getByTestId('photo-not-taken').scrollIntoViewIfNeeded();
    await strip.scrollIntoViewIfNeeded();
    await shoot(lea.page, 'photos-sheet');
    await strip.locator('[data-photo]').first().click();
    const viewer = lea.page.getByTestId('photo-viewer');
    await expect(viewer).toBeVisible();
    await shoot(lea.page, 'photos-viewer');
    await viewer.getByRole('button', { name: 'Régler l’image' }).click();
    await viewer.getByRole('button', { name: 'Autre module' }).click();
    await shoot(lea.page, 'photos-adjust');
    await viewer.getByRole('button', { name: 'Autre module' }).click();
    await viewer.getByRole('button', { name: 'Régler l’image' }).click();
    await viewer.getByRole('button', { name: 'Comparer' }).click();
    await expect(lea.page.getByTestId('photo-beside')).toBeVisible();
    await shoot(lea.page, 'photos-beside');
    await lea.page.keyboard.press('Escape');
    await lea.page.keyboard.press('Escape');
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
    await shoot(lea.page, 'photos-grid');
    await lea.openPanel();
    await expect(lea.page.getByTestId('photos-waiting')).toHaveAttribute('data-count', '1');
    await shoot(lea.page, 'photos-waiting');
    await lea.page.keyboard.press('Escape');
    await lea.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
    await lea.page.getByTestId('photos-open').click();
    await expect(lea.page.getByTestId('photos-dialog')).toBeVisible();
    await lea.page.getByTestId('photos-dialog').locator('select').selectOption('2');
    await shoot(lea.page, 'photos-site');
  });
}
