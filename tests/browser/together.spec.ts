// A crew on one hub: marks are seen by the others at once, conflicts are shown, nothing leaves the site.
import { DEMO, expect, test } from './fixtures';

test('a mark on one tablet is on the other screen', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');

  await lea.mark('M005', 'dead', 'verre cassé');
  await marc.sees('M005', 'dead');
  await marc.mark('M006', 'ok');
  await lea.sees('M006', 'ok');
  await lea.sees('M005', 'dead');

  await expect(marc.page.getByTestId('progress')).toContainText('2/242');
  await expect(lea.page.getByTestId('crew').locator('li')).toHaveCount(2);
  await marc.cell('M005').click();
  await expect(marc.page.locator('#comment')).toHaveValue('verre cassé');
  await expect(marc.page.getByTestId('sheet').locator('ol')).toContainText('Léa');
  // Who has what open is on the others' screens, too.
  await expect(lea.cell('M005')).toHaveAccessibleName(/ouvert par Marc/);

  const module = (await hub.modules()).get('M005');
  expect(module).toMatchObject({ status: 'dead', comment: 'verre cassé' });
});

test('two marks made without seeing each other carry a badge', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.cell('M010').click();
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  // While her sheet is open, Marc marks the module; she decides on what she saw before.
  await hub.api('POST', `/audits/${DEMO}/ops`, {
    ops: [
      {
        id: '019a0000-0000-7000-8000-000000000001',
        kind: 'mark',
        module_id: 'M010',
        status: 'ok',
        technician_id: 'tech_marc0001',
        technician_name: 'Marc',
        device_id: 'dev_marc',
        marked_at_ms: Date.now(),
        base: '',
      },
    ],
    sent_at_ms: Date.now(),
  });
  await lea.sees('M010', 'ok');
  await lea.page.locator('[data-mark="microcracks"]').click();
  await expect(lea.cell('M010')).toHaveAttribute('data-conflict');
  await lea.sees('M010', 'microcracks');
  await expect(lea.cell('M010')).toHaveAccessibleName(/conflit/);

  await lea.cell('M010').click();
  await expect(lea.page.getByTestId('conflict-line')).toBeVisible();
  // Having seen both, she confirms: the badge goes.
  await lea.page.locator('[data-mark="microcracks"]').click();
  await expect(lea.cell('M010')).not.toHaveAttribute('data-conflict');
});

test('a conflict that comes up while the sheet is open is settled in it', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.cell('M010').click();
  for (const [n, [name, status]] of [
    ['Marc', 'ok'],
    ['Inès', 'dead'],
  ].entries()) {
    const id = `019a0000-0000-7000-8000-00000000000${String(n)}`;
    const mark = { id, kind: 'mark', module_id: 'M010', status, marked_at_ms: Date.now(), base: '' };
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [mark] }, await hub.join(name ?? ''));
  }
  const sides = lea.page.getByTestId('conflict-line').getByRole('listitem');
  await expect(sides).toHaveCount(2);
  await sides.filter({ hasText: 'Marc' }).getByRole('button', { name: 'Garder' }).click();
  await lea.sees('M010', 'ok');
  await lea.allSent();
  await expect(lea.cell('M010')).not.toHaveAttribute('data-conflict');
  expect((await hub.modules()).get('M010')).toMatchObject({ status: 'ok', conflict: false });
  // The line of time has all of it, with what lost.
  await lea.cell('M010').click();
  const line = lea.page.getByTestId('sheet').getByRole('region', { name: 'Historique' });
  await expect(line.getByRole('listitem')).toHaveCount(3);
  await expect(line.getByRole('listitem').nth(0)).toContainText(/OK.*Léa/);
  await expect(line.getByRole('listitem').nth(1)).toContainText('Marqué sans voir l’autre relevé');
  await expect(line.getByRole('listitem').nth(2)).toContainText(/OK.*Marc/);
});

test('a mark is taken back, a comment alone is kept by every way out', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M002', 'string_open');
  await lea.allSent();
  await lea.cell('M002').click();
  await lea.page.getByRole('button', { name: 'Effacer le relevé' }).click();
  await lea.sees('M002', 'pending');

  await lea.cell('M003').click();
  await lea.page.locator('#comment').fill('ombre');
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  await lea.allSent();
  await expect
    .poll(async () => (await hub.modules()).get('M003'))
    .toMatchObject({ status: 'pending', comment: 'ombre' });
});

test('two tabs of one tablet share their marks', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const second = await lea.context.newPage();
  lea.watch(second);
  await second.goto(`${lea.hub.url}#/audit/${DEMO}`);
  await expect(second.locator('[data-module="M001"]')).toBeVisible();
  await lea.page.bringToFront();
  await lea.mark('M001', 'inequality');
  await expect(second.locator('[data-module="M001"]')).toHaveAttribute('data-status', 'inequality');
});

test('an audit that the hub does not have leads back to the list', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  lea.expects(404);
  await lea.page.goto(`${lea.hub.url}#/audit/nowhere`);
  await expect(lea.page.getByRole('alert')).toContainText('nowhere');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});
