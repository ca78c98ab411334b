// The texts of the dialogs of the first screen (new audit, sharing, removing), of the later texts (../later/). Used by ui/home/.
import { later } from '..';
import type { HomeTexts } from './fr';

export const homeTexts = (): HomeTexts => later().home;
