// A list of serial numbers on the page: duplicates and unknown modules are told before anything is noted, then the rest is.
import { expect, test } from './fixtures';
import { knownOf } from './properties';

test('a lead gives a list of serial numbers: what is wrong is told first, and the rest is noted', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  await ines.openAudit('Inès', 'lead-code');
  const { page } = ines;
  await page.getByTestId('view-toggle').click();
  const dialog = page.getByTestId('serial-import');
  await ines.tap(page.getByTestId('serial-import-open'), dialog);
  const list = 'Module;Numéro de série\nM001;SN-001\nM002;SN-002\nM003;SN-002\nM999;SN-999\n';
  await page
    .getByTestId('serial-file')
    .setInputFiles({ name: 'livraison.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
  const wrong = page.getByTestId('serial-problems').getByRole('listitem');
  await expect(wrong).toHaveText([
    'SN-002, M002, M003 · un numéro pour deux modules',
    'ligne 5 · M999 · l’audit n’a pas ce module',
  ]);
  expect((await knownOf(hub, 'M001')).properties ?? {}, 'nothing is noted by looking').toEqual({});
  await page.getByTestId('serial-go').click();
  await expect(page.getByTestId('serial-made')).toContainText('numéro');
  await expect.poll(async () => (await knownOf(hub, 'M001')).properties).toEqual({ serial: 'SN-001' });
  expect((await knownOf(hub, 'M003')).properties ?? {}).toEqual({});
});
