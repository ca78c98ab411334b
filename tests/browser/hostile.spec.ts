// HTML in whatever a person can fill in, by every way in (the page, v3.3, import): it is text everywhere.
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';

/** A field's value that would run a script if any part of the page took it for HTML. */
const bad = (field: string) => `<img src=x onerror="hurt='${field}'">`;

const NAMES = { lea: bad('lea'), marc: bad('marc'), old: bad('v33'), imported: bad('by') };

/** Fills what is filled in past the page. */
async function fill(hub: Hub): Promise<void> {
  await hub.api('POST', '/audits', {
    auditToken: 'evil',
    auditData: { project_name: bad('import'), client_name: bad('i-client'), location: bad('i-place') },
    modules: [
      {
        module_id: 'M001',
        string_number: 1,
        position_in_string: 1,
        status: 'dead',
        comment: bad('i-comment'),
        technician_id: 'tech_of_file',
        technician_name: NAMES.imported,
        updated_at: '2026-05-28T20:26:40.000Z',
      },
    ],
  });
  await hub.api('PATCH', `/audits/${DEMO}`, {
    name: bad('name'),
    client: bad('client'),
    location: bad('place'),
  });
  await hub.api('PUT', `/audits/${DEMO}/open-v33`, { open: true });
  const v33 = `http://127.0.0.1:${String(hub.port)}/api/audit/${DEMO}`;
  const old = { technicianId: 'tech_v33', technicianName: NAMES.old };
  for (const [path, body] of [
    ['/module/M010', { ...old, status: 'ok', comment: bad('v-comment') }],
    ['/heartbeat', old],
  ] as const) {
    const response = await fetch(v33 + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(200);
  }
}

/** Every one of these is to be read on the screen, and none has become an element or run. */
async function harmless(tablet: Tablet, ...texts: string[]): Promise<void> {
  const { page } = tablet;
  for (const text of texts) await expect(page.getByText(text, { exact: false }).first()).toBeVisible();
  await expect(page.locator('img')).toHaveCount(0);
  expect(await page.evaluate(() => (window as { hurt?: string }).hurt)).toBeUndefined();
}

test('HTML in every field is text on every screen', async ({ tablet, hub }) => {
  await hub.kill();
  await hub.start({ FIELDHUB_NAME: bad('hub') });
  await fill(hub);

  const marc = await tablet();
  await marc.openAudit(NAMES.marc);
  await marc.cell('M030').click();

  const lea = await tablet();
  await lea.join(NAMES.lea, 'lead-code');
  await harmless(
    lea,
    bad('hub'),
    NAMES.lea,
    bad('import'),
    `${bad('i-client')} · ${bad('i-place')}`,
    bad('name'),
    `${bad('client')} · ${bad('place')}`,
  );

  // The crew, its roles and its buttons.
  await lea.page.getByRole('link', { name: 'Équipe' }).click();
  await harmless(lea, NAMES.lea, NAMES.marc);
  await expect(lea.page.getByRole('button', { name: `Retirer ${NAMES.marc}` })).toBeVisible();
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();

  // An audit: header, presence, labels, sheet, history.
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await expect(lea.page).toHaveTitle(`${bad('name')} · fieldhub`);
  await harmless(lea, bad('name'), NAMES.marc);
  await expect(lea.page.getByTitle(NAMES.marc)).toBeVisible();
  await expect(lea.cell('M030')).toHaveAccessibleName(new RegExp('ouvert par <img src=x'));
  await lea.mark('M001', 'dead', bad('comment'));
  await lea.allSent();
  await lea.cell('M001').click();
  const sheet = lea.page.getByTestId('sheet');
  await expect(sheet.locator('#comment')).toHaveValue(bad('comment'));
  await expect(sheet.locator('ol')).toContainText(bad('comment'));
  await expect(sheet.locator('ol')).toContainText(NAMES.lea);
  await harmless(lea, NAMES.lea);
  await lea.page.keyboard.press('Escape');
  await lea.cell('M010').click();
  await expect(sheet.locator('ol')).toContainText(bad('v-comment'));
  await expect(sheet.locator('ol')).toContainText(NAMES.old);
  await harmless(lea, NAMES.old);
  await lea.page.keyboard.press('Escape');
  await lea.cell('M030').click();
  await harmless(lea, `Aussi ouvert par ${NAMES.marc}.`);
  await lea.page.keyboard.press('Escape');
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();

  // What came with a file, as a viewer sees it.
  await hub.api('PATCH', `/crew/${await hub.member(NAMES.marc)}`, { role: 'viewer' });
  await marc.page.keyboard.press('Escape');
  await marc.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await marc.page.getByTestId('audit-evil').click();
  await marc.cell('M001').click();
  await expect(marc.page.getByTestId('read-only')).toBeVisible();
  await harmless(marc, bad('i-comment'), NAMES.imported);
});

test('HTML in what the page says is wrong is text as well', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join(NAMES.lea);
  // A link that somebody made up, which the hub refuses.
  lea.expects(400, 404);
  await lea.page.goto(`${hub.url}#/audit/${encodeURIComponent(bad('token'))}`);
  await expect(lea.page.getByRole('alert')).toContainText(bad('token'));
  await harmless(lea, bad('token'));

  // A mark that the hub refuses, with its comment.
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.page.route('**/ops', (route) => {
    const sent = route.request().postData();
    if (sent === null) return route.continue();
    return route.continue({ postData: sent.replace('"dead"', '"molten"') });
  });
  await lea.cell('M008').click();
  await lea.page.locator('#comment').fill(bad('refused'));
  await lea.page.locator('[data-mark="dead"]').click();
  await lea.page.getByRole('button', { name: 'Voir', exact: true }).click();
  await harmless(lea, bad('refused'));
});
