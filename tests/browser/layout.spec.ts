// The plan is changed while the crew works: a string that it lacks, names, order, what is hidden; two leads, one of them out of
// reach. Pictures of the editor are in screens-layout.spec.ts.
import { DEMO, expect, test, type Tablet } from './fixtures';
import { markOf } from './night';
import { SIZES } from './shots';

const tab = (tablet: Tablet, n: number) => tablet.page.locator(`[role="tab"][data-string="${String(n)}"]`);
const order = (tablet: Tablet) =>
  tablet.page.locator('[role="tab"][data-string]').evaluateAll((all) => all.map((one) => one.dataset.string));

async function addString(tablet: Tablet, name = ''): Promise<void> {
  await tablet.tap(tablet.page.getByTestId('add-string'), tablet.page.getByTestId('layout-add'));
  if (name !== '') await tablet.page.getByLabel('Nom (facultatif)').fill(name);
  await tablet.page.getByTestId('add-string-go').click();
  await expect(tablet.page.getByTestId('layout-add')).toHaveCount(0);
}

const edit = async (tablet: Tablet) => {
  await tablet.page.getByTestId('view-toggle').click();
  await tablet.page.getByTestId('edit-layout').click();
  await expect(tablet.page.getByTestId('layout-strings')).toBeVisible();
};

test('a string that the plan lacks: two taps by a lead, and the crew marks it', async ({ tablet, hub }) => {
  const marc = await tablet();
  await marc.openAudit('Marc');
  await expect(marc.page.getByTestId('add-string'), 'technicians do not change the plan').toHaveCount(0);
  const lea = await tablet({ viewport: SIZES.phone });
  await lea.openAudit('Léa', 'lead-code');
  await lea.mark('M001', 'dead');
  await addString(lea);
  await expect(lea.cell('S11-24')).toBeVisible();
  await lea.mark('S11-03', 'microcracks');
  await lea.allSent();
  await tab(marc, 11).click();
  await marc.sees('S11-03', 'microcracks');
  await marc.mark('S11-04', 'ok');
  await lea.sees('S11-04', 'ok');
  await expect(lea.page.getByTestId('progress')).toContainText('3/266');
  const modules = await hub.modules();
  expect(modules.get('S11-04')).toMatchObject({ string: 11, position: 4, status: 'ok' });
  expect(modules.get('M001')).toMatchObject({ status: 'dead' });
});

test('two leads, one out of reach: both have their way when they meet', async ({ tablet, hub }) => {
  const lea = await tablet();
  const ines = await tablet();
  // The editor is read while the hub answers.
  const read = lea.page.waitForResponse(/LayoutEditor.*js/);
  await lea.openAudit('Léa', 'lead-code');
  await (await read).finished();
  await ines.openAudit('Inès', 'lead-code');
  await lea.context.setOffline(true);
  await hub.kill();
  await lea.reach('no');

  // Out of reach: a string is added and marked, another one named, one hidden.
  await addString(lea, 'Derrière la grange');
  await expect(tab(lea, 11)).toContainText('Derrière la grange');
  await lea.mark('S11-01', 'dead');
  await edit(lea);
  await lea.page.locator('[data-string="2"] .open').click();
  await lea.page.getByRole('button', { name: 'Masquer String 2' }).click();
  await lea.page.getByRole('button', { name: 'Oui, masquer 24 modules' }).click();
  await lea.page.getByTestId('layout-strings').getByRole('button', { name: 'Fermer' }).click();
  await expect(tab(lea, 2)).toHaveCount(0);
  await expect(lea.page.getByTestId('waiting')).toContainText('3');
  // Kept by the tablet: over a closing of the audit as well.
  await lea.page.evaluate(() => (location.hash = '#/'));
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await expect(tab(lea, 11)).toContainText('Derrière la grange');
  await expect(tab(lea, 2)).toHaveCount(0);

  await hub.start();
  await ines.reach('yes');
  await addString(ines);
  await ines.mark('S11-02', 'ok');
  await ines.page.getByRole('tab', { name: 'Tout' }).click();
  await ines.mark('M027', 'inequality');
  await edit(ines);
  await ines.page.getByRole('button', { name: 'String 4 : plus haut' }).click();
  await expect.poll(() => order(ines)).toEqual(['1', '2', '4', '3', '5', '6', '7', '8', '9', '10', '11']);
  await ines.page.getByTestId('layout-strings').getByRole('button', { name: 'Fermer' }).click();

  await lea.context.setOffline(false);
  await lea.reach('yes');
  await lea.allSent();
  for (const one of [lea, ines]) {
    await expect.poll(() => order(one)).toEqual(['1', '4', '3', '5', '6', '7', '8', '9', '10', '11']);
    await expect(tab(one, 11)).toContainText('Derrière la grange');
    await tab(one, 11).click();
    await one.sees('S11-01', 'dead');
    await one.sees('S11-02', 'ok');
    await expect(one.page.getByTestId('progress')).toContainText('2/242');
  }
  // What Inès marked in the string that Léa hid is kept; the lead is told, and can show it again.
  await edit(lea);
  await lea.page.getByTestId('layout-strings').getByRole('button', { name: 'Masqués' }).press('Enter');
  await expect(lea.page.getByTestId('hidden-count')).toContainText('24 modules');
  await lea.page.getByRole('button', { name: 'Afficher String 2 à nouveau' }).click();
  await lea.page.getByTestId('layout-hidden').getByRole('button', { name: 'Fermer' }).click();
  await expect.poll(() => order(ines)).toContain('2');
  await tab(ines, 2).click();
  await ines.sees('M027', 'inequality');
});

test('junk that somebody made is hidden at once, and a plan is imported onto the audit', async ({
  tablet,
  hub,
}) => {
  const eve = await hub.join('Eve');
  const junk = Array.from({ length: 300 }, (_, n) => ({ ...markOf(n, 300), module_id: `x-${String(n)}` }));
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: junk }, eve);
  const lea = await tablet();
  await lea.openAudit('Léa', 'lead-code');
  await expect(lea.page.getByTestId('progress')).toContainText('300/542');
  await edit(lea);
  await lea.page.getByRole('button', { name: 'Masqués' }).press('Enter');
  await lea.page.getByTestId('hide-unplaced').click();
  await lea.page.getByRole('button', { name: 'Oui, masquer 300 modules' }).click();
  await expect(lea.page.getByTestId('hidden-count')).toContainText('300 modules');
  await expect(lea.page.getByTestId('progress')).toContainText('0/242');

  await lea.page.getByRole('button', { name: 'Strings et modules' }).click();
  // By the keyboard: a second tap as quick as this is taken for a glove's.
  await lea.page.getByRole('button', { name: 'Importer un plan' }).press('Enter');
  const plan = 'module_id,string,position\nM001,1,2\nM002,1,1\nneu,1,3\n';
  await lea.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from(plan) });
  const diff = lea.page.getByTestId('plan-diff');
  await expect(diff).toContainText('Nouveaux : 1 module');
  await expect(diff).toContainText('Déplacés : 2 modules');
  await expect(diff).toContainText('seront masqués : 240 modules');
  await expect(lea.page.getByTestId('progress')).toContainText('/242');
  await lea.page.getByRole('button', { name: 'Changer le plan ainsi' }).click();
  await expect(lea.page.getByTestId('progress')).toContainText('0/3');
  const cells = lea.page.locator('[data-module]');
  await expect
    .poll(() => cells.evaluateAll((all) => all.map((one) => one.dataset.module)))
    .toEqual(['M002', 'M001', 'neu']);
});
