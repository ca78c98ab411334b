// Pictures of the import of a card at three sizes and in both themes (shots.ts): what is asked, and a string with its pictures.
import { expect, test } from './fixtures';
import { pictureOf } from './pictures';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of the import: ${size}`, async ({ tablet }) => {
    test.slow();
    const lead = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lead.context);
    const shoot = shooter(size);
    await lead.openAudit('Chef', 'lead-code');
    await lead.page.getByRole('button', { name: 'Filtrer, chercher, changer de vue' }).click();
    await lead.page.getByTestId('photos-open').click();
    await lead.tap(lead.page.getByTestId('photo-import-open'), lead.page.getByTestId('photo-import'));
    const dialog = lead.page.getByTestId('photo-import');
    const names = ['EL_M001.JPG', 'EL_M002.JPG', 'EL_M003.JPG', 'EL_M005.JPG', 'IMG_0042.JPG'];
    const files = [];
    for (const name of names)
      files.push({ name, mimeType: 'image/jpeg', buffer: await pictureOf(lead.page, 640, 480) });
    await dialog.getByTestId('import-files').setInputFiles(files);
    await dialog.getByRole('button', { name: 'Ordre' }).click();
    await shoot(lead.page, 'import-order');
    await dialog.getByRole('button', { name: 'Noms' }).click();
    await dialog.getByRole('button', { name: 'Proposer' }).click();
    const string = dialog.locator('[data-string="1"]');
    await lead.tap(string.locator('.string'), string.getByTestId('import-pictures'));
    await lead.tap(string.locator('[data-picture]').nth(1), dialog.getByTestId('import-ways'));
    await expect(dialog.getByTestId('import-ways')).toBeVisible();
    await string.scrollIntoViewIfNeeded();
    await shoot(lead.page, 'import-string');
  });
}
