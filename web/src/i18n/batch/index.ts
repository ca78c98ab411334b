// The texts of marking many at once, of the later texts (../later/): read with the bar for what is picked. Used by ui/marking/.
import { later } from '..';
import type { BatchTexts } from './fr';

export const batchTexts = (): BatchTexts => later().batch;
