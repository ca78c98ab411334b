// What axe finds on a page that is serious or worse, with what it says about it. Used by the specs that look at whole screens.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

export async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' ')}`,
    );
}
