// Hand-over (storage migration to HTTPS): the start of one on the HTTPS page: shown before anything else, it ends when
// the technician goes on. Called by main.ts, which then starts the page with what is kept.
import { mount, unmount } from 'svelte';
import type { Store } from '../sync/store';
import { Tabs } from '../sync/tabs';
import Handover from './Handover.svelte';
import { Move } from './move.svelte';

export async function takeOver(store: Store, target: Element): Promise<void> {
  const move = new Move(store);
  const shown = mount(Handover, { target, props: { move } });
  await move.over;
  await unmount(shown);
  // Once: a reload is to open the page.
  history.replaceState(null, '', '#/');
  // Other tabs under this address have read who works here, and what waits.
  const tabs = new Tabs(() => undefined);
  tabs.tell('session');
  tabs.tell('outbox');
}
