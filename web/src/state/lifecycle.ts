// Page lifecycle (visibility, bfcache, online and offline, unload): what the browser says of the page, handed to whom it
// concerns. Called once by state/app.svelte.ts.
import { takeJoinLink } from './address';
import type { App } from './app.svelte';

export function followLifecycle(app: App): void {
  addEventListener('hashchange', () => {
    const link = takeJoinLink();
    if (link) app.access.joining = link.code;
    app.route();
  });
  addEventListener('online', () => {
    app.refresh();
  });
  addEventListener('offline', () => {
    // The system's word alone may be wrong on a network without internet: ask the hub itself.
    app.refresh();
  });
  document.addEventListener('visibilitychange', () => {
    app.audit?.wake();
    if (document.visibilityState === 'hidden') {
      app.audit?.flush();
      app.feed?.resign();
      app.updates?.lookedAway();
    } else app.refresh();
  });
  addEventListener('pagehide', () => {
    app.audit?.flush();
    app.feed?.leave();
    app.marks.stop();
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    // What the other tabs said meanwhile went unheard.
    app.othersMarked();
    if (app.settings.sync) app.marks.resume();
  });
  addEventListener('beforeunload', (event) => {
    if (!needsTab(app)) return;
    event.preventDefault();
    // What older browsers ask for.
    (event as { returnValue: unknown }).returnValue = true;
  });
}

/** Something waits, and this tab may be the only way to the hub: over plain HTTP no page comes without it. */
function needsTab({ unsent, reach, settings, store, plainHttp }: App): boolean {
  if (unsent === 0) return false;
  // With sync off nobody asks whether the hub is still there.
  const away = reach !== 'yes' || !settings.sync;
  return !store.lasting || (plainHttp && away);
}
