// Pictures of what comes with HTTPS, into target/screens/: for people to look at. axe looks at each as well.
import { DEMO } from './fixtures';
import { expect, SecureTablet, test } from './secure';
import { shooter, SIZES, themed } from './shots';

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`screens of HTTPS: ${size}`, async ({ secureHub: hub, launchOptions }) => {
    test.slow();
    const mine = await SecureTablet.make(hub, launchOptions, viewport);
    try {
      let lea = await mine.open();
      await themed(lea.context);
      const shoot = shooter(size);
      const shot = (name: string, page = lea.page) => shoot(page, name);
      const tap = async (testId: string) => {
        const opened = lea.context.waitForEvent('page');
        await lea.page.getByTestId(testId).click();
        const page = await opened;
        lea.watch(page);
        return page;
      };
      await lea.page.goto(`${hub.url}trust`);
      await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'not');
      await shot('trust-not');
      await lea.page.getByRole('button', { name: 'Android' }).click();
      await lea.page.getByTestId('trust-steps').scrollIntoViewIfNeeded();
      await shot('trust-steps');
      await lea.page.goto(`${hub.url}#/join/${await hub.code('lead-code')}`);
      await lea.page.getByRole('textbox').fill('Léa');
      await lea.page.keyboard.press('Enter');
      await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
      await lea.openPanel();
      await expect(lea.page.getByTestId('secure')).toHaveAttribute('data-trust', 'no');
      await lea.page.getByTestId('secure').scrollIntoViewIfNeeded();
      await shot('secure-panel');

      await mine.trustCa();
      await mine.close();
      lea = await mine.open();
      await themed(lea.context);
      await lea.page.goto(`${hub.url}trust`);
      await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'yes');
      await shot('trust-yes');
      await lea.page.goto(hub.url);
      await expect(lea.page.getByTestId('secure-offer')).toBeVisible();
      await shot('secure-offer');
      await lea.page.route('**/ops', (route) => route.abort());
      await lea.page.getByTestId(`audit-${DEMO}`).click();
      for (const id of ['M001', 'M002', 'M003']) await lea.mark(id, 'dead');
      await lea.tap(lea.page.getByTestId('hub-open'), lea.page.getByTestId('secure'));
      await expect(lea.page.getByTestId('secure')).toHaveAttribute('data-trust', 'yes');
      const page = await tap('secure-go');
      await expect(page.getByTestId('handover-unsent')).toBeVisible();
      await shot('handover', page);
      await page.getByTestId('handover-yes').click();
      await expect(page.getByTestId('handover')).toHaveAttribute('data-step', 'done');
      await shot('handover-done', page);
      await lea.page.keyboard.press('Escape');
      await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
      await expect(lea.page.getByTestId('moved')).toBeVisible();
      await shot('moved');
      const alone = await lea.context.newPage();
      await alone.goto(`${hub.secureUrl}#/handover`);
      await expect(alone.getByTestId('handover')).toHaveAttribute('data-step', 'alone');
      await shot('handover-alone', alone);
    } finally {
      await mine.remove();
    }
  });
}
