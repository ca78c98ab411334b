// The start of the page: opens what the tablet keeps, then draws. On HTTPS it first takes over what the plain page keeps,
// when it was opened for that, and brings in the service worker.
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { HANDOVER } from './domain/origin';
import { loadLater } from './i18n';
import { load, ownLanguage } from './i18n/languages';
import { takeJoinLink } from './state/address';
import { App as State } from './state/app.svelte';
import { keepStorage } from './state/device';
import { home } from './state/home.svelte';
import { applyTheme } from './state/theme';
import { showTextSize } from './state/text-size';
import { readAnswers } from './state/plain';
import { openStore } from './sync/open';

async function start(): Promise<void> {
  // First of all: nobody is to read the code over somebody's shoulder.
  const link = takeJoinLink();
  let redraw: () => void = () => undefined;
  showTextSize();
  applyTheme(() => {
    redraw();
  });
  await load(ownLanguage());
  home.listen();
  const store = await openStore();
  const target = document.getElementById('app');
  if (!target) return;
  if (location.hash === HANDOVER) {
    // Should its file not come, the marks stay where they are, and the page opens.
    await Promise.all([import('./handover'), loadLater()])
      .then(([{ takeOver }]) => takeOver(store, target))
      .catch(() => undefined);
  }
  const app = new State(store, link);
  redraw = () => {
    app.settings.look += 1;
  };
  await app.start();
  mount(App, { target, props: { app } });
  void readAnswers();
  if (store.lasting) keepStorage();
  if (location.protocol === 'https:' && 'serviceWorker' in navigator) void bringWorker(app);
}

/** The page is whole without it: what goes wrong here is tried again with the next load. */
async function bringWorker(app: State): Promise<void> {
  try {
    const { Updates } = await import('./state/updates');
    const updates = new Updates({
      idle: () => app.idle,
      ready: () => {
        app.updateReady = true;
      },
    });
    app.updates = updates;
    await updates.start();
  } catch {
    app.updates = null;
  }
}

void start();
