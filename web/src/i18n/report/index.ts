// The texts of an audit's report, of the later texts (../later/). Used by ui/report/.
import { language, later } from '..';
import type { ReportTexts } from './fr';

export const reportTexts = (): ReportTexts => later().report;

/** A day with its year and time: a report is read in years. */
export function whenText(ms: number): string {
  later();
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(ms);
}
