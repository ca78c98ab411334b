// The texts of the settings, of the later texts (../later/). Used by ui/settings/.
import { later } from '..';
import type { SettingsTexts } from './fr';

export const settingsTexts = (): SettingsTexts => later().settings;
