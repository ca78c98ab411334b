// The texts of the help, of the later texts (../later/). Used by ui/help/, ui/settings/ and ui/sync/.
import { later } from '..';
import type { HelpTexts } from './fr';

export const helpTexts = (): HelpTexts => later().help;
