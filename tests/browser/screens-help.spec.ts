// Pictures of the help, of larger text, of German (the longest language), and of a history with what was taken back (shots.ts).
import { DEMO, expect, test } from './fixtures';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries({ ...SIZES, upright: { width: 820, height: 1180 } })) {
  test(`screens of help and languages: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const lea = await tablet({ viewport, deviceScaleFactor: 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    const shot = (name: string) => shoot(lea.page, name);
    const { page } = lea;
    await lea.openAudit('Léa');
    await lea.mark('M001', 'dead');
    await lea.mark('M002', 'ok');
    await page.getByTestId('undo').click();
    await expect(page.getByTestId('redo')).toBeVisible();
    await expect(page.getByTestId('tray')).toHaveCount(0);
    await shot('redo');
    await page.getByTestId('redo').click();
    await lea.mark('M003', 'microcracks');
    await page.getByTestId('undo').click();
    await lea.sees('M003', 'pending');
    await lea.allSent();
    await lea.cell('M003').click();
    await expect(page.getByTestId('sheet').locator('ol')).toContainText('défait par');
    await shot('history-taken-back');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByTestId('help-guide')).toContainText('Sur le terrain');
    await shot('help');
    for (const [part, name] of [
      ['keys', 'Touches'],
      ['news', 'Nouveautés'],
      ['about', 'À propos'],
    ] as const) {
      await page.getByTestId('help').getByRole('button', { name }).click();
      await expect(page.getByTestId(`help-${part}`)).toBeVisible();
      await shot(`help-${part}`);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Retour aux audits' }).click();
    await page.getByRole('button', { name: 'Réglages' }).click();
    await page.getByTestId('settings').getByRole('button', { name: 'Très grande' }).click();
    await shot('settings-larger');
    await page.keyboard.press('Escape');
    await page.getByTestId(`audit-${DEMO}`).click();
    await expect(lea.cell('M001')).toBeVisible();
    await shot('grid-larger');
    await lea.cell('M001').click();
    await expect(page.getByTestId('sheet').locator('ol')).toBeVisible();
    await shot('sheet-larger');
    await page.keyboard.press('Escape');

    const max = await tablet({ viewport, locale: 'de-DE', deviceScaleFactor: 1 });
    await themed(max.context);
    await max.page.goto(hub.url);
    await expect(max.page.getByRole('button', { name: 'Deutsch' })).toBeVisible();
    await shoot(max.page, 'join-de');
    await max.openAudit('Max');
    await max.mark('M005', 'not_connected');
    await expect(max.page.getByTestId('tray')).toBeVisible();
    await shoot(max.page, 'grid-de');
    await max.cell('M005').click();
    await expect(max.page.getByTestId('sheet').locator('ol')).toBeVisible();
    await shoot(max.page, 'sheet-de');
    await max.page.keyboard.press('Escape');
    await hub.kill();
    await max.reach('no');
    await max.mark('M006', 'ok');
    await shoot(max.page, 'away-de');
  });
}
