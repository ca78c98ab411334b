// Measurements of devices: a file is proposed, shifted and imported by a lead; what is shown of a string and typed of a module.
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { ROOT } from './hub';
import { knownOf, ofString, openSheet } from './properties';

const FILE = join(ROOT, 'tests/fixtures/pvserv-strings.txt');
const fillFactors = (properties: Record<string, string>) =>
  Object.values(properties)
    .map((value) => (JSON.parse(value) as { values: { ff?: string } }).values.ff)
    .sort();

test('a lead imports a file of a device, shifted by one, and all see values, verdict and curve', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  await ines.openAudit('Inès', 'lead-code');
  const { page } = ines;
  await page.getByTestId('view-toggle').click();
  const dialog = page.getByTestId('measurement-import');
  await ines.tap(page.getByTestId('measurement-import-open'), dialog);
  await page.getByTestId('measurement-file').setInputFiles(FILE);
  const row = (line: number) => dialog.locator(`[data-line="${String(line)}"]`);
  await expect(row(158)).toContainText('String 4');
  await expect(row(158).getByTestId('verdict')).toHaveAttribute('data-verdict', 'bad');
  await expect(row(158)).toContainText('FF < 0,9');
  await expect(row(558)).toHaveAttribute('data-state', 'left');
  expect(await ofString(hub, 4), 'nothing is made by looking').toEqual({});
  await dialog.locator('summary').click();
  await expect(page.getByTestId('limit-string_ff_look')).toHaveValue('0,93');

  await page.getByTestId('measurement-on').click();
  await expect(row(158)).toContainText('String 5');
  await page.getByTestId('measurement-go').click();
  await expect(page.getByTestId('measurement-made')).toContainText('10');
  await expect.poll(async () => fillFactors(await ofString(hub, 5))).toEqual(['0.884', '0.917']);
  await page.getByTestId('measurement-file').setInputFiles(FILE);
  await page.getByTestId('measurement-on').click();
  await expect(row(158)).toHaveAttribute('data-state', 'same');
  await expect(page.getByTestId('measurement-go')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // A technician sees it, without a reload.
  const tom = await tablet({ viewport: { width: 390, height: 844 }, isMobile: true });
  await tom.openAudit('Tom');
  const string = tom.page.getByTestId('string-dialog');
  const list = tom.page.getByTestId('strings-dialog');
  await tom.page.getByTestId('view-toggle').click();
  await tom.tap(tom.page.getByTestId('strings-open'), list);
  await tom.tap(list.locator('[data-string="5"] .what'), string);
  await expect(string.getByTestId('measurement')).toHaveCount(2);
  await expect(string.getByTestId('curve')).toHaveCount(2);
  await expect(string.getByTestId('verdict').first()).toHaveAttribute('data-verdict', 'bad');
  await tom.page.keyboard.press('Escape');
  await expect(string).toHaveCount(0);
  await tom.page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);

  // By hand, with a comma, and above the range.
  const sheet = await openSheet(tom, 'M003');
  await sheet.getByTestId('typed-voc').fill('38,1');
  await sheet.getByTestId('typed-riso').fill('0,6');
  await sheet.getByTestId('typed-isc').focus();
  await expect(sheet.getByTestId('measurements').getByTestId('verdict')).toHaveAttribute(
    'data-verdict',
    'bad',
  );
  await tom.allSent();
  const typed = (await knownOf(hub, 'M003')).properties?.['measurement_typed'] ?? '{}';
  expect(JSON.parse(typed)).toEqual({ kind: 'typed', values: { voc: '38.1', riso: '0.6' } });
});

test('columns of a device that nobody knows are named once, and its next file needs no naming', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  await ines.openAudit('Inès', 'lead-code');
  const { page } = ines;
  await page.getByTestId('view-toggle').click();
  const dialog = page.getByTestId('measurement-import');
  await ines.tap(page.getByTestId('measurement-import-open'), dialog);
  const table = (rows: string) => ({
    ...{ name: 'boite-x.csv', mimeType: 'text/csv' },
    buffer: Buffer.from(`Kx;Ux9\n${rows}`),
  });
  await page.getByTestId('measurement-file').setInputFiles(table('2;784,5\n3;783,9\n'));
  await page.getByTestId('measurement-device').fill('Boîte X');
  await page.getByTestId('measurement-device').press('Tab');
  await dialog.locator('[data-head="Kx"]').selectOption('string');
  await dialog.locator('[data-head="Ux9"]').selectOption('voc');
  await expect(dialog.locator('[data-line="2"]')).toContainText('Voc 784,5 V');
  await expect(dialog.locator('[data-line="2"]')).toContainText('String 2');
  await page.getByTestId('measurement-go').click();
  await expect(page.getByTestId('measurement-made')).toContainText('2');
  await expect.poll(async () => Object.keys(await ofString(hub, 3)).length).toBe(1);
  await page.getByTestId('measurement-file').setInputFiles(table('4;780\n'));
  await page.getByTestId('measurement-device').fill('Boîte X');
  await page.getByTestId('measurement-device').press('Tab');
  await expect(dialog.locator('[data-line="2"]')).toContainText('Voc 780 V');
});
