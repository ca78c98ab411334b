// Browsers that translate the page: they are told not to, languages are offered instead; and where one does it all the same, what
// somebody decides by is still true.
import type { Page } from '@playwright/test';
import { DEMO, expect, test } from './fixtures';

/** As Chrome's translator does, now and with all that comes: each text is taken out, and its translation put in its place, in <font>. */
const translate = (page: Page) =>
  page.evaluate(() => {
    const wrap = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        const { parentElement } = text;
        if (text.data.trim() === '' || parentElement?.closest('font, style, script, textarea') !== null)
          continue;
        const font = document.createElement('font');
        const inner = document.createElement('font');
        inner.textContent = `«${text.data}»`;
        font.append(inner);
        text.replaceWith(font);
      }
    };
    wrap(document.body);
    document.documentElement.classList.add('translated-ltr');
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node.isConnected) wrap(node);
    }).observe(document.body, { childList: true, subtree: true });
  });

test('browsers are told not to translate, and the language is the one that was chosen', async ({
  tablet,
  hub,
}) => {
  for (const path of ['', 'trust', 'verify']) {
    const html = await (await fetch(`http://127.0.0.1:${String(hub.port)}/${path}`)).text();
    expect(html).toMatch(/<html [^>]*translate="no"/);
    expect(html).toMatch(/<html [^>]*class="notranslate"/);
    expect(html).toMatch(/<meta name="google" content="notranslate"/);
  }
  const lea = await tablet();
  await lea.page.goto(await hub.link());
  const root = lea.page.locator('html');
  await expect(root).toHaveAttribute('lang', 'fr');
  await lea.page.getByLabel('Votre nom').fill('Léa');
  await lea.page.getByRole('button', { name: 'English' }).click();
  await expect(root).toHaveAttribute('lang', 'en');
  await expect(lea.page.getByLabel('Your name')).toHaveValue('Léa');
  await lea.page.getByRole('textbox').press('Enter');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await expect(lea.page.getByTestId('hub-open')).toHaveAccessibleName(/Sync ON/);
  await lea.page.reload();
  await expect(root).toHaveAttribute('lang', 'en');
});

test('translated all the same, what is counted and whether the hub is there stay true', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await translate(lea.page);
  const chip = lea.page.getByTestId('hub');
  const progress = lea.page.getByTestId('progress');
  await expect(chip).toContainText('«Sync ON»');
  await expect(progress).toContainText('«1»');

  await lea.mark('M002', 'dead');
  await expect(progress).toContainText('«2»');
  await expect(progress).not.toContainText('«1»');
  await expect(lea.page.getByText('1 défaut')).not.toHaveCount(0);

  await hub.kill();
  await expect(chip).toContainText('«Hors ligne»');
  await expect(chip).not.toContainText('Sync ON');
  await expect(lea.page.getByTestId('unreachable')).toBeVisible();
  await lea.mark('M003', 'dead');
  await expect(lea.page.getByTestId('waiting')).toContainText('«1»');
  await lea.mark('M004', 'dead');
  await expect(lea.page.getByTestId('waiting')).toContainText('«2»');
  await expect(lea.page.getByTestId('waiting')).not.toContainText('«1»');
  await expect(progress).toContainText('«4»');

  await hub.start();
  await lea.allSent();
  await expect(chip).toContainText('«Sync ON»');
  await expect(lea.page.getByTestId('unreachable')).toHaveCount(0);
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toContainText('«4»');
});
