// Demonstration audit: a small site to try the hub with, made as any other audit. Used by ui/home/ and ui/lead/.
import { leadTexts } from '../../i18n/lead';
import type { AuditsState } from '../../state/audits.svelte';

/** Makes it, and goes there. */
export const demonstration = (audits: AuditsState): Promise<boolean> =>
  audits.create({ name: leadTexts().start.demoName, client: '', location: '', strings: '12, 12x3' });
