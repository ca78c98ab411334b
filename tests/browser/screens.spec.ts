// Pictures of every screen at three sizes and in both themes (shots.ts). Those of HTTPS are in screens-https.spec.ts.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEMO, expect, test } from './fixtures';
import { Hub } from './hub';
import { shooter, SIZES, themed } from './shots';

const FILES = resolve(__dirname, '../fixtures');

/** A night's work: mostly OK, some of everything. */
function found(n: number): string {
  const defects = ['inequality', 'microcracks', 'dead', 'string_open', 'not_connected'];
  if (n % 11 === 4) return defects[Math.floor(n / 11) % defects.length] ?? 'dead';
  return 'ok';
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens: ${size}`, async ({ tablet, hub }) => {
    // The page asks every 15 s what the lead has decided, and two pictures wait for that.
    test.slow();
    const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    const shot = (name: string) => shoot(lea.page, name);
    await lea.page.goto(hub.url);
    await expect(lea.page.getByLabel('Votre nom')).toBeFocused();
    await shot('join');
    await lea.page.getByLabel('Votre nom').fill('Léa');
    await lea.page.getByLabel('Code de l’équipe').fill('k7mp-xqd3');
    await lea.page.keyboard.press('Enter');
    await expect(lea.page.getByTestId('join-problem')).toBeVisible();
    await shot('join-wrong');

    const [marc, ines] = [await hub.join('Marc Dubois'), await hub.join('Inès')];
    const post = (ops: unknown[], session: string) =>
      hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, session);
    const marks = Array.from({ length: 141 }, (_, i) => ({
      id: `019a0000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`,
      kind: 'mark',
      module_id: `M${String(i + 1).padStart(3, '0')}`,
      status: found(i + 1),
      ...(found(i + 1) === 'dead' ? { comment: 'verre cassé' } : {}),
      marked_at_ms: Date.now() - (141 - i) * 20_000,
      base: '',
    }));
    await post(marks, marc);
    const differs = {
      ...marks[19],
      id: '019a0000-0000-7000-8000-000000000999',
      status: 'dead',
      comment: 'deux cellules éteintes en bas à droite',
      marked_at_ms: Date.now() - 60_000,
    };
    await post([differs], ines);
    await hub.api('PUT', `/audits/${DEMO}/presence`, { focus: 'M027' }, marc);
    await hub.api('PUT', `/audits/${DEMO}/presence`, { focus: 'M030' }, ines);
    await lea.page.getByLabel('Code de l’équipe').fill(await hub.code());
    await lea.page.keyboard.press('Enter');
    await expect(lea.page.getByTestId(`audit-${DEMO}`)).toContainText('141');
    await shot('list');
    await lea.page.getByTestId(`audit-${DEMO}`).click();
    await lea.sees('M020', 'dead');
    await expect(lea.cell('M020')).toHaveAttribute('data-conflict');
    await expect(lea.page.getByTestId('crew').locator('li')).toHaveCount(3);
    await shot('grid');
    await lea.cell('M020').click();
    await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Inès');
    await shot('sheet');
    await lea.page.keyboard.press('Escape');
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);

    const id = await hub.member('Léa');
    await hub.api('PATCH', `/crew/${id}`, { role: 'viewer' });
    await lea.cell('M020').click();
    await expect(lea.page.getByTestId('read-only')).toBeVisible();
    await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Inès');
    await shot('read-only');
    await lea.page.keyboard.press('Escape');
    await hub.api('PATCH', `/crew/${id}`, { role: 'technician', revoked: true });
    await expect(lea.page.getByTestId('outside')).toBeVisible();
    await shot('outside');
    await hub.api('PATCH', `/crew/${id}`, { revoked: false });
    await expect(lea.page.getByTestId('outside')).toHaveCount(0);

    await hub.kill();
    await lea.reach('no');
    await lea.mark('M002', 'microcracks');
    await lea.mark('M003', 'not_connected', 'câble coupé');
    await expect(lea.page.getByTestId('waiting')).toContainText('2');
    await shot('unreachable');

    const password = join(hub.dataDir, 'password-of-the-wifi');
    await writeFile(password, 'nuit-claire-42', { mode: 0o600 });
    await hub.start({
      FIELDHUB_LAN_ORIGIN: 'http://192.168.4.1',
      FIELDHUB_WIFI_SSID: 'JALIBAT',
      FIELDHUB_WIFI_PASSWORD_FILE: password,
    });
    await hub.api('PATCH', `/crew/${await hub.member('Inès')}`, { revoked: true });
    await lea.allSent();
    await lea.page.goto(await hub.link('lead-code'));
    await lea.page.getByRole('link', { name: 'Équipe' }).click();
    await expect(lea.page.getByTestId('member-Inès')).toContainText('Retiré');
    await expect(lea.page.getByTestId('crew-code')).toBeVisible();
    await shot('crew');
    const poster = lea.page.getByTestId('poster');
    await expect(poster.getByRole('img')).toHaveCount(2);
    await poster.evaluate((part) => {
      part.scrollIntoView();
    });
    await shot('poster');
    // The paper, without its margins.
    await lea.page.setViewportSize({ width: 688, height: 1016 });
    await lea.page.emulateMedia({ media: 'print' });
    await lea.page.screenshot({
      path: resolve(__dirname, `../../target/screens/poster-printed-${size}.png`),
    });
    lea.expects(401, 403);
  });
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of the cloud: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const office = await Hub.start('open');
    try {
      await hub.kill();
      await hub.start({ FIELDHUB_UPSTREAM: `fieldhub+http://127.0.0.1:${String(office.port)}` });
      const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
      await themed(lea.context);
      const shoot = shooter(size);
      const shot = (name: string) => shoot(lea.page, name);
      await lea.openAudit('Léa', 'lead-code');
      const mark = (n: number) => ({
        id: `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`,
        kind: 'mark',
        module_id: `M${String(n).padStart(3, '0')}`,
        status: found(n),
        ...(found(n) === 'dead' ? { comment: 'verre cassé' } : {}),
        marked_at_ms: Date.now() - (200 - n) * 20_000,
        base: '',
      });
      const post = (from: number, to: number) => {
        const ops = Array.from({ length: to - from + 1 }, (_, i) => mark(from + i));
        return hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() });
      };
      await post(1, 24);
      await expect(lea.cell('M024')).toHaveAttribute('data-got', 'cloud');
      await office.kill();
      await post(25, 40);
      await expect(lea.cell('M040')).toHaveAttribute('data-got', 'hub');
      await shot('cloud-grid');
      await lea.cell('M037').click();
      await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Office');
      await shot('cloud-sheet');
      await lea.page.keyboard.press('Escape');
      await lea.page.getByTestId('hub-open').click();
      await expect(lea.page.locator('[data-state="waiting"]')).toBeVisible();
      await shot('cloud-panel');
      await lea.page.keyboard.press('Escape');
      await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
      const card = lea.page.getByTestId(`audit-${DEMO}`);
      await expect(card.getByTestId('cloud-count')).toHaveAttribute('data-behind', '16');
      await shot('cloud-list');
      await card.click();
      await expect(lea.cell('M001')).toBeVisible();
      await hub.kill();
      await lea.reach('no');
      await lea.mark('M041', 'microcracks');
      await lea.page.getByTestId('hub-open').click();
      await expect(lea.page.getByTestId('held')).toBeVisible();
      await shot('cloud-dead');
    } finally {
      await office.remove();
    }
  });
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of a lead and a crew: ${size}`, async ({ tablet, hub }) => {
    test.slow();
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
    const mark = (n: number, status = found(n)) => ({
      id: `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      kind: 'mark',
      module_id: `M${String(n).padStart(3, '0')}`,
      status,
      marked_at_ms: Date.now() - (300 - n) * 20_000,
      base: '',
    });
    const post = (token: string, ops: unknown[], session: string) =>
      hub.api('POST', `/audits/${token}/ops`, { ops, sent_at_ms: Date.now() }, session);
    const night = Array.from({ length: 170 }, (_, i) => mark(i + 1));
    await post(DEMO, night, marc);
    await post('plan', night, marc);
    await post(DEMO, [{ ...mark(401), module_id: 'M026', status: 'ok' }], ines);
    const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    const shot = (name: string) => shoot(lea.page, name);
    const { page } = lea;
    const away = async () => {
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };

    await lea.join('Léa', 'lead-code');
    await expect(page.getByTestId(`audit-${DEMO}`)).toContainText('170');
    await shot('home');
    await page.getByRole('button', { name: 'Nouvel audit' }).click();
    await page.getByRole('textbox', { name: 'Nom' }).fill('Toiture Sud');
    await page.getByLabel('Strings', { exact: true }).fill('26, 24x9');
    await shot('home-new');
    await page.getByRole('button', { name: 'Régler string par string' }).click();
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
    await page.getByTestId('view-panel').getByRole('button', { name: 'Strings' }).click();
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

    const note = (n: number, text: string) => ({
      id: `019a0000-0000-7000-8000-${String(9_000 + n).padStart(12, '0')}`,
      kind: 'note',
      text,
      marked_at_ms: Date.now() - (10 - n) * 60_000,
    });
    await post(
      DEMO,
      [note(1, 'Je commence par le string 7.'), note(2, '#M015 est fendu, photo faite.')],
      marc,
    );
    await post(DEMO, [note(3, '@Léa tu peux revoir #M026 ? On n’est pas d’accord.')], ines);
    await expect(page.getByTestId('unread')).toHaveText('3');
    await shot('audit-told');
    await page.getByTestId('chat-open').click();
    await page.getByLabel('Message à l’équipe').fill('J’y vais.');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('note')).toHaveCount(4);
    await shot('chat');
    await away();
    await page.getByTestId('hub-open').click();
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
