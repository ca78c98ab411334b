// Pictures of what is known beside marks, at three sizes and in both themes (shots.ts): severity, reasons, many at once, strings under current, measurements, conditions, the checklist before a report is final.
import { join } from 'node:path';
import { DEMO, expect, test } from './fixtures';
import { ROOT } from './hub';
import { logoFile } from './logo';
import { findDefect, openSheet } from './properties';
import { shooter, SIZES, themed } from './shots';

const MEASURED = join(ROOT, 'tests/fixtures/pvserv-strings.txt');

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of properties: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const ines = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(ines.context);
    const shoot = shooter(size);
    await ines.openAudit('Inès', 'lead-code');
    const { page } = ines;
    for (const [id, status, severity] of [
      ['M001', 'dead', 'C'],
      ['M002', 'microcracks', 'B'],
      ['M003', 'inequality', 'A'],
      ['M004', 'string_open', 'C'],
      ['M005', 'not_connected', 'B'],
    ] as const)
      await findDefect(ines, id, status, severity);
    await ines.mark('M006', 'dead', 'diode');
    await expect(page.getByTestId('tray')).toBeVisible();
    await shoot(page, 'properties-tray');
    await ines.mark('M007', 'ok');
    let sheet = await openSheet(ines, 'M008');
    await sheet.getByTestId('not-examined-open').click();
    await sheet.locator('[data-reason="shade"]').scrollIntoViewIfNeeded();
    await shoot(page, 'properties-reasons');
    await sheet.locator('[data-reason="shade"]').click();
    await expect(ines.cell('M008')).toHaveAttribute('data-excused');
    sheet = await openSheet(ines, 'M001');
    await sheet.getByTestId('severity').scrollIntoViewIfNeeded();
    await shoot(page, 'properties-sheet');
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);

    const string = page.getByTestId('string-dialog');
    await ines.tap(page.locator('[data-testid="string-head"][data-of="1"]'), string);
    await string.getByTestId('energise').click();
    await string.getByTestId('current').fill('3,5');
    await expect(string.getByTestId('session')).toContainText('depuis');
    await shoot(page, 'properties-string');
    await string.getByTestId('voltage').fill('784');
    await string.getByTestId('energise').click();
    await string.getByTestId('energise').click();
    await string.getByTestId('sessions-before').scrollIntoViewIfNeeded();
    await shoot(page, 'properties-sessions');
    await page.keyboard.press('Escape');
    await expect(string).toHaveCount(0);
    await expect(page.locator('[data-testid="string-head"][data-of="1"]')).toHaveAttribute('data-on');
    await shoot(page, 'properties-grid');

    await ines.tap(page.getByTestId('pick'), page.getByTestId('pick-bar'));
    for (const id of ['M001', 'M009', 'M010']) await ines.cell(id).click();
    await page.getByTestId('pick-grade').click();
    await expect(page.getByTestId('bulk')).toBeVisible();
    await shoot(page, 'properties-bulk');
    await page.getByTestId('pick-end').click();

    await page.getByTestId('view-toggle').click();
    await ines.tap(page.getByTestId('strings-open'), page.getByTestId('strings-dialog'));
    await shoot(page, 'properties-strings');
    await page.keyboard.press('Escape');
    const measured = page.getByTestId('measurement-import');
    await ines.tap(page.getByTestId('measurement-import-open'), measured);
    await page.getByTestId('measurement-file').setInputFiles(MEASURED);
    await expect(measured.locator('[data-line="8"]')).toBeVisible();
    await shoot(page, 'measurements-import');
    await measured.getByTestId('measurement-go').click();
    await expect(page.getByTestId('measurement-made')).toBeVisible();
    await measured.locator('summary').click();
    await measured.locator('summary').scrollIntoViewIfNeeded();
    await shoot(page, 'measurements-limits');
    await page.keyboard.press('Escape');
    await expect(measured).toHaveCount(0);
    const serials = page.getByTestId('serial-import');
    await ines.tap(page.getByTestId('serial-import-open'), serials);
    await page.getByTestId('serial-file').setInputFiles({
      ...{ name: 'livraison.csv', mimeType: 'text/csv' },
      buffer: Buffer.from('Module;Serial\nM001;JKM450M-1\nM002;JKM450M-2\nM003;JKM450M-2\nM999;JKM450M-9\n'),
    });
    await expect(page.getByTestId('serial-problems')).toBeVisible();
    await shoot(page, 'properties-serials');
    await page.keyboard.press('Escape');
    await expect(serials).toHaveCount(0);
    const list = page.getByTestId('strings-dialog');
    await ines.tap(page.getByTestId('strings-open'), list);
    await ines.tap(list.locator('[data-string="4"] .what'), string);
    await string.getByTestId('curve').first().scrollIntoViewIfNeeded();
    await shoot(page, 'measurements-string');
    await page.keyboard.press('Escape');
    await expect(string).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    const form = page.getByTestId('conditions');
    await ines.tap(page.getByTestId('conditions-open'), form);
    await form.getByTestId('people-add').click();
    await form.getByRole('button', { name: 'La nôtre' }).click();
    await form.getByTestId('people').scrollIntoViewIfNeeded();
    await shoot(page, 'properties-conditions');

    await page.keyboard.press('Escape');
    await ines.allSent();
    await page.goto(`${hub.url}#/report/${DEMO}`);
    const closing = page.getByTestId('report-closing');
    await expect(closing.locator('[data-check="pending"]')).toBeVisible();
    await page.getByTestId('report-sections').locator('summary').click();
    await closing.getByRole('button', { name: 'Rendre définitif' }).click();
    await shoot(page, 'report-closing');
    await closing.getByRole('button', { name: 'Retour' }).click();
    const company = page.getByTestId('report-company');
    await company.locator('summary').click();
    await company.getByTestId('company-file').setInputFiles(await logoFile(page));
    await expect(company.getByTestId('company-logo')).toBeVisible();
    await company.getByTestId('company-logo').scrollIntoViewIfNeeded();
    await shoot(page, 'report-company');
  });
}
