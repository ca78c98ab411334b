// Pictures of every screen at three sizes and in both themes (shots.ts). Those of a lead and a crew at work are in
// screens-crew.spec.ts, those of HTTPS in screens-https.spec.ts.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEMO, expect, test } from './fixtures';
import { Hub } from './hub';
import { markOf, marksOf } from './night';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens: ${size}`, async ({ tablet, hub }) => {
    test.slow();
    const lea = await tablet({ viewport, deviceScaleFactor: size === 'phone' ? 2 : 1 });
    await themed(lea.context);
    const shoot = shooter(size);
    const shot = (name: string) => shoot(lea.page, name);
    // A wrong code, and later she is removed.
    lea.expects(401, 403);
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
    const marks = marksOf(141);
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
    await lea.wakes();
    await lea.cell('M020').click();
    await expect(lea.page.getByTestId('read-only')).toBeVisible();
    await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Inès');
    await shot('read-only');
    await lea.page.keyboard.press('Escape');
    await hub.api('PATCH', `/crew/${id}`, { role: 'technician', revoked: true });
    await expect(lea.page.getByTestId('outside')).toBeVisible();
    await shot('outside');
    await hub.api('PATCH', `/crew/${id}`, { revoked: false });
    await lea.wakes();
    await expect(lea.page.getByTestId('outside')).toHaveCount(0);
    // She has heard of her new role, too.
    await lea.cell('M020').click();
    await expect(lea.page.locator('[data-mark="ok"]')).toBeVisible();
    await lea.page.keyboard.press('Escape');
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);

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
    await lea.page.setViewportSize({ width: 718, height: 1046 });
    await lea.page.emulateMedia({ media: 'print' });
    await lea.page.screenshot({
      path: resolve(__dirname, `../../target/screens/poster-printed-${size}.png`),
    });
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
      const post = (from: number, to: number) => {
        const ops = Array.from({ length: to - from + 1 }, (_, i) => markOf(from + i, 200));
        return hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() });
      };
      await post(1, 24);
      await expect(lea.cell('M024')).toHaveAttribute('data-receipt', 'cloud');
      await office.kill();
      await post(25, 40);
      await expect(lea.cell('M040')).toHaveAttribute('data-receipt', 'hub');
      await shot('cloud-grid');
      await lea.cell('M037').click();
      await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Office');
      await shot('cloud-sheet');
      await lea.page.keyboard.press('Escape');
      await lea.openPanel();
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
      await lea.openPanel();
      await expect(lea.page.getByTestId('held')).toBeVisible();
      await shot('cloud-dead');
    } finally {
      await office.remove();
    }
  });
}
