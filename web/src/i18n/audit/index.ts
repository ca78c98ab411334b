// The texts of an open audit that are not of the first load, of the later texts (../later/): read right after it. Used by ui/marking/ and ui/view/.
import { later } from '..';
import type { AuditTexts } from './fr';

export const auditTexts = (): AuditTexts => later().audit;
