// The words to the crew: live, offline and back, with ways to modules; and who is where.
import { serious } from './axe';
import type { Page } from '@playwright/test';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';

const notes = (tablet: Tablet) => tablet.page.getByTestId('note');

async function write(tablet: Tablet, text: string): Promise<void> {
  if ((await tablet.page.getByTestId('chat').count()) === 0)
    await tablet.page.getByTestId('chat-open').click();
  await tablet.page.getByLabel('Message à l’équipe').fill(text);
  await tablet.page.keyboard.press('Enter');
  await expect(notes(tablet).filter({ hasText: text })).toHaveCount(1);
}

test('a message is on the other tablet at once, counted until it is read, and leads to its module', async ({
  tablet,
}) => {
  const lea = await tablet();
  const marc = await tablet({ viewport: { width: 390, height: 844 } });
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await expect(lea.page.getByTestId('crew')).toContainText('Marc');
  await write(lea, 'Verre cassé en #M050, @Marc tu regardes ? <b>non</b>');
  await expect(marc.page.getByTestId('toasts')).toContainText('Léa : Verre cassé');
  await expect(marc.page.getByTestId('unread')).toHaveText('1');
  await marc.page.getByTestId('chat-open').click();
  await expect(marc.page.getByTestId('unread')).toHaveCount(0);
  await expect(notes(marc)).toContainText('<b>non</b>');
  // What is read there is not told over it: sooner than it would go by itself.
  await expect(marc.page.getByTestId('toasts')).toBeEmpty({ timeout: 1_000 });
  await expect(notes(marc).locator('mark')).toHaveText('@Marc');
  expect(await serious(marc.page)).toEqual([]);
  await notes(marc).getByRole('button', { name: '#M050' }).click();
  await expect(marc.page.getByTestId('sheet')).toContainText('M050');
  await marc.page.keyboard.press('Escape');

  // Read is read, also after a reload.
  await marc.page.reload();
  await expect(marc.cell('M001')).toBeVisible();
  await marc.reach('yes');
  await expect(marc.page.getByTestId('unread')).toHaveCount(0);
  // A name that is begun is offered.
  await marc.page.getByTestId('chat-open').click();
  await marc.page.getByLabel('Message à l’équipe').fill('oui @l');
  await marc.page.getByRole('button', { name: '@Léa' }).click();
  await expect(marc.page.getByLabel('Message à l’équipe')).toHaveValue('oui @Léa ');
  await marc.page.keyboard.press('Enter');
  await expect(notes(lea).filter({ hasText: 'oui @Léa' })).toBeVisible();
});

test('without the hub messages wait as marks do, and arrive once', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await write(lea, 'avant la coupure');
  await expect(notes(lea)).not.toHaveAttribute('data-receipt', 'tablet');
  await lea.page.keyboard.press('Escape');
  await hub.kill();
  await lea.reach('no');
  await write(lea, 'je suis au fond du champ');
  await expect(notes(lea).last()).toHaveAttribute('data-receipt', 'tablet');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await lea.page.keyboard.press('Escape');
  await lea.mark('M001', 'ok');
  await hub.start();
  await lea.allSent();
  await marc.page.getByTestId('chat-open').click();
  await expect(notes(marc)).toHaveCount(2);
  await expect(notes(marc).last()).toContainText('je suis au fond du champ');
  await marc.page.reload();
  await expect(marc.cell('M001')).toBeVisible();
  await marc.page.getByTestId('chat-open').click();
  await expect(notes(marc)).toHaveCount(2);
});

test('eleven modules in one batch are one word on the other tablet', async ({ tablet }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await expect(lea.page.getByTestId('crew')).toContainText('Marc');
  const told: string[] = [];
  await lea.page.exposeFunction('told', (text: string) => told.push(text));
  await lea.page.evaluate(() => {
    new MutationObserver(() => {
      const text = document.querySelector('[data-testid="toasts"] p')?.textContent;
      if (text) void (window as unknown as { told: (text: string) => void }).told(text);
    }).observe(document.querySelector('[data-testid="toasts"]') ?? document.body, { childList: true });
  });
  await marc.page.getByTestId('pick').click();
  for (let n = 10; n <= 20; n += 1) await marc.cell(`M0${String(n)}`).click();
  await marc.page.locator('[data-mark="inequality"]').click();
  await lea.sees('M020', 'inequality');
  await expect(lea.page.getByTestId('toasts')).toContainText('Marc : 11 modules → Inégalité');
  expect(told).toEqual(['Marc : 11 modules → Inégalité']);
  // A screen reader is told the same, and not interrupted for it.
  const voice = lea.page.getByRole('status');
  await expect(voice).toHaveText('Marc : 11 modules → Inégalité');
  await expect(voice).toHaveAttribute('aria-live', 'polite');
  await lea.page.getByTestId('toasts').getByRole('button', { name: 'Voir', exact: true }).click();
  await expect(lea.cell('M020')).toBeVisible();
});

test('who is where is seen, and followed', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await expect(lea.page.getByTestId('crew')).toHaveText('Vous seul');
  const marc = await tablet();
  await marc.openAudit('Marc');
  await expect(lea.page.getByTestId('crew')).toContainText('Marc');
  await marc.cell('M030').click();
  await expect(lea.cell('M030')).toHaveAccessibleName(/ouvert par Marc/);
  await expect(lea.cell('M030')).toContainText('MA');
  await expect(lea.page.locator('[data-string="2"]')).toContainText('MA');

  await lea.page.getByTestId('crew').click();
  await expect(lea.page.getByTestId('crew-dialog')).toContainText('String 2 · M030');
  expect(await serious(lea.page)).toEqual([]);
  await lea.page.getByRole('button', { name: 'Suivre Marc' }).click();
  await expect(lea.page.getByTestId('following')).toContainText('Vous suivez Marc');
  await marc.page.keyboard.press('Escape');
  await marc.page.locator('[data-string="10"]').click();
  await marc.cell('M240').click();
  await expect(lea.cell('M240')).toBeInViewport();
  // Looking for oneself ends it.
  await lea.page.locator('[data-string="9"]').click();
  await expect(lea.page.getByTestId('following')).toHaveCount(0);
  await lea.page.locator('[data-string="10"]').click();

  // Where somebody was is not where they are.
  await expect(lea.cell('M240')).toHaveAccessibleName(/ouvert par Marc/);
  await hub.kill();
  await lea.reach('no');
  await expect(lea.page.getByTestId('crew')).toHaveCount(0);
  await expect(lea.cell('M240')).not.toHaveAccessibleName(/ouvert par/);
  await hub.start();
  await expect(lea.page.getByTestId('crew')).toContainText('Marc');

  await marc.page.goto(hub.url);
  await expect(lea.page.getByTestId('crew')).toHaveText('Vous seul', {
    timeout: 60_000,
  });
});

/** Marks of somebody who was away and has not seen anybody's. */
async function apart(hub: Hub, ids: string[], status: string): Promise<void> {
  const ops = ids.map((module_id) => ({
    id: `019a0000-0000-7000-8000-000000000${module_id.slice(1)}`,
    kind: 'mark',
    module_id,
    status,
    marked_at_ms: Date.now(),
    base: '',
  }));
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, await hub.join('Inès'));
}

/** What a screen reader gets to know of: all that is not hidden, nor behind a dialog. */
async function heard(page: Page): Promise<string[]> {
  const chrome = await page.context().newCDPSession(page);
  const { nodes } = await chrome.send('Accessibility.getFullAXTree');
  await chrome.detach();
  return nodes.filter(({ ignored }) => !ignored).map(({ name }) => String(name?.value ?? ''));
}

test('over an open sheet one is told as well, by voice and by sight, and no tap goes astray', async ({
  tablet,
}) => {
  const lea = await tablet({ viewport: { width: 390, height: 844 } });
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.cell('M001').click();
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  await marc.mark('M002', 'dead');
  const toast = lea.page.getByTestId('toasts').locator('p');
  await expect(toast).toHaveText('Marc : M002 → HS');
  await expect.poll(() => heard(lea.page)).toContain('Marc : M002 → HS');
  // Over the dialog, and a tap on it reaches what lies below.
  const box = await toast.boundingBox();
  const [x, y] = [(box?.x ?? 0) + 5, (box?.y ?? 0) + 5];
  expect(await lea.page.evaluate(([a, b]) => document.elementFromPoint(a, b)?.tagName, [x, y] as const)).toBe(
    'DIALOG',
  );
  // With the sheet gone it is where it was.
  await lea.page.keyboard.press('Escape');
  await marc.mark('M003', 'ok');
  await expect(toast).toHaveText('Marc : M003 → OK');
  await expect.poll(() => heard(lea.page)).toContain('Marc : M003 → OK');
  await lea.page.getByTestId('toasts').getByRole('button', { name: 'Voir', exact: true }).click();

  // What is written while the messages are open is said.
  await lea.page.getByTestId('chat-open').click();
  await write(marc, 'on plie');
  await expect(lea.page.getByRole('status')).toHaveText('Marc : on plie');
});

test('what others mark out of view is not told; a buzz tells what is, where somebody chose it', async ({
  tablet,
}) => {
  const lea = await tablet();
  await lea.page.addInitScript(() => {
    const heard = { buzzed: 0, tones: 0 };
    Object.assign(window, { heard });
    navigator.vibrate = () => (heard.buzzed += 1) > 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      heard.tones += 1;
      start.call(this, when);
    };
  });
  const signs = () =>
    lea.page.evaluate(() => (window as unknown as { heard: { buzzed: number; tones: number } }).heard);
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.page.locator('[data-string="2"]').click();
  await expect(lea.cell('M001')).toHaveCount(0);
  await marc.mark('M001', 'ok');
  await marc.mark('M030', 'ok');
  await expect(lea.page.getByTestId('toasts')).toContainText('Marc : M030 → OK');
  expect(await signs()).toEqual({ buzzed: 0, tones: 0 });

  await lea.openPanel();
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  for (const name of [/Vibration/, /Son/]) await lea.page.getByRole('switch', { name }).click();
  await lea.page.keyboard.press('Escape');
  // Each switch lets hear or feel what it is about; a busy browser takes its time with that.
  await expect.poll(signs).toEqual({ buzzed: 2, tones: 1 });
  await marc.mark('M031', 'dead');
  await expect(lea.page.getByTestId('toasts')).toContainText('Marc : M031 → HS');
  await expect.poll(signs).toEqual({ buzzed: 3, tones: 2 });
});

test('a tablet whose clock is two years ahead has news of messages all the same', async ({ tablet }) => {
  const lea = await tablet();
  await lea.page.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 2 * 365 * 24 * 3_600_000;
  });
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await expect(lea.page.getByTestId('crew')).toContainText('Marc');
  await write(marc, 'café à la camionnette');
  await expect(lea.page.getByTestId('toasts')).toContainText('Marc : café');
  await expect(lea.page.getByTestId('unread')).toHaveText('1');
});

test('who comes back with marks that contradict others’ is told, once for all of them', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await hub.kill();
  await lea.reach('no');
  for (const id of ['M011', 'M012']) await lea.mark(id, 'ok');
  // Her marks wait until his are there.
  await lea.page.route('**/ops', (route) => route.abort());
  await hub.start();
  await apart(hub, ['M011', 'M012'], 'dead');
  await lea.page.unroute('**/ops');
  await lea.allSent();
  await expect(lea.page.getByTestId('toasts')).toContainText('2 conflits avec vos relevés');
  await lea.page.getByTestId('toasts').getByRole('button', { name: 'Voir', exact: true }).click();
  await expect(lea.page.getByTestId('narrowed')).toContainText('Conflits : 2');
});

test('what others do does not take away what somebody may act on', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await lea.mark('M007', 'ok');
  await lea.allSent();
  await apart(hub, ['M007'], 'dead');
  const toasts = lea.page.getByTestId('toasts');
  await expect(toasts).toContainText('M007 : Inès et vous l’avez marqué différemment. HS est affiché.');
  // Looked at, it stays; what comes meanwhile is said.
  await toasts.locator('p').hover();
  await marc.mark('M008', 'ok');
  await expect(lea.page.getByRole('status')).toHaveText('Marc : M008 → OK');
  await expect(toasts).toContainText('M007 : Inès et vous l’avez marqué différemment. HS est affiché.');
});

test('one’s own mark in a conflict is told', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M007', 'ok');
  await lea.allSent();
  await apart(hub, ['M007'], 'dead');
  await expect(lea.page.getByTestId('toasts')).toContainText(
    'M007 : Inès et vous l’avez marqué différemment. HS est affiché.',
  );
  await lea.page.getByTestId('toasts').getByRole('button', { name: 'Voir', exact: true }).click();
  await expect(lea.page.getByTestId('conflict-line')).toBeVisible();
});
