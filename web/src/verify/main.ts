// Entry point of /verify: whether a report is as the hub wrote it. Needs nobody to have joined and, once it is there, no hub.
import { mount } from 'svelte';
import '../app.css';
import { load, ownLanguage } from '../i18n/languages';
import { showTextSize } from '../state/text-size';
import { applyTheme } from '../state/theme';
import { loadWords } from './texts';
import Verify from './Verify.svelte';

async function start(): Promise<void> {
  showTextSize();
  applyTheme();
  await load(ownLanguage());
  await loadWords();
  const target = document.getElementById('app');
  if (target) mount(Verify, { target });
}

void start();
