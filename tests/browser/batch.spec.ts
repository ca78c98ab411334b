// What a batch does to marks that are there already: it asks, keeps what others found unless it is told otherwise, and leaves
// comments alone. Picking itself: picking.spec.ts.
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { idOf } from './night';

interface Finding {
  module_id: string;
  status?: string;
  comment?: string;
}

/** What a colleague has on the hub. */
async function found(hub: Hub, name: string, from: number, findings: Finding[]): Promise<void> {
  const ops = findings.map((finding, i) => ({
    id: idOf(from + i),
    kind: 'mark',
    ...finding,
    marked_at_ms: Date.now() - 60_000,
    base: '',
  }));
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, await hub.join(name));
}

const DEFECTS: Finding[] = [
  { module_id: 'M001', status: 'dead' },
  { module_id: 'M002', status: 'dead', comment: 'verre cassé' },
  { module_id: 'M003', status: 'microcracks' },
];

async function wholeString(tablet: Tablet): Promise<void> {
  await tablet.page.getByTestId('pick').click();
  await tablet.cell('M010').click();
  await tablet.page.getByRole('button', { name: 'Tout le string' }).click();
  await expect(tablet.page.getByTestId('pick-bar')).toContainText('26 sélectionnés');
}

const ofFirst = async (hub: Hub) => [...(await hub.modules()).values()].slice(0, 26);

test('a whole string as OK asks before it replaces what others found, and keeps it', async ({
  tablet,
  hub,
}) => {
  await found(hub, 'Marc', 1, DEFECTS);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.sees('M003', 'microcracks');
  await lea.mark('M004', 'inequality');
  await lea.allSent();
  await wholeString(lea);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="ok"]').click();
  const ask = lea.page.getByTestId('replace-ask');
  await expect(ask).toContainText('Seraient remplacés : 3 défauts des collègues, 1 de vos propres relevés.');
  await ask.getByTestId('replace-keep').click();
  await expect(lea.page.getByTestId('toasts')).toContainText('22 modules → OK');
  await lea.allSent();
  const after = await ofFirst(hub);
  expect(after.slice(0, 5).map((one) => one.status)).toEqual([
    'dead',
    'dead',
    'microcracks',
    'inequality',
    'ok',
  ]);
  expect(after.filter((one) => one.status === 'ok')).toHaveLength(22);
});

test('told to replace, it does; what is OK already stays with who said so', async ({ tablet, hub }) => {
  await found(hub, 'Marc', 1, [...DEFECTS, { module_id: 'M005', status: 'ok' }]);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.sees('M005', 'ok');
  await wholeString(lea);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="ok"]').click();
  await lea.page.getByTestId('replace-all').click();
  await expect(lea.page.getByTestId('toasts')).toContainText('25 modules → OK');
  await lea.allSent();
  const after = await ofFirst(hub);
  expect(after.map((one) => one.status)).toEqual(Array(26).fill('ok'));
  expect(after[4]).toMatchObject({
    module_id: 'M005',
    technician_name: 'Marc',
  });
  // One word, one sign, and all of it is back.
  await lea.page.getByTestId('toasts').getByRole('button', { name: 'Défaire' }).click();
  await lea.sees('M003', 'microcracks');
  await lea.sees('M006', 'pending');
});

test('where nothing would be lost, nothing is asked', async ({ tablet, hub }) => {
  await found(hub, 'Marc', 1, [{ module_id: 'M001', status: 'ok' }]);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.sees('M001', 'ok');
  await wholeString(lea);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="ok"]').click();
  await expect(lea.page.getByTestId('toasts')).toContainText('25 modules → OK');
  await expect(lea.page.getByTestId('replace-ask')).toHaveCount(0);
  // And where there is nothing to do, that is said.
  await wholeString(lea);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="ok"]').click();
  await expect(lea.page.getByTestId('toasts')).toContainText('Rien à changer');
});

test('what comes in while it is asked is counted, and kept', async ({ tablet, hub }) => {
  await found(hub, 'Marc', 1, [{ module_id: 'M001', status: 'dead' }]);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.sees('M001', 'dead');
  await wholeString(lea);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="ok"]').click();
  const ask = lea.page.getByTestId('replace-ask');
  await expect(ask).toContainText('Serait remplacé : 1 défaut d’un collègue.');
  await expect(ask.getByTestId('replace-keep')).toContainText('25 autres');
  await found(hub, 'Inès', 11, [{ module_id: 'M007', status: 'string_open' }]);
  await expect(ask).toContainText('Seraient remplacés : 2 défauts des collègues.');
  await ask.getByTestId('replace-keep').click();
  await expect(lea.page.getByTestId('toasts')).toContainText('24 modules → OK');
  await lea.allSent();
  const after = await hub.modules();
  expect(after.get('M007')).toMatchObject({
    status: 'string_open',
    technician_name: 'Inès',
  });
});

test('the rest is OK but for what carries a comment', async ({ tablet, hub }) => {
  await found(hub, 'Marc', 1, [{ module_id: 'M003', comment: 'diode 2 brûlée' }]);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.locator('[data-string="1"]').click();
  await expect(lea.page.getByTestId('all-ok')).toHaveText('Reste OK (25)');
  await lea.page.getByTestId('all-ok').click();
  await expect(lea.page.getByRole('toolbar')).toContainText('Marquer 25 modules OK ? 1 avec commentaire');
  await lea.page.getByRole('button', { name: 'Marquer OK' }).click();
  await lea.sees('M004', 'ok');
  // Nothing else is left.
  await expect(lea.page.getByTestId('all-ok')).toHaveCount(0);
  await lea.allSent();
  expect((await hub.modules()).get('M003')).toMatchObject({
    status: 'pending',
    comment: 'diode 2 brûlée',
    technician_name: 'Marc',
  });
});

test('a third tablet is told the mark that stands, and the cards show what each has written', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await found(hub, 'Marc', 1, [{ module_id: 'M006', status: 'ok' }]);
  await lea.sees('M006', 'ok');
  await expect(lea.page.getByTestId('toasts')).toContainText('Marc : M006 → OK');
  // Made before it, and sent late: it loses.
  const late = {
    id: idOf(11),
    kind: 'mark',
    module_id: 'M006',
    status: 'dead',
    comment: 'verre cassé',
    marked_at_ms: Date.now() - 3_600_000,
    base: '',
  };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [late] }, await hub.join('Inès'));
  await expect(lea.cell('M006')).toHaveAttribute('data-conflict');
  await expect(lea.page.getByTestId('toasts')).toContainText(
    'M006 marqué différemment par deux personnes : OK (Marc) est affiché.',
  );
  await lea.cell('M006').click();
  const sides = lea.page.getByTestId('conflict-line').getByRole('listitem');
  await expect(sides).toHaveCount(2);
  await expect(sides.filter({ hasText: 'Inès' })).toContainText('« verre cassé »');
  await expect(sides.filter({ hasText: 'Marc' })).toContainText('sans commentaire');
});
