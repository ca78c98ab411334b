// The texts of /trust, in files of their own (i18n/trust/): a tablet that marks never reads them. The rest of what the page says is
// in i18n/. Read by main.ts before anything is drawn; the language of this page does not change while it is open.
import { language } from '../i18n';
import type { TrustTexts } from '../i18n/trust/fr';

const files = import.meta.glob<TrustTexts>('../i18n/trust/*.ts', { import: 'trust' });

export let words: TrustTexts;

export async function loadWords(): Promise<void> {
  const file = files[`../i18n/trust/${language}.ts`];
  if (file) words = await file();
}
