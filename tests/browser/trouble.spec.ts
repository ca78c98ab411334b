// When the hub has something to say: a damaged database put aside, a full disk, a mark it refuses.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, expect } from './fixtures';

test('a damaged database that was put aside is spoken of until somebody has read it', async ({
  hub,
  tablet,
}) => {
  await writeFile(join(hub.dataDir, 'fieldhub.redb.damaged-20260101T000000Z'), '');
  const lea = await tablet();
  await lea.openAudit('Léa');
  const notice = lea.page.getByTestId('notice');
  await expect(notice).toContainText('fieldhub.redb.damaged-20260101T000000Z');
  await notice.getByRole('button').click();
  await expect(notice).toHaveCount(0);
});

test('a full disk is told, marks wait on the tablet and go when there is room', async ({ hub, tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await hub.kill();
  lea.expects(507);
  await hub.start({ FIELDHUB_MIN_FREE_BYTES: '1000000GiB' });
  await lea.reach('yes');
  await lea.mark('M007', 'dead');
  await expect(lea.page.getByText('Le hub n’accepte pas les relevés')).toBeVisible();
  await expect(lea.cell('M007')).toHaveAttribute('data-receipt', 'tablet');
  expect((await hub.modules()).get('M007')?.status).toBe('pending');

  await hub.kill();
  await hub.start();
  await lea.sees('M007', 'dead');
  await lea.allSent();
  await expect(lea.page.getByText('Le hub n’accepte pas les relevés')).toHaveCount(0);
  expect((await hub.modules()).get('M007')?.status).toBe('dead');
});

test('a refused mark is kept and shown with its reason until somebody decides', async ({ hub, tablet }) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  // As a page of a newer version would: a status that this hub does not know.
  await lea.page.route('**/ops', (route) => {
    const sent = route.request().postData();
    if (sent === null) return route.continue();
    return route.continue({ postData: sent.replace('"dead"', '"molten"') });
  });
  await lea.cell('M008').click();
  await lea.page.locator('[data-mark="dead"]').click();
  await lea.page.getByRole('button', { name: 'Voir', exact: true }).click();
  const dialog = lea.page.getByRole('dialog', { name: 'Relevés refusés' });
  await expect(dialog).toContainText('M008');
  await expect(dialog).toContainText('unknown status');

  await lea.page.unroute('**/ops');
  await dialog.getByRole('button', { name: 'Réessayer' }).click();
  await dialog.getByRole('button', { name: 'Fermer' }).click();
  // A refused mark shows its status as well, so only the hub tells whether the second try arrived.
  await expect.poll(async () => (await hub.modules()).get('M008')?.status).toBe('dead');
  await lea.sees('M008', 'dead');
});

test('with its storage gone under it an open tab keeps the next mark, though the hub is away', async ({
  hub,
  tablet,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await hub.kill();
  await lea.reach('no');
  const browser = await lea.context.newCDPSession(lea.page);
  await browser.send('Storage.clearDataForOrigin', {
    origin: new URL(hub.url).origin,
    storageTypes: 'indexeddb',
  });
  await lea.mark('M001', 'dead');
  // Another tab of the tablet would have it.
  await expect
    .poll(() =>
      lea.page.evaluate(
        () =>
          new Promise((done) => {
            indexedDB.open('fieldhub').onsuccess = ({ target }) => {
              const db = (target as IDBOpenDBRequest).result;
              db.transaction('outbox').objectStore('outbox').count().onsuccess = (event) => {
                done((event.target as IDBRequest<number>).result);
                db.close();
              };
            };
          }),
      ),
    )
    .toBe(1);
  await expect(lea.page.getByText('n’a pas pu garder le dernier relevé')).toHaveCount(0);
  await hub.start();
  await lea.sees('M001', 'dead');
  await lea.allSent();
});

test('an audit that the hub cannot read is named, and the list is not called empty', async ({ tablet }) => {
  const lea = await tablet();
  await lea.join('Léa', 'lead-code');
  await lea.page.route('**/api/v1/audits', (route) =>
    route.fulfill({ json: { audits: [], unread: [{ token: 'brelan', problem: 'its rows are damaged' }] } }),
  );
  await lea.page.reload();
  await expect(lea.page.getByRole('alert')).toContainText('Le hub n’arrive pas à lire l’audit « brelan »');
  await expect(lea.page.getByText(/Aucun audit/)).toHaveCount(0);
});
