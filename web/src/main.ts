// The start of the page: opens what the tablet keeps, then draws.
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { language } from './i18n';
import { takeJoinLink } from './state/address';
import { App as State } from './state/app.svelte';
import { paint } from './state/paint';
import { openStore } from './sync/db';
import { MemoryStore } from './sync/memory';
import type { Store } from './sync/store';

async function start(): Promise<void> {
  // First of all: nobody is to read the code over somebody's shoulder.
  const link = takeJoinLink();
  document.documentElement.lang = language;
  paint(document.documentElement.style);
  // A browser that refuses IndexedDB (some private windows) can still mark while its tab is open; it says so.
  const store: Store = await openStore().catch(() => new MemoryStore());
  const app = new State(store, link);
  await app.start();
  const target = document.getElementById('app');
  if (target) mount(App, { target, props: { app } });
}

void start();
