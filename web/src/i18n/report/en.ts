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
    isFinal: 'final',
    isDraft: 'draft',
    look: 'Look at it',
    download: 'Download',
    language: 'Language of the report',
    form: 'Form of the file',
    page: 'Page',
    book: 'Workbook',
    elsewhere: 'Made on another hub: ask for it there.',
    saved: (file) => `Saved: ${file}`,
  },
  company: {
    head: 'Company and logo',
    how: 'On every new report: its cover, and the head and foot of each page. Versions already made do not change.',
    name: 'Name',
    address: 'Address',
    contact: 'Contact (telephone, email, registration)',
    text: 'Note on every report',
    choose: 'Choose a logo',
    change: 'Change the logo',
    remove: 'Remove the logo',
    form: 'PNG or JPEG, 4 MB at most.',
    save: 'Save',
    saved: 'Saved.',
    none: 'Not given yet',
  },
  sections: {
    head: 'Sections',
    all: 'all',
    some: (n, of) => `${String(n)} of ${String(of)}`,
    names: {
      summary: 'Summary',
      examined: 'Not examined',
      conditions: 'Method and conditions',
      map: 'Site map',
      strings: 'Strings',
      statistics: 'Statistics',
      measurements: 'Measurements',
      findings: 'Defects',
      claims: 'Claims',
      catalogue: 'Catalogue of defects',
      history: 'History',
      photos: 'Photos',
      annex: 'All modules',
    },
  },
  closing: {
    head: 'Before it is final',
    clean: 'Nothing is open that the hub knows of.',
    pending: (n) =>
      n === 1
        ? '1 module not checked, and nobody said why'
        : `${numberText(n)} modules not checked, and nobody said why`,
    conflicts: (n) => (n === 1 ? '1 conflict to settle' : `${numberText(n)} conflicts to settle`),
    no_session: (n) =>
      n === 1
        ? '1 string without a time under current'
        : `${numberText(n)} strings without a time under current`,
    no_severity: (n) => (n === 1 ? '1 defect without severity' : `${numberText(n)} defects without severity`),
    no_picture: (n) => (n === 1 ? '1 defect without a photo' : `${numberText(n)} defects without a photo`),
    pictures: (n) =>
      n === 1
        ? '1 photo is known and not on the hub yet'
        : `${numberText(n)} photos are known and not on the hub yet`,
    unused: {
      no_session: 'Nobody notes when strings have current in this audit.',
      no_severity: 'Nobody grades defects in this audit.',
      no_picture: 'There are no photos in this audit.',
    },
    waits: (names) => `Still on tablets: ${names}`,
    silent: (names) => `Not heard lately, there may be more marks: ${names}`,
    unknown: (names) => `Not known what is still on the tablet of: ${names}`,
    noCrew: 'Not known what is still on tablets: this hub keeps no crew.',
    make: 'Make it final',
    sure: 'What is marked later comes into the next version.',
    sureOpen: (n) => (n === 1 ? '1 point is still open.' : `${numberText(n)} points are still open.`),
    yes: 'Yes, final',
    yesOpen: 'Final all the same',
    back: 'Back',
    isFinal: (version) => `Version ${String(version)} is final.`,
    since: (n, version) =>
      `${n === 1 ? '1 change' : `${numberText(n)} changes`} since version ${String(version)}`,
  },
};
