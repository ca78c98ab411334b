// The report of an audit: whole, for whoever may read, on screen and on paper; and the table for a spreadsheet.
import { readFileSync } from 'node:fs';
import { DEMO, expect, test } from './fixtures';
import { marksOf } from './night';

/** Pages of a PDF, and their size in points. */
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
const sizeOf = (pdf: Buffer) => /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1'));

test('a viewer opens the report, and all of the audit is on it, on screen and on paper', async ({
  tablet,
  hub,
}) => {
  const marc = await hub.join('Marc');
  const broken = {
    ...marksOf(1)[0],
    module_id: 'M242',
    status: 'dead',
    comment: 'verre cassé, rangée du fond',
  };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [broken], sent_at_ms: Date.now() }, marc);
  const { code } = (await hub.api('GET', '/crew/viewer-code')) as { code: string };
  const client = await tablet();
  const { page } = client;
  await page.goto(`${hub.url}#/join/${code}`);
  await page.getByRole('textbox').fill('Cliente');
  await page.getByRole('textbox').press('Enter');
  await page.getByRole('button', { name: 'Actions pour JALIBAT' }).click();
  await page.getByRole('link', { name: 'Rapport à imprimer' }).click();
  const report = page.getByTestId('report');
  await expect(report.getByTestId('report-plan').locator('li')).toHaveCount(242);
  await expect(report).toContainText('1 module marqué sur 242');
  await expect(report).toContainText('241 modules ne sont pas encore contrôlés');
  const row = report.getByTestId('report-findings').locator('tbody tr');
  await expect(row).toHaveCount(1);
  for (const text of ['M242', 'S10 · 24', 'HS', 'verre cassé, rangée du fond', 'Marc']) {
    await expect(row).toContainText(text);
  }
  await expect(report.getByTestId('report-strings').locator('tbody tr')).toHaveCount(10);

  // On paper: every module, white ground, colours that are printed, no buttons.
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(report.getByRole('button', { name: 'Imprimer' })).toBeHidden();
  const cell = report.getByTestId('report-plan').locator('li').last();
  await expect(cell).toBeVisible();
  expect(await cell.evaluate((li) => getComputedStyle(li).backgroundColor)).toBe('rgb(211, 36, 28)');
  expect(await cell.evaluate((li) => getComputedStyle(li).getPropertyValue('print-color-adjust'))).toBe(
    'exact',
  );
  // Grey paper: a sign besides the colour.
  await expect(cell.locator('svg')).toHaveCount(1);
  const clipped = await page.evaluate(() => {
    const last = document.querySelector('[data-testid="report-findings"]')?.getBoundingClientRect();
    const main = document.querySelector('[data-testid="report"] main');
    return main === null || last === undefined || getComputedStyle(main).overflow !== 'visible';
  });
  expect(clipped).toBe(false);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: null });
  const a4 = await page.pdf({ preferCSSPageSize: true });
  expect(pagesOf(a4)).toBeGreaterThan(1);
  expect(Number(sizeOf(a4)?.[1])).toBeCloseTo(595, -1);
  await report.getByRole('button', { name: 'A3' }).click();
  const a3 = await page.pdf({ preferCSSPageSize: true });
  expect(Number(sizeOf(a3)?.[1])).toBeCloseTo(842, -1);
  expect(pagesOf(a3)).toBeLessThanOrEqual(pagesOf(a4));
});

test('a table is named after the audit and the day, and opens in a French spreadsheet', async ({
  tablet,
  hub,
}) => {
  await hub.api('PATCH', `/audits/${DEMO}`, { name: 'Jalibat, toiture «Été»' });
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M010', 'dead', 'fendu; à revoir');
  await lea.allSent();
  const { page } = lea;
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  await page.getByRole('button', { name: /^Actions pour Jalibat/ }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Exporter en CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^Jalibat-toiture-Ete-20\d\d-\d\d-\d\d\.csv$/);
  await expect(page.getByTestId('toasts')).toContainText(file.suggestedFilename());
  const text = readFileSync((await file.path()) ?? '', 'utf8');
  expect(text.charCodeAt(0)).toBe(0xfeff);
  const row = text.split('\r\n').find((line) => line.startsWith('M010')) ?? '';
  expect(row).toMatch(
    /^M010;1;10;[^;]*;[^;]*;dead;"fendu; à revoir";HS;Léa;20\d\d-\d\d-\d\d \d\d:\d\d:\d\d;/,
  );
});

test('what would print in part says so, and the report is behind the filter button', async ({
  tablet,
  hub,
}) => {
  const marc = await tablet();
  await marc.openAudit('Marc');
  const { page } = marc;
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('Cette vue ne s’imprime pas en entier')).toBeVisible();
  await expect(marc.cell('M001')).toBeHidden();
  await page.emulateMedia({ media: null });
  await expect(page.getByText('Cette vue ne s’imprime pas en entier')).toBeHidden();
  await page.getByTestId('view-toggle').click();
  await page.getByRole('link', { name: 'Rapport à imprimer' }).click();
  await expect(page.getByTestId('report-plan').locator('li')).toHaveCount(242);
  expect(page.url()).toBe(`${hub.url}#/report/${DEMO}`);
});
