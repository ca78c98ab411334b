// The texts of photos, of the later texts (../later/). Used by ui/photo/ and ui/view/.
import { later } from '..';
import type { PhotoTexts } from './fr';

export const photoTexts = (): PhotoTexts => later().photo;
