// Texts of the panel of the hub, the cloud and files, in English: read with it, and not before anything is shown.
import { numberText } from '..';
import type { PanelTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;

export const panel: PanelTexts = {
  panelTitle: 'Synchronisation',
  places: 'Where your entries are',
  placeTablet: 'Entries (marks, messages) only on this tablet',
  placeHub: 'Modules on the hub',
  placeBehind: 'Modules on the hub, not yet in the cloud',
  placeBehindOps: 'Entries on the hub, not yet in the cloud',
  placeCloud: 'Modules in the cloud',
  placeNoCloud: 'In the cloud',
  cleared: (n) =>
    `${numberText(n)} of them ${plural(n, 'has', 'have')} no status (mark cleared, or a comment alone) and ${plural(n, 'is', 'are')} sent too.`,
  cloudTitle: 'From the hub to the cloud',
  panelReading: 'Loading…',
  panelStale: (reason) => `As last known: ${reason}`,
  reasons: {
    unreachable: 'Out of reach for now: no network, or nothing answers at this address.',
    no_connection: 'Out of reach for now: no connection in time.',
    no_answer: 'The connection is too weak: no answer in time. Retrying automatically.',
    stalled: 'The connection is too weak: it stalled. Retrying automatically.',
    broken_off: 'The connection is too weak: it broke off. Retrying automatically.',
    not_http: 'There is no hub at this address: the lead must check it.',
    not_hub: 'What answers is not a hub: check the address, or whether there is a page to log in to.',
    elsewhere: 'Something else answers at this address: is there a page to log in to?',
    bad_answer: 'Its answer cannot be read. Retrying automatically.',
    address: 'The address cannot be used: the lead must check it.',
    tls: 'Its secure connection is not accepted.',
    lets_nobody_in: 'It refuses this hub: the lead must check the token of this upstream.',
    asks_to_wait: 'The cloud asks to wait. Retrying automatically.',
    in_trouble: 'The cloud is in trouble. Retrying automatically.',
    refuses_audit: 'The cloud refuses a whole audit. Retrying automatically.',
    here: 'Something is wrong on this hub: see “fieldhub doctor”.',
    audit_unread: 'An audit cannot be read on this hub; the others go up.',
    hours: 'Outside its sending hours. Sending resumes by itself.',
    budget: 'Today’s data allowance is used up. Sending resumes at midnight (UTC).',
    photos_full: 'No room left for photos in the cloud. Entries are still sent.',
    photos_full_here: 'No room left on this hub for photos from the cloud. Entries are still sent.',
    no_photos: 'The cloud is of an older version without photos: they stay on this hub.',
    itself: 'It is this hub itself, or a copy of it: it cannot send to itself.',
    same_hub:
      'Another hub has the same identity (a copied card): type “fieldhub identity new” on one of the two.',
    newer: 'The other hub is newer: install the same version here.',
    settings: 'Its settings cannot be used: the token’s file, a certificate or a proxy.',
  },
  reasonUnknown: 'The hub is waiting.',
  details: 'Details (the hub’s words)',
  upstreamNone: 'This hub sends nothing on.',
  upstreamSet: 'Try and set a cloud',
  upstreamIdle: 'Up to date',
  upstreamUntried: 'Not tried yet: no audit to send there',
  upstreamPending: (n) => `${numberText(n)} ${plural(n, 'module', 'modules')} to send`,
  upstreamPendingOps: (n) => `${numberText(n)} ${plural(n, 'entry', 'entries')} to send`,
  upstreamSending: 'Sending',
  upstreamSendingOf: (done, total) =>
    `Sending: ${numberText(done)} of ${numberText(total)} ${plural(total, 'module', 'modules')}`,
  upstreamSendingOpsOf: (done, total) =>
    `Sending: ${numberText(done)} of ${numberText(total)} ${plural(total, 'entry', 'entries')}`,
  upstreamWaiting: (seconds) => `Next try in ${numberText(seconds)} s`,
  upstreamWaitingSoon: 'Next try any moment now',
  upstreamPaused: 'Paused',
  upstreamLast: (time) => `Last answer: ${time}`,
  upstreamNever: 'Never reached since the hub was started',
  upstreamShown:
    'This cloud (v3.3) holds what each module shows: no messages, no earlier marks. The tablets that sent those keep them for up to 30 days.',
  upstreamLeftOut: (n, example) =>
    `It tells of ${n === 1 ? '1 row' : `${numberText(n)} rows`} that no mark can be made of, such as ${example}`,
  upstreamBytes: (sent, received) => `Today: ${sent} sent, ${received} received`,
  upstreamBudget: (used, budget) => `${used} of ${budget} a day`,
  syncNow: 'Send now',
  syncing: 'Trying…',
  sentNow: {
    asked: 'Trying…',
    done: 'Everything has arrived.',
    left: 'Partly sent, still going.',
    failed: 'It did not work.',
    nothing: 'Nothing to send there: the address was not tried.',
  },

  parkedTitle: 'Refused by the cloud',
  parkedWhy: 'These modules are on the hub. The cloud refuses them as they are.',
  parkedDropped: 'left out',
  parkedReason: (upstream, reason) => `${upstream}: ${reason}`,
  parkedReasons: {
    refused: 'the cloud does not accept it as it is.',
    fails_over_one: 'the cloud takes other modules, and fails over this one.',
    hidden: 'a lead has hidden this module: it is sent when it is shown again.',
    taken_back:
      'it is to be inspected again here, and this cloud cannot take a mark back: mark it again, or leave it out.',
    comment_alone: 'it has a comment but no finding, which this cloud does not know: mark its finding.',
  },
  parkedRetry: 'Try again',
  parkedRetryLabel: (module) => `Try ${module} again`,
  parkedDrop: 'Leave out',
  parkedDropLabel: (module) => `Leave ${module} out`,
  parkedRetryAll: 'Try all again',
  parkedMore: (n) => `and ${numberText(n)} more`,

  carryTitle: 'Without any connection',
  bundle: 'Download a bundle',
  bundleWhy:
    'All the data of this hub, in one file for a USB stick. Another hub reads it with “fieldhub bundle import FILE”, as often as you like.',
  bundleBusy: 'Downloading…',
  bundleSaved: (name) => `Saved: ${name}`,
  marksFile: 'Save my marks',
  marksFileWhy:
    'If the hub has broken down: the marks of this tablet, in a file that “fieldhub bundle import FILE” reads as well. They stay on the tablet.',
  marksFileCount: (audit, n, waiting) =>
    `${audit}: ${marks(n)}, ${numberText(waiting)} of them not on the hub yet`,
  marksFileUntil: (time) =>
    `What is on the hub stays on this tablet as well, until another fieldhub has it; the oldest until ${time} at the latest.`,
  forgets: (days, until) =>
    `This browser (Safari) deletes everything that this page keeps if nobody opens it for ${numberText(days)} days: open it again before ${until}. Or, once everything is sent: Share, “Add to Home Screen”, and work from there.`,
  marksFileLabel: (audit) => `Save my marks of ${audit}`,
  marksFileNone: 'Nothing to save on this tablet: all its marks are in a safe place.',
  marksFileSaved: 'Saved in the downloads of the tablet.',
};
