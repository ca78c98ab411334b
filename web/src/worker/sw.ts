// Service worker (offline cache): with it the page opens where the hub cannot be reached. It keeps the files of one
// version of the page and gives them out; everything else (the API, /trust, /verify, /healthz, /metrics) it leaves alone. Built by
// vite/worker.ts, which puts the list of files and a hash of all their bytes into it; brought in by
// state/updates.svelte.ts.
declare const FILES: readonly string[];
declare const VERSION: string;

// The types know `self` as any worker's.
const worker = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = 'fieldhub-';
const CACHE = PREFIX + VERSION;
const files = new Set(FILES);

worker.addEventListener('install', (event) => {
  // As the hub has them now: a file without a hash in its name may be an older one in the browser's own cache.
  const all = FILES.map((path) => new Request(path, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(all)));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  // Under assets/ also what a page of the version before, still open in some tab, may ask for.
  if (files.has(pathname) || pathname.startsWith('/assets/')) event.respondWith(kept(pathname, request));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { link } = (event.notification.data ?? {}) as { link?: string };
  event.waitUntil(lookAt(link ?? '/'));
});

/** In the page that is open, where one is. */
async function lookAt(link: string): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!open) {
    await worker.clients.openWindow(link);
    return;
  }
  await open.focus();
  await open.navigate(link);
}

/** Out of this version, else out of the one before, else from the hub. */
async function kept(path: string, request: Request): Promise<Response> {
  try {
    const found = await (await caches.open(CACHE)).match(path, { ignoreVary: true });
    return found ?? (await caches.match(path, { ignoreVary: true })) ?? (await fetch(request));
  } catch {
    return fetch(request);
  }
}

/** The version before stays, for tabs that are open with it. */
async function forgetOld(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}
