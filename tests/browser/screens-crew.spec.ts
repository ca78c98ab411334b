// Pictures of a lead's first screen and of a crew at work, at three sizes and in both themes (shots.ts).
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContextOptions } from '@playwright/test';
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';
import { markOf, marksOf, noteOf } from './night';
import { shooter, SIZES, themed } from './shots';

const FILES = resolve(__dirname, '../fixtures');

const post = (hub: Hub, token: string, ops: unknown[], session: string) =>
  hub.api('POST', `/audits/${token}/ops`, { ops, sent_at_ms: Date.now() }, session);

/** A hub with seven audits and a night's work on two of them, and the lead's tablet on its first screen. */
async function atWork(
  hub: Hub,
  tablet: (options: BrowserContextOptions) => Promise<Tablet>,
  size: keyof typeof SIZES,
) {
  await hub.kill();
  await hub.start({ FIELDHUB_LAN_ORIGIN: 'http://192.168.4.1' });
  for (const [name, location] of [
    ['Toiture Nord', 'Reims'],
    ['Parc des Alouettes', 'Château-Thierry'],
    ['Ombrière P2', 'Reims'],
    ['Ferme Dubois', 'Vitry-le-François'],
    ['Hangar 7', 'Épernay'],
  ]) {
    await hub.api('POST', '/audits', { name, client: 'Watt&Co', location, strings: '22, 24x11' });
  }
  const plan = JSON.parse(readFileSync(join(FILES, 'jalibat-plan.json'), 'utf8')) as object;
  await hub.api('POST', '/audits?token=plan&name=Jalibat%20(plan)', plan);
  const [marc, ines] = [await hub.join('Marc Dubois'), await hub.join('Inès')];
  await post(hub, DEMO, marksOf(170), marc);
  await post(hub, 'plan', marksOf(170), marc);
  await post(hub, DEMO, [{ ...markOf(401, 401, 'ok'), module_id: 'M026' }], ines);
  const lea = await tablet({ viewport: SIZES[size], deviceScaleFactor: size === 'phone' ? 2 : 1 });
  await themed(lea.context);
  await lea.join('Léa', 'lead-code');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toContainText('170');
  const shoot = shooter(size);
  const shot = (name: string) => shoot(lea.page, name);
  const away = async () => {
    await lea.page.keyboard.press('Escape');
    await expect(lea.page.getByRole('dialog')).toHaveCount(0);
  };
  return { marc, ines, lea, page: lea.page, shot, away };
}

for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
  test(`screens of a lead: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const { page, shot, away } = await atWork(hub, tablet, size);
    await shot('home');
    await page.getByRole('button', { name: 'Nouvel audit' }).click();
    await page.getByRole('textbox', { name: 'Nom' }).fill('Toiture Sud');
    await page.getByLabel('Strings', { exact: true }).fill('26, 24x9');
    await shot('home-new');
    await page.getByRole('button', { name: 'Saisir string par string' }).click();
    await page.getByLabel('S10').scrollIntoViewIfNeeded();
    await shot('home-new-list');
    await away();
    await page.getByRole('button', { name: 'Importer un fichier' }).click();
    await shot('home-import');
    await page.getByLabel('Choisir un fichier').setInputFiles(join(FILES, 'jalibat-observed.csv'));
    await expect(page.getByTestId('understood')).toBeVisible();
    await shot('home-import-understood');
    await away();
    const actions = page.getByRole('button', { name: 'Actions pour JALIBAT', exact: true });
    await actions.click();
    await shot('home-menu');
    await page.getByRole('button', { name: 'Supprimer…' }).click();
    await shot('home-remove');
    await away();
    await actions.click();
    await page.getByRole('button', { name: 'Partager par QR code' }).click();
    await expect(page.getByTestId('share-link')).toBeVisible();
    await shot('home-share');
    await away();
    await page.getByRole('button', { name: 'Actions pour Hangar 7' }).click();
    await page.getByRole('button', { name: 'Archiver' }).click();
    await page
      .getByTestId('archived')
      .getByRole('button', { name: /archivé/ })
      .click();
    await page.getByTestId('archived').scrollIntoViewIfNeeded();
    await shot('home-archived');
    await page.getByRole('button', { name: 'Réglages' }).click();
    await shot('settings');
    await away();
  });

  test(`screens of a crew at work: ${size}`, async ({ tablet, hub }) => {
    // Some thirty pictures, and axe looks at each.
    test.setTimeout(6 * 60_000);
    const { marc, ines, lea, page, shot, away } = await atWork(hub, tablet, size);
    await page.getByTestId(`audit-${DEMO}`).click();
    await lea.sees('M020', 'ok');
    await hub.api('PUT', `/audits/${DEMO}/presence`, { focus: 'M015', string: 1 }, marc);
    await hub.api('PUT', `/audits/${DEMO}/presence`, { string: 2 }, ines);
    await expect(page.getByTestId('crew').locator('li')).toHaveCount(3);
    await shot('audit');
    await page.locator('[data-string="2"]').click();
    await shot('audit-string');
    await page.getByTestId('view-toggle').click();
    await shot('audit-filters');
    await page.locator('[data-filter="defects"]').click();
    await shot('audit-defects');
    await page.locator('[data-filter="defects"]').click();
    await page.getByRole('tab', { name: /^Tout/ }).click();
    await page.getByRole('button', { name: 'Ensemble' }).click();
    await expect(page.getByTestId('overview')).toBeVisible();
    await shot('audit-overview');
    await page.getByTestId('view-panel').getByRole('button', { name: 'Strings', exact: true }).click();
    await page.getByTestId('view-toggle').click();
    await page.getByTestId('pick').click();
    for (const id of ['M001', 'M002', 'M003']) await lea.cell(id).click();
    await shot('audit-picking');
    await page.getByTestId('pick-end').click();
    await lea.cell('M026').click();
    await expect(page.getByTestId('conflict-line')).toBeVisible();
    await shot('audit-conflict');
    await away();
    await page.getByTestId('crew').click();
    await shot('audit-crew');
    await away();

    await post(
      hub,
      DEMO,
      [noteOf(1, 'Je commence par le string 7.'), noteOf(2, '#M015 est fendu, photo faite.')],
      marc,
    );
    await post(hub, DEMO, [noteOf(3, '@Léa tu peux revoir #M026 ? On n’est pas d’accord.')], ines);
    await expect(page.getByTestId('unread')).toHaveText('3');
    await shot('audit-told');
    await page.getByTestId('chat-open').click();
    await page.getByLabel('Message à l’équipe').fill('J’y vais.');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('note')).toHaveCount(4);
    await shot('chat');
    await away();
    await lea.openPanel();
    await page.getByTestId('sync-switch').click();
    await shot('sync-panel');
    await away();
    await shot('sync-off');
    await page.getByTestId('sync-off').getByRole('button').click();
    await page.goto(`${hub.url}#/audit/plan`);
    await page.getByTestId('view-toggle').click();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await expect(page.getByTestId('plan')).toBeVisible();
    await shot('audit-plan');
  });
}
