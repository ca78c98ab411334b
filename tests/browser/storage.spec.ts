// The tablet's storage behaves as browsers' storage does in the field: its connection dies without a word, it does not answer, it is of
// Safari, which empties it after a week; and it holds what an earlier page has put there.
import { expect, test } from './fixtures';
import type { Page } from '@playwright/test';

interface Watched {
  connections: IDBDatabase[];
  /** So many transactions fail from now on. */
  failing: number;
}

/** To be said before the page is opened. */
const watch = (page: Page) =>
  page.addInitScript(() => {
    const it: Watched = { connections: [], failing: 0 };
    Object.assign(window, { it });
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...args: Parameters<typeof open>) {
      const request = open.apply(this, args);
      request.addEventListener('success', () => it.connections.push(request.result));
      return request;
    };
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args: Parameters<typeof transaction>) {
      if (it.failing > 0) {
        it.failing -= 1;
        throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
      }
      return transaction.apply(this, args);
    };
  });

/** To the database of the marks: pictures have their own, opened when they are looked for. */
const connections = (page: Page) =>
  page.evaluate(
    () =>
      (window as unknown as { it: Watched }).it.connections.filter(({ name }) => name === 'fieldhub').length,
  );

test('a connection to the storage that dies without a word is opened anew: no mark is taken back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await watch(lea.page);
  await lea.openAudit('Léa');
  await lea.mark('M001', 'ok');
  await lea.allSent();
  const before = await connections(lea.page);
  // Closed by the page's own connection: of that browsers tell nobody.
  await lea.page.evaluate(() => {
    for (const one of (window as unknown as { it: Watched }).it.connections) one.close();
  });
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M002', 'dead');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await expect(lea.cell('M002')).toHaveAttribute('data-status', 'dead');
  await expect(lea.page.getByTestId('not-kept')).toHaveCount(0);
  expect(await connections(lea.page)).toBe(before + 1);
  await hub.start();
  await lea.allSent();
  await expect.poll(async () => (await hub.modules()).get('M002')?.status).toBe('dead');
});

test('a storage that does not answer is called that, and the next mark is kept when it does', async ({
  tablet,
}) => {
  const lea = await tablet();
  await watch(lea.page);
  await lea.openAudit('Léa');
  await lea.page.evaluate(() => {
    (window as unknown as { it: Watched }).it.failing = 1_000_000;
  });
  await lea.cell('M003').click();
  await lea.page.locator('[data-mark="dead"]').click();
  await expect(lea.page.getByTestId('not-kept')).toContainText('n’a pas répondu');
  await expect(lea.cell('M003')).toHaveAttribute('data-status', 'pending');
  await lea.page.evaluate(() => {
    (window as unknown as { it: Watched }).it.failing = 0;
  });
  await lea.mark('M003', 'dead');
  await lea.allSent();
  await expect(lea.page.getByTestId('not-kept')).toHaveCount(0);
});

test('half an emoji that an earlier page has kept leaves whole, and what is behind it too', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.openAudit('Léa');
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M004', 'dead', 'café');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await lea.page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('fieldhub');
      request.onsuccess = () => {
        resolve(request.result);
      };
    });
    const store = db.transaction('outbox', 'readwrite').objectStore('outbox');
    await new Promise<void>((resolve) => {
      const read = store.getAll();
      read.onsuccess = () => {
        const [one] = read.result as { op: { comment: string } }[];
        if (one) one.op.comment = 'caf\ud83d';
        store.put(one).onsuccess = () => {
          resolve();
        };
      };
    });
    db.close();
  });
  await lea.mark('M005', 'ok');
  await hub.start();
  await lea.allSent();
  await expect.poll(async () => (await hub.modules()).get('M005')?.status).toBe('ok');
  expect((await hub.modules()).get('M004')).toMatchObject({ status: 'dead', comment: 'caf\ufffd' });
  await expect(lea.page.getByText('refusée')).toHaveCount(0);
});

const IPAD =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15';

test('on an iPad the panel says until when Safari keeps what is kept, elsewhere it does not', async ({
  tablet,
}) => {
  for (const userAgent of [IPAD, undefined]) {
    const lea = await tablet(userAgent === undefined ? {} : { userAgent });
    await lea.openAudit('Léa');
    await lea.mark('M010', 'ok');
    await lea.allSent();
    await lea.openPanel();
    await expect(lea.page.getByTestId('held')).toBeVisible();
    const forgets = lea.page.getByTestId('forgets');
    if (userAgent === undefined) {
      await expect(forgets).toHaveCount(0);
      continue;
    }
    const inAWeek = new Date(Date.now() + 7 * 24 * 3_600_000);
    const day = new Intl.DateTimeFormat('fr', { day: 'numeric', month: 'short', timeZone: 'Europe/Paris' });
    await expect(forgets).toContainText(day.format(inAWeek));
    await expect(forgets).toContainText('écran d’accueil');
    await expect(lea.page.getByTestId('held-until')).toContainText(day.format(inAWeek));
  }
});
