// Several modules at once: picked by taps, by a drag, by a string or all that is left, and marked as one batch.
import { DEMO, expect, test, type Tablet } from './fixtures';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };

/** A drag of the finger, step by step, from one cell to another. */
async function drag(tablet: Tablet, from: string, to: string): Promise<void> {
  const [a, b] = [await tablet.cell(from).boundingBox(), await tablet.cell(to).boundingBox()];
  if (!a || !b) throw new Error('a cell is not drawn');
  const client = await tablet.context.newCDPSession(tablet.page);
  const at = (share: number) => ({
    x: a.x + a.width / 2 + (b.x - a.x) * share,
    y: a.y + a.height / 2 + (b.y - a.y) * share,
  });
  await client.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    touchPoints: [at(0)],
  });
  for (let step = 1; step <= 10; step += 1) {
    await client.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: [at(step / 10)],
    });
  }
  await client.send('Input.dispatchTouchEvent', {
    type: 'touchEnd',
    touchPoints: [],
  });
}

test('eleven modules are one batch: picked by a drag, marked by one tap, taken back by one more', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const calls: number[] = [];
  lea.page.on('request', (request) => {
    if (!request.url().endsWith('/ops') || request.method() !== 'POST') return;
    calls.push((request.postDataJSON() as { ops: unknown[] }).ops.length);
  });
  await lea.page.getByTestId('pick').click();
  await drag(lea, 'M001', 'M012');
  await expect(lea.page.locator('[data-module][aria-pressed="true"]')).toHaveCount(12);
  // One too many.
  await lea.cell('M005').click();
  await expect(lea.page.getByTestId('pick-bar')).toContainText('11 sélectionnés');
  await lea.page.getByTestId('pick-bar').locator('[data-mark="inequality"]').click();
  await lea.sees('M012', 'inequality');
  await expect(lea.page.getByTestId('toasts')).toContainText('11 modules → Inégalité');
  await lea.allSent();
  expect(calls).toEqual([11]);
  const after = await hub.modules();
  expect([...after.values()].filter((one) => one.status === 'inequality')).toHaveLength(11);
  expect(after.get('M005')?.status).toBe('pending');

  await lea.page.getByTestId('undo').click();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'pending');
  await lea.allSent();
  expect(calls).toEqual([11, 11]);
  const back = await hub.modules();
  expect([...back.values()].filter((one) => one.status !== 'pending')).toHaveLength(0);
  // Never an erasure: both are in the history.
  const history = (await hub.api('GET', `/audits/${DEMO}/modules/M001/history`)) as {
    entries: { kind: string }[];
  };
  expect(history.entries.map((entry) => entry.kind)).toEqual(['mark', 'mark', 'undo']);
});

test('a batch takes a comment along; a whole string is one tap', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  await lea.cell('M001').click();
  await lea.page.getByRole('button', { name: 'Tout le string' }).click();
  await expect(lea.page.getByTestId('pick-bar')).toContainText('26 sélectionnés');
  await lea.page.getByTestId('pick-bar').getByRole('button', { name: 'Commentaire' }).click();
  await lea.page.getByTestId('pick-bar').getByRole('button', { name: 'Salissure' }).click();
  await lea.page.getByTestId('pick-bar').locator('[data-mark="string_open"]').click();
  await lea.allSent();
  const modules = [...(await hub.modules()).values()].filter((one) => one.status === 'string_open');
  expect(modules).toHaveLength(26);
  expect(new Set(modules.map((one) => one.comment))).toEqual(new Set(['Salissure']));
});

test('a finger that rests picks; what is left is OK after one question', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const box = await lea.cell('M003').boundingBox();
  if (!box) throw new Error('M003 is not drawn');
  await lea.page.mouse.move(box.x + 20, box.y + 20);
  await lea.page.mouse.down();
  await expect(lea.cell('M003')).toHaveAttribute('aria-pressed', 'true');
  await lea.page.mouse.up();
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  await lea.page.getByTestId('pick-bar').locator('[data-mark="dead"]').click();
  await lea.sees('M003', 'dead');
  await lea.page.getByTestId('all-ok').click();
  await lea.page.getByRole('button', { name: 'Marquer OK' }).click();
  await lea.allSent();
  const modules = [...(await hub.modules()).values()];
  expect(modules.filter((one) => one.status === 'ok')).toHaveLength(modules.length - 1);
  expect(modules.find((one) => one.status === 'dead')).toMatchObject({
    module_id: 'M003',
  });
});

test('a drag goes on when the module where it began is scrolled away', async ({ tablet }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  const begin = await lea.cell('M002').boundingBox();
  const grid = await lea.page.getByRole('group', { name: 'Modules par string' }).boundingBox();
  if (!begin || !grid) throw new Error('it is not drawn');
  const client = await lea.context.newCDPSession(lea.page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const [x, y] = [begin.x + begin.width / 2, begin.y + begin.height / 2];
  await touch('touchStart', x, y);
  for (let step = 1; step <= 8; step += 1) await touch('touchMove', x + step * 8, y);
  // At the lower edge the grid scrolls by itself, until the module is no longer drawn.
  const bottom = grid.y + grid.height - 12;
  await expect(async () => {
    await touch('touchMove', x + 60, bottom);
    await touch('touchMove', x + 62, bottom - 30);
    expect(await lea.cell('M002').count()).toBe(0);
  }).toPass();
  const picked = async () => Number(/\d+/.exec(await lea.page.getByTestId('pick-bar').innerText())?.[0]);
  const then = await picked();
  await expect(async () => {
    await touch('touchMove', x + 60, bottom);
    await touch('touchMove', x + 62, bottom - 30);
    expect(await picked()).toBeGreaterThan(then + 24);
  }).toPass();
  await touch('touchEnd');
});

test('what is left as OK is of the string that the question was asked for', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.locator('[data-string="2"]').click();
  await lea.page.getByTestId('all-ok').click();
  const yes = lea.page.getByRole('button', { name: 'Marquer OK' });
  await expect(yes).toBeVisible();
  await lea.page.locator('[data-string="3"]').click();
  await expect(yes).toHaveCount(0);
  expect([...(await hub.modules()).values()].filter((one) => one.status === 'ok')).toHaveLength(0);
});

test('picking has a way out, whatever of the page could not be read', async ({ tablet }) => {
  const lea = await tablet();
  await lea.context.route(/PickBar.*js$/, (route) => route.abort());
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  await lea.cell('M001').click();
  await expect(lea.cell('M001')).toHaveAttribute('aria-pressed', 'true');
  await lea.page.getByTestId('pick').click();
  await expect(lea.cell('M001')).not.toHaveAttribute('aria-pressed');
  await lea.cell('M001').click();
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
});

test('what others do is told beside the buttons for what is picked, not over them', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  await lea.cell('M001').click();
  const op = {
    id: '019a0000-0000-7000-8000-000000000001',
    kind: 'mark',
    module_id: 'M002',
    status: 'dead',
    marked_at_ms: Date.now(),
    base: '',
  };
  const marc = await hub.join('Marc');
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [op], sent_at_ms: Date.now() }, marc);
  const toast = lea.page.getByTestId('toasts').getByRole('group');
  await expect(toast).toContainText('Marc : M002 → HS');
  const [told, bar] = [await toast.boundingBox(), await lea.page.getByTestId('pick-bar').boundingBox()];
  expect((told?.y ?? Infinity) + (told?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
  // Elsewhere there is nothing of it to show.
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(toast).toHaveCount(0, { timeout: 3_000 });
});

test('Escape closes what lies over the page, and then lets go of what is picked', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  await lea.cell('M001').click();
  await lea.openPanel();
  await expect(lea.page.getByRole('dialog')).toBeVisible();
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByRole('dialog')).toHaveCount(0);
  await expect(lea.page.getByTestId('pick-bar')).toContainText('1 sélectionné');
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('pick-bar')).toHaveCount(0);
});
