// The texts of an open audit that are not of the first load, in files of their own: read right after it. In the language that is spoken; drawn
// anew when that changes, as everything that reads a text of `t`. Used by ui/marking/ and ui/view/.
import { language, t } from '..';
import { audit as en } from './en';
import { audit as fr, type AuditTexts } from './fr';

const byTag: Readonly<Record<string, AuditTexts>> = { en, fr };

export const auditTexts = (): AuditTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
