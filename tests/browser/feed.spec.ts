// One tablet with several tabs, and a feed that goes silent.
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Page } from '@playwright/test';

async function another(lea: Tablet): Promise<Page> {
  const page = await lea.context.newPage();
  lea.watch(page);
  await page.goto(`${lea.hub.url}#/audit/${DEMO}`);
  await expect(page.locator('[data-module="M001"]')).toBeVisible();
  return page;
}

const shows = (page: Page, id: string, status: string) =>
  expect(page.locator(`[data-module="${id}"]`)).toHaveAttribute('data-status', status);

test('over plain HTTP seven tabs load, follow by one feed, and go on when any of them is closed', async ({
  tablet,
  hub,
}) => {
  test.slow();
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  const tabs = [lea.page];
  for (let n = 2; n <= 7; n += 1) tabs.push(await another(lea));
  await marc.openAudit('Marc');
  await marc.mark('M001', 'dead');
  for (const tab of tabs) await shows(tab, 'M001', 'dead');
  // Léa's seven, and Marc's one.
  await expect.poll(() => hub.feeds()).toBe(2);

  // Each in turn, so that whoever leads is among them.
  for (const [n, tab] of tabs.slice(0, 6).entries()) {
    await tab.close();
    await marc.mark(`M01${String(n)}`, 'ok');
    for (const left of tabs.slice(n + 1)) await shows(left, `M01${String(n)}`, 'ok');
  }
  await expect.poll(() => hub.feeds()).toBe(2);
  lea.page = tabs[6] ?? lea.page;
  await lea.mark('M002', 'dead');
  await marc.sees('M002', 'dead');
});

test('tabs on different audits share the feed, and each hears its own', async ({ tablet, hub }) => {
  const { token } = (await hub.api('POST', '/audits', { name: 'Autre', strings: '6' })) as { token: string };
  const lea = await tablet();
  const marc = await tablet();
  await lea.openAudit('Léa');
  const second = await lea.context.newPage();
  lea.watch(second);
  await second.goto(`${hub.url}#/audit/${token}`);
  await expect(second.locator('[data-module="M001"]')).toBeVisible();
  await marc.openAudit('Marc');
  await marc.mark('M001', 'dead');
  await lea.sees('M001', 'dead');
  await shows(second, 'M001', 'pending');
  await marc.page.goto(`${hub.url}#/audit/${token}`);
  await expect(marc.page.getByTestId('progress')).toContainText('0/6');
  await marc.mark('M002', 'ok');
  await shows(second, 'M002', 'ok');
  await shows(lea.page, 'M002', 'pending');
  await expect.poll(() => hub.feeds()).toBe(2);
});

test('a feed that goes silent is noticed and replaced within 25 s, for all tabs that share it', async ({
  tablet,
  hub,
}) => {
  test.slow();
  const lea = await tablet();
  await lea.openAudit('Léa');
  const second = await another(lea);
  await expect.poll(() => hub.feeds()).toBe(1);
  hub.freeze();
  const silent = Date.now();
  // It is not the feed alone that tells: the hub is asked as well, and every few seconds.
  lea.expects(503);
  await lea.context.route('**/api/v1/hub', (route) =>
    route.fulfill({ status: 503, json: { code: 'busy', error: 'x' } }),
  );
  await lea.context.waitForEvent('request', {
    predicate: (request) => request.url().includes('/live'),
    timeout: 40_000,
  });
  const took = Date.now() - silent;
  console.log(`a stalled feed was replaced after ${(took / 1_000).toFixed(1)} s`);
  expect(took).toBeLessThan(26_000);
  hub.thaw();
  await lea.context.unroute('**/api/v1/hub');
  await hub.api('POST', `/audits/${DEMO}/ops`, {
    ops: [
      {
        id: '019a0000-0000-7000-8000-000000000001',
        kind: 'mark',
        module_id: 'M003',
        status: 'ok',
        technician_id: 'tech_marc0001',
        technician_name: 'Marc',
        device_id: 'dev_marc',
        marked_at_ms: Date.now(),
        base: '',
      },
    ],
    sent_at_ms: Date.now(),
  });
  await lea.sees('M003', 'ok');
  await shows(second, 'M003', 'ok');
});
