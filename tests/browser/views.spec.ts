// Which modules are shown and how: strings as tabs, filters, the search, the plan, the whole site.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };
const PLAN = resolve(__dirname, '../../tests/fixtures/jalibat-plan.json');

const tab = (tablet: Tablet, n: number) => tablet.page.locator(`[data-string="${String(n)}"]`);
const toggle = (tablet: Tablet) => tablet.page.getByTestId('view-toggle').click();

async function flick(tablet: Tablet, dx: number): Promise<void> {
  const client = await tablet.context.newCDPSession(tablet.page);
  const at = (x: number) => ({ touchPoints: [{ x: 195 + x, y: 420 }] });
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', ...at(-dx / 2) });
  for (let step = 1; step <= 5; step += 1) {
    await client.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at(-dx / 2 + (dx * step) / 5) });
  }
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

test('strings are tabs that say how far they are; a flick or an arrow turns to the next', async ({
  tablet,
}) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await expect(tab(lea, 1)).toContainText('S1');
  await expect(tab(lea, 1)).toContainText('1/26');
  await tab(lea, 2).click();
  await expect(lea.cell('M027')).toBeVisible();
  await expect(lea.cell('M001')).toHaveCount(0);
  await flick(lea, -220);
  await expect(tab(lea, 3)).toHaveAttribute('aria-selected', 'true');
  await expect(lea.cell('M051')).toBeVisible();
  await flick(lea, 220);
  await expect(tab(lea, 2)).toHaveAttribute('aria-selected', 'true');
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  // By the keyboard, on the tabs and from among the modules.
  await tab(lea, 2).focus();
  await lea.page.keyboard.press('ArrowRight');
  await expect(tab(lea, 3)).toBeFocused();
  await lea.page.keyboard.press('End');
  await expect(tab(lea, 10)).toHaveAttribute('aria-selected', 'true');
  await expect(tab(lea, 10)).toBeInViewport();
  await lea.page.locator('[data-module]').first().focus();
  await lea.page.keyboard.press('PageUp');
  await expect(tab(lea, 9)).toHaveAttribute('aria-selected', 'true');
  // Again and again: the focus is not lost with the cell that had it.
  await lea.page.keyboard.press('PageUp');
  await expect(tab(lea, 8)).toHaveAttribute('aria-selected', 'true');
  await lea.page.keyboard.press('PageDown');
  await expect(tab(lea, 9)).toHaveAttribute('aria-selected', 'true');
  // Where one was is where one is after a reload.
  await lea.page.reload();
  await expect(tab(lea, 9)).toHaveAttribute('aria-selected', 'true');
  await lea.page.getByRole('tab', { name: 'Tout' }).click();
  await expect(lea.cell('M001')).toBeVisible();
  // All of them begins at the first.
  await expect(tab(lea, 1)).toBeInViewport({ ratio: 1 });
});

test('by the keyboard: the first and the last module, the next string and its first, and the search', async ({
  tablet,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const { keyboard } = lea.page;
  await lea.cell('M005').focus();
  await keyboard.press('End');
  await expect(lea.cell('M242')).toBeFocused();
  await keyboard.press('Home');
  await expect(lea.cell('M001')).toBeFocused();
  await tab(lea, 1).click();
  await lea.cell('M003').focus();
  await keyboard.press('PageDown');
  await expect(lea.cell('M027')).toBeFocused();
  await keyboard.press('Enter');
  await expect(lea.page.getByTestId('sheet').getByRole('heading', { level: 2 })).toHaveText('M027');
  // In a comment it is a stroke.
  await lea.page.locator('#comment').focus();
  await keyboard.type('1/2');
  await expect(lea.page.locator('#comment')).toHaveValue('1/2');
  await keyboard.press('Escape');
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  await keyboard.press('/');
  await expect(lea.page.getByRole('searchbox')).toBeFocused();
  await keyboard.type('150');
  await expect(lea.cell('M150')).toBeVisible();
});

test('what is left of a string is OK in two taps, and of no other', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await tab(lea, 2).click();
  await lea.mark('M030', 'dead');
  await lea.page.getByTestId('all-ok').click();
  await lea.page.getByRole('button', { name: 'Marquer OK' }).click();
  await expect(tab(lea, 2)).toContainText('24/24');
  await lea.allSent();
  const modules = [...(await hub.modules()).values()];
  expect(modules.filter((one) => one.status === 'ok')).toHaveLength(23);
  expect(modules.filter((one) => one.status === 'pending')).toHaveLength(242 - 24);
});

test('filters: unmarked, defects, one status, conflicts, mine', async ({ tablet, hub }) => {
  const marc = await hub.join('Marc');
  const ops = ['ok', 'dead', 'inequality', 'ok'].map((status, i) => ({
    id: `019a0000-0000-7000-8000-00000000000${String(i + 1)}`,
    kind: 'mark',
    module_id: `M00${String(i + 1)}`,
    status,
    marked_at_ms: Date.now() - 60_000,
    base: '',
  }));
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, marc);
  const ines = await hub.join('Inès');
  const against = { ...ops[0], id: '019a0000-0000-7000-8000-000000000099', status: 'dead' };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [against], sent_at_ms: Date.now() }, ines);
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M010', 'microcracks');
  await toggle(lea);
  const chip = (filter: string) => lea.page.locator(`[data-filter="${filter}"]`);
  const shows = async (...ids: string[]) => {
    await expect(lea.page.locator('[data-module]')).toHaveCount(ids.length);
    for (const id of ids) await expect(lea.cell(id)).toBeVisible();
  };
  await chip('defects').click();
  await shows('M001', 'M002', 'M003', 'M010');
  await chip('inequality').click();
  await shows('M003');
  await chip('conflicts').click();
  await shows('M001');
  await chip('mine').click();
  await shows('M010');
  await expect(lea.page.getByTestId('narrowed')).toContainText('Les miens : 1');
  await chip('unmarked').click();
  await expect(lea.page.getByTestId('narrowed')).toContainText('Non marqués : 237');
  // What is marked now stays under the finger, and is gone when it is asked for.
  await lea.mark('M005', 'ok');
  await expect(lea.cell('M005')).toBeVisible();
  await lea.page.getByRole('button', { name: 'Actualiser' }).click();
  await expect(lea.cell('M005')).toHaveCount(0);
  await lea.page.getByRole('button', { name: 'Tout montrer' }).click();
  await expect(lea.cell('M005')).toBeVisible();
  await expect(lea.page.getByTestId('narrowed')).toHaveCount(0);
});

test('a module is found by its number, and Enter opens it', async ({ tablet }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await tab(lea, 2).click();
  await lea.page.getByRole('tab', { name: 'Tout' }).click();
  await toggle(lea);
  await lea.page.getByRole('searchbox').fill('150');
  await expect(lea.page.locator('[data-module]')).toHaveCount(1);
  await lea.page.keyboard.press('Enter');
  await expect(lea.page.getByTestId('sheet').getByRole('heading', { level: 2 })).toHaveText('M150');
  await lea.page.keyboard.press('Escape');
  await lea.page.getByRole('button', { name: 'Tout montrer' }).click();
  await expect(lea.cell('M001')).toBeVisible();
});

test('a search and a filter look in all strings and say so; comments are searched', async ({ tablet }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.mark('M003', 'dead', 'Diode 2 brûlée');
  await tab(lea, 7).click();
  await expect(lea.cell('M150')).toBeVisible();
  await toggle(lea);
  const search = lea.page.getByRole('searchbox');
  const line = lea.page.getByTestId('narrowed');
  await search.fill('117');
  await expect(lea.cell('M117')).toBeVisible();
  await expect(lea.page.locator('[data-module]')).toHaveCount(1);
  await expect(line).toContainText('« 117 » : 1 · dans tous les strings');
  // Whoever has found it is where they were.
  await search.fill('');
  await expect(tab(lea, 7)).toHaveAttribute('aria-selected', 'true');
  await expect(lea.cell('M150')).toBeVisible();

  await search.fill('diode 2 BRULEE');
  await expect(lea.cell('M003')).toBeVisible();
  await expect(lea.page.locator('[data-module]')).toHaveCount(1);
  // Found is found while it is worked on.
  await lea.cell('M003').click();
  await lea.page.locator('#comment').fill('remplacée');
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  await expect(lea.cell('M003')).toBeVisible();
  await lea.page.getByRole('button', { name: 'Tout montrer' }).click();
  await expect(tab(lea, 7)).toHaveAttribute('aria-selected', 'true');

  // The chip counts them all, and so does the line.
  const chip = lea.page.locator('[data-filter="defects"]');
  await expect(chip).toContainText('1');
  await chip.click();
  await expect(line).toContainText('Défauts : 1 · dans tous les strings');
  await expect(lea.cell('M003')).toBeVisible();
  // One string of it, for whoever asks; and from where there is nothing, everywhere.
  await tab(lea, 2).click();
  await expect(line).toContainText('Défauts : rien · String 2');
  await line.getByRole('button', { name: 'Chercher partout' }).click();
  await expect(lea.cell('M003')).toBeVisible();
  await chip.click();
  await expect(tab(lea, 2)).toHaveAttribute('aria-selected', 'true');
});

test('the plan shows modules where they stand', async ({ tablet, hub }) => {
  const plan = JSON.parse(readFileSync(PLAN, 'utf8')) as unknown;
  await hub.api('POST', '/audits?token=plan', plan);
  const lea = await tablet();
  await lea.join('Léa');
  await lea.page.getByTestId('audit-plan').click();
  await expect(lea.cell('M001')).toBeVisible();
  await toggle(lea);
  await lea.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await expect(lea.page.getByTestId('plan')).toBeVisible();
  // String 1 goes down the first column, string 2 stands beside it.
  const [one, two, beside] = await Promise.all(
    ['M001', 'M002', 'M027'].map((id) => lea.cell(id).boundingBox()),
  );
  expect(two?.x).toBe(one?.x);
  expect(two?.y).toBeGreaterThan(one?.y ?? 0);
  expect(beside?.y).toBe(one?.y);
  expect(beside?.x).toBeGreaterThan(one?.x ?? 0);
  await lea.mark('M027', 'dead');
  await lea.cell('M001').focus();
  await lea.page.keyboard.press('ArrowRight');
  await expect(lea.cell('M027')).toBeFocused();
  expect(await serious(lea.page)).toEqual([]);
});

test('the plan opens at its top, with the names of the strings and a legend', async ({ tablet, hub }) => {
  const plan = JSON.parse(readFileSync(PLAN, 'utf8')) as unknown;
  await hub.api('POST', '/audits?token=plan', plan);
  const lea = await tablet();
  await lea.join('Léa');
  await lea.page.getByTestId('audit-plan').click();
  await expect(lea.cell('M001')).toBeVisible();
  await toggle(lea);
  // Gone to in another view.
  await lea.page.getByRole('searchbox').fill('M024');
  await lea.page.keyboard.press('Enter');
  await lea.page.getByTestId('sheet').getByRole('switch').click();
  await lea.page.locator('[data-mark="ok"]').click();
  await expect(lea.page.getByTestId('sheet').getByRole('heading', { level: 2 })).toHaveText('M025');
  await lea.page.keyboard.press('Escape');
  await lea.page.getByRole('searchbox').fill('');
  await lea.page.getByRole('button', { name: 'Plan', exact: true }).click();
  const drawn = lea.page.getByTestId('plan');
  await expect(lea.cell('M001')).toBeInViewport();
  expect(await drawn.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  for (const n of [1, 2, 10]) await expect(drawn.getByText(`S${String(n)}`, { exact: true })).toBeVisible();
  const [name, first] = [
    await drawn.getByText('S2', { exact: true }).boundingBox(),
    await lea.cell('M027').boundingBox(),
  ];
  expect((name?.y ?? 0) + (name?.height ?? 0)).toBeLessThanOrEqual(first?.y ?? 0);
  await expect(lea.page.getByTestId('legend')).toContainText('Microfissures');
  await lea.page.getByRole('button', { name: 'Ensemble' }).click();
  await expect(lea.page.getByTestId('overview')).toBeVisible();
  await expect(lea.page.getByTestId('legend')).toContainText('HS');
});

test('the whole site is drawn in status colours, and a tap jumps', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await toggle(lea);
  await lea.page.getByRole('button', { name: 'Ensemble' }).click();
  const canvas = lea.page.locator('canvas');
  await expect(canvas).toBeVisible();
  // The test reads the canvas back; the page never does.
  lea.expects(/willReadFrequently/);
  const colours = () =>
    canvas.evaluate((one: HTMLCanvasElement) => {
      const { data } = one.getContext('2d')?.getImageData(0, 0, one.width, one.height) ?? { data: [] };
      const seen = new Set<string>();
      for (let i = 0; i < data.length; i += 4) seen.add([data[i], data[i + 1], data[i + 2]].join());
      return [...seen];
    });
  const red = '240,68,62';
  expect(await colours()).not.toContain(red);
  const marc = await hub.join('Marc');
  const op = {
    id: '019a0000-0000-7000-8000-000000000001',
    kind: 'mark',
    module_id: 'M100',
    status: 'dead',
    marked_at_ms: Date.now(),
    base: '',
  };
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [op], sent_at_ms: Date.now() }, marc);
  await expect.poll(colours).toContain(red);
  // Where it is red is M100, in string 5 (26 + 3 x 24 = 98).
  const at = await canvas.evaluate((one: HTMLCanvasElement) => {
    const { data } = one.getContext('2d')?.getImageData(0, 0, one.width, one.height) ?? { data: [] };
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === 240 && data[i + 1] === 68 && data[i + 2] === 62) {
        return { x: ((i / 4) % one.width) + 6, y: Math.floor(i / 4 / one.width) + 6 };
      }
    }
    return { x: 0, y: 0 };
  });
  await canvas.click({ position: at });
  await expect(tab(lea, 5)).toHaveAttribute('aria-selected', 'true');
  await expect(lea.cell('M100')).toBeInViewport();
  expect(await serious(lea.page)).toEqual([]);
});

test('a tab, a filter and a search show what they ask for in every view', async ({ tablet, hub }) => {
  const plan = JSON.parse(readFileSync(PLAN, 'utf8')) as unknown;
  await hub.api('POST', '/audits?token=plan', plan);
  const lea = await tablet(PHONE);
  await lea.join('Léa');
  await lea.page.getByTestId('audit-plan').click();
  await expect(lea.cell('M001')).toBeVisible();
  await toggle(lea);
  await lea.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await expect(lea.cell('M001')).toBeInViewport();
  // Ten strings beside each other are wider than a phone.
  await tab(lea, 1).focus();
  await lea.page.keyboard.press('End');
  await expect(lea.cell('M219')).toBeInViewport();
  await expect(lea.cell('M001')).toHaveCount(0);
  await lea.page.getByRole('tab', { name: 'Tout' }).click();
  await expect(lea.cell('M001')).toBeInViewport();
  await lea.page.getByRole('searchbox').fill('M240');
  await expect(lea.cell('M240')).toBeInViewport();
  await lea.page.getByRole('searchbox').fill('');

  await lea.page.getByRole('button', { name: 'Ensemble' }).click();
  await expect(lea.page.getByTestId('overview')).toBeVisible();
  await lea.page.getByTestId('tabs').evaluate((tabs) => {
    tabs.scrollLeft = tabs.scrollWidth;
  });
  await tab(lea, 9).click();
  await expect(lea.cell('M195')).toBeInViewport();
  await lea.page.getByRole('tab', { name: 'Tout' }).click();
  await lea.page.getByRole('button', { name: 'Ensemble' }).click();
  await lea.page.getByRole('searchbox').fill('M240');
  await expect(lea.cell('M240')).toBeInViewport();
});
