// Back in the browser, which on a phone is a flick of the thumb: it closes what is open, and leaves the audit only when nothing is.
import { DEMO, expect, test, type Tablet } from './fixtures';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true };

/** As the key or the flick does it. */
const back = (tablet: Tablet) =>
  tablet.page.evaluate(() => {
    history.back();
  });

const inAudit = (tablet: Tablet) =>
  expect.poll(() => tablet.page.evaluate(() => location.hash)).toBe(`#/audit/${DEMO}`);

test('the sheet, the panels and the dialogs close one by one, and then the audit is left', async ({
  tablet,
}) => {
  const lea = await tablet(PHONE);
  await lea.openAudit('Léa');
  const { page } = lea;
  const sheet = page.getByTestId('sheet');
  await lea.cell('M001').click();
  await page.locator('#comment').fill('vu du toit');
  await back(lea);
  await expect(sheet).toHaveCount(0);
  await inAudit(lea);
  // As with every way out, what was typed is kept.
  await lea.cell('M001').click();
  await expect(page.locator('#comment')).toHaveValue('vu du toit');
  await back(lea);
  await expect(sheet).toHaveCount(0);

  for (const open of ['hub-open', 'chat-open']) {
    await page.getByTestId(open).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await back(lea);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await inAudit(lea);
  }

  await page.getByTestId('view-toggle').click();
  await expect(page.getByTestId('view-panel')).toBeVisible();
  await back(lea);
  await expect(page.getByTestId('view-panel')).toHaveCount(0);

  // Two of them: the one on top first.
  await page.getByTestId('pick').click();
  await lea.cell('M002').click();
  await lea.openPanel();
  await expect(page.getByRole('dialog')).toBeVisible();
  await back(lea);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTestId('pick-bar')).toContainText('1 sélectionné');
  await back(lea);
  await expect(page.getByTestId('pick-bar')).toHaveCount(0);
  await inAudit(lea);

  // What is closed by hand needs no Back of its own.
  await lea.mark('M003', 'ok');
  await lea.mark('M004', 'ok');
  await back(lea);
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});

test('out of a scanned code as well, and after a reload', async ({ tablet, hub }) => {
  const lea = await tablet(PHONE);
  const { page } = lea;
  await page.goto(await hub.link('code', DEMO));
  await page.getByRole('textbox').fill('Léa');
  await page.getByRole('textbox').press('Enter');
  await lea.cell('M001').click();
  const sheet = page.getByTestId('sheet');
  await expect(sheet).toBeVisible();
  await back(lea);
  await expect(sheet).toHaveCount(0);
  await inAudit(lea);
  await lea.cell('M001').click();
  await expect(sheet).toBeVisible();
  await page.reload();
  await expect(lea.cell('M001')).toBeVisible();
  await expect(sheet).toHaveCount(0);
  await lea.cell('M002').click();
  await expect(sheet).toBeVisible();
  await back(lea);
  await expect(sheet).toHaveCount(0);
  await inAudit(lea);
});

test('the way back to the list, and from there into the audit again, is as it was', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  const { page } = lea;
  await lea.mark('M001', 'ok');
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await back(lea);
  await expect(lea.cell('M001')).toBeVisible();
  await back(lea);
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
});
