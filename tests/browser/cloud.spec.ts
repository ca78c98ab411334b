// Behind the hub: marks go on to the cloud, tablets see how far, and what the cloud will not have. And files to carry
// by hand where there is no connection at all.
import { createServer, type IncomingMessage } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Download } from '@playwright/test';
import { serious } from './axe';
import { DEMO, expect, test, type Tablet } from './fixtures';
import { Hub } from './hub';

const got = (tablet: Tablet, id: string, where: string) =>
  expect(tablet.cell(id)).toHaveAttribute('data-receipt', where);

const panel = (tablet: Tablet) => tablet.page.getByTestId('upstream');

/** Starts the hub of this test anew, with an upstream. */
async function sendTo(hub: Hub, url: string): Promise<void> {
  await hub.kill();
  await hub.start({ FIELDHUB_UPSTREAM: url });
}

interface Cloud {
  url: string;
  rows: Map<string, unknown>;
  /** Answers to this many from now on, and to those that it held back. */
  take: (most: number) => void;
  close: () => void;
}

/** A cloud of the v3.3 contract that does not take one module, and answers to no more than so many. */
async function pickyCloud({ refuses = '', takes = Infinity }): Promise<Cloud> {
  const rows = new Map<string, unknown>();
  let held: (() => void)[] = [];
  const bodyOf = async (request: IncomingMessage) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    return JSON.parse(body === '' ? '{}' : body) as unknown;
  };
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    const module = /\/module\/([^/]+)$/.exec(request.url ?? '')?.[1];
    const body = await bodyOf(request);
    if (module === refuses) return [422, { success: false, error: `module ${module} is not of this plan` }];
    if (module !== undefined) {
      rows.set(module, body);
      const nth = rows.size;
      while (nth > takes) await new Promise<void>((done) => held.push(done));
    }
    return [200, { success: true, updates: [], technicians: [] }];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, said]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    rows,
    take: (most) => {
      takes = most;
      const again = held;
      held = [];
      for (const go of again) go();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

test('a mark goes from the tablet to the hub to the cloud, and everybody sees how far it is', async ({
  tablet,
  hub,
}) => {
  const office = await Hub.start('open');
  try {
    const { port } = office;
    await office.kill();
    await sendTo(hub, `fieldhub+http://127.0.0.1:${String(port)}`);
    const lea = await tablet();
    const marc = await tablet({ viewport: { width: 390, height: 844 } });
    await lea.openAudit('Léa');
    await marc.openAudit('Marc');
    await lea.mark('M001', 'dead', 'verre cassé');
    await lea.mark('M002', 'ok');
    for (const one of [lea, marc]) {
      await got(one, 'M001', 'hub');
      await expect(one.page.getByTestId('cloud-count')).toHaveAttribute('data-behind', '2');
    }
    await expect(lea.page.getByTestId('cloud-count')).toContainText('2 modules pas encore dans le cloud');
    await lea.cell('M001').click();
    await expect(lea.page.getByTestId('receipt')).toHaveText('Sur le hub, pas encore dans le cloud.');
    await lea.page.keyboard.press('Escape');

    await lea.openPanel();
    const row = panel(lea).locator('li[data-state]').first();
    await expect(row).toHaveAttribute('data-state', 'waiting');
    // Another fieldhub gets the layout as well: what waits is more than the two marks.
    const { upstreams } = (await hub.api('GET', '/upstream')) as { upstreams: { pending: number }[] };
    const pending = upstreams[0]?.pending ?? 0;
    expect(pending).toBeGreaterThanOrEqual(2);
    await expect(row).toContainText(`${String(pending)} saisies à envoyer`);
    await lea.page.getByTestId('sync-now').click();
    await expect(row.locator('[data-sent="failed"]')).toHaveText('L’envoi a échoué.');

    await office.start();
    await lea.page.getByTestId('sync-now').click();
    await expect(row.locator('[data-sent="done"]')).toHaveText('Tout est arrivé.');
    await expect(row).toHaveAttribute('data-state', 'idle');
    await expect(row).toContainText('À jour');
    await lea.page.keyboard.press('Escape');
    for (const one of [lea, marc]) {
      await got(one, 'M001', 'cloud');
      await got(one, 'M002', 'cloud');
      await expect(one.page.getByTestId('cloud-count')).toHaveAttribute('data-behind', '0');
    }
    await lea.cell('M001').click();
    await expect(lea.page.getByTestId('receipt')).toHaveText('Sur le hub et dans le cloud.');
    await expect(lea.page.getByTestId('sheet').locator('ol li').first()).toContainText('dans le cloud');
    await lea.page.keyboard.press('Escape');
    expect((await office.modules()).get('M001')).toMatchObject({ status: 'dead', comment: 'verre cassé' });

    // Out of reach the tablet still knows, and says of a new mark that it is here alone.
    await hub.kill();
    await lea.reach('no');
    await lea.mark('M003', 'ok');
    await got(lea, 'M003', 'tablet');
    await got(lea, 'M001', 'cloud');
  } finally {
    await office.remove();
  }
});

test('the list of audits says how much of each is in the cloud', async ({ tablet, hub }) => {
  const office = await Hub.start('open');
  try {
    const { port } = office;
    await office.kill();
    await sendTo(hub, `fieldhub+http://127.0.0.1:${String(port)}`);
    const chief = await tablet({ viewport: { width: 390, height: 844 } });
    await chief.openAudit('Chef', 'lead-code');
    await chief.mark('M001', 'dead');
    await chief.allSent();
    await chief.page.getByRole('link', { name: 'Retour aux audits' }).click();
    const card = chief.page.getByTestId(`audit-${DEMO}`);
    await expect(card.getByText(/^\d+ saisies? pas encore dans le cloud$/)).toBeVisible();
    await office.start();
    await chief.openPanel();
    await chief.page.getByTestId('sync-now').click();
    await chief.page.keyboard.press('Escape');
    await expect(card.getByText('Tout est dans le cloud')).toBeVisible();
  } finally {
    await office.remove();
  }
});

test('a tablet lets go of its marks when they are in the cloud, and not before', async ({ tablet, hub }) => {
  const office = await Hub.start('open');
  try {
    const { port } = office;
    await office.kill();
    await sendTo(hub, `fieldhub+http://127.0.0.1:${String(port)}`);
    const lea = await tablet();
    await lea.openAudit('Léa');
    await lea.mark('M001', 'dead');
    await got(lea, 'M001', 'hub');
    await lea.openPanel();
    await expect(panel(lea).getByTestId('held')).toContainText('1 relevé, dont 0 pas encore sur le hub');
    await office.start();
    await lea.page.getByTestId('sync-now').click();
    await lea.page.keyboard.press('Escape');
    await got(lea, 'M001', 'cloud');
    await lea.openPanel();
    await expect(panel(lea).getByTestId('held-none')).toBeVisible();
  } finally {
    await office.remove();
  }
});

test('what a v3.3 cloud does not hold stays on the tablet, which says so and brings it back', async ({
  tablet,
  hub,
}) => {
  const cloud = await pickyCloud({});
  try {
    await sendTo(hub, cloud.url);
    const lea = await tablet();
    await lea.openAudit('Léa');
    const backup = await hub.backup();
    await lea.mark('M001', 'dead');
    await lea.mark('M001', 'ok');
    await lea.page.getByTestId('chat-open').click();
    await lea.page.getByLabel('Message à l’équipe').fill('échelle en #M050');
    await lea.page.keyboard.press('Enter');
    const note = lea.page.getByTestId('note');
    await expect(note).toHaveAttribute('data-receipt', 'kept');
    await expect(note).toContainText('gardé ici jusqu’au');
    await expect(lea.page.getByTestId('chat-stays')).toContainText('Le cloud v3.3 ne garde aucun message');
    await lea.page.keyboard.press('Escape');

    // What shows is there, and that is all that is said.
    await got(lea, 'M001', 'cloud');
    await expect(lea.page.getByTestId('cloud-count')).toContainText('Tous les modules sont dans le cloud');
    await lea.cell('M001').click();
    const lines = lea.page.getByTestId('sheet').locator('ol li');
    await expect(lines).toHaveCount(2);
    await expect(lines.first()).toContainText('dans le cloud');
    await expect(lines.last()).not.toContainText('cloud');
    await expect(lea.page.getByTestId('sheet')).toContainText('ne garde que le dernier relevé');
    await lea.page.keyboard.press('Escape');
    await lea.openPanel();
    await expect(panel(lea).getByTestId('upstream-shown')).toContainText(
      'ni messages, ni relevés précédents',
    );
    await expect(panel(lea).getByTestId('held')).toContainText('3 relevés, dont 0 pas encore sur le hub');
    await expect(panel(lea).getByTestId('held-until')).toContainText('au plus tard');
    expect(await serious(lea.page)).toEqual([]);
    await lea.page.keyboard.press('Escape');
    expect([...cloud.rows.keys()]).toEqual(['M001']);

    // The card dies, and the backup is of before all that.
    await hub.restore(backup);
    await lea.reach('yes');
    await lea.allSent();
    // Nothing waits before the page has heard that the log is another one: what has come back is read until it is there.
    type Logged = { ops: { kind: string; text?: string; status?: string }[] };
    const told = async () => {
      const { ops } = (await hub.api('GET', `/audits/${DEMO}/ops?limit=1000`)) as Logged;
      const notes = ops.filter(({ kind }) => kind === 'note').map(({ text }) => text);
      const marks = ops.filter(({ kind }) => kind === 'mark').map(({ status }) => status);
      return [notes, marks.slice(-2)];
    };
    await expect.poll(told).toEqual([['échelle en #M050'], ['dead', 'ok']]);
  } finally {
    cloud.close();
  }
});

test('where the hub has no upstream, the page says nothing of a cloud', async ({ tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'dead');
  await lea.allSent();
  await expect(lea.page.locator('[data-receipt]')).toHaveCount(0);
  await expect(lea.page.getByTestId('cloud-count')).toHaveCount(0);
  await lea.cell('M001').click();
  await expect(lea.page.getByTestId('sheet').locator('ol li')).toHaveCount(1);
  await expect(lea.page.getByTestId('sheet')).not.toContainText('cloud');
  await lea.page.keyboard.press('Escape');
  await lea.openPanel();
  await expect(panel(lea).getByTestId('upstream-none')).toBeVisible();
  await expect(lea.page.getByTestId('sync-now')).toHaveCount(0);
});

test('a cloud to which nothing goes is not tried yet: no success, no bar, no number', async ({
  tablet,
  hub,
}) => {
  // Nothing answers there, and no audit is left that would go there.
  await sendTo(hub, 'http://127.0.0.1:9');
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await hub.api('DELETE', `/audits/${DEMO}`);
  await lea.openPanel();
  const row = panel(lea).locator('li[data-state]').first();
  await expect(row).toHaveAttribute('data-state', 'untried');
  await expect(row).toContainText('Pas encore essayé : aucun audit à y envoyer');
  await expect(row).not.toContainText('À jour');
  await expect(row).not.toContainText('Dernière réponse');
  await expect(row.getByTestId('catch-up')).toHaveCount(0);
  await expect(row).not.toContainText(/\d+ (?:modules|saisies)/);
  await lea.page.getByTestId('sync-now').click();
  await expect(row).toContainText('Rien à y envoyer : l’adresse n’a pas été essayée.');
  await expect(row).toHaveAttribute('data-state', 'untried');
});

test('what the cloud refuses is seen with its reason; a lead has it tried again or leaves it out', async ({
  tablet,
  hub,
}) => {
  const cloud = await pickyCloud({ refuses: 'M002' });
  try {
    await sendTo(hub, cloud.url);
    const lea = await tablet();
    const chief = await tablet();
    await lea.openAudit('Léa');
    await lea.mark('M001', 'ok');
    await lea.mark('M002', 'dead');
    await got(lea, 'M001', 'cloud');
    await got(lea, 'M002', 'parked');
    expect([...cloud.rows.keys()]).toEqual(['M001']);
    await expect(lea.page.getByTestId('parked-count')).toContainText('1 module refusé par le cloud');
    await lea.cell('M002').click();
    await expect(lea.page.getByTestId('receipt')).toContainText('Le cloud le refuse.');
    await expect(lea.page.getByTestId('receipt')).toContainText('module M002 is not of this plan');
    await lea.page.keyboard.press('Escape');
    await lea.openPanel();
    await expect(panel(lea).getByTestId('parked-M002')).toContainText('module M002 is not of this plan');
    await expect(panel(lea).getByRole('button', { name: 'Réessayer M002' })).toHaveCount(0);

    await chief.openAudit('Chef', 'lead-code');
    await chief.openPanel();
    const parked = panel(chief).getByTestId('parked-M002');
    expect(await serious(chief.page)).toEqual([]);
    // A bundle takes its time, and nobody's buttons.
    await chief.page.route('**/api/v1/bundle', () => undefined);
    await panel(chief).getByTestId('bundle').click();
    await expect(panel(chief).getByTestId('bundle')).toBeDisabled();
    await parked.getByRole('button', { name: 'Laisser M002 de côté' }).click();
    await expect(parked).toContainText('laissé de côté');
    await expect(parked.getByRole('button', { name: 'Laisser M002 de côté' })).toHaveCount(0);
    await parked.getByRole('button', { name: 'Réessayer M002' }).click();
    await expect(parked.getByRole('button', { name: 'Laisser M002 de côté' })).toBeVisible();
  } finally {
    cloud.close();
  }
});

test('of a cloud that has never answered nothing is said to be sent or there, no bar moves, and all numbers are one', async ({
  tablet,
  hub,
}) => {
  const nobody = await Hub.start('open');
  const url = `http://127.0.0.1:${String(nobody.port)}`;
  await nobody.remove();
  await sendTo(hub, url);
  const lea = await tablet();
  await lea.openAudit('Léa');
  const mark = (n: number, at: number, status: string | null = 'ok', base = '') => ({
    id: `019a0000-0000-7000-8000-${String(at).padStart(12, '0')}`,
    kind: 'mark',
    module_id: `M${String(n).padStart(3, '0')}`,
    status,
    marked_at_ms: Date.now(),
    base,
  });
  const post = (ops: object[]) => hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() });
  await post(Array.from({ length: 60 }, (_, i) => mark(i + 21, i + 1)));
  // Marked again, and one that is taken back: that is nothing more to send.
  const stamp = async (id: string) => (await hub.modules()).get(id)?.stamp;
  for (let n = 21; n <= 30; n += 1)
    await post([mark(n, 100 + n, 'dead', await stamp(`M${String(n).padStart(3, '0')}`))]);
  await post([mark(3, 200)]);
  await got(lea, 'M003', 'hub');
  await post([mark(3, 201, null, await stamp('M003'))]);
  const count = lea.page.getByTestId('cloud-count');
  const settled = async () => {
    await expect(lea.cell('M003')).toHaveAttribute('data-status', 'pending');
    await expect(lea.cell('M003')).not.toHaveAttribute('data-receipt');
    await expect(count).toHaveAttribute('data-behind', '60');
    await expect(count).toContainText('60 modules pas encore dans le cloud');
  };
  await settled();
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M004', 'ok');
  // One sign for what is only here: in the cell and beside the chip.
  await got(lea, 'M004', 'tablet');
  await expect(lea.cell('M004').locator('svg.tablet')).toBeVisible();
  await expect(lea.page.getByTestId('waiting').locator('svg.tablet')).toBeVisible();
  await expect(count).toHaveAttribute('data-behind', '60');
  await hub.start({ FIELDHUB_UPSTREAM: url });
  await lea.allSent();
  await got(lea, 'M004', 'hub');
  await expect(count).toHaveAttribute('data-behind', '61');
  await expect(lea.cell('M003')).not.toHaveAttribute('data-receipt');
  // The hub counts anew after a start, and nothing has moved for all that.
  await expect(lea.page.getByTestId('catch-up')).toHaveCount(0);

  await lea.openPanel();
  const places = lea.page.getByTestId('places');
  await expect(places.locator('[data-place="tablet"]')).toHaveText(
    /0\s*Saisies .* sur cette tablette seulement/,
  );
  await expect(places.locator('[data-place="hub"]')).toHaveText(
    /61\s*Modules sur le hub, pas encore dans le cloud/,
  );
  await expect(places.locator('[data-place="cloud"]')).toHaveText(/0\s*Modules dans le cloud/);
  await expect(places.locator('[data-place="hub"] svg.hub')).toBeVisible();
  const row = panel(lea).locator('li[data-state]').first();
  await expect(row).toContainText('61 modules à envoyer');
  await expect(row).toContainText('Jamais joint depuis le démarrage du hub');
  await expect(row.getByTestId('upstream-bytes')).toHaveCount(0);
  // Why, in their language; the hub's own words are for whoever mends it.
  await expect(row).toContainText('Injoignable pour l’instant');
  const words = row.getByText(/it cannot be reached/);
  await expect(words).toBeHidden();
  await row.getByText('Détails (mots du hub)').click();
  await expect(words).toBeVisible();
  await expect(panel(lea).getByTestId('catch-up')).toHaveCount(0);
});

test('a long catch-up has a bar, in the header and in the panel, until it is over', async ({
  tablet,
  hub,
}) => {
  const cloud = await pickyCloud({ takes: 0 });
  try {
    await sendTo(hub, cloud.url);
    const lea = await tablet();
    await lea.openAudit('Léa');
    const ops = Array.from({ length: 200 }, (_, i) => ({
      id: `019a0000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`,
      kind: 'mark',
      module_id: `M${String(i + 1).padStart(3, '0')}`,
      status: 'ok',
      marked_at_ms: Date.now(),
      base: '',
    }));
    await hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() });
    const bar = lea.page.locator('header').getByTestId('catch-up');
    // How much there is to catch up with is seen before it begins.
    const count = lea.page.getByTestId('cloud-count');
    await expect(count).toHaveAttribute('data-behind', '200');
    await expect(bar).toHaveCount(0);
    // A bar is of what the page has seen to wait. It hears of the cloud four times a second, and the cloud may be faster.
    cloud.take(10);
    await expect(count).not.toHaveAttribute('data-behind', '200');
    cloud.take(100);
    await expect(bar).toBeVisible();
    await lea.openPanel();
    const row = panel(lea).locator('li[data-state]').first();
    await expect(row).toContainText(/Envoi : \d+ sur 200 modules/);
    await expect(row.getByTestId('catch-up')).toHaveAttribute('aria-valuemax', '200');
    const send = await lea.page.getByTestId('sync-now').boundingBox();
    expect(send?.height ?? 0).toBeGreaterThanOrEqual(64);
    cloud.take(Infinity);
    await expect(row).toContainText('À jour');
    await lea.page.keyboard.press('Escape');
    await expect(bar).toHaveCount(0);
    await expect(lea.page.getByTestId('cloud-count')).toContainText('Tous les modules sont dans le cloud');
    expect(cloud.rows.size).toBe(200);
  } finally {
    cloud.take(Infinity);
    cloud.close();
  }
});

test('a lead downloads a bundle; a technician cannot', async ({ tablet, hub }) => {
  const chief = await tablet();
  await chief.openAudit('Chef', 'lead-code');
  await chief.mark('M001', 'dead');
  await chief.allSent();
  await chief.openPanel();
  const saving = chief.page.waitForEvent('download');
  await panel(chief).getByTestId('bundle').click();
  const download = await saving;
  expect(download.suggestedFilename()).toMatch(/\.fhbundle$/);
  expect((await readFile(await download.path())).subarray(0, 8).toString()).toBe('fhbundle');
  await expect(panel(chief)).toContainText(`Enregistré : ${download.suggestedFilename()}`);

  // Another hub reads it.
  const office = await Hub.start('open');
  try {
    const body = await readFile(await download.path());
    const said = await fetch(`http://127.0.0.1:${String(office.port)}/api/v1/bundle`, {
      method: 'POST',
      body,
    });
    expect(await said.json()).toMatchObject({ audits: 1 });
    expect((await office.modules()).get('M001')?.status).toBe('dead');
  } finally {
    await office.remove();
  }

  const lea = await tablet();
  await lea.join('Léa');
  await lea.openPanel();
  await expect(panel(lea).getByTestId('held-none')).toBeVisible();
  await expect(panel(lea).getByTestId('bundle')).toHaveCount(0);
  expect(await hub.member('Léa')).not.toBe('');
});

test('the hub is dead: a tablet saves its marks to a file, and keeps them', async ({ tablet, hub }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M020', 'dead', 'à revoir');
  await lea.openPanel();
  await expect(panel(lea).getByTestId('held')).toContainText('2 relevés, dont 1 pas encore sur le hub');
  const saving = lea.page.waitForEvent('download');
  await panel(lea).getByRole('button', { name: 'Enregistrer mes relevés' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toMatch(
    new RegExp(`^marks-${DEMO}-\\d{4}-\\d\\d-\\d\\d-\\d{4}\\.json$`),
  );
  const file = JSON.parse(await textOf(download)) as { ops: { module_id: string }[] };
  expect(file).toMatchObject({ fieldhub_marks: 1, token: DEMO, refused: [] });
  expect(file.ops).toMatchObject([
    { module_id: 'M001', kind: 'mark', status: 'ok' },
    { module_id: 'M020', kind: 'mark', status: 'dead', comment: 'à revoir' },
  ]);
  await lea.page.keyboard.press('Escape');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await expect(lea.page.getByTestId('hub-open')).toHaveAccessibleName(
    /1 saisie sur cette tablette seulement/,
  );
  await hub.start();
  await lea.allSent();
  await expect.poll(async () => (await hub.modules()).get('M020')?.status).toBe('dead');
});

test('marks of an audit that the hub has no more can be saved as well', async ({ tablet, hub }) => {
  await hub.api('POST', '/audits', { name: 'Toiture nord', token: 'toiture-nord', strings: '12' });
  const lea = await tablet();
  await lea.join('Léa');
  await lea.page.getByTestId('audit-toiture-nord').click();
  await lea.page.locator('[data-module]').first().click();
  await lea.page.locator('[data-mark="dead"]').click();
  await lea.allSent();
  await hub.api('DELETE', '/audits/toiture-nord');
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await expect(lea.page.getByTestId('audit-toiture-nord')).toHaveCount(0);
  await lea.openPanel();
  await expect(panel(lea).getByTestId('held')).toContainText(
    'toiture-nord : 1 relevé, dont 0 pas encore sur le hub',
  );
  const saving = lea.page.waitForEvent('download');
  await panel(lea).getByRole('button', { name: 'Enregistrer mes relevés' }).click();
  expect(JSON.parse(await textOf(await saving))).toMatchObject({
    token: 'toiture-nord',
    ops: [{ kind: 'mark', status: 'dead' }],
  });
});
