// The language that is spoken on this tablet, as somebody chooses it. Called by the screens that ask who works here, and by the
// settings.
import { t } from '../i18n';
import { choose } from '../i18n/languages';
import type { App } from './app.svelte';

export async function setLanguage(app: App, tag: string): Promise<void> {
  try {
    await choose(tag);
    app.language = tag;
  } catch {
    // Its file is not here, and the hub not either.
    app.toasts.show({ text: t.hubUnreachableNow });
  }
}
