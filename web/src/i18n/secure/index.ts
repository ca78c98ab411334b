// The texts of the way to HTTPS, in files of their own: read with it, and not before anything is shown. In the language
// that is spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/secure/ and handover/.
import { language, t } from '..';
import { secure as en } from './en';
import { secure as fr, type SecureTexts } from './fr';

const byTag: Readonly<Record<string, SecureTexts>> = { en, fr };

export const secureTexts = (): SecureTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
