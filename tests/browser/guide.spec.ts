// The pictures of docs/field-guide.*.md, in both languages, into target/screens/: copied from there by hand
// when the page has changed.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEMO, expect, test } from './fixtures';

const OUT = resolve(__dirname, '../../target/screens');

for (const locale of ['fr-FR', 'en-GB']) {
  const language = locale.slice(0, 2);
  test(`guide: ${language}`, async ({ tablet, hub }) => {
    const lea = await tablet({ locale, viewport: { width: 960, height: 600 } });
    const shot = async (name: string) => {
      const path = `${OUT}/guide-${name}-${language}.png`;
      await lea.page.screenshot({ path });
      expect(readFileSync(path).length).toBeGreaterThan(4_000);
    };
    await lea.page.goto(await hub.link('code'));
    await lea.page.getByRole('textbox').first().fill('Léa');
    await shot('join');
    await lea.page.getByRole('textbox').first().press('Enter');

    const marc = await hub.join('Marc Dubois');
    const statuses = ['ok', 'ok', 'ok', 'inequality', 'ok', 'ok', 'dead', 'ok', 'microcracks', 'ok'];
    const ops = Array.from({ length: 40 }, (_, i) => ({
      id: `019a0000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`,
      kind: 'mark',
      module_id: `M${String(i + 1).padStart(3, '0')}`,
      status: statuses[i % statuses.length],
      marked_at_ms: Date.now() - (60 - i) * 20_000,
      base: '',
    }));
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, marc);
    await hub.api('PUT', `/audits/${DEMO}/presence`, { focus: 'M027' }, marc);
    await lea.page.getByTestId(`audit-${DEMO}`).click();
    await lea.sees('M007', 'dead');
    await lea.cell('M007').click();
    await expect(lea.page.getByTestId('sheet').locator('ol')).toContainText('Marc Dubois');
    await shot('sheet');
    await lea.page.keyboard.press('Escape');
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);

    await hub.kill();
    await lea.reach('no');
    await lea.mark('M012', 'dead', language === 'fr' ? 'verre cassé' : 'broken glass');
    await lea.mark('M013', 'not_connected');
    await shot('away');
  });
}
