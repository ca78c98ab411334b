// The texts of what leads see of the hub itself (backups, the first hour), of the later texts (../later/). Used by ui/lead/, ui/backups/, ui/home/ and
// ui/crew/.
import { later } from '..';
import type { LeadTexts } from './fr';

export const leadTexts = (): LeadTexts => later().lead;
