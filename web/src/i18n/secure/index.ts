// The texts of the way to HTTPS, of the later texts (../later/). Used by ui/secure/ and handover/.
import { later } from '..';
import type { SecureTexts } from './fr';

export const secureTexts = (): SecureTexts => later().secure;
