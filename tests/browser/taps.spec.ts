// What each job costs: taps, counted. A glove pays for every one of them, a hundred times a night; a change that makes a job dearer fails here.
import type { Locator } from '@playwright/test';
import { DEMO, expect, test, type Tablet } from './fixtures';

/** Counts what a hand does. */
class Hand {
  #taps = 0;

  constructor(readonly tablet: Tablet) {}

  async tap(on: Locator): Promise<void> {
    this.#taps += 1;
    await on.tap();
  }

  module(id: string): Promise<void> {
    return this.tap(this.tablet.cell(id));
  }

  /** In the sheet that is open, or among what is to be done with the picked ones. */
  status(mark: string): Promise<void> {
    return this.tap(this.tablet.page.locator(`[data-mark="${mark}"]`));
  }

  button(name: string | RegExp): Promise<void> {
    return this.tap(this.tablet.page.getByRole('button', { name, exact: typeof name === 'string' }));
  }

  /** How many it were since the last time. */
  taken(): number {
    const taps = this.#taps;
    this.#taps = 0;
    return taps;
  }
}

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };

for (const [what, options] of [
  ['phone', PHONE],
  ['tablet', {}],
] as const) {
  test(`from the QR code of an audit to the first mark: 4 taps and a name (${what})`, async ({
    tablet,
    hub,
  }) => {
    const lea = await tablet(options);
    const hand = new Hand(lea);
    await lea.page.goto(await hub.link('code', DEMO));
    const name = lea.page.getByRole('textbox');
    await hand.tap(name);
    await name.fill('Léa');
    await hand.tap(lea.page.locator('form .primary'));
    await hand.module('M001');
    await hand.status('ok');
    await expect(lea.cell('M001')).toHaveAttribute('data-status', 'ok');
    expect(hand.taken()).toBe(4);
  });

  test(`marking: taps for each job (${what})`, async ({ tablet, hub }) => {
    const lea = await tablet(options);
    const hand = new Hand(lea);
    await lea.openAudit('Léa');
    const marked = async (id: string, status: string, comment: string | null = null) => {
      await expect(lea.cell(id)).toHaveAttribute('data-status', status);
      await lea.allSent();
      expect((await hub.modules()).get(id)).toMatchObject({ status, comment });
    };

    await hand.module('M001');
    await hand.status('ok');
    expect(hand.taken(), 'a module').toBe(2);
    await marked('M001', 'ok');

    // The comment first, and the comment after: as it comes to mind.
    await hand.module('M002');
    await hand.button('Verre cassé');
    await hand.status('dead');
    expect(hand.taken(), 'a defect with a ready phrase, the phrase first').toBe(3);
    await marked('M002', 'dead', 'Verre cassé');
    await hand.module('M003');
    await hand.status('dead');
    await hand.button('Verre cassé');
    expect(hand.taken(), 'a defect with a ready phrase, the status first').toBe(3);
    await marked('M003', 'dead', 'Verre cassé');

    await hand.module('M004');
    await hand.status('dead');
    await hand.tap(lea.page.getByTestId('tray').locator('[data-grade="B"]'));
    expect(hand.taken(), 'a defect with its severity').toBe(3);
    await expect(lea.cell('M004').locator('.grade')).toHaveText('B');
    await marked('M004', 'dead');
    await hand.module('M005');
    await hand.tap(lea.page.getByTestId('not-examined-open'));
    await hand.tap(lea.page.locator('[data-reason="shade"]'));
    expect(hand.taken(), 'not examined, with a reason').toBe(3);
    await expect(lea.cell('M005')).toHaveAttribute('data-excused');
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
    const string = lea.page.getByTestId('string-dialog');
    await hand.tap(lea.page.locator('[data-testid="string-head"][data-of="1"]'));
    await hand.tap(string.getByTestId('energise'));
    expect(hand.taken(), 'a string that has current').toBe(2);
    await hand.tap(string.getByTestId('energise'));
    expect(hand.taken(), 'and has none any more').toBe(1);
    await lea.page.keyboard.press('Escape');
    await expect(string).toHaveCount(0);

    await hand.tap(lea.page.locator('[data-string="2"]'));
    await hand.tap(lea.page.getByTestId('all-ok'));
    await hand.button('Marquer OK');
    expect(hand.taken(), 'a string of 24 that is OK').toBe(3);
    await marked('M050', 'ok');

    await hand.tap(lea.page.getByTestId('undo'));
    expect(hand.taken(), 'taken back').toBe(1);
    await marked('M050', 'pending');

    await hand.tap(lea.page.getByTestId('pick'));
    await hand.module('M030');
    await hand.button('Tout le string');
    await hand.status('string_open');
    expect(hand.taken(), 'a string that is all of one kind').toBe(4);
    await marked('M027', 'string_open');
  });

  test(`a string of 24, one mark leading to the next: a tap each (${what})`, async ({ tablet, hub }) => {
    const lea = await tablet(options);
    const hand = new Hand(lea);
    await lea.openAudit('Léa');
    await lea.page.locator('[data-string="2"]').click();
    await hand.module('M027');
    const sheet = lea.page.getByTestId('sheet');
    await hand.tap(sheet.getByRole('switch'));
    for (let n = 27; n <= 50; n += 1) {
      await expect(sheet.getByRole('heading', { level: 2 })).toHaveText(`M0${String(n)}`);
      await hand.status('ok');
    }
    await expect(sheet.getByTestId('string-end')).toBeVisible();
    expect(hand.taken()).toBe(26);
    await hand.tap(sheet.getByTestId('string-end').getByRole('button'));
    await expect(sheet.getByRole('heading', { level: 2 })).toHaveText('M051');
    expect(hand.taken(), 'into the next string').toBe(1);
    await lea.allSent();
    expect([...(await hub.modules()).values()].filter(({ status }) => status === 'ok')).toHaveLength(24);
  });
}

test('an audit is made with two taps and two fields', async ({ tablet }) => {
  const ines = await tablet();
  const hand = new Hand(ines);
  await ines.join('Inès', 'lead-code');
  await hand.button('Nouvel audit');
  const dialog = ines.page.getByRole('dialog');
  await dialog.getByLabel('Nom', { exact: true }).fill('Toiture nord');
  await dialog.getByLabel('Strings', { exact: true }).fill('26, 24x9');
  await hand.button('Créer l’audit');
  await expect(ines.page.getByTestId('progress')).toContainText('/242');
  expect(hand.taken()).toBe(2);
});

test('by the keyboard: a module is three keys once the focus is among them', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.page.reload();
  await expect(lea.cell('M001')).toBeVisible();
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await lea.page.keyboard.press(key);
  };
  const at = () => lea.page.evaluate(() => (document.activeElement as HTMLElement).dataset['module'] ?? null);
  while ((await at()) === null && keys < 20) await press('Tab');
  expect(await at()).toBe('M001');
  await press('Enter');
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  await press('1');
  await expect(lea.cell('M001')).toBeFocused();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'ok');
  expect(keys, 'the first module of a fresh page').toBeLessThanOrEqual(9);
  keys = 0;
  await press('ArrowRight');
  await press('Enter');
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  await press('4');
  await expect(lea.cell('M002')).toHaveAttribute('data-status', 'dead');
  expect(keys).toBe(3);
});
