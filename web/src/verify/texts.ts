// The texts of /verify, in files of their own (i18n/verify/): a tablet that marks never reads them. Read by main.ts before anything is drawn.
import { language } from '../i18n';
import type { VerifyTexts } from '../i18n/verify/fr';

const files = import.meta.glob<VerifyTexts>('../i18n/verify/*.ts', { import: 'verify' });

export let words: VerifyTexts;

export async function loadWords(): Promise<void> {
  const file = files[`../i18n/verify/${language}.ts`];
  if (file) words = await file();
}
