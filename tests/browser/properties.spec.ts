// Severity, serials, and why a module was not examined: a tap more on defects alone, offline like marks, in many at once; a conflict is shown and settled;
// a v3.3 tablet beside it sees none of it and takes none of it away.
import { DEMO, expect, test } from './fixtures';
import { idOf } from './night';
import {
  closeSheet,
  findDefect,
  grade,
  knownOf,
  letter,
  markByV33,
  openSheet,
  severityOf,
} from './properties';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };

test('how severe a defect is: one tap after it, and all see it', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M002', 'ok');
  await expect(lea.page.getByTestId('tray')).toHaveCount(0);
  await findDefect(lea, 'M001', 'dead', 'C');
  await expect(letter(marc, 'M001')).toHaveText('C');
  await lea.allSent();
  expect((await knownOf(hub, 'M001')).properties).toEqual({ severity: 'C', action: 'replace' });
  // In the sheet: another action, and the severity taken back. What was chosen by hand stays.
  const sheet = await openSheet(lea, 'M001');
  await sheet.locator('[data-action="claim"]').click();
  await expect(sheet.locator('[data-action="claim"]')).toHaveAttribute('aria-pressed', 'true');
  await grade(sheet, 'C').click();
  await expect(letter(lea, 'M001')).toHaveCount(0);
  await lea.allSent();
  expect((await knownOf(hub, 'M001')).properties).toEqual({ action: 'claim' });
  await expect(sheet.getByText('Gravité : retiré')).toBeVisible();
  await closeSheet(lea);
  await expect(letter(marc, 'M001')).toHaveCount(0);
  await expect(marc.cell('M001')).toHaveAttribute('data-status', 'dead');
});

test('where one mark leads to the next, the defect before can be graded', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  const sheet = await openSheet(lea, 'M001');
  await sheet.getByRole('switch').click();
  await sheet.locator('[data-mark="dead"]').click();
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText('M002');
  const before = sheet.locator('[data-testid="severity"][data-of="M001"]');
  await grade(before, 'B').click();
  await expect(grade(before, 'B')).toHaveAttribute('aria-pressed', 'true');
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText('M002');
  await closeSheet(lea);
  await lea.allSent();
  expect(await severityOf(hub, 'M001')).toBe('B');
});

test('out of reach it is kept, over a reload, and goes out in order; a conflict is shown and settled, and a v3.3 mark takes nothing away', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M003', 'microcracks');
  await marc.sees('M003', 'microcracks');
  await lea.allSent();

  await hub.kill();
  await lea.reach('no');
  await marc.reach('no');
  for (const [who, key] of [
    [lea, 'A'],
    [marc, 'C'],
  ] as const) {
    const sheet = await openSheet(who, 'M003');
    await grade(sheet, key).click();
    await closeSheet(who);
    await expect(letter(who, 'M003')).toHaveText(key);
    await expect(who.cell('M003')).toHaveAttribute('data-receipt', 'tablet');
  }
  await expect(lea.page.getByTestId('waiting')).toContainText('1');

  // Léa’s tablet is closed and opened again before it has sent anything.
  await lea.page.close();
  await hub.start();
  await marc.reach('yes');
  await marc.allSent();
  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  await lea.page.goto(`${hub.url}#/audit/${DEMO}`);
  await lea.allSent();
  for (const who of [lea, marc]) await expect(who.cell('M003')).toHaveAttribute('data-conflict');
  await expect.poll(async () => (await knownOf(hub, 'M003')).property_conflicts).toContain('severity');

  await markByV33(hub, 'M003', 'dead');
  for (const who of [lea, marc]) {
    await who.sees('M003', 'dead');
    await expect(who.cell('M003')).toHaveAttribute('data-conflict');
  }

  const sheet = await openSheet(lea, 'M003');
  const sides = sheet.locator('[data-testid="property-conflict"][data-name="severity"]');
  await expect(sides.getByRole('listitem')).toHaveCount(2);
  await expect(sides).toContainText('Léa');
  await expect(sides).toContainText('Marc');
  // What was usual for each step is in dispute as well, and was said in the same breath.
  await expect(sheet.getByTestId('property-conflict')).toHaveCount(2);
  await sides.getByRole('button', { name: 'Garder A' }).click();
  await expect(sheet.getByTestId('property-conflict')).toHaveCount(0);
  await closeSheet(lea);
  await lea.allSent();
  for (const who of [lea, marc]) {
    await expect(who.cell('M003')).not.toHaveAttribute('data-conflict');
    await expect(letter(who, 'M003')).toHaveText('A');
  }
  expect(await knownOf(hub, 'M003')).toEqual({ properties: { severity: 'A', action: 'watch' } });
  expect((await hub.modules()).get('M003')?.status).toBe('dead');
});

test('not examined, because: it is left out of what is pending, and of the rest that is OK', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet(PHONE);
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  const why = async (
    id: string,
    act: (reasons: ReturnType<typeof lea.page.getByTestId>) => Promise<void>,
  ) => {
    const sheet = await openSheet(lea, id);
    await sheet.getByTestId('not-examined-open').click();
    await act(sheet);
    await expect(sheet).toHaveCount(0);
    await expect(lea.cell(id)).toHaveAttribute('data-excused');
  };
  await why('M001', (sheet) => sheet.locator('[data-reason="shade"]').click());
  await why('M002', async (sheet) => {
    await sheet.getByLabel('Autre raison, en quelques mots').fill('chien 12');
    await sheet.getByRole('button', { name: 'Noter' }).click();
  });
  for (const who of [lea, marc]) {
    await expect(who.page.getByTestId('progress')).toContainText('0/240');
    await expect(who.page.getByTestId('excused')).toHaveText('2 non examinés');
    await expect(who.cell('M002')).toHaveAttribute('data-excused');
  }
  await lea.allSent();
  expect((await knownOf(hub, 'M002')).properties).toEqual({ not_examined: 'chien 12' });
  // Of the rest these are no part.
  await lea.page.locator('[data-string="1"]').click();
  await lea.page.getByTestId('all-ok').click();
  await lea.page.getByRole('button', { name: 'Marquer OK' }).click();
  await expect(lea.cell('M003')).toHaveAttribute('data-status', 'ok');
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'pending');
  await expect(lea.page.locator('[data-string="1"]')).toContainText('24/24');
  await expect(lea.page.locator('[data-string="1"]')).toContainText('✓');
  // By its filter, and to be examined again.
  await lea.page.getByTestId('view-toggle').click();
  await lea.page.locator('[data-filter="excused"]').click();
  await expect(lea.page.locator('main [data-module]')).toHaveCount(2);
  await lea.page.getByTestId('view-toggle').click();
  const sheet = await openSheet(lea, 'M001');
  await sheet.getByTestId('to-examine').click();
  await expect(sheet.getByTestId('not-examined-open')).toBeVisible();
  await closeSheet(lea);
  await lea.allSent();
  expect((await knownOf(hub, 'M001')).properties).toBeUndefined();
  await expect(marc.page.getByTestId('excused')).toHaveText('1 non examiné');
});

test('many at once: severity for the defects, a reason for what has no mark; the values of others stay unless said otherwise', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await findDefect(marc, 'M001', 'dead', 'A');
  await marc.mark('M002', 'dead');
  await marc.mark('M003', 'ok');
  await marc.allSent();
  await expect(letter(lea, 'M001')).toHaveText('A');
  await lea.sees('M003', 'ok');

  const pick = async (...ids: string[]) => {
    await lea.tap(lea.page.getByTestId('pick'), lea.page.getByTestId('pick-bar'));
    for (const id of ids) await lea.cell(id).click();
    await lea.page.getByTestId('pick-grade').click();
    return lea.page.getByTestId('bulk');
  };
  let bulk = await pick('M001', 'M002', 'M003', 'M004');
  await grade(bulk, 'B').click();
  await expect(bulk).toContainText('1 module a déjà une autre valeur');
  await bulk.getByRole('button', { name: 'Laisser les leurs' }).click();
  await expect(letter(lea, 'M002')).toHaveText('B');
  await expect(letter(lea, 'M001')).toHaveText('A');
  await expect(lea.page.getByTestId('pick-bar')).toHaveCount(0);

  bulk = await pick('M001', 'M002', 'M003', 'M004');
  await grade(bulk, 'C').click();
  await bulk.getByRole('button', { name: 'Remplacer' }).click();
  for (const id of ['M001', 'M002']) await expect(letter(lea, id)).toHaveText('C');

  bulk = await pick('M003', 'M004', 'M005');
  await bulk.locator('[data-reason="no_time"]').click();
  await expect(lea.cell('M005')).toHaveAttribute('data-excused');
  await lea.allSent();
  expect((await knownOf(hub, 'M001')).properties).toEqual({ severity: 'C', action: 'replace' });
  expect((await knownOf(hub, 'M005')).properties).toEqual({ not_examined: 'no_time' });
  expect((await knownOf(hub, 'M003')).properties).toBeUndefined();
  for (const id of ['M001', 'M002']) await expect(letter(marc, id)).toHaveText('C');
});

test('a serial number is typed without marking, kept with every way out, and told where it is another module’s', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  let sheet = await openSheet(lea, 'M001');
  await sheet.getByTestId('serial').pressSequentially('JKM 123456');
  // Digits in it are no marks, and Escape keeps it.
  await closeSheet(lea);
  await lea.allSent();
  expect(await knownOf(hub, 'M001')).toEqual({ properties: { serial: 'JKM 123456' } });
  expect((await hub.modules()).get('M001')?.status).toBe('pending');
  sheet = await openSheet(lea, 'M002');
  await sheet.getByTestId('serial').fill('JKM 123456');
  await sheet.getByTestId('serial').press('Enter');
  await expect(sheet).toContainText('Ce numéro est aussi celui de M001.');
  await sheet.getByTestId('serial').fill('X');
  await sheet.getByTestId('serial').press('Enter');
  await expect(sheet).toContainText('Un numéro de série a de 3 à 64 caractères.');
  await closeSheet(lea);
  await lea.allSent();
  expect(await knownOf(hub, 'M002')).toEqual({ properties: { serial: 'JKM 123456' } });
});

test('a value that the hub does not take is refused alone, and kept with its reason', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'dead');
  await lea.allSent();
  await hub.kill();
  await lea.reach('no');
  await findDefect(lea, 'M002', 'dead', 'B');
  // As a page of another version might have kept it.
  await lea.page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const open = indexedDB.open('fieldhub');
        open.onerror = () => {
          failed(new Error('the store does not open'));
        };
        open.onsuccess = () => {
          const tx = open.result.transaction('outbox', 'readwrite');
          const all: IDBRequest<{ op: { kind: string; set: Record<string, string> } }[]> = tx
            .objectStore('outbox')
            .getAll();
          all.onsuccess = () => {
            for (const one of all.result.filter(({ op }) => op.kind === 'property'))
              tx.objectStore('outbox').put({ ...one, op: { ...one.op, set: { action: 'burn' } } });
          };
          tx.oncomplete = () => {
            open.result.close();
            done();
          };
        };
      }),
  );
  await lea.mark('M003', 'ok');
  await hub.start();
  await lea.reach('yes');
  await lea.allSent();
  expect((await hub.modules()).get('M003')?.status).toBe('ok');
  expect((await knownOf(hub, 'M002')).properties).toBeUndefined();
  await lea.page.getByRole('button', { name: 'Voir' }).click();
  const refused = lea.page.getByRole('dialog', { name: 'Relevés refusés' });
  await expect(refused).toContainText('M002');
  await expect(refused).toContainText('À faire : burn');
});

test('the whole site says how severe a defect is, and the list counts no module that somebody said why of', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const { page } = lea;
  await page.getByTestId('view-toggle').click();
  await page.getByRole('button', { name: 'Ensemble' }).click();
  await expect(page.getByTestId('legend')).toContainText('HS');
  await expect(page.getByTestId('legend-severity')).toHaveCount(0);
  await page.getByRole('button', { name: 'Strings', exact: true }).click();
  await findDefect(lea, 'M001', 'dead', 'C');
  await page.getByRole('button', { name: 'Ensemble' }).click();
  await expect(page.getByTestId('legend-severity')).toHaveText(/Gravité.*A.*B.*C/);
  await lea.allSent();
  const marc = await hub.join('Marc');
  const reason = { of: { module_id: 'M002' }, set: { not_examined: 'shade' } };
  const op = { id: idOf(1), kind: 'property', ...reason, marked_at_ms: Date.now(), base: '' };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [op], sent_at_ms: Date.now() }, marc);
  await page.goto(`${hub.url}#/`);
  await expect(page.getByTestId(`audit-${DEMO}`)).toContainText('1/241');
});
