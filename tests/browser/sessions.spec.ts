// Strings under current, and the conditions of an audit: seen live by the others, typed once, offered for the next audit.
import { DEMO, expect, test, type Tablet } from './fixtures';
import { findDefect, grade, ofAudit, ofString, openSheet } from './properties';

const head = (tablet: Tablet, string: number) =>
  tablet.page.locator(`[data-testid="string-head"][data-of="${String(string)}"]`);

test('a string is energised and switched off by a tap each, and the others see it live', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet({ viewport: { width: 390, height: 844 }, isMobile: true });
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  const dialog = lea.page.getByTestId('string-dialog');
  await lea.tap(head(lea, 1), dialog);
  await dialog.getByTestId('energise').click();
  await expect(dialog.getByTestId('session')).toHaveText(/^sous courant depuis \d\d:\d\d$/);
  await expect(head(marc, 1)).toHaveText(/depuis \d\d:\d\d/);
  await dialog.getByTestId('current').fill('3,5');
  await dialog.getByTestId('voltage').fill('784');
  await dialog.getByTestId('voltage').press('Enter');
  await expect.poll(() => ofString(hub, 1)).toMatchObject({ current_a: '3.5', voltage_v: '784' });
  const from = Number((await ofString(hub, 1))['energised_from']);
  expect(Object.keys(await ofString(hub, 1)).sort()).toEqual(['current_a', 'energised_from', 'voltage_v']);
  expect(Math.abs(Date.now() - from)).toBeLessThan(10 * 60_000);
  // What was typed on one tablet is in the field of the other.
  const his = marc.page.getByTestId('string-dialog');
  await marc.tap(head(marc, 1), his);
  await expect(his.getByTestId('current')).toHaveValue('3,5');

  await dialog.getByTestId('energise').click();
  await expect(his.getByTestId('session')).toHaveText(/^sous courant de \d\d:\d\d à \d\d:\d\d$/);
  await expect(head(marc, 1)).not.toHaveAttribute('data-on');
  await dialog.getByTestId('current').fill('viel');
  await dialog.getByTestId('voltage').click();
  await expect(dialog).toContainText('Un nombre, comme 3,5.');
  await dialog.getByTestId('current').fill('3,5');
  // Again: what was is kept with what was measured then, and both see it.
  await dialog.getByTestId('energise').click();
  await expect(dialog.getByTestId('session')).toContainText('2 fois');
  await expect(dialog.getByTestId('current')).toHaveValue('');
  const before = his.getByTestId('sessions-before').getByRole('listitem');
  await expect(before).toHaveText(/^sous courant de \d\d:\d\d à \d\d:\d\d · 3,5 A · 784 V/);
  await lea.allSent();
  const kept = (await ofString(hub, 1))[`session_${String(from)}`] ?? '';
  expect(JSON.parse(kept)).toMatchObject({ from, current_a: '3.5', voltage_v: '784' });
  // It was a mistake: the one before shows again.
  await dialog.getByTestId('session-back').click();
  await expect(his.getByTestId('session')).toHaveText(/^sous courant de \d\d:\d\d à \d\d:\d\d$/);
  await expect(his.getByTestId('current')).toHaveValue('3,5');
  await expect(before).toHaveCount(0);
  await lea.allSent();
});

test('out of reach too, from the list of strings; and a whole string that was not examined is not pending', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await hub.kill();
  await lea.reach('no');
  await lea.page.getByTestId('view-toggle').click();
  const list = lea.page.getByTestId('strings-dialog');
  await lea.tap(lea.page.getByTestId('strings-open'), list);
  const second = list.locator('[data-string="2"]');
  await second.getByRole('button', { name: 'String 2: Sous courant maintenant' }).click();
  await expect(second).toContainText('sous courant depuis');
  await list.locator('[data-string="3"]').getByRole('button').first().click();
  const third = lea.page.getByTestId('string-dialog');
  await third.getByTestId('not-examined-open').click();
  await third.locator('[data-reason="no_access"]').click();
  await expect(third.getByTestId('to-examine')).toBeVisible();
  await lea.page.keyboard.press('Escape');
  await lea.page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await expect(lea.page.getByTestId('progress')).toContainText('1/218');
  await hub.start();
  await lea.reach('yes');
  await lea.allSent();
  await expect(marc.page.getByTestId('progress')).toContainText('1/218');
  await expect(head(marc, 2)).toHaveAttribute('data-on');
  expect(await ofString(hub, 3)).toEqual({ not_examined: 'no_access' });
  // A mark in it counts all the same.
  await marc.page.locator('[data-string="3"]').click();
  await expect(head(marc, 3)).toContainText('Pas d’accès');
  await marc.mark('M051', 'ok');
  await expect(marc.page.getByTestId('progress')).toContainText('2/219');
});

test('a lead says conditions and people; the scale is the crew’s at once, and the next audit is offered what lasts', async ({
  tablet,
  hub,
}) => {
  await hub.api('POST', '/audits', { token: 'next', name: 'Nord', strings: '3' });
  const ines = await tablet();
  const lea = await tablet();
  await ines.openAudit('Inès', 'lead-code');
  await lea.openAudit('Léa');
  await lea.page.getByTestId('view-toggle').click();
  await expect(lea.page.getByTestId('strings-open')).toBeVisible();
  await expect(lea.page.getByTestId('conditions-open')).toHaveCount(0);
  await lea.page.getByTestId('view-toggle').click();

  await ines.page.getByTestId('view-toggle').click();
  const form = ines.page.getByTestId('conditions');
  await ines.tap(ines.page.getByTestId('conditions-open'), form);
  await expect(form.getByTestId('offered')).toHaveCount(0);
  await expect(form.locator('[data-field="inspected_on"]')).not.toHaveValue('');
  await form.locator('[data-field="inspected_on"]').fill('2026-11-30');
  await form.locator('[data-field="weather"]').fill('ciel clair');
  await form.locator('[data-field="temperature_c"]').fill('-2,5');
  await form.locator('[data-field="camera"]').fill('InGaAs 640');
  await form.locator('[data-field="exposure_s"]').fill('bientôt');
  await form.getByTestId('people-add').click();
  await form.getByTestId('people').locator('[data-field="role"]').fill('cheffe');
  await form.getByTestId('equipment-add').click();
  await form.getByTestId('equipment').locator('[data-field="kind"]').fill('caméra EL');
  await form.getByTestId('equipment').locator('[data-field="calibrated_on"]').fill('2026-03-01');
  await form.getByRole('button', { name: 'La nôtre' }).click();
  const signs = form.getByTestId('scale').getByLabel('Signe');
  await signs.nth(2).fill('X');
  await form.getByTestId('conditions-save').click();
  // Nothing is sent that a hub would refuse, and nothing typed is gone.
  await expect(form.getByRole('alert')).toContainText('Temps de pose');
  await expect(form.getByRole('alert')).toContainText('Il manque un nom');
  expect(await ofAudit(hub)).toEqual({});
  await form.locator('[data-field="exposure_s"]').fill('8');
  await form.getByTestId('people').locator('[data-field="name"]').fill('Inès');
  await form.getByTestId('conditions-save').click();
  await expect(form).toHaveCount(0);
  await ines.allSent();
  const said = await ofAudit(hub);
  expect(said).toMatchObject({
    ...{ inspected_on: '2026-11-30', weather: 'ciel clair', temperature_c: '-2.5', exposure_s: '8' },
    people: '[{"name":"Inès","role":"cheffe"}]',
    equipment: '[{"kind":"caméra EL","calibrated_on":"2026-03-01"}]',
  });
  // The crew's tablet has the lead's scale without a reload.
  await findDefect(lea, 'M001', 'dead', 'X');
  const sheet = await openSheet(lea, 'M001');
  await expect(grade(sheet, 'C')).toHaveCount(0);
  await expect(grade(sheet, 'X')).toContainText('zone isolée');

  // The next audit: what lasts is offered, weather is not; nothing of it is sent before it is saved.
  await ines.page.goto(`${hub.url}#/audit/next`);
  await expect(ines.cell('M001')).toBeVisible();
  await ines.page.getByTestId('view-toggle').click();
  await ines.tap(ines.page.getByTestId('conditions-open'), form);
  await expect(form.getByTestId('offered')).toBeVisible();
  await expect(form.locator('[data-field="camera"]')).toHaveValue('InGaAs 640');
  await expect(form.locator('[data-field="weather"]')).toHaveValue('');
  // What is typed is kept with every way out; what is offered alone is not said.
  await form.locator('[data-field="weather"]').fill('brume');
  await ines.page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
  await expect.poll(() => ofAudit(hub, 'next')).toEqual({ weather: 'brume' });
  expect(await ofAudit(hub, DEMO)).toEqual(said);
});
