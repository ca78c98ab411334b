// Frozen versions of a report: a lead makes one, in form and language; it is looked at and taken along, and stays as it was.
import { readFileSync } from 'node:fs';
import { DEMO, expect, test } from './fixtures';
import { logoFile } from './logo';
import { marksOf } from './night';

test('a lead makes the report, takes it along, looks at it, and it stays as it was', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa', 'lead-code');
  await lea.mark('M010', 'dead', 'fendu; à revoir');
  await lea.allSent();
  const { page } = lea;
  await page.goto(`${hub.url}#/report/${DEMO}`);
  const versions = page.getByTestId('report-versions');
  await expect(versions).toContainText('Aucune version pour le moment');
  await versions.getByRole('button', { name: 'Classeur' }).click();
  await versions.getByRole('button', { name: 'DE', exact: true }).click();
  const saved = page.waitForEvent('download');
  await versions.getByRole('button', { name: 'Établir le rapport' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe(`${DEMO}-report-1-de.xlsx`);
  expect(
    readFileSync((await file.path()) ?? '')
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
  await expect(versions.getByRole('listitem')).toHaveCount(1);
  await expect(versions.getByRole('listitem')).toContainText('Léa');

  await versions.getByRole('button', { name: 'FR', exact: true }).click();
  const [shown] = await Promise.all([
    page.context().waitForEvent('page'),
    versions.getByRole('link', { name: 'Regarder' }).click(),
  ]);
  await expect(shown.getByRole('heading', { name: 'M010: HS' })).toBeVisible();
  await expect(shown.getByText('fendu; à revoir')).toBeVisible();
  // Its own style is let through by its policy, and nothing else.
  const square = shown.locator('.m a.de');
  expect(await square.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(211, 36, 28)');
  expect(await shown.locator('script').count()).toBe(0);
  await shown.close();

  // What is marked later is not in it.
  const marc = await hub.join('Marc');
  const later = { ...marksOf(1)[0], module_id: 'M011', status: 'dead' };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [later], sent_at_ms: Date.now() }, marc);
  const first = await hub.api('GET', `/audits/${DEMO}/reports/1?format=json`);
  expect((first as { figures: { defects: number } }).figures.defects).toBe(1);
  const now = await hub.api('GET', `/audits/${DEMO}/reports/draft?format=json`);
  expect((now as { figures: { defects: number } }).figures.defects).toBe(2);
});

test('who is no lead reads versions and makes none', async ({ tablet, hub }) => {
  await hub.api('POST', `/audits/${DEMO}/reports`, { lang: 'fr' });
  const marc = await tablet();
  await marc.openAudit('Marc');
  const { page } = marc;
  await page.goto(`${hub.url}#/report/${DEMO}`);
  const versions = page.getByTestId('report-versions');
  await expect(versions.getByRole('listitem')).toHaveCount(1);
  await expect(versions.getByRole('button', { name: 'Établir le rapport' })).toBeHidden();
  const saved = page.waitForEvent('download');
  await versions.getByRole('button', { name: 'Télécharger' }).click();
  expect((await saved).suggestedFilename()).toMatch(/-report-1-fr\.(html|pdf)$/);
});

test('a lead sees what is open, goes there, leaves a section out and makes the report final', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa', 'lead-code');
  await lea.mark('M010', 'dead');
  await lea.allSent();
  const { page } = lea;
  await page.goto(`${hub.url}#/report/${DEMO}`);
  const closing = page.getByTestId('report-closing');
  const pending = closing.locator('[data-check="pending"]');
  await expect(pending).toContainText('241 modules à contrôler');
  await expect(closing).toContainText('Aucune photo dans cet audit.');
  await lea.tap(pending, lea.cell('M011'));
  await expect(lea.cell('M010')).toHaveCount(0);

  await page.goto(`${hub.url}#/report/${DEMO}`);
  const sections = page.getByTestId('report-sections');
  await sections.locator('summary').click();
  await sections.getByRole('button', { name: 'Plan du site' }).click();
  await expect(sections.locator('summary')).toHaveText('Parties du rapport · 12 sur 13');
  await closing.getByRole('button', { name: 'Rendre définitif' }).click();
  await expect(closing).toContainText('1 point est encore ouvert.');
  const saved = page.waitForEvent('download');
  await closing.getByRole('button', { name: 'Définitif malgré tout' }).click();
  await saved;
  await expect(closing).toContainText('La version 1 est définitive.');
  await expect(page.getByTestId('report-versions').getByRole('listitem')).toContainText('définitive');
  const list = (await hub.api('GET', `/audits/${DEMO}/reports`)) as {
    versions: { final: boolean; sections: string[] }[];
  };
  expect(list.versions[0]?.final).toBe(true);
  expect(list.versions[0]?.sections).not.toContain('map');

  const marc = await hub.join('Marc');
  const later = { ...marksOf(1)[0], module_id: 'M011', status: 'ok' };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [later], sent_at_ms: Date.now() }, marc);
  await page.reload();
  await expect(closing).toContainText('1 modification depuis la version 1');
});

test('a lead gives the company and its logo once, and they stand on the report', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa', 'lead-code');
  const { page } = lea;
  await page.goto(`${hub.url}#/report/${DEMO}`);
  const company = page.getByTestId('report-company');
  await company.locator('summary').click();
  await company.getByTestId('company-file').setInputFiles(await logoFile(page));
  await expect(company.getByTestId('company-logo')).toBeVisible();
  await company.getByLabel('Nom').fill('Solaire & Fils SARL');
  await company.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(company.locator('summary')).toContainText('Solaire & Fils SARL');
  const { logo } = (await hub.api('GET', '/company')) as {
    logo: { width: number; sha256: string };
  };
  expect(logo.width).toBe(480);
  const draft = await hub.api('GET', `/audits/${DEMO}/reports/draft?format=json`);
  expect(draft).toMatchObject({ company: { name: 'Solaire & Fils SARL', logo_sha256: logo.sha256 } });
});
