// Page state, for synchronisation: who works here, whether anybody looks, whether anything is wanted of the hub. Made by
// state/app.svelte.ts for sync/session.ts.
import { openFeed } from '../sync/tabs';
import type { Page } from '../sync/page';
import type { App } from './app.svelte';

export const pageOf = (app: App): Page => ({
  author: () => app.access.author,
  hidden: () => document.visibilityState === 'hidden' || app.access.outside || !app.settings.sync,
  off: () => !app.settings.sync,
  alert: () => app.signals.alert,
  feed: (url, want) => openFeed(app.feed, url, want),
  mendCookie: () => app.access.mendCookie(),
});
