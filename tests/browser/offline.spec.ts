// The night as it is: the hub loses power, tablets walk out of reach, tabs are closed. Nothing is lost.
import { DEMO, expect, test } from './fixtures';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `M${String(from + i).padStart(3, '0')}`);

test('ten marks made out of reach arrive with the others', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');

  // The tablet is out of the network; an open stream is only cut with the hub itself.
  await lea.context.setOffline(true);
  await hub.kill();
  await lea.reach('no');
  for (const id of numbers(1, 10)) await lea.mark(id, 'inequality');
  await expect(lea.page.getByTestId('waiting')).toContainText('10');
  await expect(lea.page.locator('[data-receipt="tablet"]')).toHaveCount(10);

  // The hub is back, the tablet is not: Marc works on.
  await hub.start();
  await marc.reach('yes');
  await marc.mark('M012', 'ok');
  await expect(marc.page.locator('[data-status="inequality"][data-module]')).toHaveCount(0);

  await lea.context.setOffline(false);
  await lea.reach('yes');
  await lea.allSent();
  for (const id of numbers(1, 10)) await marc.sees(id, 'inequality');
  await expect(lea.page.getByTestId('progress')).toContainText('11/242');
  const modules = await hub.modules();
  for (const id of numbers(1, 10))
    expect(modules.get(id)).toMatchObject({ status: 'inequality', conflict: false });
});

test('over plain HTTP the page asks not to be closed while the hub is away, for no other comes', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.openPanel();
  await expect(lea.page.getByTestId('upstream-none')).toBeVisible();
  await expect(lea.page.getByTestId('stay-open')).toHaveCount(0);
  await hub.kill();
  await lea.reach('no');
  await expect(lea.page.getByTestId('stay-open')).toContainText('Ne fermez pas cette page');
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('unreachable')).toContainText('Ne fermez pas cette page');
  await hub.start();
  await lea.reach('yes');
  await expect(lea.page.getByTestId('unreachable')).toHaveCount(0);
});

test('marks to be saved are named by their audit, also out of a scanned code', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.page.goto(await hub.link('code', DEMO));
  await lea.page.getByRole('textbox').fill('Léa');
  await lea.page.getByRole('textbox').press('Enter');
  await lea.mark('M001', 'ok');
  await lea.openPanel();
  await expect(lea.page.getByTestId('held')).toContainText('JALIBAT : 1 relevé');
  await expect(lea.page.getByTestId('held')).not.toContainText(DEMO);
});

test('the hub is killed between marks: both pages go on by themselves', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');

  await lea.mark('M001', 'ok');
  await marc.sees('M001', 'ok');
  await hub.kill();
  await lea.mark('M002', 'dead');
  await marc.mark('M003', 'microcracks');
  await lea.reach('no');
  await marc.reach('no');
  await hub.start();
  await lea.mark('M004', 'not_connected');

  for (const one of [lea, marc]) {
    await one.sees('M001', 'ok');
    await one.sees('M002', 'dead');
    await one.sees('M003', 'microcracks');
    await one.sees('M004', 'not_connected');
    await one.reach('yes');
    await one.allSent();
  }
  const modules = await hub.modules();
  expect([1, 2, 3, 4].map((n) => modules.get(`M00${String(n)}`)?.status)).toEqual([
    'ok',
    'dead',
    'microcracks',
    'not_connected',
  ]);
});

test('marks made while the hub is dead go out after the tab was closed and opened again', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await hub.kill();
  await lea.mark('M020', 'dead', 'à revoir');
  await lea.mark('M021', 'string_open');
  await expect(lea.page.getByTestId('waiting')).toContainText('2');
  await lea.page.close();

  await hub.start();
  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  // On the list already: nobody needs to open the audit for its marks to go.
  await lea.page.goto(hub.url);
  await lea.allSent();
  await expect
    .poll(async () => {
      const modules = await hub.modules();
      return [modules.get('M020'), modules.get('M021')];
    })
    .toMatchObject([{ status: 'dead', comment: 'à revoir' }, { status: 'string_open' }]);
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.sees('M020', 'dead');
  await lea.sees('M021', 'string_open');
});

test('out of reach, an audit that was read before can be opened and marked', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await hub.kill();
  await lea.reach('no');
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'ok');
  await lea.mark('M002', 'dead');
  await hub.start();
  await lea.sees('M002', 'dead');
  await expect.poll(async () => (await hub.modules()).get('M002')?.status).toBe('dead');
});

test('a hub that lost everything gets the marks again from the tablets', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M001', 'ok');
  await lea.mark('M002', 'dead', 'verre cassé');
  await marc.mark('M003', 'microcracks');
  await lea.allSent();
  await marc.allSent();
  // One of them is at home, one in the audit: both offer again what the first card held.
  await marc.page.getByRole('link', { name: 'Retour aux audits' }).click();

  // Nobody has joined the spare hub, which refuses their calls: who joins brings what they have marked.
  for (const one of [lea, marc]) one.expects(401);
  await hub.replace();
  for (const one of [lea, marc]) {
    await expect(one.page.getByTestId('outside')).toContainText('Ce hub ne connaît pas cette tablette');
  }
  await lea.page.goto(await hub.link('code', DEMO));
  await marc.page.goto(await hub.link());
  await expect
    .poll(async () => {
      const modules = await hub.modules();
      return ['M001', 'M002', 'M003'].map((id) => modules.get(id)?.status);
    })
    .toEqual(['ok', 'dead', 'microcracks']);
  await lea.sees('M001', 'ok');
  await lea.sees('M003', 'microcracks');
  expect((await hub.modules()).get('M002')?.comment).toBe('verre cassé');
});

test('a hub restored from yesterday’s backup gets by itself what it does not know', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  const yesterday = await hub.backup();
  await lea.mark('M002', 'dead', 'verre cassé');
  await lea.mark('M001', 'microcracks');
  await marc.mark('M003', 'inequality');
  await lea.allSent();
  await marc.allSent();
  await hub.restore(yesterday);
  await lea.reach('yes');
  await lea.mark('M004', 'ok');
  await expect
    .poll(async () => {
      const modules = await hub.modules();
      return ['M001', 'M002', 'M003', 'M004'].map((id) => modules.get(id)?.status);
    })
    .toEqual(['microcracks', 'dead', 'inequality', 'ok']);
  await lea.sees('M003', 'inequality');
  await marc.sees('M002', 'dead');
  await marc.sees('M001', 'microcracks');
});

test('a tablet whose clock is two years ahead marks with the others, and does not win for ever', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.clockAhead(2 * 365 * 24 * 3_600_000);
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M001', 'dead');
  await lea.allSent();
  await marc.sees('M001', 'dead');
  // Having seen hers he marks it anew: the later mark stands, whatever the clocks say.
  await marc.mark('M001', 'ok');
  await marc.allSent();
  await lea.sees('M001', 'ok');
  expect((await hub.modules()).get('M001')).toMatchObject({ status: 'ok', conflict: false });
  // Out of reach as well, and what was marked when is told by the hub's clock.
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M002', 'microcracks');
  await lea.cell('M002').click();
  await expect(lea.page.getByTestId('sheet')).toContainText(/Léa, \d\d:\d\d/);
  await lea.page.keyboard.press('Escape');
  await hub.start();
  await lea.allSent();
  await marc.sees('M002', 'microcracks');
  for (const one of [lea, marc]) {
    await one.cell('M001').click();
    const history = one.page.getByRole('region', { name: 'Historique' });
    // Another day would have its date.
    await expect(history).toContainText(/OK\s*Marc, \d\d:\d\d/);
    await expect(history).toContainText(/HS\s*Léa, \d\d:\d\d/);
    await one.page.keyboard.press('Escape');
    await expect(one.page.getByTestId('sheet')).toHaveCount(0);
  }
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toContainText(
    /Dernier relevé (à l’instant|cette minute|il y a \d minute)/,
  );
});

test('over plain HTTP a tab asks before it is closed while marks wait for the hub', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  let asked = 0;
  lea.page.on('dialog', (dialog) => {
    asked += 1;
    void dialog.dismiss();
  });
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M002', 'dead');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await lea.page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toBe(1);
  // It stays, and brings the mark when the hub is back.
  await lea.sees('M001', 'ok');
  await hub.start();
  await lea.allSent();
  await lea.page.close({ runBeforeUnload: true });
  await expect.poll(() => lea.page.isClosed()).toBe(true);
  expect(asked).toBe(1);
});

test('with Sync OFF a tab over plain HTTP asks as well: nobody knows whether the hub is still there', async ({
  tablet,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.openPanel();
  await lea.page.getByTestId('sync-switch').click();
  await lea.page.keyboard.press('Escape');
  await lea.mark('M001', 'dead');
  const dialog = lea.page.waitForEvent('dialog');
  await lea.page.close({ runBeforeUnload: true });
  const asked = await dialog;
  expect(asked.type()).toBe('beforeunload');
  await asked.dismiss();
  const off = lea.page.getByTestId('sync-off');
  await lea.tap(off.getByRole('button'), off, 'goes');
  await lea.sees('M001', 'dead');
});
