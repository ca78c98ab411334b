// Help on the page, without internet: by its key and from the panels, in the language that is spoken, and while the hub is away.
import { serious } from './axe';
import { expect, test } from './fixtures';
import { spilt } from './shots';

test('help opens by its key and from both panels, and is here while the hub is away', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const { page } = lea;
  const help = page.getByTestId('help');
  // Read while the hub answers: the dialog, the guide in French, what is new.
  for (const file of ['Help-', 'field-guide.fr-', 'whats-new.fr-']) {
    await expect
      .poll(() =>
        page.evaluate(
          (file) => performance.getEntriesByType('resource').some(({ name }) => name.includes(file)),
          file,
        ),
      )
      .toBe(true);
  }
  const read = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(read.filter((name) => /(field-guide|whats-new)\.(?!fr)/.test(name))).toEqual([]);
  await hub.kill();
  await lea.reach('no');

  await page.keyboard.press('?');
  await expect(help.getByRole('heading', { name: 'Aide' })).toBeVisible();
  await expect(page.getByTestId('help-guide')).toContainText('Sur le terrain');
  await expect(page.getByTestId('help-guide')).toContainText('Continuez.');
  expect(await serious(page)).toEqual([]);
  await help.getByRole('button', { name: 'Touches' }).click();
  await expect(page.getByTestId('help-keys')).toContainText('Chercher un module');
  expect(await serious(page)).toEqual([]);
  await help.getByRole('button', { name: 'Nouveautés' }).click();
  await expect(page.getByTestId('help-news')).toContainText('Plusieurs modules à la fois');
  await help.getByRole('button', { name: 'À propos' }).click();
  await expect(page.getByTestId('help-about')).toContainText('Hub ');
  expect(await serious(page)).toEqual([]);
  // Its key does nothing where something lies over the page, and is a letter where something is typed.
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await lea.cell('M001').click();
  await page.locator('#comment').fill('');
  await page.locator('#comment').press('?');
  await expect(page.locator('#comment')).toHaveValue('?');
  await expect(help).toHaveCount(0);
  await page.locator('#comment').fill('');
  await page.keyboard.press('Escape');

  await lea.openPanel();
  await page.getByTestId('upstream').getByRole('button', { name: 'Aide' }).click();
  await expect(help).toBeVisible();
  await page.keyboard.press('Escape');
  await lea.openPanel();
  await page.getByRole('button', { name: 'Réglages' }).click();
  await page.getByTestId('settings').getByRole('button', { name: 'Aide' }).click();
  await expect(help).toBeVisible();
});

test('help speaks the language that is chosen, and fits a phone', async ({ tablet }) => {
  const lea = await tablet({ locale: 'de-DE', viewport: { width: 390, height: 844 } });
  await lea.openAudit('Léa');
  const { page } = lea;
  await expect(lea.cell('M001')).toBeVisible();
  await lea.openPanel();
  await page.getByTestId('upstream').getByRole('button', { name: 'Hilfe' }).click();
  await expect(page.getByTestId('help-guide')).toContainText('Ein Modul antippen');
  expect(await spilt(page)).toEqual([]);
  for (const [part, name] of [
    ['keys', 'Tasten'],
    ['news', 'Neues'],
    ['about', 'Über'],
  ] as const) {
    await page.getByTestId('help').getByRole('button', { name }).click();
    await expect(page.getByTestId(`help-${part}`)).toBeVisible();
    expect(await spilt(page)).toEqual([]);
  }
});
