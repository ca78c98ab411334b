// Texts of the crew's screen, of its tablets and of the poster, in English: read with that screen, and not before anything is shown.
import { numberText } from '..';
import type { CrewTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;

export const crew: CrewTexts = {
  loading: 'Loading the crew…',
  members: (n) => `${numberText(n)} ${plural(n, 'person', 'people')} in the crew`,
  gone: (n) => `${numberText(n)} removed`,
  lastLead: 'The crew needs a lead: make someone else a lead first.',

  codes: 'Codes to join with',
  code: { code: 'Crew code', 'lead-code': 'Leads’ code', 'viewer-code': 'Viewers’ code' },
  codeFor: {
    code: 'For technicians: they read and mark.',
    'lead-code':
      'For another lead, who creates and removes audits, looks after the crew and sees these codes.',
    'viewer-code': 'For the client or the office: they read everything and mark nothing.',
  },
  codeQr: (what) => `QR code: ${what}`,
  codeShow: 'Show',
  codeHide: 'Hide',
  codeNew: 'New code',
  codeAsk: 'The old code will stop working. Those who have joined stay in.',
  codeYes: 'Change the code',

  memberRole: (name) => `Role of ${name}`,
  memberJoined: (time) => `joined ${time}`,
  memberSeen: (time) => `seen ${time}`,
  memberOut: 'Removed',
  remove: 'Remove',
  removeLabel: (name) => `Remove ${name}`,
  removeTitle: (name) => `Remove ${name} from the crew?`,
  removeWhat: (name) =>
    `${name} can no longer read or send. What is on the hub stays there; what still waits on their tablet stays on it, too.`,
  removeUnsent: (n) => `${marks(n)} of this tablet ${plural(n, 'is', 'are')} not on the hub.`,
  removeCodes: {
    technician: 'Change the crew code as well',
    viewer: 'Change the crew code and the viewers’ code as well',
    lead: 'Change all three codes as well',
  },
  removeCodesWhy: 'Otherwise the old code is enough to come back. The others stay in the crew.',
  removeGo: 'Remove',
  removed: (name) => `${name} is removed.`,
  removedNewCode: (name, code) => `${name} is removed. New crew code: ${code}. Replace the poster.`,
  removedOldCode: (name) => `${name} is removed, but the code could not be changed. Change it here.`,
  readmit: 'Readmit',
  readmitLabel: (name) => `Readmit ${name}`,

  tablets: {
    title: 'Tablets',
    allSent: (n) =>
      n === 1
        ? 'Everything is on the hub, from the tablet.'
        : `Everything is on the hub, from all ${numberText(n)} tablets.`,
    wait: (n, names) => `${marks(n)} still ${plural(n, 'waits', 'wait')} on tablets: ${names}`,
    waitOf: (name, n) => `${name} (${numberText(n)})`,
    notNow: 'Not heard from lately:',
    notNowOf: (name, ago) => `${name} (${ago})`,
    unknown: 'Not known:',
    unsent: (n) => `${marks(n)} only on this tablet`,
    none: 'everything is on the hub',
    refused: (n) => `${marks(n)} refused by the hub`,
    notTold: 'unsent marks: not known',
    as: (ago) => `last heard: ${ago}`,
    page: (version) => `page ${version}`,
    pageOld: (version, hub) => `page ${version}, the hub has ${hub}`,
    battery: (percent) => `battery ${numberText(percent)} %`,
    charging: (percent) => `battery ${numberText(percent)} %, charging`,
  },

  poster: {
    title: 'To scan',
    print: 'Print the sheet',
    language: 'Language',
    second: 'Second language',
    none: 'none',
    noOrigin: 'The hub does not know its own address: set it (origin, under [lan] in the settings).',
  },
};
