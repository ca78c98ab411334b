// What axe finds on a page that is serious or worse, with what it says about it. Used by the specs that look at whole screens.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The rules that a theme can break: names, roles and order are the same in both. */
const OF_COLOR = ['color-contrast', 'link-in-text-block'];

export async function serious(page: Page, of: 'all' | 'color' = 'all'): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const runOnly = of === 'color' ? { runOnly: { type: 'rule' as const, values: OF_COLOR } } : {};
  const { violations } = await axe.options({ resultTypes: ['violations'], ...runOnly }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' ')}`,
    );
}
