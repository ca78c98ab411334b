// The page over HTTPS by the hub's own CA, in a browser that was told to trust it: no warning, the page without a network,
// and the marks that come along from the plain address.
import type { Page } from '@playwright/test';
import { serious } from './axe';
import { DEMO, type Tablet } from './fixtures';
import { kept } from './kept';
import { photosKept, pictureOf } from './pictures';
import { expect, test, type Hub, type SecureTablet } from './secure';

/** Joins on the page at this address. */
async function join(tablet: Tablet, hub: Hub, url: string, name: string): Promise<void> {
  await tablet.page.goto(`${url}#/join/${await hub.code()}`);
  await tablet.page.getByRole('textbox').fill(name);
  await tablet.page.getByRole('textbox').press('Enter');
  await tablet.page.getByTestId(`audit-${DEMO}`).click();
  await expect(tablet.cell('M001')).toBeVisible();
}

/** The service worker serves this page, and has all of its files. */
async function worked(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

/** Léa, at that address, on a tablet that trusts the hub's CA. */
async function trusting(secure: SecureTablet, hub: Hub, url: string): Promise<Tablet> {
  await secure.trustCa();
  const lea = await secure.open();
  await join(lea, hub, url, 'Léa');
  return lea;
}

/** Marks that stay on the tablet: made while the hub is away, and kept from going out when it is back. */
async function unsent(tablet: Tablet, hub: Hub, ids: string[]): Promise<void> {
  await tablet.page.route('**/ops', (route) => route.abort());
  await hub.kill();
  await tablet.reach('no');
  for (const id of ids) await tablet.mark(id, 'dead', 'verre cassé');
  await expect(tablet.page.getByTestId('waiting')).toContainText(String(ids.length));
  await hub.start();
  await tablet.reach('yes');
}

/** How often each module was marked, by the hub's log. */
async function timesMarked(hub: Hub): Promise<Map<string, number>> {
  const { ops } = (await hub.api('GET', `/audits/${DEMO}/ops?after=0&limit=1000`)) as {
    ops: { kind: string; module_id?: string }[];
  };
  const times = new Map<string, number>();
  for (const { kind, module_id } of ops) {
    if (kind === 'mark' && module_id !== undefined) times.set(module_id, (times.get(module_id) ?? 0) + 1);
  }
  return times;
}

/** A tap on a link that opens the HTTPS page. */
async function tapOver(tablet: Tablet, testId: string): Promise<Page> {
  const opened = tablet.context.waitForEvent('page');
  await tablet.page.getByTestId(testId).click();
  const page = await opened;
  tablet.watch(page);
  return page;
}

test('before the CA is trusted the browser warns, /trust says so, and sees when it is', async ({
  secureHub: hub,
  secureTablet,
}) => {
  let lea = await secureTablet.open();
  await expect(lea.page.goto(hub.secureUrl)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  // The refusal is told before the warning is shown, and that would break off the way to another page.
  await lea.page.waitForURL('chrome-error://chromewebdata/', { waitUntil: 'commit' });
  await lea.page.goto(`${hub.url}trust`);
  const check = lea.page.getByTestId('trust-check');
  await expect(check).toHaveAttribute('data-standing', 'not');
  await expect(lea.page.getByTestId('trust-steps')).toHaveAttribute('data-system', 'linux');
  await expect(lea.page.getByTestId('fingerprint')).toHaveText(/^([0-9A-F]{2}:?\s*){32}$/);
  await lea.page.getByRole('button', { name: 'iPhone, iPad' }).click();
  await expect(lea.page.getByTestId('trust-file')).toHaveAttribute('href', '/trust/fieldhub.mobileconfig');

  // What the steps say for this system; they end with the browser being started again.
  await secureTablet.trustCa();
  await secureTablet.close();
  lea = await secureTablet.open();
  await lea.page.goto(`${hub.url}trust`);
  await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'yes');
  // Nothing is kept here yet: the HTTPS page has nothing to ask.
  const page = await tapOver(lea, 'trust-go');
  await expect(page.getByLabel('Code de l’équipe')).toBeVisible();
  expect(page.url()).toBe(`${hub.secureUrl}#/`);
});

test('axe finds nothing serious on /trust, whatever it shows and whichever colours a tablet prefers', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const both = async (page: Page) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await serious(page), colorScheme).toEqual([]);
    }
  };
  let lea = await secureTablet.open();
  await lea.page.goto(`${hub.url}trust`);
  await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'not');
  await both(lea.page);
  await secureTablet.trustCa();
  await secureTablet.close();
  lea = await secureTablet.open();
  for (const [url, shown] of [
    [hub.url, 'yes'],
    [hub.secureUrl, 'here'],
  ] as const) {
    await lea.page.goto(`${url}trust`);
    await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', shown);
    await lea.page.getByText('Installer le certificat sur un appareil').click();
    await expect(lea.page.getByTestId('trust-steps')).toBeVisible();
    await both(lea.page);
  }
});

test('over HTTPS there is no warning, the page is secure, and can be put on the home screen', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await trusting(secureTablet, hub, hub.secureUrl);
  expect(await lea.page.evaluate(() => isSecureContext)).toBe(true);
  await lea.mark('M001', 'ok');
  await lea.sees('M001', 'ok');
  await worked(lea.page);
  const chrome = await lea.context.newCDPSession(lea.page);
  const { errors, manifest } = (await chrome.send('Page.getAppManifest')) as unknown as {
    errors: unknown[];
    manifest?: { icons?: unknown[] };
  };
  expect(errors).toEqual([]);
  expect(manifest?.icons).toHaveLength(4);
  const { installabilityErrors } = await chrome.send('Page.getInstallabilityErrors');
  // A profile of tests may be a private one to the browser; nothing else may be in the way.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  await lea.page.goto(`${hub.secureUrl}trust`);
  await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'here');
});

test('with the hub away the page is reloaded and opened anew, and what is marked then goes out later', async ({
  secureHub: hub,
  secureTablet,
}) => {
  let lea = await trusting(secureTablet, hub, hub.secureUrl);
  await lea.mark('M001', 'ok');
  await lea.sees('M001', 'ok');
  await worked(lea.page);

  await hub.kill();
  await lea.reach('no');
  await lea.page.reload();
  await expect(lea.cell('M001')).toHaveAttribute('data-status', 'ok');
  await lea.reach('no');
  // It can be closed, and need not say otherwise.
  await expect(lea.page.getByTestId('unreachable')).not.toContainText('Ne fermez pas');
  await lea.mark('M002', 'dead', 'verre cassé');
  await lea.page.reload();
  await expect(lea.cell('M002')).toHaveAttribute('data-receipt', 'tablet');
  // What is not of the first load is there as well.
  await lea.openPanel();
  await expect(lea.page.getByTestId('held')).toBeVisible();

  // The battery was dead.
  await secureTablet.close();
  lea = await secureTablet.open();
  await lea.page.goto(hub.secureUrl);
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await expect(lea.cell('M002')).toHaveAttribute('data-receipt', 'tablet');
  await lea.mark('M003', 'ok');

  await hub.start();
  await lea.sees('M002', 'dead');
  await lea.sees('M003', 'ok');
  await lea.allSent();
  expect((await hub.modules()).get('M002')).toMatchObject({ status: 'dead', technician_name: 'Léa' });
  // The worker has left the API alone.
  const caches = await lea.page.evaluate(async () => {
    const all: string[] = [];
    for (const name of await window.caches.keys())
      for (const { url } of await (await window.caches.open(name)).keys()) all.push(new URL(url).pathname);
    return all;
  });
  expect(caches).toContain('/');
  expect(caches.filter((path) => /^\/(api|trust|healthz|metrics)/.test(path))).toEqual([]);
});

test('marks that wait on the plain page move to HTTPS, arrive once, and leave nothing behind', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await trusting(secureTablet, hub, hub.url);
  await lea.mark('M001', 'ok');
  await lea.sees('M001', 'ok');
  await unsent(lea, hub, ['M002', 'M003', 'M004']);
  expect(await kept(lea.page)).toEqual({ outbox: 3, sent: 1 });

  await lea.openPanel();
  await expect(lea.page.getByTestId('secure')).toHaveAttribute('data-trust', 'yes');
  const page = await tapOver(lea, 'secure-go');
  const asks = page.getByTestId('handover');
  await expect(asks).toContainText('3 relevés pas encore sur le hub');
  await expect(asks).toContainText(new URL(hub.url).origin);
  await expect(asks).toContainText('Léa');
  // Until the technician has said yes, everything is where it was.
  expect(await kept(lea.page)).toEqual({ outbox: 3, sent: 1 });
  expect(await kept(page)).toEqual({ outbox: 0, sent: 0 });
  await page.getByTestId('handover-yes').click();
  await expect(asks).toHaveAttribute('data-step', 'done');
  await expect(asks).toContainText('4 relevés sont ici');
  expect(await kept(page)).toEqual({ outbox: 3, sent: 1 });
  expect(await kept(lea.page)).toEqual({ outbox: 0, sent: 0 });
  await page.getByTestId('handover-go').click();

  // She is who she was, and the marks go out from here.
  await page.getByTestId(`audit-${DEMO}`).click();
  const old = lea.page;
  lea.page = page;
  for (const id of ['M002', 'M003', 'M004']) await lea.sees(id, 'dead');
  await lea.allSent();
  expect((await hub.modules()).get('M003')).toMatchObject({ status: 'dead', technician_name: 'Léa' });
  expect(await timesMarked(hub)).toEqual(new Map(['M001', 'M002', 'M003', 'M004'].map((id) => [id, 1])));

  // The old page says where the tablet has gone, and goes on working for whoever does not read that.
  lea.page = old;
  await expect(old.getByTestId('secure')).toContainText('Il ne reste rien ici');
  await old.keyboard.press('Escape');
  await lea.mark('M005', 'ok');
  await old.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(old.getByTestId('moved')).toContainText('1 relevé a été fait ici depuis');
  await old.unroute('**/ops');
  await lea.allSent();
  await expect(old.getByTestId('moved')).toContainText('Il ne reste rien ici');
  await expect.poll(async () => (await hub.modules()).get('M005')?.status).toBe('ok');
});

test('pictures that wait on the plain page stay there, and the new page says so and where', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await trusting(secureTablet, hub, hub.url);
  await lea.context.route(/\/photos\/[0-9a-f]{64}$/, (route) => route.abort());
  await lea.cell('M050').click();
  await expect(lea.page.getByTestId('photo-camera')).toBeEnabled();
  const picture = { name: 'IMG_1.JPG', mimeType: 'image/jpeg', buffer: await pictureOf(lea.page, 640, 480) };
  await lea.page.getByTestId('photo-gallery-input').setInputFiles([picture]);
  await expect.poll(() => photosKept(lea.page)).toEqual(['ready']);
  await lea.page.keyboard.press('Escape');
  // The page of the audits does not offer to move as long as they wait; the one that explains the certificate knows them too.
  await lea.openPanel();
  await expect(lea.page.getByTestId('secure')).toContainText('1 photo attend encore ici');
  await expect(lea.page.getByTestId('secure-go')).toHaveCount(0);
  await lea.page.goto(`${hub.url}trust`);
  await expect(lea.page.getByTestId('trust-check')).toHaveAttribute('data-standing', 'yes');
  const page = await tapOver(lea, 'trust-go');
  await expect(page.getByTestId('handover-photos')).toContainText(
    `1 photo reste sur ${new URL(hub.url).origin}`,
  );
  await page.getByTestId('handover-yes').click();
  await expect(page.getByTestId('handover')).toHaveAttribute('data-step', 'done');
  await expect(page.getByTestId('handover-photos')).toBeVisible();
  expect(await photosKept(lea.page)).toEqual(['ready']);
});

test('a hand-over that breaks off loses nothing, and what is in both places counts once', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await trusting(secureTablet, hub, hub.url);
  await unsent(lea, hub, ['M010', 'M011']);
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId('secure-offer')).toBeVisible();

  // Broken off before the answer: everything is where it was.
  const go = lea.page.getByTestId('secure-offer').getByRole('link');
  const first = lea.context.waitForEvent('page');
  await go.click();
  const gaveUp = await first;
  await expect(gaveUp.getByTestId('handover-unsent')).toBeVisible();
  await gaveUp.close();
  expect(await kept(lea.page)).toEqual({ outbox: 2, sent: 0 });

  // Broken off after it: the old page is closed before it could hear that its marks are kept.
  const second = lea.context.waitForEvent('page');
  await go.click();
  const page = await second;
  lea.watch(page);
  await expect(page.getByTestId('handover-unsent')).toBeVisible();
  await lea.page.close();
  await page.getByTestId('handover-yes').click();
  await expect(page.getByTestId('handover')).toHaveAttribute('data-step', 'done');
  await expect(page.getByTestId('handover')).toContainText('L’ancienne page n’a pas répondu');
  await page.getByTestId('handover-go').click();
  await expect(page.getByTestId('waiting')).toHaveCount(0);
  await expect.poll(async () => (await hub.modules()).get('M011')?.status).toBe('dead');

  // The old page still has them, and sends them as well: the hub knows them.
  lea.page = await lea.context.newPage();
  lea.watch(lea.page);
  await lea.page.goto(hub.url);
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await lea.allSent();
  await expect.poll(async () => (await kept(lea.page)).outbox).toBe(0);
  expect(await timesMarked(hub)).toEqual(
    new Map([
      ['M010', 1],
      ['M011', 1],
    ]),
  );
});

test('a page of another address gets nothing and gives nothing', async ({ secureHub: hub, secureTablet }) => {
  const lea = await trusting(secureTablet, hub, hub.url);
  await unsent(lea, hub, ['M010']);
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId('secure-offer')).toBeVisible();
  // The same hub by another name is another address; nobody has said that it is this one.
  const other = hub.url.replace(hub.host, '127.0.0.1');
  const opened = lea.context.waitForEvent('page');
  lea.mayAsk(other);
  await lea.page.evaluate((url) => {
    const link = document.createElement('a');
    Object.assign(link, { href: url, target: '_blank', rel: 'opener', textContent: 'stranger' });
    document.body.append(link);
    link.click();
  }, other);
  const stranger = await opened;
  await stranger.waitForLoadState();
  const heard = await stranger.evaluate(async (origin) => {
    const all: unknown[] = [];
    addEventListener('message', (event) => all.push(event.data));
    const opener = window.opener as Window;
    opener.postMessage({ protocol: 'fieldhub-handover-1', step: 'ready' }, origin);
    opener.postMessage({ protocol: 'fieldhub-handover-1', step: 'kept', ids: [] }, origin);
    // Messages arrive in order: an answer to what was said before this one would be here by now.
    await fetch('/api/v1/hub').then((answer) => answer.text());
    return all;
  }, new URL(hub.url).origin);
  expect(heard).toEqual([]);
  expect(await kept(lea.page)).toEqual({ outbox: 1, sent: 0 });
  await expect(lea.page.getByTestId('moved')).toHaveCount(0);
  // It would go on asking its own address.
  await stranger.close();
});

test('an audit keeps the screen on, its list lets it go dark, and storage was asked to last', async ({
  secureHub: hub,
  secureTablet,
}) => {
  await secureTablet.trustCa();
  const lea = await secureTablet.open();
  await lea.page.addInitScript(() => {
    const asked = { lasting: 0, held: [] as WakeLockSentinel[] };
    Object.assign(window, { asked });
    const { request } = WakeLock.prototype;
    WakeLock.prototype.request = async function (type) {
      const lock = await request.call(this, type);
      asked.held.push(lock);
      return lock;
    };
    const { persist } = StorageManager.prototype;
    StorageManager.prototype.persist = function () {
      asked.lasting += 1;
      return persist.call(this);
    };
  });
  const asked = () =>
    lea.page.evaluate(() => {
      const { lasting, held } = (
        window as unknown as { asked: { lasting: number; held: WakeLockSentinel[] } }
      ).asked;
      return { lasting: lasting > 0, held: held.filter((lock) => !lock.released).length };
    });
  await join(lea, hub, hub.secureUrl, 'Léa');
  await expect.poll(asked).toEqual({ lasting: true, held: 1 });
  await lea.page.getByRole('link', { name: 'Retour aux audits' }).click();
  await expect(lea.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  await expect.poll(asked).toEqual({ lasting: true, held: 0 });
});

test('who is meant, or whose mark is in conflict, is notified where the page is not looked at, if they chose so', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await trusting(secureTablet, hub, hub.secureUrl);
  await worked(lea.page);
  await lea.context.grantPermissions(['notifications'], { origin: new URL(hub.secureUrl).origin });
  // The system is asked as ever; what it lists of them is not to be relied on while they are being shown.
  await lea.page.evaluate(() => {
    const asked: string[] = [];
    const tags: unknown[] = [];
    Object.assign(window, { asked, tags });
    const { prototype } = ServiceWorkerRegistration;
    const show = prototype.showNotification;
    prototype.showNotification = async function (title, options) {
      await show.call(this, title, options);
      tags.push(options?.tag);
      asked.push(`${title}: ${options?.body ?? ''}`);
    };
  });
  const shown = () => lea.page.evaluate(() => (window as unknown as { asked: string[] }).asked);
  const session = await hub.join('Marc');
  const say = (n: number, op: Record<string, unknown>) => {
    const id = `019a0000-0000-7000-8000-00000000000${String(n)}`;
    const ops = [{ id, marked_at_ms: Date.now(), ...op }];
    return hub.api('POST', `/audits/${DEMO}/ops`, { ops, sent_at_ms: Date.now() }, session);
  };
  const look = (state: 'hidden' | 'visible') =>
    lea.page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);

  await lea.openPanel();
  await lea.page.getByRole('button', { name: 'Réglages' }).click();
  await lea.page.getByRole('switch', { name: /Notifications/ }).click();
  await expect(lea.page.getByRole('switch', { name: /Notifications/ })).toBeChecked();
  await lea.page.keyboard.press('Escape');
  await lea.mark('M007', 'ok');
  await lea.allSent();
  await look('hidden');
  await say(1, { kind: 'note', text: 'à tous : pause' });
  await say(2, { kind: 'note', text: '@Léa viens voir #M050' });
  await expect.poll(shown).toEqual(['Marc: @Léa viens voir #M050']);
  // Nobody's but hers: he had not seen it.
  await say(3, { kind: 'mark', module_id: 'M008', status: 'ok' });
  await say(4, { kind: 'mark', module_id: 'M007', status: 'dead' });
  await expect.poll(async () => (await shown()).length).toBe(2);
  expect((await shown())[1]).toMatch(/^Conflit.*: .*M007.*Marc/);
  // Of one tag the system would show the last alone, and would not say that it is another.
  await say(5, { kind: 'note', text: '@Léa tu viens ?' });
  await expect.poll(async () => (await shown()).length).toBe(3);
  const tags = await lea.page.evaluate(() => (window as unknown as { tags: string[] }).tags);
  expect(new Set(tags).size).toBe(3);
  await look('visible');
  await expect(lea.page.getByTestId('unread')).toHaveText('3');
});
