// The phrases that a crew has of its own: a lead types them once, every tablet has them in the place of the ready ones, out of reach as well, and
// they cost no tap more. What is kept and exported is what was typed.
import { DEMO, expect, test } from './fixtures';
import { ofAudit } from './properties';

const TYPED = ['Diode 2 brûlée', 'Boîte ouverte, à refaire', 'Verre cassé'];

test('a lead sets the crew’s phrases, and a tap chooses one, with the hub away too', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  const lea = await tablet({ locale: 'en-GB', viewport: { width: 390, height: 844 }, isMobile: true });
  await ines.openAudit('Inès', 'lead-code');
  await lea.openAudit('Léa');
  await ines.page.getByTestId('view-toggle').click();
  const form = ines.page.getByTestId('conditions');
  await ines.tap(ines.page.getByTestId('conditions-open'), form);
  const field = form.locator('[data-field="phrases"]');
  await field.fill('x'.repeat(61));
  await form.getByTestId('conditions-save').click();
  await expect(form.getByRole('alert').first()).toContainText('60 caractères');
  await field.fill(`${TYPED.join('\n')}\n\n${TYPED[0] ?? ''}\n`);
  await form.getByTestId('conditions-save').click();
  await expect(form).toHaveCount(0);
  await expect
    .poll(async () => JSON.parse((await ofAudit(hub))['phrases'] ?? '[]') as string[])
    .toEqual(TYPED);

  // On the other tablet without a reload; what is the trade's own is read in one's own language. The phrase first: 3 taps.
  const sheet = lea.page.getByTestId('sheet');
  await lea.cell('M001').tap();
  const ready = sheet.getByRole('list', { name: 'Ready phrases' }).getByRole('button');
  await expect(ready).toHaveText(['Diode 2 brûlée', 'Boîte ouverte, à refaire', 'Broken glass']);
  await ready.nth(1).tap();
  await sheet.locator('[data-mark="dead"]').tap();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'dead');
  await lea.allSent();

  // Out of reach, the status first: 3 taps as well.
  await hub.kill();
  await lea.reach('no');
  await lea.cell('M002').tap();
  await sheet.locator('[data-mark="dead"]').tap();
  const tray = lea.page.getByTestId('tray');
  await tray.getByRole('button', { name: 'Boîte ouverte, à refaire' }).tap();
  await expect(tray.getByRole('button', { name: 'Boîte ouverte, à refaire' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  for (const button of await tray.getByRole('button').all()) {
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(64);
  }
  await tray.getByRole('button', { name: 'Broken glass' }).tap();
  await hub.start();
  await lea.reach('yes');
  await lea.allSent();
  const { modules } = (await hub.api('GET', `/audits/${DEMO}/export?format=json`)) as {
    modules: { module_id: string; comment: string | null }[];
  };
  const said = (id: string) => modules.find(({ module_id }) => module_id === id)?.comment;
  expect([said('M001'), said('M002')]).toEqual([
    'Boîte ouverte, à refaire',
    'Boîte ouverte, à refaire, Verre cassé',
  ]);
});
