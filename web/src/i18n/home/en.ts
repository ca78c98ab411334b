// Texts of the dialogs of the first screen (new audit, sharing, removing), in English: not of the first load.
import { numberText } from '..';
import type { HomeTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;

export const home: HomeTexts = {
  saveCsv: 'Export as CSV',
  saveJson: 'Export as JSON',
  archive: 'Archive',
  unarchive: 'Unarchive',
  newTitle: 'New audit',
  newGo: 'Create the audit',
  name: 'Name',
  nameNeeded: 'Give the audit a name.',
  client: 'Client (optional)',
  location: 'Location (optional)',
  strings: 'Strings',
  stringsHow: '26, 24x9: one string of 26 modules, then nine of 24.',
  stringsBad: (part: string) => `“${part}” is not a number of modules. Write for example 26, 24x9.`,
  stringsMany: 'An audit has at most 20,000 modules.',
  stringsNone: 'Enter the number of modules of each string.',
  layoutTotal: (n: number, strings: number) =>
    `${modules(n)} in ${numberText(strings)} ${plural(strings, 'string', 'strings')}`,
  listOpen: 'Set string by string',
  listClose: 'Close the list',
  stringLess: 'Remove the last',
  stringMore: 'Add a string',
  share: 'Share by QR code',
  shareTitle: (audit: string) => `Open ${audit}`,
  shareQr: (audit: string) => `QR code that opens the audit ${audit}`,
  shareHow: 'Scan it with the camera of another tablet, on the same Wi-Fi.',
  details: 'Name, client and location',
  remove: 'Remove…',
  removeTitle: (audit: string) => `Remove ${audit}?`,
  removeWhat: (n: number, marked: number) =>
    `${modules(n)}, ${numberText(marked)} marked, with their history and messages: all of it will be erased from this hub, for everyone.`,
  removeWaiting: (n: number) => `${marks(n)} of this tablet ${plural(n, 'is', 'are')} not on the hub yet.`,
  removePending: (n: number) => `${marks(n)} ${plural(n, 'is', 'are')} not in the cloud yet.`,
  removeShown:
    'The cloud holds what the modules show. Their history and the messages are on this hub only, and on tablets for up to 30 days.',
  removeNoCloud: 'This audit is not in any cloud: this hub is the only one that has it.',
  removeSure: 'I know that all of it will be lost.',
  removeGo: 'Remove for good',
};
