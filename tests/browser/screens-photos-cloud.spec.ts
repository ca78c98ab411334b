// Pictures on their way to another hub, as the sync panel tells of them: class by class, and by the other hub's word.
import { expect, test } from './fixtures';
import { Hub } from './hub';
import { photosKept, pictureOf } from './pictures';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`the panel says which pictures are in the cloud and which stay on the hub: ${size}`, async ({
    tablet,
    hub,
  }) => {
    test.slow();
    const office = await Hub.start('open');
    try {
      await hub.kill();
      await hub.start({
        FIELDHUB_UPSTREAM: `fieldhub+http://127.0.0.1:${String(office.port)}`,
      });
      const lea = await tablet({
        viewport,
        deviceScaleFactor: size === 'phone' ? 2 : 1,
      });
      await themed(lea.context);
      await lea.openAudit('Léa');
      await lea.cell('M003').click();
      await expect(lea.page.getByTestId('photo-camera')).toBeEnabled();
      const buffer = await pictureOf(lea.page, 2_400, 1_800);
      await lea.page
        .getByTestId('photo-gallery-input')
        .setInputFiles([{ name: 'IMG_1.JPG', mimeType: 'image/jpeg', buffer }]);
      await expect.poll(async () => (await photosKept(lea.page)).join()).toBe('sent');
      await lea.page.keyboard.press('Escape');
      await lea.openPanel();
      const cloud = lea.page.getByTestId('photos-in-cloud');
      // What is small has gone; by the settings of a new hub originals go nowhere.
      await expect(cloud).toHaveAttribute('data-known', 'true', {
        timeout: 60_000,
      });
      const left = (of: string) => cloud.locator(`[data-class="${of}"]`);
      await expect(left('thumb')).toHaveAttribute('data-pictures', '0', {
        timeout: 60_000,
      });
      await expect(left('preview')).toHaveAttribute('data-pictures', '0', {
        timeout: 60_000,
      });
      await expect(left('original')).toHaveAttribute('data-pictures', '1');
      await expect(left('original')).toContainText('reste sur le hub');
      await expect(cloud).toHaveAttribute('data-waits', '0');
      await cloud.scrollIntoViewIfNeeded();
      await shooter(size)(lea.page, 'photos-cloud');
    } finally {
      await office.remove();
    }
  });
}
