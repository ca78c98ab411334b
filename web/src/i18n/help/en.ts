// Texts of the help, in English: not of the first load.
import type { HelpTexts } from './fr';

export const help: HelpTexts = {
  title: 'Help',
  /** What there is to choose from. */
  part: 'Part',
  parts: { guide: 'Guide', keys: 'Keys', news: 'What’s new', about: 'About' },
  away: 'This page is not on this tablet yet: it loads as soon as the hub answers.',
  about: {
    what: 'fieldhub: the hub of a crew that marks photovoltaic modules, by night, without internet.',
    hub: (name, version) => `Hub ${name}, version ${version}`,
    page: (version) => `Page, version ${version}`,
    licences: 'The free libraries in it and their licences are listed in the hub’s package (SBOM).',
  },
  /** Keys as they are written on a keyboard, one after the other, and what they do. */
  keys: [
    ['↑ ↓ ← →', 'Module after, before, above, below'],
    ['Home End', 'First, last module'],
    ['PageDown PageUp', 'Next, previous string'],
    ['Enter', 'Open the module; in the sheet: save the comment'],
    ['1 … 6', 'In the sheet: choose what you see, in the order of the buttons'],
    ['Esc', 'Close what is open'],
    ['/', 'Find a module'],
    ['Ctrl+Z', 'Undo'],
    ['Ctrl+Y', 'Redo'],
    ['Ctrl+Enter', 'In a comment of several lines: save'],
    ['?', 'This help'],
  ],
};
