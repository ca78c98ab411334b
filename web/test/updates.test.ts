// The service worker and the page that brings it in: what is kept and given out, what is left alone, and when a newer page
// takes over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Updates } from '../src/state/updates';

/** A worker that is on its way in. */
class FakeWorker extends EventTarget {
  state = 'installing';
  readonly told: unknown[] = [];
  postMessage(what: unknown): void {
    this.told.push(what);
  }
  becomes(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  looked = 0;
  update(): Promise<void> {
    this.looked += 1;
    return Promise.resolve();
  }
}

/** One page: its browser's side of service workers, and how often it was loaded anew. */
function page(served: boolean, idle = true) {
  const registration = new FakeRegistration();
  const container = Object.assign(new EventTarget(), {
    controller: served ? {} : null,
    register: () => Promise.resolve(registration),
  });
  const seen = { ready: 0, reloads: 0 };
  const updates = new Updates(
    {
      idle: () => idle,
      ready: () => {
        seen.ready += 1;
      },
    },
    container as unknown as ServiceWorkerContainer,
    () => {
      seen.reloads += 1;
    },
  );
  const installs = () => {
    const worker = new FakeWorker();
    registration.installing = worker;
    registration.dispatchEvent(new Event('updatefound'));
    registration.installing = null;
    registration.waiting = worker;
    worker.becomes('installed');
    return worker;
  };
  const takenOver = () => {
    (container as { controller: unknown }).controller = {};
    container.dispatchEvent(new Event('controllerchange'));
  };
  return { registration, updates, seen, installs, takenOver };
}

test('the first worker of all changes nothing on the page', async () => {
  const { updates, seen, installs, takenOver } = page(false);
  await updates.start();
  installs();
  takenOver();
  updates.lookedAway();
  assert.deepEqual(seen, { ready: 0, reloads: 0 });
});

test('a newer page waits until this one is looked away from, with nothing in hand', async () => {
  const { updates, seen, installs, takenOver } = page(true);
  await updates.start();
  const worker = installs();
  assert.deepEqual(seen, { ready: 1, reloads: 0 });
  assert.deepEqual(worker.told, []);
  updates.lookedAway();
  assert.deepEqual(worker.told, ['take over']);
  takenOver();
  assert.equal(seen.reloads, 1);
});

test('while a mark waits, or a sheet is open, looking away changes nothing', async () => {
  const { updates, seen, installs } = page(true, false);
  await updates.start();
  const worker = installs();
  updates.lookedAway();
  assert.deepEqual(worker.told, []);
  assert.equal(seen.reloads, 0);
  // Whoever asks for it gets it all the same: what waits is kept.
  updates.now();
  assert.deepEqual(worker.told, ['take over']);
});

test('what waits at a load takes over then', async () => {
  const { registration, updates, seen, takenOver } = page(true);
  const worker = new FakeWorker();
  registration.waiting = worker;
  await updates.start();
  assert.deepEqual(worker.told, ['take over']);
  takenOver();
  assert.equal(seen.reloads, 1);
});

test('another tab that wants the newer page takes none away here', async () => {
  const { updates, seen, installs, takenOver } = page(true);
  await updates.start();
  installs();
  takenOver();
  assert.equal(seen.reloads, 0);
  updates.lookedAway();
  assert.equal(seen.reloads, 1);
});

test('a hub that was away is looked at for a newer page', async () => {
  const { registration, updates } = page(true);
  updates.look();
  assert.equal(registration.looked, 0);
  await updates.start();
  updates.look();
  assert.equal(registration.looked, 1);
});

/** The caches of a browser, and the events that a worker hears. */
class FakeScope extends EventTarget {
  readonly location = new URL('https://hub.local/sw.js');
  readonly stores = new Map<string, Map<string, Response>>();
  claimed = 0;
  skipped = 0;
  readonly clients = {
    claim: () => {
      this.claimed += 1;
      return Promise.resolve();
    },
  };
  readonly caches = {
    open: (name: string) => {
      const store = this.stores.get(name) ?? new Map<string, Response>();
      this.stores.set(name, store);
      return Promise.resolve({
        addAll: (all: { url: string }[]) => {
          for (const { url } of all) store.set(new URL(url).pathname, new Response(`kept ${url}`));
          return Promise.resolve();
        },
        match: (path: string) => Promise.resolve(store.get(path)?.clone()),
      });
    },
    match: (path: string) =>
      Promise.resolve(
        [...this.stores.values()].map((store) => store.get(path)).find((it) => it !== undefined),
      ),
    keys: () => Promise.resolve([...this.stores.keys()]),
    delete: (name: string) => Promise.resolve(this.stores.delete(name)),
  };
  skipWaiting(): Promise<void> {
    this.skipped += 1;
    return Promise.resolve();
  }

  /** What comes of an event, when the worker waits for something or answers. */
  async hears(type: string, what: object = {}): Promise<Response | null> {
    const waits: Promise<unknown>[] = [];
    let answer: Promise<Response> | null = null;
    const event = Object.assign(new Event(type), what, {
      waitUntil: (it: Promise<unknown>) => waits.push(it),
      respondWith: (it: Promise<Response>) => {
        answer = it;
      },
    });
    this.dispatchEvent(event);
    await Promise.all(waits);
    return answer;
  }

  asks(path: string, method = 'GET'): Promise<Response | null> {
    return this.hears('fetch', { request: { method, url: new URL(path, this.location).href } });
  }
}

test('the worker keeps the files of one version, and leaves the rest to the hub', async (t) => {
  const scope = new FakeScope();
  const hub = t.mock.fn(() => Promise.resolve(new Response('of the hub')));
  Object.assign(globalThis, {
    self: scope,
    caches: scope.caches,
    fetch: hub,
    FILES: ['/', '/assets/index-new.js', '/manifest.webmanifest'],
    VERSION: 'new',
    Request: class {
      readonly url: string;
      constructor(path: string) {
        this.url = new URL(path, scope.location).href;
      }
    },
  });
  for (const old of ['fieldhub-oldest', 'fieldhub-old']) await scope.caches.open(old);
  scope.stores.set('of-something-else', new Map());
  scope.stores.get('fieldhub-old')?.set('/assets/index-old.js', new Response('old'));
  // It has types of its own, which know no page.
  const worker = '../src/worker/sw';
  await import(worker);

  await scope.hears('install');
  assert.deepEqual(
    [...(scope.stores.get('fieldhub-new')?.keys() ?? [])],
    ['/', '/assets/index-new.js', '/manifest.webmanifest'],
  );
  await scope.hears('activate');
  assert.deepEqual([...scope.stores.keys()], ['fieldhub-old', 'of-something-else', 'fieldhub-new']);
  assert.equal(scope.claimed, 1);

  for (const path of ['/', '/assets/index-new.js', '/manifest.webmanifest', '/?from=home']) {
    assert.match((await (await scope.asks(path))?.text()) ?? 'left alone', /^kept /, path);
  }
  assert.equal(await (await scope.asks('/assets/index-old.js'))?.text(), 'old');
  assert.equal(hub.mock.callCount(), 0);
  assert.equal(await (await scope.asks('/assets/gone.js'))?.text(), 'of the hub');
  for (const path of [
    '/api/v1/hub',
    '/api/v1/audits/x/live',
    '/trust',
    '/trust/check',
    '/verify',
    '/healthz',
    '/metrics',
    '/sw.js',
  ])
    assert.equal(await scope.asks(path), null, path);
  assert.equal(await scope.asks('/', 'POST'), null);
  assert.equal(await scope.asks('https://elsewhere.example/'), null);

  // A browser whose caches fail still has the hub.
  scope.caches.open = () => Promise.reject(new Error('no room'));
  assert.equal(await (await scope.asks('/'))?.text(), 'of the hub');

  await scope.hears('message', { data: 'something' });
  assert.equal(scope.skipped, 0);
  await scope.hears('message', { data: 'take over' });
  assert.equal(scope.skipped, 1);
});
