// The first hour of a lead: what an empty hub says comes next, and the guided start, which promises nothing that only the machine can do.
import { DEMO, expect, test } from './fixtures';
import { Hub } from './hub';

test('an empty hub says what comes next, to a technician and to a lead', async ({ tablet, hub }) => {
  const [marc, lead] = [await tablet(), await tablet()];
  await marc.join('Marc');
  await lead.join('Léa', 'lead-code');
  await hub.api('DELETE', `/audits/${DEMO}`);
  await expect(marc.page.getByText('Demandez au chef d’équipe')).toBeVisible();
  await expect(marc.page.getByRole('link', { name: 'Mise en route du hub' })).toHaveCount(0);

  await lead.page.getByRole('link', { name: 'Mise en route du hub' }).click();
  const screen = lead.page.getByTestId('hub-screen');
  // Nothing is made up of a name that nobody gave, and what the hub may not do is a line to type.
  const name = screen.getByTestId('step-name');
  await expect(name).toContainText('Il n’a pas encore de nom à lui.');
  await expect(screen.getByTestId('step-doctor')).toContainText('sudo fieldhub doctor');
  await name.getByLabel('Nouveau nom').fill('Camionnette d’Ana');
  await expect(name).toContainText("fieldhub serve --name 'Camionnette d’Ana'");
  await expect(screen.getByTestId('step-wifi')).toContainText('Le hub ne connaît aucun Wi-Fi.');
  await expect(screen.getByTestId('step-wifi')).toContainText(/autres? personnes? (a|ont) rejoint l’équipe/);
  await expect(screen.getByTestId('backups')).toContainText('Ce hub ne connaît aucune sauvegarde.');
  await expect(screen.getByTestId('step-audit')).toContainText('Il n’y en a pas encore.');

  // It can be left, and is there again.
  await lead.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(screen).toHaveCount(0);
  await lead.page.getByRole('link', { name: 'Équipe' }).click();
  await lead.page.getByRole('link', { name: 'Ce hub : mise en route' }).click();
  await screen.getByRole('button', { name: 'Essayer une démonstration' }).click();
  await expect(lead.cell('M001')).toBeVisible();
  // The technician has it without doing anything.
  await expect(marc.page.getByText('Démonstration', { exact: true })).toBeVisible();
});

test('a cloud is called before anything is said of it', async ({ tablet }) => {
  const [open, strict] = [await Hub.start('open'), await Hub.start()];
  try {
    const lead = await tablet();
    await lead.join('Léa', 'lead-code');
    await lead.page.goto(`${lead.page.url().replace(/#.*/, '')}#/hub`);
    const cloud = lead.page.getByTestId('step-cloud');
    await expect(cloud).toContainText('Aucun cloud n’est réglé.');
    const tried = async (url: string, token = '') => {
      await cloud.getByLabel('Adresse').fill(url);
      await cloud.getByLabel('Jeton').fill(token);
      await cloud.getByRole('button', { name: 'Essayer' }).click();
      await expect(cloud.getByRole('button', { name: 'Essayer' })).toBeEnabled();
      return cloud.getByTestId('cloud-tried');
    };
    await expect(await tried(`fieldhub+http://127.0.0.1:${String(strict.port)}`, 'faux')).toContainText(
      'Accès refusé à ce hub',
    );
    await expect(cloud).not.toContainText('--upstream');
    await expect(await tried(`http://127.0.0.1:${String(open.port)}`)).toHaveText(
      'Il répond et laisse entrer ce hub.',
    );
    await expect(cloud).toContainText(`fieldhub serve --upstream http://127.0.0.1:${String(open.port)}`);
    // And what nobody listens at any more is not remembered as good.
    await open.kill();
    await expect(await tried(`http://127.0.0.1:${String(open.port)}`)).toContainText('Injoignable');
    await expect(cloud).not.toContainText('--upstream');
  } finally {
    await open.remove();
    await strict.remove();
  }
});
