// Marking one module as one does it for eight hours: one tap each, both sides of a conflict, and the way back. Several at
// once: picking.spec.ts.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator } from '@playwright/test';
import { DEMO, expect, test } from './fixtures';
import { idOf } from './night';

const FILES = resolve(__dirname, '../fixtures');

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };

test('a row of OKs is one tap each', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.cell('M001').click();
  const sheet = lea.page.getByTestId('sheet');
  await sheet.getByRole('switch').click();
  for (const id of ['M001', 'M002', 'M003', 'M004', 'M005']) {
    await expect(sheet.getByRole('heading', { level: 2 })).toHaveText(id);
    await sheet.locator('[data-mark="ok"]').click();
  }
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText('M006');
  // The habit outlives the sheet and the page.
  await lea.page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await lea.page.reload();
  await lea.cell('M007').click();
  await expect(sheet.getByRole('switch')).toBeChecked();
  await sheet.locator('[data-mark="dead"]').click();
  // Behind it, not from the beginning.
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText('M008');
  await lea.page.keyboard.press('Escape');
  await lea.allSent();
  const modules = await hub.modules();
  for (const id of ['M001', 'M002', 'M003', 'M004', 'M005']) expect(modules.get(id)?.status).toBe('ok');
  expect(modules.get('M006')?.status).toBe('pending');
  expect(modules.get('M007')?.status).toBe('dead');
});

test('by the keyboard alone: digits mark, Enter goes on', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.cell('M001').focus();
  await lea.page.keyboard.press('Enter');
  const title = lea.page.getByTestId('sheet').getByRole('heading', { level: 2 });
  await expect(title).toHaveText('M001');
  await lea.page.keyboard.press('3');
  await expect(title).toHaveCount(0);
  await lea.sees('M001', 'microcracks');
  // The grid has the focus where it was.
  await expect(lea.cell('M001')).toBeFocused();
  await lea.page.keyboard.press('ArrowRight');
  await lea.page.keyboard.press('Enter');
  await lea.page.getByTestId('sheet').getByRole('switch').press('Space');
  await lea.page.keyboard.press('1');
  await expect(title).toHaveText('M003');
  await lea.page.keyboard.press('Enter');
  await expect(title).toHaveText('M004');
  await lea.page.keyboard.press('6');
  await expect(title).toHaveText('M005');
  await lea.page.keyboard.press('Escape');
  await lea.allSent();
  const modules = await hub.modules();
  expect(['M001', 'M002', 'M003', 'M004', 'M005'].map((id) => modules.get(id)?.status)).toEqual([
    'microcracks',
    'ok',
    'pending',
    'not_connected',
    'pending',
  ]);
});

for (const how of ['Strings', 'Plan']) {
  test(`two keys in one frame go to one module: ${how}`, async ({ tablet, hub }) => {
    const plan = JSON.parse(readFileSync(join(FILES, 'jalibat-plan.json'), 'utf8')) as object;
    await hub.api('POST', '/audits?token=plan', plan);
    const lea = await tablet();
    await lea.join('Léa');
    await lea.page.goto(`${hub.url}#/audit/plan`);
    await lea.page.getByTestId('view-toggle').click();
    await lea.page.getByRole('button', { name: how, exact: true }).click();
    await lea.cell('M001').focus();
    // Faster than a frame, as held keys are on a slow tablet.
    await lea.page.evaluate(() => {
      for (let n = 0; n < 3; n += 1) {
        const event = new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true });
        document.activeElement?.dispatchEvent(event);
      }
      (document.activeElement as HTMLElement).click();
    });
    const id = how === 'Plan' ? 'M004' : 'M027';
    await expect(lea.page.getByTestId('sheet').getByRole('heading', { level: 2 })).toHaveText(id);
  });
}

test('ready phrases stay where they are, in two rows, and one’s own come after them', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  await lea.cell('M001').click();
  const sheet = lea.page.getByTestId('sheet');
  const ready = sheet.getByRole('list', { name: 'Phrases toutes prêtes' }).getByRole('button');
  await expect(ready).toHaveCount(6);
  const places = async () => {
    const boxes = await Promise.all((await ready.all()).map((one) => one.boundingBox()));
    const first = boxes[0]?.y ?? 0;
    return boxes.map((box) => [Math.round(box?.x ?? 0), Math.round((box?.y ?? 0) - first)]);
  };
  const before = await places();
  expect(new Set(before.map(([, y]) => y)).size).toBe(2);
  await sheet.getByRole('button', { name: 'Verre cassé' }).click();
  await sheet.getByRole('button', { name: 'Ombrage' }).click();
  await expect(sheet.locator('#comment')).toHaveValue('Verre cassé, Ombrage');
  await sheet.locator('[data-mark="dead"]').click();
  await lea.sees('M001', 'dead');
  expect((await hub.modules()).get('M001')?.comment).toBe('Verre cassé, Ombrage');
  await lea.cell('M002').click();
  const own = sheet.getByRole('list', { name: 'Vos dernières phrases' }).getByRole('button');
  await expect(own).toHaveText(['Verre cassé, Ombrage']);
  expect(await places()).toEqual(before);
  await lea.page.keyboard.press('Escape');
});

test('a defect is marked, and its comment is one tap more, for as long as nothing else is done', async ({
  tablet,
  hub,
}) => {
  for (const [n, options] of [PHONE, {}].entries()) {
    const lea = await tablet(options);
    await lea.openAudit(`Léa ${String(n)}`);
    const [defect, fine] = n === 0 ? ['M003', 'M004'] : ['M005', 'M006'];
    const tray = lea.page.getByTestId('tray');
    // Nine of ten are OK, and nobody has anything to say of them.
    await lea.mark(fine, 'ok');
    await expect(lea.page.getByTestId('undo')).toBeVisible();
    await expect(tray).toHaveCount(0);
    await lea.mark(defect, 'dead');
    await expect(tray).toContainText(`${defect} : HS`);
    const modules = lea.page.locator('main [data-module]');
    const drawn = await modules.first().boundingBox();
    for (const button of await tray.getByRole('button').all()) {
      const box = await button.boundingBox();
      expect(box?.height ?? 0).toBeGreaterThanOrEqual(64);
      expect(box?.width ?? 0).toBeGreaterThanOrEqual(64);
    }
    await tray.getByRole('button', { name: 'Point chaud' }).click();
    await tray.getByRole('button', { name: 'Salissure' }).click();
    await expect(tray.getByRole('button', { name: 'Point chaud' })).toHaveAttribute('aria-pressed', 'true');
    // Twice is once.
    await tray.getByRole('button', { name: 'Salissure' }).click();
    await lea.allSent();
    expect((await hub.modules()).get(defect)).toMatchObject({
      status: 'dead',
      comment: 'Point chaud, Salissure',
      conflict: false,
    });
    // The next module is one tap away all the while, and lies where it lay.
    expect(await modules.first().boundingBox()).toEqual(drawn);
    await lea.cell(fine).click();
    await expect(lea.page.getByTestId('sheet').getByRole('heading', { level: 2 })).toHaveText(fine);
    await expect(tray).toHaveCount(0);
    await lea.page.keyboard.press('Escape');
    // Other words than the ready ones; and it goes by itself.
    await lea.mark(defect, 'microcracks');
    await tray.getByRole('button', { name: 'Autre…' }).click();
    await expect(lea.page.locator('#comment')).toBeFocused();
    await lea.page.keyboard.press('Escape');
    await lea.mark(defect, 'dead');
    await expect(tray).toBeVisible();
    await expect(tray).toHaveCount(0);
  }
});

test('what a colleague chose of the ready phrases is read in one’s own language, and kept as it is', async ({
  tablet,
  hub,
}) => {
  const marc = await hub.join('Marc');
  const ops = [
    {
      id: idOf(1),
      kind: 'mark',
      module_id: 'M003',
      status: 'dead',
      comment: 'Broken glass, 2 cells, Hot spot',
      marked_at_ms: Date.now(),
      base: '',
    },
  ];
  await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, marc);
  const lea = await tablet();
  await lea.openAudit('Léa');
  const later = lea.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => /later-[^/]*js$/.test(name)),
  );
  await lea.sees('M003', 'dead');
  await later;
  await lea.cell('M003').click();
  const sheet = lea.page.getByTestId('sheet');
  await expect(sheet.locator('ol')).toContainText('Verre cassé, 2 cells, Point chaud');
  await expect(sheet.locator('#comment')).toHaveValue('Verre cassé, 2 cells, Point chaud');
  // Read, and not written.
  await sheet.locator('[data-mark="microcracks"]').click();
  await lea.sees('M003', 'microcracks');
  await lea.allSent();
  expect((await hub.modules()).get('M003')?.comment).toBe('Broken glass, 2 cells, Hot spot');
  // And it is found by the words that one reads, and by those that were written.
  await lea.page.keyboard.press('/');
  for (const words of ['verre casse', 'Point chaud', 'broken glass', '2 cells']) {
    await lea.page.getByRole('searchbox').fill(words);
    await expect(lea.page.locator('[data-module]'), words).toHaveCount(1);
    await expect(lea.cell('M003')).toBeVisible();
  }
});

test('from one module to the next there is a way back, a place among neighbours, and a halt at the end of a string', async ({
  tablet,
  hub,
}) => {
  for (const [n, options] of [PHONE, {}].entries()) {
    const lea = await tablet(options);
    await lea.openAudit(`Léa ${String(n)}`);
    await lea.page.locator('[data-string="2"]').click();
    await lea.cell(n === 0 ? 'M047' : 'M045').click();
    const sheet = lea.page.getByTestId('sheet');
    const title = sheet.getByRole('heading', { level: 2 });
    const ok = sheet.locator('[data-mark="ok"]');
    if (n === 0) {
      await sheet.getByRole('switch').click();
      await ok.click();
      await expect(title).toHaveText('M048');
      // By mistake: the way back, and the last mark taken back from there as well.
      await sheet.locator('[data-mark="dead"]').click();
      await expect(title).toHaveText('M049');
      await expect(sheet.locator('[data-neighbour="M048"]')).toHaveAttribute('data-status', 'dead');
      await expect(sheet.locator('[aria-current]')).toHaveText(/M049/);
      await sheet.getByTestId('sheet-back').click();
      await expect(title).toHaveText('M048');
      await ok.click();
      await expect(title).toHaveText('M049');
      await sheet.getByTestId('sheet-undo').click();
      await expect(title).toHaveText('M048');
      await expect(sheet.locator('[data-neighbour="M048"]')).toHaveAttribute('data-status', 'dead');
      await ok.click();
      await ok.click();
      await expect(title).toHaveText('M050');
      await ok.click();
    } else {
      // What somebody else marked is passed over.
      await sheet.getByRole('switch').click();
      await ok.click();
      await expect(title).toHaveText('M046');
      // On a tablet the sheet would lie over it: it is to be seen beside it.
      await expect
        .poll(async () => {
          const [cell, over] = [await lea.cell('M046').boundingBox(), await sheet.boundingBox()];
          return cell !== null && over !== null && cell.x >= 0 && cell.x + cell.width <= over.x;
        })
        .toBe(true);
      await ok.click();
    }
    // The end of the string: it says so and waits, and where the thumb has been there is nothing to press.
    const end = sheet.getByTestId('string-end');
    await expect(end).toContainText('Fin : String 2');
    await expect(end).toContainText(`${n === 0 ? '4' : '6'} sur 24 modules marqués`);
    await expect(ok).toHaveCount(0);
    // Earlier ones of this string are open still: they come first.
    await end.getByRole('button', { name: 'Continuer : String 2, M027' }).click();
    await expect(title).toHaveText('M027');
    await expect(sheet.getByTestId('sheet-back')).toContainText(n === 0 ? 'M050' : 'M046');
    await lea.allSent();
    expect((await hub.modules()).get('M027')?.status).toBe('pending');
    await sheet.getByTestId('neighbours').getByRole('button', { name: /^M029/ }).click();
    await expect(title).toHaveText('M029');
    await lea.page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await expect(lea.cell('M029')).toBeFocused();
    expect(await lea.page.locator('main').evaluate((main) => main.style.transform)).toBe('');
  }
});

test('an undo leaves alone what somebody else has changed since', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.getByTestId('pick').click();
  for (const id of ['M001', 'M002', 'M003']) await lea.cell(id).click();
  await lea.page.getByTestId('pick-bar').locator('[data-mark="dead"]').click();
  await lea.allSent();
  const marc = await tablet();
  await marc.openAudit('Marc');
  await marc.mark('M002', 'inequality');
  await lea.sees('M002', 'inequality');
  await lea.page.keyboard.press('Control+z');
  await expect(lea.page.getByTestId('toasts')).toContainText('2 relevés défaits, 1 laissé');
  await lea.allSent();
  const modules = await hub.modules();
  expect(['M001', 'M002', 'M003'].map((id) => modules.get(id)?.status)).toEqual([
    'pending',
    'inequality',
    'pending',
  ]);
});

for (const [what, options] of [
  ['phone', PHONE],
  ['tall phone', { viewport: { width: 430, height: 1000 }, isMobile: true }],
  ['tablet', {}],
] as const) {
  test(`nothing moves under the finger when the history comes: ${what}`, async ({ tablet, hub }) => {
    const mark = {
      id: idOf(1),
      kind: 'mark',
      module_id: 'M005',
      status: 'ok',
      marked_at_ms: Date.now(),
      base: '',
    };
    const ines = await hub.join('Inès');
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [mark] });
    const other = { ...mark, id: idOf(2), status: 'dead', comment: 'fissure' };
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops: [other] }, ines);
    const lea = await tablet(options);
    await lea.openAudit('Léa');
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await lea.page.route('**/history', async (route) => {
      await held;
      await route.continue();
    });
    const dead = lea.page.locator('[data-mark="dead"]');
    const top = async () => (await dead.boundingBox())?.y ?? 0;
    const before: number[] = [];
    for (const id of ['M006', 'M005']) {
      await lea.cell(id).click();
      await expect(dead).toBeVisible();
      before.push(await top());
      if (id === 'M006') await lea.page.keyboard.press('Escape');
      await expect(lea.page.getByTestId('sheet')).toHaveCount(id === 'M006' ? 0 : 1);
    }
    release();
    await expect(lea.page.getByTestId('conflict-line').getByRole('button')).toHaveCount(2);
    // Less than a finger trembles.
    expect(Math.abs((await top()) - (before[1] ?? 0))).toBeLessThan(14);
    await lea.page.keyboard.press('Escape');
    await lea.cell('M006').click();
    await expect(lea.page.getByText('Jamais marqué.')).toBeVisible();
    expect(await top()).toBe(before[0]);
  });
}

test('both sides of a conflict stand side by side; keeping one settles it for everybody', async ({
  tablet,
  hub,
}) => {
  const [marc, ines] = [await hub.join('Marc'), await hub.join('Inès')];
  const mark = (session: string, n: number, status: string, comment: string) =>
    hub.api(
      'POST',
      `/audits/${DEMO}/ops`,
      {
        ops: [
          {
            id: `019a0000-0000-7000-8000-00000000000${String(n)}`,
            kind: 'mark',
            module_id: 'M004',
            status,
            comment,
            marked_at_ms: Date.now() - 60_000 + n,
            base: '',
          },
        ],
      },
      session,
    );
  await mark(marc, 1, 'dead', 'verre cassé');
  await mark(ines, 2, 'ok', 'rien vu');
  const lea = await tablet(PHONE);
  const noe = await tablet();
  await lea.openAudit('Léa');
  await noe.openAudit('Noé');
  await expect(noe.cell('M004')).toHaveAttribute('data-conflict');
  await lea.cell('M004').click();
  const sides = lea.page.getByTestId('conflict-line').getByRole('listitem');
  await expect(sides).toHaveCount(2);
  await expect(sides.nth(0)).toContainText('Inès');
  await expect(sides.nth(1)).toContainText('verre cassé');
  await sides.nth(1).getByRole('button', { name: 'Garder' }).click();
  for (const one of [lea, noe]) {
    await one.sees('M004', 'dead');
    await expect(one.cell('M004')).not.toHaveAttribute('data-conflict');
  }
  expect((await hub.modules()).get('M004')).toMatchObject({
    status: 'dead',
    comment: 'verre cassé',
    conflict: false,
    technician_name: 'Léa',
  });
});

test('the colour is there within 50 ms of the tap, with a dead hub as with a living one', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const marked = async (id: string) => {
    await lea.cell(id).click();
    await expect(lea.page.locator('[data-mark="dead"]')).toBeVisible();
    await expect(lea.page.locator('.buttons.armed')).toBeVisible();
    return lea.page.evaluate(
      (module) =>
        new Promise<number>((done) => {
          const cell = document.querySelector(`[data-module="${module}"]`);
          const button = document.querySelector<HTMLElement>('[data-mark="dead"]');
          const begin = performance.now();
          button?.click();
          const look = () => {
            if (cell?.getAttribute('data-status') === 'dead') done(performance.now() - begin);
            else requestAnimationFrame(look);
          };
          look();
        }),
      id,
    );
  };
  // The middle one of five: what waits for anything is late each time, a machine at other work now and then.
  const middle = async (ids: readonly string[]) => {
    const took: number[] = [];
    for (const id of ids) {
      took.push(await marked(id));
      await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
    }
    return took.sort((a, b) => a - b)[2];
  };
  expect(await middle(['M001', 'M002', 'M003', 'M004', 'M005'])).toBeLessThan(50);
  await hub.kill();
  await lea.reach('no');
  expect(await middle(['M006', 'M007', 'M008', 'M009', 'M010'])).toBeLessThan(50);
});

test('a tap that lands twice does once what it was meant for', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  /** Two touches of one spot, the second as soon as the page has answered the first; then what has the spot. */
  const twice = async (at: { x: number; y: number }, answered: () => Promise<unknown>) => {
    const client = await lea.context.newCDPSession(lea.page);
    const tap = async (timestamp: number) => {
      await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at], timestamp });
      await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [], timestamp });
    };
    const now = Date.now() / 1_000;
    await tap(now);
    await answered();
    // However long that took: as a slow glove does it.
    await tap(now + 0.38);
  };
  const middle = async (of: Locator) => {
    const box = await of.boundingBox();
    if (!box) throw new Error('it is not drawn');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const sheet = lea.page.getByTestId('sheet');
  await lea.mark('M001', 'dead');

  // The sheet comes to lie under the finger, and goes from under it.
  await lea.cell('M001').click();
  await expect(sheet.locator('ol')).toContainText('Léa');
  const toggle = sheet.getByRole('switch');
  const over = await toggle.boundingBox();
  const ok = await middle(sheet.locator('[data-mark="ok"]'));
  await lea.page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  // The switch is higher than what is between two modules.
  const { other, back } = await lea.page.evaluate((box) => {
    const x = (box?.x ?? 0) + 40;
    for (let y = (box?.y ?? 0) + 4; y < (box?.y ?? 0) + (box?.height ?? 0); y += 4) {
      const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-module]');
      if (cell) return { other: cell.dataset['module'] ?? '', back: { x, y } };
    }
    throw new Error('no module lies under the switch');
  }, over);
  await lea.mark(other, 'dead');
  // What is asked after a defect lies where the switch will be.
  const tray = lea.page.getByTestId('tray');
  await lea.tap(tray.getByRole('button', { name: 'Fermer' }), tray, 'goes');
  await twice(back, () => expect(sheet).toBeVisible());
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText(other);
  await expect(toggle).not.toBeChecked();
  await expect(lea.page.locator('.buttons.armed')).toBeVisible();
  await twice(ok, () => expect(sheet).toHaveCount(0));
  await expect(lea.cell(other)).toHaveAttribute('data-status', 'ok');
  await expect(sheet).toHaveCount(0);

  // A question is not answered by the tap that asks it.
  const yes = lea.page.getByRole('button', { name: 'Marquer OK' });
  const rest = await lea.page.getByTestId('all-ok').boundingBox();
  if (!rest) throw new Error('the bar is not drawn');
  await twice({ x: rest.x + 4, y: rest.y + rest.height / 2 }, () => expect(yes).toBeVisible());
  await expect(yes).toBeVisible();
  await lea.allSent();
  const marked = [...(await hub.modules()).values()].filter((one) => one.status !== 'pending');
  expect(marked).toHaveLength(2);
});

test('an undo is made without the hub as with it, and is no conflict with oneself', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'dead', 'verre cassé');
  await lea.allSent();
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M001', 'ok');
  await lea.mark('M002', 'inequality');
  await lea.page.getByTestId('undo').click();
  await expect(lea.cell('M002')).toHaveAttribute('data-status', 'pending');
  await lea.page.getByTestId('undo').click();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'dead');
  await hub.start();
  await lea.allSent();
  const modules = await hub.modules();
  expect(modules.get('M001')).toMatchObject({ status: 'dead', comment: 'verre cassé', conflict: false });
  expect(modules.get('M002')).toMatchObject({ status: 'pending', conflict: false });
  const history = (await hub.api('GET', `/audits/${DEMO}/modules/M002/history`)) as {
    entries: { kind: string }[];
  };
  expect(history.entries.map((entry) => entry.kind)).toEqual(['mark', 'mark', 'undo']);
});
