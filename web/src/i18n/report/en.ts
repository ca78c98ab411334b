// Texts of an audit's report, in English: read with it, and not before anything is shown.
import { numberText } from '..';
import type { ReportTexts } from './fr';

export const report: ReportTexts = {
  title: 'Report',
  print: 'Print',
  paper: 'Paper',
  printHow: 'No colours on paper? Tick “Background graphics” in the print dialog. In grey, the signs tell.',
  made: (time, hub) => `Report of ${time}, hub ${hub}`,
  marked: (from, to) => `Marked from ${from} to ${to}`,
  by: (names) => `Marked by ${names}`,
  results: 'Results',
  perString: 'By string',
  string: 'String',
  total: 'Modules',
  share: 'Share',
  plan: 'Plan',
  findings: (n) => `${numberText(n)} ${n === 1 ? 'defect or remark' : 'defects and remarks'}`,
  findingsNone: 'No defect and no remark.',
  module: 'Module',
  finding: 'Finding',
  comment: 'Comment',
  author: 'Marked by',
  at: 'Marked at',
  unfinished: (n) =>
    n === 1
      ? 'Not complete: 1 module is not checked yet.'
      : `Not complete: ${numberText(n)} modules are not checked yet.`,
  conflicts: (n) =>
    n === 1 ? `${numberText(n)} conflict is not settled.` : `${numberText(n)} conflicts are not settled.`,
  waiting: (n) =>
    n === 1
      ? `${numberText(n)} mark of this tablet is not in it: it waits to be sent.`
      : `${numberText(n)} marks of this tablet are not in it: they wait to be sent.`,
  loading: 'Loading the report…',
  away: 'The report comes from the hub, which cannot be reached. It will appear when the hub is back.',
  frozen: {
    head: 'Frozen report',
    how: 'A version does not change, whatever is marked later: that is in the next one.',
    make: 'Make the report',
    reading: (percent) => `The hub is reading its log: ${String(percent)}%`,
    coming: 'The report is on its way…',
    none: 'No version yet.',
    version: (n, time, by) => `Version ${String(n)} · ${time} · ${by}`,
    look: 'Look at it',
    download: 'Download',
    language: 'Language of the report',
    form: 'Form of the file',
    page: 'Page',
    book: 'Workbook',
    elsewhere: 'Made on another hub: ask for it there.',
    saved: (file) => `Saved: ${file}`,
  },
};
