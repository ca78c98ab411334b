// Entry point of /trust: the page that explains the hub's certificate. It needs nobody to have joined.
import { mount } from 'svelte';
import '../app.css';
import { load, ownLanguage } from '../i18n/languages';
import { applyTheme } from '../state/theme';
import { showTextSize } from '../state/text-size';
import { openStore } from '../sync/open';
import { loadWords } from './texts';
import Trust from './Trust.svelte';
import { TrustState } from './trust.svelte';

async function start(): Promise<void> {
  showTextSize();
  applyTheme();
  await load(ownLanguage());
  await loadWords();
  // What the page of the audits keeps under this address: it may move from here as well.
  const store = await openStore();
  const target = document.getElementById('app');
  if (target) mount(Trust, { target, props: { trust: new TrustState(store) } });
}

void start();
