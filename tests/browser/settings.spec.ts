// What somebody chooses for their tablet, and the three states of the chip in every header.
import type { Route } from '@playwright/test';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';
import { spilt } from './shots';

const chip = (tablet: Tablet) => tablet.page.getByTestId('hub');
const ground = (tablet: Tablet) =>
  tablet.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('the chip says Sync ON, Hors ligne, and Sync OFF, which is kept', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  await expect(chip(lea)).toHaveText('Sync ON');

  await lea.openPanel();
  await lea.page.getByTestId('sync-switch').click();
  await lea.page.keyboard.press('Escape');
  await expect(chip(lea)).toHaveText('Sync OFF');
  await expect(lea.page.getByTestId('sync-off')).toContainText('est gardé ici');
  await lea.mark('M001', 'dead');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  // Their choice outlasts a reload, and nothing comes either.
  await lea.page.reload();
  await expect(chip(lea)).toHaveText('Sync OFF');
  await marc.mark('M002', 'ok');
  await marc.allSent();
  await lea.mark('M003', 'ok');
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'dead');
  await expect(lea.cell('M002')).toHaveAttribute('data-status', 'pending');
  expect((await hub.modules()).get('M001')).toMatchObject({ status: 'pending' });

  await lea.page.getByTestId('sync-off').getByRole('button', { name: 'Reprendre la synchro' }).click();
  await expect(chip(lea)).toHaveText('Sync ON');
  await lea.allSent();
  await lea.sees('M002', 'ok');
  await marc.sees('M001', 'dead');
  await marc.sees('M003', 'ok');

  await hub.kill();
  await expect(chip(lea)).toHaveText('Hors ligne');
  // The chip and what lies behind it have one number: of all that waits, of whatever kind.
  await lea.mark('M004', 'dead');
  await lea.mark('M004', 'ok');
  await expect(lea.page.getByTestId('waiting')).toHaveText('2');
  await lea.openPanel();
  const places = lea.page.getByTestId('places');
  await expect(places.locator('[data-place="tablet"] strong')).toHaveText('2');
  await expect(places.locator('[data-place="hub"] strong')).toHaveText('3');
  await expect(places.locator('[data-place="cloud"] strong')).toHaveText('–');
  expect(await serious(lea.page)).toEqual([]);
  await hub.start();
  await expect(places.locator('[data-place="tablet"] strong')).toHaveText('0');
  await expect(places.locator('[data-place="hub"] strong')).toHaveText('4');
});

test('Sync OFF in one tab is Sync OFF in the other', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const second = await lea.context.newPage();
  lea.watch(second);
  await second.goto(lea.hub.url);
  await expect(second.getByTestId('hub')).toHaveText('Sync ON');
  await lea.openPanel();
  await lea.page.getByTestId('sync-switch').click();
  await expect(second.getByTestId('hub')).toHaveText('Sync OFF');
  await second.getByTestId('sync-off').getByRole('button').click();
  await expect(chip(lea)).toHaveText('Sync ON');
});

test('theme and language are chosen on the tablet, and stay', async ({ tablet }) => {
  const lea = await tablet();
  await lea.join('Léa');
  expect(await ground(lea)).toBe('rgb(0, 0, 0)');
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  const dialog = lea.page.getByTestId('settings');
  expect(await serious(lea.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Jour' }).click();
  expect(await ground(lea)).toBe('rgb(255, 255, 255)');
  expect(await serious(lea.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'English' }).click();
  await expect(dialog.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(lea.page.locator('html')).toHaveAttribute('lang', 'en');
  await lea.page.keyboard.press('Escape');
  await lea.page.reload();
  await expect(lea.page.getByRole('button', { name: 'Settings' })).toBeVisible();
  expect(await ground(lea)).toBe('rgb(255, 255, 255)');
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await expect(lea.cell('M001')).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);

  // As the system has it, also when that changes while the page is open.
  await lea.page.getByRole('link', { name: 'Back to the audits' }).click();
  await lea.page.getByRole('button', { name: 'Settings' }).click();
  await dialog.getByRole('button', { name: 'Auto' }).click();
  await lea.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => ground(lea)).toBe('rgb(0, 0, 0)');
  await lea.page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => ground(lea)).toBe('rgb(255, 255, 255)');
});

test('a lead sees whose time the hub has, and sets it; a technician sees nothing of it', async ({
  tablet,
  hub,
}) => {
  const [lea, chief] = [await tablet(), await tablet()];
  await lea.join('Léa');
  await chief.join('Chef', 'lead-code');
  const time = (of: Tablet) => of.page.getByTestId('hub-time');
  for (const each of [lea, chief]) await each.page.getByRole('button', { name: 'Réglages' }).click();
  await expect(time(chief)).toContainText('Heure du hub');
  expect(await serious(chief.page)).toEqual([]);
  await expect(lea.page.getByTestId('settings')).toBeVisible();
  await expect(time(lea)).toHaveCount(0);
  const set = time(chief).getByRole('button', { name: 'Prendre l’heure de cette tablette' });
  const { time_source } = (await hub.api('GET', '/clock')) as { time_source: string };
  // Where the machine's clock is synchronised there is nothing to set.
  if (time_source === 'network') return expect(set).toHaveCount(0);
  await set.click();
  await expect(time(chief)).toContainText('réglée à la main');
  await expect(time(chief)).toContainText(String(new Date().getFullYear()));
});

test('another language changes words alone: what is open, typed or scrolled to stays', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.getByTestId('chat-open').click();
  await lea.page.getByLabel('Message à l’équipe').fill('je reviens');
  await lea.page.keyboard.press('Escape');
  await lea.page.getByTestId('pick').click();
  await lea.cell('M002').click();
  await lea.page.getByRole('button', { name: 'Commentaire' }).click();
  await lea.page.locator('#comment').fill('verre cassé');
  await lea.page.getByTestId('view-toggle').click();
  const grid = lea.page.getByRole('group', { name: 'Modules par string' });
  await grid.evaluate((it) => (it.scrollTop = 700));
  await lea.openPanel();
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  const dialog = lea.page.getByTestId('settings');
  await dialog.getByRole('button', { name: 'English' }).click();
  await expect(dialog.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'English' })).toBeFocused();
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('pick-bar')).toContainText('1 selected');
  await expect(lea.page.locator('#comment')).toHaveValue('verre cassé');
  await expect(lea.page.getByTestId('view-toggle')).toHaveAttribute('aria-expanded', 'true');
  const renamed = lea.page.getByRole('group', { name: 'Modules by string' });
  expect(await renamed.evaluate((it) => it.scrollTop)).toBe(700);
  await expect(lea.page.getByRole('button', { name: /^M\d+: Pending/ }).first()).toBeVisible();
  await lea.page.getByTestId('chat-open').click();
  await expect(lea.page.getByLabel('Message to the crew')).toHaveValue('je reviens');
});

test('text can be larger: it is kept, and no screen breaks at 390 px', async ({ tablet }) => {
  const lea = await tablet({ viewport: { width: 390, height: 844 } });
  await lea.join('Léa');
  const { page } = lea;
  const letters = () =>
    page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  const normal = await letters();
  await page.getByRole('button', { name: 'Réglages' }).click();
  const dialog = page.getByTestId('settings');
  await dialog.getByRole('button', { name: 'Grande', exact: true }).click();
  const large = await letters();
  expect(large).toBeGreaterThan(normal * 1.1);
  await dialog.getByRole('button', { name: 'Très grande' }).click();
  expect(await letters()).toBeGreaterThan(large * 1.1);
  await page.reload();
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  expect(await letters()).toBeGreaterThan(large * 1.1);
  expect(await spilt(page), 'audits').toEqual([]);
  await page.getByRole('button', { name: 'Réglages' }).click();
  await expect(dialog.getByRole('button', { name: 'Très grande' })).toHaveAttribute('aria-pressed', 'true');
  expect(await spilt(page), 'settings').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId(`audit-${DEMO}`).click();
  await expect(lea.cell('M001')).toBeVisible();
  // What a cell says stays in it.
  const cut = await page
    .locator('[data-module]')
    .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length);
  expect(cut).toBe(0);
  expect(await spilt(page), 'grid').toEqual([]);
  await lea.mark('M001', 'not_connected');
  await expect(page.getByTestId('tray')).toBeVisible();
  expect(await spilt(page), 'tray').toEqual([]);
  await lea.cell('M001').click();
  await expect(page.getByTestId('sheet').locator('ol')).toBeVisible();
  expect(await spilt(page), 'sheet').toEqual([]);
  for (const button of await page.locator('[data-mark]').all()) await expect(button).toBeInViewport();
});

test('a language that is not on the tablet cannot be had without the hub, and that is said', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.join('Léa');
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  const dialog = lea.page.getByTestId('settings');
  await expect(dialog).toBeVisible();
  await hub.kill();
  await lea.reach('no');
  await dialog.getByRole('button', { name: 'English' }).click();
  await expect(lea.page.getByTestId('toasts')).toContainText('Le hub est injoignable');
  await expect(dialog.getByRole('button', { name: 'Français' })).toHaveAttribute('aria-pressed', 'true');
});

test('sound and vibration are off until somebody chooses them', async ({ tablet }) => {
  const lea = await tablet();
  await lea.page.addInitScript(() => {
    const buzzed: unknown[] = [];
    Object.assign(window, { buzzed });
    navigator.vibrate = (pattern) => {
      buzzed.push(pattern);
      return true;
    };
  });
  await lea.join('Léa');
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  const vibrate = lea.page.getByRole('switch', { name: /Vibration/ });
  await expect(vibrate).not.toBeChecked();
  await expect(lea.page.getByRole('switch', { name: /Son/ })).not.toBeChecked();
  // Without HTTPS there are no notifications, and no switch that would not work.
  await expect(lea.page.getByRole('switch', { name: /Notifications/ })).toHaveCount(0);
  await vibrate.click();
  await expect(vibrate).toBeChecked();
  const buzzes = () => lea.page.evaluate(() => (window as unknown as { buzzed: unknown[] }).buzzed.length);
  await expect.poll(buzzes).toBe(1);
  await lea.page.reload();
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  await expect(lea.page.getByRole('switch', { name: /Vibration/ })).toBeChecked();
});

test('a page older than the hub says so, and loses nothing by the reload', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await expect(lea.page.getByTestId('outdated')).toHaveCount(0);
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M001', 'dead');
  // The hub comes back updated: it has marks of a kind and statuses that this page does not know.
  // The name of the hub is known to the browser alone.
  const url = (route: Route) => route.request().url().replace(hub.host, '127.0.0.1');
  await lea.page.route('**/api/v1/hub', async (route) => {
    const answer = await route.fetch({ url: url(route) }).catch(() => null);
    if (!answer) return route.abort();
    return route.fulfill({ json: { ...((await answer.json()) as object), version: '99.0.0' } });
  });
  await lea.page.route(`**/api/v1/audits/${DEMO}`, async (route) => {
    const answer = await route.fetch({ url: url(route) }).catch(() => null);
    if (!answer) return route.abort();
    const audit = (await answer.json()) as { modules: { module_id: string; status: string }[] };
    const modules = audit.modules.map((one) =>
      one.module_id === 'M005' ? { ...one, status: 'shaded', seen_by: ['drone'] } : one,
    );
    return route.fulfill({ json: { ...audit, modules, weather: 'dry' } });
  });
  await hub.start();
  await expect(lea.page.getByTestId('outdated')).toBeVisible();
  await lea.allSent();
  await lea.page.getByTestId('outdated').getByRole('button', { name: 'Recharger' }).click();
  await expect(lea.cell('M005')).toHaveAttribute('data-status', 'pending');
  await lea.sees('M001', 'dead');
  await lea.mark('M005', 'ok');
  await lea.allSent();
});

test('a tablet without room keeps the mark and gives up what the hub can give again', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.evaluate(() => {
    // From now on the outbox takes nothing while the copy of an audit is there.
    const put = IDBObjectStore.prototype.put;
    let full = true;
    const drop = IDBObjectStore.prototype.delete;
    IDBObjectStore.prototype.delete = function (key) {
      if (this.name === 'audits') full = false;
      return drop.call(this, key);
    };
    IDBObjectStore.prototype.put = function (value, key) {
      if (this.name === 'outbox' && full) throw new DOMException('no room', 'QuotaExceededError');
      return put.call(this, value, key);
    };
  });
  await lea.mark('M001', 'dead');
  await lea.sees('M001', 'dead');
  await expect(lea.page.getByTestId('storage-full')).toContainText('Vos relevés passent en premier');
});
