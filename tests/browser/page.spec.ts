// The page itself: language, name, keyboard, size, what it asks of the network, what it is for a screen reader.
import { gzipSync } from 'node:zlib';
import { serious } from './axe';
import { DEMO, expect, test } from './fixtures';
import { spilt } from './shots';

test('the name is asked once', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('  Léa  ');
  await lea.page.reload();
  await expect(lea.cell('M001')).toBeVisible();
  await expect(lea.page.getByRole('textbox')).toHaveCount(0);
  await lea.page.goto(lea.hub.url);
  await expect(lea.page.getByRole('button', { name: 'Léa, changer de nom' })).toBeVisible();
});

for (const [locale, lang, join] of [
  ['fr-FR', 'fr', 'Rejoindre'],
  ['en-GB', 'en', 'Join'],
  ['de-AT', 'de', 'Beitreten'],
  ['es-MX', 'es', 'Unirse'],
  ['it-IT', 'it', 'Entra'],
  ['pt-BR', 'en', 'Join'],
] as const) {
  test(`a browser in ${locale} gets ${lang}`, async ({ tablet }) => {
    const { page, hub } = await tablet({ locale });
    const texts: string[] = [];
    page.on('request', (request) => {
      const file = /assets\/((?:de|en|es|fr|it)-[\w-]{8}\.js)$/.exec(request.url())?.[1];
      if (file !== undefined) texts.push(file);
    });
    await page.goto(await hub.link());
    await page.getByRole('textbox').fill('Léa');
    await page.getByRole('button', { name: join }).click();
    await page.getByTestId(`audit-${DEMO}`).click();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.locator('[data-module="M001"]')).toBeVisible();
    // Of all languages this one alone goes over the air: what is said first, and the rest.
    await expect.poll(() => texts.length).toBe(2);
    expect(texts.filter((file) => !file.startsWith(lang))).toEqual([]);
  });
}

test('German, the longest, breaks no word and leaves no screen at 390 px, and everything is said in it', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet({ locale: 'de-DE', viewport: { width: 390, height: 844 } });
  const { page } = lea;
  const fits = async (what: string) => {
    expect(await spilt(page), what).toEqual([]);
  };
  await page.goto(hub.url);
  await expect(page.getByRole('button', { name: 'Deutsch' })).toBeVisible();
  await fits('joining');
  await page.getByLabel('Ihr Name').fill('Léa');
  await page.getByLabel('Team-Code').fill(await hub.code('lead-code'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await fits('audits');
  await page.getByRole('button', { name: 'Neues Audit' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await fits('new audit');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Einstellungen' }).click();
  await expect(page.getByTestId('settings')).toContainText('Anzeige');
  await fits('settings');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Team' }).click();
  await expect(page.getByTestId('member-Léa')).toBeVisible();
  await fits('crew');
  await page.getByRole('link', { name: 'Zurück zu den Audits' }).click();
  await page.getByTestId(`audit-${DEMO}`).click();
  await lea.mark('M001', 'not_connected');
  await expect(page.getByTestId('tray')).toBeVisible();
  await fits('ready phrases');
  await lea.cell('M001').click();
  await expect(page.getByTestId('sheet').locator('ol')).toBeVisible();
  await fits('sheet');
  await page.keyboard.press('Escape');
  await page.getByTestId('pick').click();
  await lea.cell('M002').click();
  await expect(page.getByTestId('pick-bar')).toContainText('1 ausgewählt');
  await fits('several');
  await page.getByTestId('pick-end').click();
  await page.getByTestId('view-toggle').click();
  await expect(page.getByRole('button', { name: 'Übersicht' })).toBeVisible();
  await fits('views');
  await lea.openPanel();
  await expect(page.getByTestId('places')).toBeVisible();
  await fits('panel');
});

test('it works without a secure context', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  expect(await lea.page.evaluate(() => isSecureContext)).toBe(false);
  await lea.mark('M001', 'ok');
  await lea.allSent();
});

test('the keyboard is enough', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const { keyboard } = lea.page;
  await lea.cell('M001').focus();
  await keyboard.press('ArrowRight');
  await expect(lea.cell('M002')).toBeFocused();
  await keyboard.press('Enter');
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  await keyboard.press('Escape');
  await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  await expect(lea.cell('M002')).toBeFocused();
  await keyboard.press('Enter');
  await expect(lea.page.getByTestId('sheet')).toBeVisible();
  await keyboard.press('4');
  await lea.sees('M002', 'dead');
  await expect(lea.cell('M002')).toBeFocused();
  await expect(lea.page.getByRole('status')).toContainText('M002 : HS');
  // Far down, past what is drawn.
  for (let i = 0; i < 40; i += 1) await keyboard.press('ArrowDown');
  await expect(lea.page.locator('[data-module]:focus')).toHaveCount(1);
  await expect(lea.page.locator('[data-module]:focus')).toBeInViewport();
});

test('digits in the comment are a comment', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.cell('M001').click();
  await lea.page.locator('#comment').click();
  await lea.page.keyboard.type('3 fissures');
  await expect(lea.page.locator('#comment')).toHaveValue('3 fissures');
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'pending');
});

test('only what is in view is drawn', async ({ tablet }) => {
  const lea = await tablet({ viewport: { width: 390, height: 844 } });
  await lea.openAudit('Léa');
  const drawn = lea.page.locator('[data-module]');
  expect(await drawn.count()).toBeLessThan(180);
  await lea.page.getByRole('group', { name: 'Modules par string' }).evaluate((grid) => {
    grid.scrollTop = grid.scrollHeight;
  });
  await expect(lea.cell('M242')).toBeVisible();
  await expect(lea.cell('M001')).toHaveCount(0);
});

test('fingers in gloves hit: sizes of cells and buttons', async ({ tablet }) => {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
  ]) {
    const lea = await tablet({ viewport });
    await lea.openAudit('Léa');
    const cell = await lea.cell('M001').boundingBox();
    expect(Math.min(cell?.width ?? 0, cell?.height ?? 0)).toBeGreaterThanOrEqual(48);
    await lea.cell('M001').click();
    for (const button of await lea.page.locator('[data-mark]').all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(64);
    }
  }
});

test('cells grow where one string leaves room, and stay where they are while bars come and go', async ({
  tablet,
}) => {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
  ]) {
    const lea = await tablet({ viewport });
    await lea.openAudit('Léa');
    const size = async (id: string) => {
      const box = await lea.cell(id).boundingBox();
      return { width: box?.width ?? 0, height: box?.height ?? 0 };
    };
    const small = await size('M001');
    await lea.page.locator('[data-string="2"]').click();
    await expect(lea.cell('M050')).toBeInViewport({ ratio: 1 });
    const large = await size('M027');
    expect(large.width * large.height).toBeGreaterThan(1.5 * small.width * small.height);
    await lea.page.getByTestId('pick').click();
    await expect(lea.page.getByTestId('pick-bar')).toBeVisible();
    expect(await size('M027')).toEqual(large);
    await lea.page.getByTestId('pick-end').click();
    await lea.mark('M027', 'dead');
    await expect(lea.page.getByTestId('tray')).toBeVisible();
    expect(await size('M027')).toEqual(large);
  }
});

test('the first load stays small, and the page brings no inline script or style', async ({ hub }) => {
  let bytes = 0;
  const get = async (path: string) => {
    const response = await fetch(new URL(path, `http://127.0.0.1:${String(hub.port)}/`));
    expect(response.status, path).toBe(200);
    const text = await response.text();
    bytes += gzipSync(text, { level: 6 }).length;
    return text;
  };
  const html = await get('/');
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(files.length).toBeGreaterThanOrEqual(3);
  let scripts = '';
  for (const file of files) scripts += await get(file);
  // And the largest of the languages: one file is read before anything is shown, the other after it.
  const languages = new Set(scripts.match(/\b(?:de|en|es|fr|it)-[\w-]{8}\.js/g));
  expect(languages.size).toBe(10);
  const before = bytes;
  const first = new Map<string, number>();
  for (const file of languages) {
    bytes = 0;
    if (/\bmarkAs:/.test(await get(`/assets/${file}`))) first.set(file.slice(0, 2), bytes);
  }
  expect([...first.keys()].sort()).toEqual(['de', 'en', 'es', 'fr', 'it']);
  bytes = before + Math.max(...first.values());
  console.log(`the first load, compressed: ${(bytes / 1_000).toFixed(1)} kB`);
  // What a tablet has to get over a poor Wi-Fi before it shows anything.
  expect(bytes).toBeLessThan(90_000);
});

test('axe finds nothing serious on any screen', async ({ tablet, hub }) => {
  // One of each status, so that every colour is looked at.
  const statuses = ['ok', 'inequality', 'microcracks', 'dead', 'string_open', 'not_connected'];
  const lea = await tablet();
  await lea.page.goto(hub.url);
  await expect(lea.page.getByRole('textbox')).toHaveCount(2);
  expect(await serious(lea.page)).toEqual([]);
  await lea.page.getByLabel('Votre nom').fill('Léa');
  lea.expects(403);
  await lea.page.getByLabel('Code de l’équipe').fill('2222-2222');
  await lea.page.keyboard.press('Enter');
  await expect(lea.page.getByTestId('join-problem')).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);
  await lea.page.getByLabel('Code de l’équipe').fill(await hub.code('lead-code'));
  await lea.page.keyboard.press('Enter');
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  await expect(lea.page.getByTestId('member-Léa')).toBeVisible();
  await expect(lea.page.getByTestId('crew-code')).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  for (const [i, status] of statuses.entries()) await lea.mark(`M00${String(i + 1)}`, status, 'vu');
  await lea.allSent();
  expect(await serious(lea.page)).toEqual([]);
  await lea.cell('M004').click();
  await expect(lea.page.getByTestId('sheet').locator('ol')).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);
  await lea.page.keyboard.press('Escape');
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  expect(await serious(lea.page)).toEqual([]);
  await hub.kill();
  await lea.reach('no');
  expect(await serious(lea.page)).toEqual([]);
});

test('axe finds nothing serious on what a viewer sees, nor on the banner of who was removed', async ({
  tablet,
  hub,
}) => {
  const ines = await tablet();
  await ines.openAudit('Inès');
  await ines.mark('M004', 'dead', 'vu');
  await ines.allSent();
  const id = await hub.member('Inès');
  await hub.api('PATCH', `/crew/${id}`, { role: 'viewer' });
  await ines.wakes();
  await ines.cell('M004').click();
  await expect(ines.page.getByTestId('read-only')).toBeVisible();
  await expect(ines.page.getByTestId('sheet').locator('ol')).toBeVisible();
  expect(await serious(ines.page)).toEqual([]);
  await ines.page.keyboard.press('Escape');
  ines.expects(401);
  await hub.api('PATCH', `/crew/${id}`, { revoked: true });
  await expect(ines.page.getByTestId('outside')).toBeVisible();
  expect(await serious(ines.page)).toEqual([]);
  // It asks now and then whether it is let in again, and leaves the hub alone in between.
  const asked = () => ines.page.waitForResponse((answer) => answer.url().endsWith('/api/v1/hub'));
  await asked();
  const since = Date.now();
  await asked();
  expect(Date.now() - since).toBeGreaterThan(3_000);
  await expect(ines.page.getByTestId('outside')).toBeVisible();
});
