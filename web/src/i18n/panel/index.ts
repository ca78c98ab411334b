// The texts of the panel of the hub, the cloud and files, of the later texts (../later/). Used by ui/sync/ and ui/home/.
import { later } from '..';
import type { PanelTexts } from './fr';

export const panelTexts = (): PanelTexts => later().panel;
