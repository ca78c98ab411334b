// A hub that is open to its network: the name alone is asked, nobody has a role, and a link with a code does no
// harm.
import { DEMO, expect, test } from './fixtures';

test.use({ access: 'open' });

test('the name alone is asked, and marks go', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(hub.url);
  await lea.page.getByRole('textbox').fill('Léa');
  await lea.page.getByRole('textbox').press('Enter');
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.mark('M001', 'dead');
  await lea.sees('M001', 'dead');
  expect((await hub.modules()).get('M001')).toMatchObject({ status: 'dead', technician_name: 'Léa' });
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByRole('link', { name: 'Équipe' })).toHaveCount(0);
});

test('a link with a code of another time leads in as well', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(`${hub.url}#/join/K7MPXQD4/audit/${DEMO}`);
  await lea.page.getByRole('textbox').fill('Léa');
  await lea.page.getByRole('textbox').press('Enter');
  await expect(lea.cell('M001')).toBeVisible();
  expect(lea.page.url()).toBe(`${hub.url}#/audit/${DEMO}`);
});
