// The texts of an audit's report, in files of their own: read with it, and not before anything is shown. In the language that is
// spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/report/.
import { language, t } from '..';
import { report as en } from './en';
import { report as fr, type ReportTexts } from './fr';

const byTag: Readonly<Record<string, ReportTexts>> = { en, fr };

export const reportTexts = (): ReportTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;

/** A day with its year and time: a report is read in years. */
export const whenText = (ms: number): string =>
  new Intl.DateTimeFormat(t.close === '' ? 'fr' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(ms);
