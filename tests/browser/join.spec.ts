// Getting in, staying in, and being sent out: by the QR code, by a typed code, by the lead's decision.
import { DEMO, expect, test, type Tablet } from './fixtures';
import { kept } from './kept';

const button = (tablet: Tablet, name: string) => tablet.page.getByRole('button', { name, exact: true });
const outside = (tablet: Tablet) => tablet.page.getByTestId('outside');
const problem = (tablet: Tablet) => tablet.page.getByTestId('join-problem');

test('a scanned code, a name, and in: three steps, and the code is nowhere to be read', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const code = await hub.code();
  // One: the camera opens the link.
  await lea.page.goto(`${hub.url}#/join/${code}`);
  await expect(lea.page.getByRole('textbox')).toBeFocused();
  expect(lea.page.url()).toBe(`${hub.url}#/`);
  await expect(lea.page.getByText(code)).toHaveCount(0);
  // Two, three: the name, and Enter.
  await lea.page.keyboard.type('Léa');
  await lea.page.keyboard.press('Enter');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  // Nor does going back and forth show it.
  await lea.page.goBack();
  await lea.page.goForward();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  expect(lea.page.url()).not.toContain(code);
  // It stays in.
  await lea.page.reload();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await expect(lea.page.getByRole('textbox')).toHaveCount(0);
});

test('a link to an audit leads into it', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(await hub.link('code', DEMO));
  await lea.page.getByRole('textbox').fill('Léa');
  await button(lea, 'Rejoindre').click();
  await expect(lea.cell('M001')).toBeVisible();
  expect(lea.page.url()).toBe(`${hub.url}#/audit/${DEMO}`);
  await lea.mark('M001', 'ok');
  await lea.sees('M001', 'ok');
});

test('a code is typed as it is read out, and the hub without one shows nothing', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(`${hub.url}#/audit/${DEMO}`);
  await expect(lea.page.getByLabel('Votre nom')).toBeFocused();
  await expect(lea.page.locator('[data-module]')).toHaveCount(0);
  const code = await hub.code();
  await lea.page.keyboard.type('Léa');
  // Enter leads to what is still to be said.
  await lea.page.keyboard.press('Enter');
  await expect(lea.page.getByLabel('Code de l’équipe')).toBeFocused();
  await lea.page.keyboard.type(`${code.slice(0, 4).toLowerCase()} - ${code.slice(4).toLowerCase()}`);
  await lea.page.keyboard.press('Enter');
  // And on to the audit that was asked for.
  await expect(lea.cell('M001')).toBeVisible();
});

test('a code that is too short or wrong is told in plain words, and can be mended', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  lea.expects(403);
  await lea.page.goto(`${hub.url}#/join/2222-2222`);
  await lea.page.getByLabel('Votre nom').fill('Léa');
  await lea.page.keyboard.press('Enter');
  await expect(problem(lea)).toHaveText('Ce code n’est pas le bon. Vérifiez-le auprès du chef d’équipe.');
  const field = lea.page.getByLabel('Code de l’équipe');
  await expect(field).toBeFocused();
  await field.fill('K7M');
  await field.press('Enter');
  await expect(problem(lea)).toHaveText('Le code a 8 caractères.');
  await field.fill(await hub.code());
  await field.press('Enter');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});

test('after too many tries the page counts down until the hub takes another', async ({ tablet, hub }) => {
  const lea = await tablet({ locale: 'en-GB' });
  lea.expects(429);
  await lea.page.route('**/api/v1/join', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '3' },
      json: { success: false, error: 'too many tries', code: 'too_many' },
    }),
  );
  await lea.page.goto(await hub.link());
  await lea.page.getByLabel('Your name').fill('Lea');
  await lea.page.keyboard.press('Enter');
  await expect(problem(lea)).toHaveText('Too many tries. Try again in 3 s.');
  await expect(button(lea, 'Join')).toBeDisabled();
  await expect(problem(lea)).toHaveText('Too many tries. Try again in 2 s.');
  await lea.page.unroute('**/api/v1/join');
  await expect(problem(lea)).toHaveCount(0);
  await button(lea, 'Join').click();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});

test('a hub that dies while somebody joins is asked again by itself', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(await hub.link());
  await lea.page.getByLabel('Votre nom').fill('Léa');
  await hub.kill();
  await lea.page.keyboard.press('Enter');
  await expect(problem(lea)).toContainText('Le hub ne répond pas');
  await hub.start();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});

test('one tab joins for all tabs of the tablet', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(hub.url);
  await expect(lea.page.getByLabel('Code de l’équipe')).toBeVisible();
  const first = lea.page;
  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  await lea.join('Léa');
  await first.bringToFront();
  await expect(first.getByTestId(`audit-${DEMO}`)).toBeVisible();
});

test('a cookie that is lost is mended: the live feed goes on', async ({ tablet }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  expect(await lea.context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  lea.expects(401);
  await lea.context.clearCookies();
  await lea.page.reload();
  await expect(lea.cell('M001')).toBeVisible();
  await marc.mark('M005', 'dead');
  await lea.sees('M005', 'dead');
  expect(await lea.context.cookies()).toHaveLength(1);
});

test('who is removed sees why and goes on marking; all of it arrives after joining again', async ({
  tablet,
  hub,
}) => {
  const lead = await tablet();
  const marc = await tablet();
  await marc.openAudit('Marc');
  await marc.mark('M001', 'ok');
  await marc.allSent();

  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  const row = lead.page.getByTestId('member-Marc');
  marc.expects(401);
  await row.getByRole('button', { name: 'Retirer Marc' }).click();
  const asked = lead.page.getByTestId('remove-member');
  await asked.getByRole('checkbox').uncheck();
  await asked.getByRole('button', { name: 'Retirer', exact: true }).click();
  await expect(row).toContainText('Retiré');

  // The live feed ends, and the banner says why.
  await expect(outside(marc)).toContainText('Le chef d’équipe a retiré cette tablette');
  await marc.mark('M002', 'dead', 'verre cassé');
  await marc.mark('M003', 'inequality');
  await expect(marc.page.getByTestId('waiting')).toContainText('2');
  expect((await hub.modules()).get('M002')?.status).toBe('pending');
  // What the others do is not for him to see.
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [opOf('M004', 'ok')], sent_at_ms: Date.now() });
  await expect.poll(async () => (await hub.modules()).get('M004')?.status).toBe('ok');
  await expect(marc.cell('M004')).toHaveAttribute('data-status', 'pending');

  await outside(marc).getByRole('button', { name: 'Rejoindre' }).click();
  await marc.page.getByLabel('Code de l’équipe').fill(await hub.code());
  await marc.page.keyboard.press('Enter');
  await marc.allSent();
  await expect(outside(marc)).toHaveCount(0);
  await marc.sees('M002', 'dead');
  await marc.sees('M004', 'ok');
  const module = (await hub.modules()).get('M002');
  expect(module).toMatchObject({ status: 'dead', comment: 'verre cassé', technician_name: 'Marc' });
});

test('who is readmitted by the lead goes on by itself', async ({ tablet, hub }) => {
  const lead = await tablet();
  const marc = await tablet();
  await marc.openAudit('Marc');
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  marc.expects(401);
  await lead.page.getByRole('button', { name: 'Retirer Marc' }).click();
  const asked = lead.page.getByTestId('remove-member');
  await asked.getByRole('button', { name: 'Retirer', exact: true }).click();
  await expect(outside(marc)).toBeVisible();
  await marc.mark('M002', 'dead');
  await lead.page.getByRole('button', { name: 'Réadmettre Marc' }).click();
  await marc.allSent();
  await expect(outside(marc)).toHaveCount(0);
  expect((await hub.modules()).get('M002')).toMatchObject({ status: 'dead', technician_name: 'Marc' });
});

test('a scanned code lets a tablet that knows its name in again without asking', async ({ tablet, hub }) => {
  const marc = await tablet();
  await marc.openAudit('Marc');
  marc.expects(401);
  await hub.api('PATCH', `/crew/${await hub.member('Marc')}`, { revoked: true });
  await expect(outside(marc)).toBeVisible();
  await marc.mark('M002', 'dead');
  await expect.poll(async () => (await kept(marc.page)).outbox).toBe(1);
  await marc.page.goto(await hub.link('code', DEMO));
  await marc.allSent();
  await expect(outside(marc)).toHaveCount(0);
  await expect(marc.cell('M002')).toHaveAttribute('data-status', 'dead');
  expect((await hub.modules()).get('M002')?.status).toBe('dead');
});

test('a viewer reads everything and marks nothing, until the lead makes them a technician', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  await ines.openAudit('Inès');
  await ines.mark('M001', 'dead', 'verre cassé');
  await ines.allSent();
  const lead = await tablet();
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  const role = lead.page.getByRole('combobox', { name: 'Rôle de Inès' });
  await role.selectOption('viewer');
  await expect(role).toHaveValue('viewer');

  await ines.cell('M001').click();
  await expect(ines.page.getByTestId('read-only')).toContainText('pas marquer');
  await expect(ines.page.getByTestId('sheet')).toContainText('verre cassé');
  await expect(ines.page.getByTestId('sheet').locator('ol')).toContainText('Inès');
  await expect(ines.page.locator('[data-mark]')).toHaveCount(0);
  await expect(ines.page.locator('#comment')).toHaveCount(0);
  await ines.page.keyboard.press('1');
  await ines.page.keyboard.press('Escape');
  await expect(ines.page.getByTestId('sheet')).toHaveCount(0);
  await expect(ines.cell('M001')).toHaveAttribute('data-status', 'dead');
  await expect(ines.page.getByTestId('waiting')).toHaveCount(0);

  await role.selectOption('technician');
  await ines.cell('M002').click();
  await ines.page.locator('[data-mark="ok"]').click();
  await ines.sees('M002', 'ok');
  expect((await hub.modules()).get('M001')?.status).toBe('dead');
});

test('the crew’s code is shown and replaced, and those who joined stay in', async ({ tablet, hub }) => {
  const lead = await tablet();
  const marc = await tablet();
  await marc.openAudit('Marc');
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  const shown = lead.page.getByTestId('crew-code');
  const old = await hub.code();
  await expect(shown).toHaveText(`${old.slice(0, 4)}-${old.slice(4)}`);
  await button(lead, 'Nouveau code').click();
  await button(lead, 'Annuler').click();
  expect(await hub.code()).toBe(old);
  await button(lead, 'Nouveau code').click();
  await button(lead, 'Changer le code').click();
  await expect(button(lead, 'Nouveau code')).toBeVisible();
  const code = await hub.code();
  expect(code).not.toBe(old);
  await expect(shown).toHaveText(`${code.slice(0, 4)}-${code.slice(4)}`);
  await marc.mark('M001', 'ok');
  await marc.sees('M001', 'ok');
});

test('the crew screen is for leads: another is told so', async ({ tablet, hub }) => {
  const marc = await tablet();
  await marc.join('Marc');
  await expect(marc.page.getByRole('link', { name: 'Équipe' })).toHaveCount(0);
  marc.expects(403);
  const alert = marc.page.getByRole('alert');
  for (const screen of ['#/crew', '#/hub']) {
    // What each part of the screen reads is refused: it is said once, whichever answer is the last.
    const refused = marc.page.waitForResponse('**/api/v1/backups');
    await marc.page.goto(hub.url + screen);
    await (await refused).finished();
    await expect(alert.first()).toContainText('otre rôle ne le permet pas');
    await marc.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    await expect(alert).toHaveCount(1);
  }
  await expect(marc.page.getByTestId('crew-code')).toHaveCount(0);
});

test('another code makes a technician a lead', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa');
  await lea.page.getByRole('button', { name: 'Léa, changer de nom' }).click();
  await expect(lea.page.getByText('Votre rôle : Technicien')).toBeVisible();
  await button(lea, 'J’ai un autre code').click();
  await lea.page.getByLabel('Code de l’équipe').fill(await hub.code('lead-code'));
  await lea.page.keyboard.press('Enter');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  await expect(lea.page.getByTestId('member-Léa')).toContainText('Chef d’équipe');
});

test('a new name goes to the hub, at once or when it can be reached', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  const id = await hub.member('Léa');
  const rename = async (from: string, to: string) => {
    await lea.page.getByRole('button', { name: `${from}, changer de nom` }).click();
    await lea.page.getByLabel('Votre nom').fill(to);
    await lea.page.keyboard.press('Enter');
    await expect(lea.page.getByRole('button', { name: `${to}, changer de nom` })).toBeVisible();
  };
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await rename('Léa', 'Léa B.');
  await expect.poll(() => hub.member('Léa B.').catch(() => null)).toBe(id);

  await hub.kill();
  await lea.reach('no');
  await rename('Léa B.', 'Léa Bernard');
  await hub.start();
  await expect.poll(() => hub.member('Léa Bernard').catch(() => null)).toBe(id);
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.mark('M002', 'dead');
  await lea.allSent();
  expect((await hub.modules()).get('M002')?.technician_name).toBe('Léa Bernard');
});

let ops = 0;

function opOf(moduleId: string, status: string): Record<string, unknown> {
  ops += 1;
  return {
    id: `019a0000-0000-7000-8000-${String(ops).padStart(12, '0')}`,
    kind: 'mark',
    module_id: moduleId,
    status,
    device_id: 'dev_office',
    marked_at_ms: Date.now(),
    base: '',
  };
}

test('a name that was given out of reach and that the hub will not have keeps nothing else back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.join('Léa');
  await hub.kill();
  await lea.reach('no');
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  await lea.page.getByTestId('settings').getByRole('button', { name: 'Changer' }).click();
  // It would turn the text beside it round.
  await lea.page.getByRole('textbox').fill('a\u202ebcd');
  await lea.page.getByRole('textbox').press('Enter');
  lea.expects(400);
  await hub.start();
  const refused = lea.page.getByTestId('name-refused');
  await expect(refused).toContainText('L’ancien reste');
  // What comes after it is read: an audit that is made now is in the list.
  await hub.api('POST', '/audits', { name: 'Toiture nord', token: 'nord', strings: '4' });
  await expect(lea.page.getByTestId('audit-nord')).toBeVisible();
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.mark('M001', 'ok');
  await lea.allSent();
  expect((await hub.modules()).get('M001')?.technician_name).toBe('Léa');
  await refused.getByRole('button').click();
  await lea.page.getByRole('textbox').fill('Léa B.');
  await lea.page.getByRole('textbox').press('Enter');
  await expect(refused).toHaveCount(0);
});
