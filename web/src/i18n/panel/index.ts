// The texts of the panel of the hub, the cloud and files, in files of their own: read with it, and not before anything is shown. In the language
// that is spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/sync/ and ui/home/.
import { language, t } from '..';
import { panel as en } from './en';
import { panel as fr, type PanelTexts } from './fr';

const byTag: Readonly<Record<string, PanelTexts>> = { en, fr };

export const panelTexts = (): PanelTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
