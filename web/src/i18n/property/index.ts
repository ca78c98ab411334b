// The texts of what is known beside marks, of the later texts (../later/). Used by ui/property/, ui/marking/ and ui/view/.
import { later } from '..';
import type { PropertyTexts } from './fr';

export const propertyTexts = (): PropertyTexts => later().property;
