// The crew as its lead sees it: what waits on each tablet, who is sent away for good, and a code for each role.
import { DEMO, expect, test, type Tablet } from './fixtures';

const crewScreen = async (lead: Tablet) => {
  await lead.join('Léa', 'lead-code');
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
};
/** Whoever looks again sees how it is now: the page asks by itself every 5 s, and at once when it is looked at. */
const looks = (lead: Tablet, told: () => Promise<void>) =>
  expect(async () => {
    await lead.wakes();
    await told();
  }).toPass({ intervals: [300], timeout: 20_000 });
const soon = { timeout: 1_000 };
const row = (lead: Tablet, name: string) => lead.page.getByTestId(`member-${name}`);

test('a lead sees what waits on each tablet, and when all of it is on the hub', async ({ tablet, hub }) => {
  const marc = await tablet();
  await marc.openAudit('Marc');
  await marc.mark('M001', 'ok');
  await marc.allSent();
  const lead = await tablet();
  await crewScreen(lead);
  const line = row(lead, 'Marc').getByTestId('tablet');
  await looks(lead, async () => {
    await expect(line).toContainText('tout est sur le hub', soon);
    await expect(lead.page.getByTestId('tablets')).toContainText(
      'Tout est sur le hub, des 2 tablettes.',
      soon,
    );
  });
  await expect(line).toContainText('Chrome');
  await expect(line).toContainText('page 0.1.0');

  // The hub takes no marks of his: what waits is told all the same.
  marc.expects(503);
  await marc.page.route(`**/api/v1/audits/${DEMO}/ops`, (route) =>
    route.fulfill({
      status: 503,
      headers: { 'retry-after': '1' },
      json: { success: false, error: 'the disk is full', code: 'disk_full' },
    }),
  );
  await marc.mark('M002', 'dead');
  await marc.mark('M003', 'dead');
  await looks(lead, () => expect(line).toContainText('2 relevés seulement sur cette tablette', soon));
  await expect(lead.page.getByTestId('tablets')).toContainText(
    '2 relevés attendent encore sur des tablettes : Marc (2)',
  );
  await marc.page.unroute(`**/api/v1/audits/${DEMO}/ops`);
  // The tablet waits longer each time that the hub refuses, and tries at once when it is looked at.
  await marc.wakes();
  await marc.allSent();
  await looks(lead, () => expect(line).toContainText('tout est sur le hub', soon));
  // Somebody who joined by another way has never said anything: that is not zero.
  await hub.join('Ana');
  await looks(lead, () =>
    expect(row(lead, 'Ana').getByTestId('tablet')).toHaveText('relevés à envoyer : on ne sait pas', soon),
  );
  await expect(lead.page.getByTestId('tablets')).toContainText('On ne sait pas : Ana');
  await expect(lead.page.getByTestId('tablets')).not.toContainText('Tout est sur le hub');
});

test('a hub of before is told once, and the page goes on', async ({ tablet }) => {
  const marc = await tablet();
  marc.expects(404);
  let told = 0;
  await marc.page.route('**/api/v1/me/tablet', (route) => {
    told += 1;
    return route.fulfill({
      status: 404,
      json: {
        success: false,
        error: 'there is nothing here',
        code: 'not_found',
      },
    });
  });
  await marc.openAudit('Marc');
  await expect.poll(() => told).toBe(1);
  await marc.mark('M001', 'ok');
  await marc.allSent();
  await marc.mark('M002', 'ok');
  await marc.allSent();
  expect(told).toBe(1);
});

test('who is removed does not come back by the code that they know', async ({ tablet, hub }) => {
  const [lead, marc] = [await tablet(), await tablet()];
  await marc.openAudit('Marc');
  await marc.mark('M001', 'ok');
  await marc.allSent();
  await crewScreen(lead);
  const old = await hub.code();
  await row(lead, 'Marc').getByRole('button', { name: 'Retirer Marc' }).click();
  const dialog = lead.page.getByTestId('remove-member');
  await expect(dialog).toContainText('Retirer Marc de l’équipe ?');
  // Nothing has happened yet.
  await dialog.getByRole('button', { name: 'Annuler' }).click();
  await expect(row(lead, 'Marc')).not.toContainText('Retiré');
  await row(lead, 'Marc').getByRole('button', { name: 'Retirer Marc' }).click();
  await expect(dialog.getByRole('checkbox')).toBeChecked();
  marc.expects(401, 403);
  await dialog.getByRole('button', { name: 'Retirer', exact: true }).click();
  const said = lead.page.getByTestId('crew-done');
  await expect(said).toContainText('Nouveau code de l’équipe');
  const code = await hub.code();
  expect(code).not.toBe(old);
  await expect(said).toContainText(`${code.slice(0, 4)}-${code.slice(4)}`);
  await expect(lead.page.getByTestId('crew-code')).toHaveText(`${code.slice(0, 4)}-${code.slice(4)}`);
  await expect(row(lead, 'Marc')).toContainText('Retiré');
  await marc.page.goto(`${hub.url}#/join/${old}`);
  await expect(marc.page.getByTestId('join-problem')).toContainText('Ce code n’est pas le bon');
});

test('who is removed with the code unchanged and is back is in the list, beside what was', async ({
  tablet,
  hub,
}) => {
  const [lead, marc] = [await tablet(), await tablet()];
  await marc.openAudit('Marc');
  await crewScreen(lead);
  await row(lead, 'Marc').getByRole('button', { name: 'Retirer Marc' }).click();
  const dialog = lead.page.getByTestId('remove-member');
  await dialog.getByRole('checkbox').uncheck();
  marc.expects(401);
  await dialog.getByRole('button', { name: 'Retirer', exact: true }).click();
  await expect(row(lead, 'Marc')).toContainText('Retiré');
  await marc.page.goto(await hub.link('code'));
  await expect(marc.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await expect(row(lead, 'Marc')).toHaveCount(2);
  await expect(lead.page.getByRole('region', { name: '2 personnes dans l’équipe' })).toContainText('Marc');
  await expect(lead.page.getByRole('region', { name: '1 personne retirée' })).toContainText('Marc');
});

test('each role has a code, as text and QR code with what it is for, and each can be changed', async ({
  tablet,
  hub,
}) => {
  await hub.kill();
  await hub.start({ FIELDHUB_LAN_ORIGIN: hub.url });
  const lead = await tablet();
  await crewScreen(lead);
  for (const [which, name, why] of [
    ['viewer-code', 'Code de lecture', 'ne marquent rien'],
    ['lead-code', 'Code des chefs d’équipe', 'gère l’équipe'],
  ] as const) {
    const card = lead.page.getByTestId(`code-${which}`);
    await expect(card).toContainText(why);
    const { code } = (await hub.api('GET', `/crew/${which}`)) as {
      code: string;
    };
    const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
    // Who looks over the lead's shoulder at the crew's code sees no other.
    await expect(card).not.toContainText(shown);
    await card.getByRole('button', { name: `Afficher: ${name}` }).click();
    await expect(lead.page.getByTestId(which)).toHaveText(shown);
    await expect(card.getByRole('img', { name: `QR code : ${name}` })).toBeVisible();
    await card.getByRole('button', { name: 'Nouveau code' }).click();
    await card.getByRole('button', { name: 'Changer le code' }).click();
    await expect(lead.page.getByTestId(which)).not.toHaveText(shown);
    await card.getByRole('button', { name: `Masquer: ${name}` }).click();
  }
  await expect(lead.page.getByTestId('code-code')).toContainText('ils lisent et marquent');
});

test('a viewer joins with a code of their own, reads, and is told what they are', async ({ tablet, hub }) => {
  const { code } = (await hub.api('GET', '/crew/viewer-code')) as {
    code: string;
  };
  const client = await tablet();
  await client.page.goto(`${hub.url}#/join/${code}`);
  await client.page.getByRole('textbox').fill('Cliente');
  await client.page.getByRole('textbox').press('Enter');
  const me = client.page.getByRole('button', {
    name: 'Cliente, changer de nom',
  });
  await expect(me).toContainText('Lecture seule');
  await client.page.getByTestId(`audit-${DEMO}`).click();
  await client.cell('M001').click();
  await expect(client.page.getByTestId('read-only')).toContainText('pas marquer');
  await expect(client.page.locator('[data-mark]')).toHaveCount(0);
});
