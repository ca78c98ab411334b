// Pictures of the plan's editor at three sizes and in both themes (shots.ts).
import { DEMO, expect, test } from './fixtures';
import { markOf } from './night';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of the plan's editor: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const eve = await hub.join('Eve');
    const ops = Array.from({ length: 12 }, (_, n) => ({ ...markOf(n, 12), module_id: `x-${String(n)}` }));
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops }, eve);
    const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    await lea.openAudit('Léa', 'lead-code');
    await lea.page.getByTestId('add-string').click();
    await lea.page.getByLabel('Nom (facultatif)').fill('MPPT 3.2, derrière la grange');
    await lea.page.getByTestId('add-string-go').click();
    await expect(lea.cell('S11-01')).toBeVisible();
    await lea.allSent();
    await shoot(lea.page, 'layout-added');
    await lea.page.getByTestId('add-string').click();
    await shoot(lea.page, 'layout-add');
    await lea.page.getByRole('button', { name: 'Strings et modules' }).click();
    await shoot(lea.page, 'layout-strings');
    await lea.page.locator('[data-string="11"] .open').click();
    await lea.page.locator('.chip').nth(2).click();
    await shoot(lea.page, 'layout-one');
    await lea.page.getByRole('button', { name: 'Strings et modules' }).click();
    await lea.page.getByRole('button', { name: 'Masqués' }).press('Enter');
    await lea.page.getByTestId('hide-unplaced').click();
    await lea.page.getByRole('button', { name: 'Oui, masquer 12 modules' }).click();
    await expect(lea.page.getByTestId('hidden-count')).toContainText('12 modules');
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [{ ...markOf(50, 50), module_id: 'x-3' }] }, eve);
    await expect(lea.page.locator('[data-though]')).toHaveCount(1);
    await shoot(lea.page, 'layout-hidden');
  });
}
