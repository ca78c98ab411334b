// The guides as sheets to print (`make guides`): one page of A4 each, whatever is added to them, with their pictures.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { ROOT } from './hub';

const run = promisify(execFile);

test('each guide is one page of A4', async ({ page }) => {
  await run('node', [join(ROOT, 'web/vite/guides.mjs')]);
  for (const [name, pictures] of [
    ['field-guide.de', 0],
    ['field-guide.en', 3],
    ['field-guide.es', 0],
    ['field-guide.fr', 3],
    ['field-guide.it', 0],
    ['lead-guide.en', 0],
    ['lead-guide.fr', 0],
  ] as const) {
    await page.goto(pathToFileURL(join(ROOT, 'target/guides', `${name}.html`)).href);
    const printed = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect.soft(printed.match(/\/Type\s*\/Page\b/g), name).toHaveLength(1);
    const drawn = page.locator('img');
    await expect(drawn, name).toHaveCount(pictures);
    const shown = await drawn.evaluateAll((all) =>
      all.filter((img) => (img as HTMLImageElement).naturalWidth > 0),
    );
    expect(shown, name).toHaveLength(pictures);
    // Nothing of Markdown is left over.
    await expect(page.locator('body'), name).not.toContainText(/\*\*|\]\(|\|/);
  }
});
