// The first screen: audits as cards, made, brought in from files, put away, removed and shared.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';

const FILES = resolve(__dirname, '../fixtures');

const card = (tablet: Tablet, name: string) => tablet.page.locator('li', { hasText: name });

async function menu(tablet: Tablet, name: string, entry: string): Promise<void> {
  await tablet.page.getByRole('button', { name: `Actions pour ${name}` }).click();
  await tablet.page.getByRole('button', { name: entry }).click();
}

/** A file that somebody drops from another window. */
async function drop(tablet: Tablet, name: string, text: string): Promise<void> {
  const data = await tablet.page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ''], file ?? ''));
      return transfer;
    },
    [name, text],
  );
  await tablet.page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await expect(tablet.page.getByText('Déposez le fichier ici')).toBeVisible();
  await tablet.page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

test('a card tells how far it is, who is on it, when, and what waits', async ({ tablet, hub }) => {
  const lea = await tablet();
  const marc = await tablet({ viewport: { width: 390, height: 844 } });
  await lea.openAudit('Léa');
  await marc.join('Marc');
  const demo = marc.page.getByTestId(`audit-${DEMO}`);
  await expect(demo).toContainText('Pas encore commencé');
  await lea.mark('M001', 'ok');
  await lea.mark('M002', 'dead');
  await expect(demo).toContainText('2/242');
  await expect(demo).toContainText('1 défaut');
  await expect(demo).toContainText('Dernier relevé');
  await expect(demo.getByTestId('present')).toContainText('Léa');

  await hub.kill();
  await lea.reach('no');
  await lea.mark('M003', 'ok');
  await lea.mark('M004', 'ok');
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId('card-waiting')).toContainText('2 saisies sur cette tablette seulement');
  await hub.start();
  await expect(lea.page.getByTestId('card-waiting')).toHaveCount(0);
});

test('an audit is made by keyboard alone, and seen before it is', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  await page.getByRole('button', { name: 'Nouvel audit' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('new-audit');
  await expect(dialog.getByRole('textbox', { name: 'Nom' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Donnez un nom à l’audit.')).toBeVisible();
  await expect(dialog.getByText('Indiquez le nombre de modules de chaque string.')).toBeVisible();
  await page.keyboard.type('Toiture Nord');
  await page.keyboard.press('Tab');
  await page.keyboard.type('EDF');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('26y 24x2,');
  await expect(dialog.getByText('« 26y 24x2 » n’est pas un nombre de modules')).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('25x801');
  await expect(dialog.getByText('au plus 20 000 modules')).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('26, 24x2');
  await expect(dialog.getByTestId('layout-total')).toContainText('74 modules dans 3 strings');

  await dialog.getByRole('button', { name: 'Saisir string par string' }).press('Enter');
  await dialog.getByLabel('S2').fill('22');
  await dialog.getByLabel('S2').press('Tab');
  await expect(dialog.getByLabel('Strings', { exact: true })).toHaveValue('26, 22, 24');
  await dialog.getByRole('button', { name: 'Ajouter un string' }).press('Enter');
  await expect(dialog.getByTestId('layout-total')).toContainText('96 modules dans 4 strings');
  await dialog.getByLabel('S2').fill('beaucoup');
  await dialog.getByLabel('S2').press('Tab');
  await expect(dialog.getByLabel('S2')).toHaveValue('22');
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('textbox', { name: 'Nom' }).press('Enter');

  await expect(page.getByTestId('progress')).toContainText('0/96');
  await expect(page.getByRole('heading', { name: 'Toiture Nord' })).toBeVisible();
  const { audits } = (await hub.api('GET', '/audits')) as { audits: { name: string; client: string }[] };
  expect(audits.find((one) => one.name === 'Toiture Nord')).toMatchObject({
    client: 'EDF',
    module_count: 96,
  });
});

test('an answer that is lost makes no second audit', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  // It gets to the hub, and what the hub says does not get back: asked again, the hub has one of that token.
  lea.expects(409);
  let lost = 0;
  await page.route('**/api/v1/audits*', async (route) => {
    if (route.request().method() !== 'POST' || lost > 1) return route.fallback();
    lost += 1;
    await hub.api('POST', '/audits', route.request().postDataJSON()).catch(() => undefined);
    return route.abort();
  });
  const named = async (name: string) => {
    const { audits } = (await hub.api('GET', '/audits')) as { audits: { name: string }[] };
    return audits.filter((one) => one.name === name).length;
  };
  await page.getByRole('button', { name: 'Nouvel audit' }).click();
  const dialog = page.getByTestId('new-audit');
  await dialog.getByRole('textbox', { name: 'Nom' }).fill('Toiture Nord');
  await dialog.getByLabel('Strings', { exact: true }).fill('26');
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  expect(await named('Toiture Nord')).toBe(1);
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  // Lost once more: the hub has said that there is one.
  await expect.poll(() => lost).toBe(2);
  await expect(dialog.getByRole('button', { name: 'Créer l’audit' })).toBeEnabled();
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(page.getByTestId('progress')).toContainText('0/26');
  expect(await named('Toiture Nord')).toBe(1);
});

test('a file is understood before anything is made of it', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  const dialog = page.getByTestId('import-audit');

  // A plan, dropped on the page.
  const plan = readFileSync(join(FILES, 'jalibat-plan.json'), 'utf8');
  await drop(lea, 'jalibat-plan.json', plan);
  await expect(dialog.getByTestId('understood')).toContainText('plan du site');
  await expect(dialog.getByTestId('layout-total')).toContainText('242');
  const before = ((await hub.api('GET', '/audits')) as { audits: unknown[] }).audits.length;
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(((await hub.api('GET', '/audits')) as { audits: unknown[] }).audits.length).toBe(before);

  // A CSV, chosen; under another name.
  await page.getByRole('button', { name: 'Importer un fichier' }).click();
  await page.getByLabel('Choisir un fichier').setInputFiles(join(FILES, 'jalibat-observed.csv'));
  await expect(dialog.getByTestId('understood')).toContainText('tableau CSV');
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('textbox', { name: 'Nom' }).fill('Relevé de mars');
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(page.getByRole('heading', { name: 'Relevé de mars' })).toBeVisible();
  await page.getByRole('link', { name: 'Retour aux audits' }).click();

  // An export of a tablet: made once, then added to what is there.
  const file = join(FILES, 'jalibat-tablet-export.json');
  await page.getByRole('button', { name: 'Importer un fichier' }).click();
  await page.getByLabel('Choisir un fichier').setInputFiles(file);
  await expect(dialog.getByTestId('understood')).toContainText('export d’une tablette');
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(page.getByTestId('progress')).toBeVisible();
  const first = await page.getByTestId('progress').textContent();
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  await page.getByRole('button', { name: 'Importer un fichier' }).click();
  await page.getByLabel('Choisir un fichier').setInputFiles(file);
  await expect(dialog).toContainText('existe déjà sur ce hub');
  // Nothing in it is new: that is not what the large button offers.
  await expect(dialog).toContainText('aucun relevé');
  await expect(dialog.getByRole('button', { name: /^Ajouter/ })).toHaveCount(0);
  await dialog.getByRole('link', { name: 'Ouvrir celui-là' }).click();
  await expect(page.getByTestId('progress')).toHaveText(first ?? '');
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  // One mark of it is.
  const marked = readFileSync(file, 'utf8').replace('"status": "pending"', '"status": "dead"');
  await drop(lea, 'marked.json', marked);
  await dialog.getByRole('button', { name: 'Ajouter 1 relevé', exact: true }).click();
  await expect(page.getByTestId('progress')).toContainText('1/');
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  await drop(lea, 'marked.json', marked);
  await expect(dialog).toContainText('y sont déjà');
  await page.keyboard.press('Escape');

  // What is no plan says so, and nothing is lost by it.
  lea.expects(400);
  await drop(lea, 'notes.txt', 'acheter du café');
  await expect(dialog.getByRole('alert')).toContainText('ne peut pas être importé');
  // In their language, by the hub's code and not by its words.
  await expect(dialog.getByRole('alert')).toContainText('ce n’est ni un plan, ni l’export');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await drop(lea, 'twice.csv', 'module_id,string,position\nM001,1,1\nM002,1,1\n');
  await expect(dialog.getByRole('alert')).toContainText(
    'ligne 3, colonne position : cette place est déjà prise par un autre module',
  );
});

test('a workbook, an old encoding and a whole backup are read, and what is a guess is shown first', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  const dialog = page.getByTestId('import-audit');
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Importer un fichier' }).click();
    await page.getByLabel('Choisir un fichier').setInputFiles(join(FILES, name));
  };

  await choose('trials/cp1252.csv');
  await expect(dialog).toContainText('Windows-1252');
  await expect(dialog.getByTestId('import-sample')).toContainText('M001 gravité 2');
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  // A comment alone is no mark of a status.
  await expect(page.getByTestId('progress')).toContainText('0/1');
  await page.getByRole('link', { name: 'Retour aux audits' }).click();

  await choose('plan.xlsx');
  await expect(dialog.getByTestId('understood')).toContainText('classeur Excel');
  await expect(dialog.getByTestId('layout-total')).toContainText('5');
  await page.keyboard.press('Escape');

  await choose('trials/solaredge.csv');
  await expect(dialog).toContainText('1.1 → 1, 1.2 → 2');
  await page.keyboard.press('Escape');

  await choose('trials/tablet-backup.json');
  const choices = dialog.getByTestId('backup-choices').getByRole('button');
  await expect(choices).toHaveCount(2);
  await expect(dialog.getByRole('button', { name: 'Créer l’audit' })).toHaveCount(0);
  expect(await serious(page)).toEqual([]);
  await choices.filter({ hasText: 'Site site-b' }).click();
  await expect(dialog.getByTestId('understood')).toContainText('export d’une tablette');
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(page.getByRole('heading', { name: 'Site site-b' })).toBeVisible();
  const { audits } = (await hub.api('GET', '/audits')) as { audits: { token: string }[] };
  expect(audits.map(({ token }) => token)).toContain('site-b');
});

test('an audit is put away and taken out again, renamed, exported and removed', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  await menu(lea, 'Jalibat', 'Archiver');
  const archived = page.getByTestId('archived');
  await expect(archived).toContainText('1 audit archivé');
  await expect(page.getByTestId(`audit-${DEMO}`)).toHaveCount(0);
  await page.getByTestId('toasts').getByRole('button', { name: 'Défaire' }).click();
  await expect(archived).toHaveCount(0);
  await expect(page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await menu(lea, 'Jalibat', 'Archiver');
  await archived.getByRole('button', { name: /archivé/ }).click();
  await menu(lea, 'Jalibat', 'Sortir des archives');
  await expect(archived).toHaveCount(0);

  await menu(lea, 'Jalibat', 'Nom, client et lieu');
  await page.getByRole('textbox', { name: 'Nom' }).fill('Jalibat Est');
  await page.getByRole('textbox', { name: 'Nom' }).press('Enter');
  await expect(card(lea, 'Jalibat Est')).toBeVisible();

  const saved = page.waitForEvent('download');
  await menu(lea, 'Jalibat Est', 'Exporter en CSV');
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
  await page.keyboard.press('Escape');

  await hub.api('POST', `/audits/${DEMO}/ops`, {
    ops: [
      {
        id: '019a0000-0000-7000-8000-000000000001',
        kind: 'mark',
        module_id: 'M001',
        status: 'ok',
        technician_id: 'tech_marc0001',
        technician_name: 'Marc',
        device_id: 'dev_marc',
        marked_at_ms: Date.now(),
        base: '',
      },
    ],
    sent_at_ms: Date.now(),
  });
  await expect(page.getByTestId(`audit-${DEMO}`)).toContainText('1/242');
  await menu(lea, 'Jalibat Est', 'Supprimer…');
  const remove = page.getByTestId('audit-remove');
  await expect(remove).toContainText('242 modules, 1 marqué,');
  // No cloud has it: not by one tap.
  await expect(remove).toContainText('ce hub est le seul à l’avoir');
  await expect(remove.getByRole('button', { name: 'Supprimer définitivement' })).toBeDisabled();
  expect(await serious(page)).toEqual([]);
  await remove.getByRole('checkbox').check();
  await remove.getByRole('button', { name: 'Supprimer définitivement' }).click();
  await expect(page.getByTestId(`audit-${DEMO}`)).toHaveCount(0);
  await expect(page.getByText('Aucun audit sur ce hub.')).toBeVisible();
});

test('an audit is shared by a code that another tablet scans', async ({ tablet, hub }) => {
  await hub.kill();
  await hub.start({ FIELDHUB_LAN_ORIGIN: hub.url.replace(/\/$/, '') });
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await menu(lea, 'Jalibat', 'Partager par QR code');
  await expect(lea.page.getByRole('img', { name: /QR code qui ouvre l’audit/ })).toBeVisible();
  const link = await lea.page.getByTestId('share-link').textContent();
  expect(await serious(lea.page)).toEqual([]);

  const marc = await tablet({ viewport: { width: 390, height: 844 } });
  await marc.page.goto(link ?? '');
  await marc.page.getByLabel('Votre nom').fill('Marc');
  await marc.page.keyboard.press('Enter');
  await expect(marc.cell('M001')).toBeVisible();
});

test('technicians see what they may do, and the search finds what it is asked for', async ({
  tablet,
  hub,
}) => {
  for (let n = 1; n <= 6; n += 1) {
    await hub.api('POST', '/audits', {
      name: `Parc ${String(n)}`,
      location: n === 3 ? 'Château-Thierry' : 'Reims',
      strings: '4x2',
    });
  }
  const marc = await tablet({ viewport: { width: 390, height: 844 } });
  await marc.join('Marc');
  await expect(marc.page.getByRole('button', { name: 'Nouvel audit' })).toHaveCount(0);
  await marc.page.getByRole('button', { name: 'Actions pour Parc 1' }).click();
  await expect(marc.page.getByRole('button', { name: 'Partager par QR code' })).toBeVisible();
  await expect(marc.page.getByRole('button', { name: 'Supprimer…' })).toHaveCount(0);
  await marc.page.keyboard.press('Escape');
  await marc.page.getByRole('searchbox').fill('chateau');
  await expect(marc.page.getByTestId(/^audit-/)).toHaveCount(1);
  await expect(marc.page.getByTestId(/^audit-/)).toContainText('Parc 3');
  await marc.page.getByRole('searchbox').fill('nulle part');
  await expect(marc.page.getByText('Aucun audit ne correspond')).toBeVisible();
  expect(await serious(marc.page)).toEqual([]);
});

test('without the hub the cards stay, and what needs the hub says so', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.getByRole('button', { name: 'Nouvel audit' }).click();
  await lea.page.getByRole('textbox', { name: 'Nom' }).fill('Sans hub');
  await lea.page.getByLabel('Strings', { exact: true }).fill('4');
  await hub.kill();
  await lea.page.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(lea.page.getByTestId('new-audit').getByRole('alert')).toContainText('injoignable');
  await expect(lea.page.getByRole('textbox', { name: 'Nom' })).toHaveValue('Sans hub');
  await hub.start();
  await lea.page.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(lea.page.getByTestId('progress')).toContainText('0/4');
});

test('a second audit of the same name and place is warned of, and the first one is a tap away', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  await expect(page.getByTestId(`audit-${DEMO}`)).toContainText('créé : ');
  await page.getByRole('button', { name: 'Nouvel audit' }).click();
  const dialog = page.getByTestId('new-audit');
  await dialog.getByRole('textbox', { name: 'Nom' }).fill('Toiture');
  await expect(dialog.getByTestId('alike')).toHaveCount(0);
  await dialog.getByRole('textbox', { name: 'Nom' }).fill('jalibat');
  await expect(dialog.getByTestId('alike')).toContainText('déjà un audit de ce nom');
  await page.keyboard.press('Escape');
  await drop(lea, 'jalibat-plan.json', readFileSync(join(FILES, 'jalibat-plan.json'), 'utf8'));
  const alike = page.getByTestId('import-audit').getByTestId('alike');
  await expect(alike).toContainText('0/242');
  await alike.getByRole('link', { name: 'Ouvrir celui-là' }).click();
  await expect(lea.cell('M001')).toBeVisible();
  expect(page.url()).toBe(`${hub.url}#/audit/${DEMO}`);

  // Where there are two all the same, the cards say who made which.
  await hub.api('POST', '/audits', { name: 'JALIBAT', token: 'second', strings: '4' });
  await page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(page.getByTestId('audit-second').getByTestId('made')).toContainText('· Office');
  await expect(page.getByTestId(`audit-${DEMO}`).getByTestId('made')).not.toContainText('·');
});

test('on a tablet held upright the button is in sight below a long preview, and so is the way out', async ({
  tablet,
}) => {
  const lea = await tablet({ viewport: { width: 768, height: 1024 } });
  await lea.join('Léa', 'lead-code');
  const { page } = lea;
  await page.getByRole('button', { name: 'Nouvel audit' }).click();
  const dialog = page.getByTestId('new-audit');
  await dialog.getByRole('textbox', { name: 'Nom' }).fill('Toiture Sud');
  // As it is typed where the comma is the decimal point.
  await dialog.getByLabel('Strings', { exact: true }).fill('26;24x9');
  await expect(dialog.getByTestId('layout-total')).toContainText('242 modules');
  await dialog.getByRole('button', { name: 'Saisir string par string' }).click();
  await expect(dialog.getByRole('button', { name: 'Créer l’audit' })).toBeInViewport({ ratio: 1 });
  await dialog.getByLabel('S10').scrollIntoViewIfNeeded();
  await expect(dialog.getByRole('button', { name: 'Fermer', exact: true })).toBeInViewport({ ratio: 1 });
  await dialog.getByRole('button', { name: 'Créer l’audit' }).click();
  await expect(page.getByTestId('progress')).toContainText('0/242');
});
