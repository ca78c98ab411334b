// The texts of the import of files, of the later texts (../later/). Used by ui/home/.
import { later } from '..';
import type { FileTexts } from './fr';

export const fileTexts = (): FileTexts => later().files;
