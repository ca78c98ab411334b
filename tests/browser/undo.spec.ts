// Undo and redo: what is put back is the finding of whoever found it, with or without the hub, and over a reload.
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { idOf } from './night';

const HOUR = 3_600_000;

/** What Marc found an hour ago, and Léa sees. */
async function found(hub: Hub, lea: Tablet): Promise<void> {
  const mark = {
    id: idOf(1),
    kind: 'mark',
    module_id: 'M001',
    status: 'dead',
    marked_at_ms: Date.now() - HOUR,
    base: '',
  };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [mark] }, await hub.join('Marc'));
  await lea.openAudit('Léa');
  await lea.sees('M001', 'dead');
}

const stateOf = (tablet: Tablet) => tablet.page.getByTestId('sheet').locator('.state');

test('an undo gives the finding back to whoever found it, and the history says who took what back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await found(hub, lea);
  const before = (await hub.modules()).get('M001');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await lea.page.getByTestId('undo').click();
  await lea.sees('M001', 'dead');
  await lea.allSent();
  const after = (await hub.modules()).get('M001');
  expect(after).toMatchObject({ status: 'dead', technician_name: 'Marc', conflict: false });
  expect((after as { updated_at_ms?: number }).updated_at_ms).toBe(
    (before as { updated_at_ms?: number }).updated_at_ms,
  );
  await lea.cell('M001').click();
  await expect(stateOf(lea)).toContainText('HS Marc');
  const line = lea.page.getByTestId('sheet').getByRole('region', { name: 'Historique' });
  await expect(line.getByRole('listitem')).toHaveCount(3);
  await expect(line.getByRole('listitem').nth(0)).toContainText(/HS.*remis par Léa/);
  await expect(line.getByRole('listitem').nth(1)).toContainText(/OK.*défait par Léa/);
  await expect(line.getByRole('listitem').nth(2)).toContainText(/HS.*Marc/);
});

test('without the hub the finding is shown as whose it is, and an undo of a first mark as nobody’s', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await found(hub, lea);
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M001', 'ok');
  await lea.mark('M002', 'ok');
  for (const id of ['M002', 'M001']) {
    await lea.page.getByTestId('undo').click();
    await expect(lea.cell(id)).not.toHaveAttribute('data-status', 'ok');
  }
  await lea.cell('M001').click();
  await expect(stateOf(lea)).toContainText('HS Marc');
  await lea.page.keyboard.press('Escape');
  await lea.cell('M002').click();
  await expect(stateOf(lea)).not.toContainText('Léa');
  await lea.page.keyboard.press('Escape');
  await hub.start();
  await lea.allSent();
  const modules = await hub.modules();
  expect(modules.get('M001')).toMatchObject({ status: 'dead', technician_name: 'Marc' });
  expect(modules.get('M002')).toMatchObject({ status: 'pending', technician_name: null });
});

test('undo and redo survive a reload, and go back and forth', async ({ tablet, hub }) => {
  const lea = await tablet();
  await found(hub, lea);
  await lea.mark('M001', 'ok');
  await lea.mark('M003', 'inequality');
  await lea.page.getByTestId('undo').click();
  await expect(lea.cell('M003')).toHaveAttribute('data-status', 'pending');
  await lea.allSent();
  await lea.page.reload();
  await lea.sees('M001', 'ok');
  await lea.page.getByRole('button', { name: 'Rétablir' }).click();
  await expect(lea.cell('M003')).toHaveAttribute('data-status', 'inequality');
  await expect(lea.page.getByTestId('redo')).toHaveCount(0);
  for (const id of ['M003', 'M001']) {
    await lea.page.keyboard.press('Control+z');
    await expect(lea.cell(id)).toHaveAttribute('data-status', id === 'M003' ? 'pending' : 'dead');
  }
  await lea.page.keyboard.press('Control+Shift+Z');
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'ok');
  await lea.page.keyboard.press('Control+z');
  await lea.allSent();
  expect((await hub.modules()).get('M001')).toMatchObject({ status: 'dead', technician_name: 'Marc' });
});
