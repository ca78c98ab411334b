// A site of 20,000 modules: what is drawn stays small, whatever is scrolled to, marked or changed by others. How long it
// takes is for the benchmark (bench/large.bench.ts); times on shared cores are no test.
import { expect, test } from './fixtures';

const TOKEN = 'large';
/** A screen of cells with what surrounds it; 20,000 cells would be 100,000 elements. */
const MOST_ELEMENTS = 2_000;

test('20,000 modules: a screen of them is drawn, and all can be got at', async ({ tablet, hub }) => {
  await hub.api('POST', '/audits', { name: 'Grand site', token: TOKEN, strings: '25x800' });
  const audit = (await hub.api('GET', `/audits/${TOKEN}`)) as { modules: { module_id: string }[] };
  const ids = audit.modules.map((one) => one.module_id);
  expect(ids).toHaveLength(20_000);
  const lea = await tablet();
  await lea.page.goto(await hub.link('code', TOKEN));
  await lea.page.getByRole('textbox').first().fill('Léa');
  await lea.page.getByRole('textbox').first().press('Enter');
  const first = ids[0] ?? '';
  await expect(lea.cell(first)).toBeVisible();
  const elements = () => lea.page.evaluate(() => document.querySelectorAll('*').length);
  expect(await elements()).toBeLessThan(MOST_ELEMENTS);

  // Five hundred changes by somebody else, most of them out of sight.
  const marc = await hub.join('Marc');
  const ops = ids.slice(0, 500).map((module_id, i) => ({
    id: `019a0000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`,
    kind: 'mark',
    module_id,
    status: 'inequality',
    marked_at_ms: Date.now(),
    base: '',
  }));
  await hub.api('POST', `/audits/${TOKEN}/ops`, { ops, sent_at_ms: Date.now() }, marc);
  await expect(lea.page.getByTestId('progress')).toContainText('500/20\u202f000');
  await expect(lea.page.getByTestId('tabs')).toContainText('500/20\u202f000');
  await lea.sees(first, 'inequality');
  expect(await elements()).toBeLessThan(MOST_ELEMENTS);

  // The last one of all.
  const last = ids.at(-1) ?? '';
  await lea.cell(first).focus();
  await lea.page.getByRole('group', { name: 'Modules par string' }).evaluate((grid) => {
    grid.scrollTop = grid.scrollHeight;
  });
  await expect(lea.cell(last)).toBeVisible();
  expect(await elements()).toBeLessThan(MOST_ELEMENTS);
  await lea.mark(last, 'dead');
  await lea.allSent();
  const history = (await hub.api('GET', `/audits/${TOKEN}/modules/${last}/history`)) as {
    entries: unknown[];
  };
  expect(history.entries).toHaveLength(1);
});
