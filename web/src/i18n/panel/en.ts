// The English texts of the panel behind the hub.
import type { PanelMessages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const en: PanelMessages = {
  panelTitle: 'From the hub to the cloud',
  panelReading: 'Reading…',
  panelStale: (reason) => `As last known: ${reason}`,
  upstreamNone: 'This hub sends nothing any further.',
  upstreamIdle: 'Up to date',
  upstreamPending: (n) => `${n} to send`,
  upstreamSending: 'Sending',
  upstreamSendingOf: (done, total) => `Sending: ${done} of ${total}`,
  upstreamWaiting: (seconds) => `Next try in ${seconds} s`,
  upstreamWaitingSoon: 'Next try at any moment',
  upstreamPaused: 'Paused',
  upstreamLast: (time) => `Last success: ${time}`,
  upstreamNever: 'No success since the hub was started',
  upstreamBytes: (sent, received) => `Today: ${sent} sent, ${received} received`,
  upstreamBudget: (used, budget) => `${used} of ${budget} a day`,
  syncNow: 'Send now',
  syncing: 'Trying…',
  sentNow: {
    asked: 'Trying…',
    done: 'Everything has arrived.',
    left: 'It worked; the rest follows.',
    failed: 'It did not work.',
  },

  parkedTitle: 'Refused by the cloud',
  parkedWhy: 'These modules are on the hub. The cloud does not take them as they are.',
  parkedRetry: 'Try again',
  parkedRetryLabel: (module) => `Try ${module} again`,
  parkedDrop: 'Leave out',
  parkedDropLabel: (module) => `Leave ${module} out`,
  parkedRetryAll: 'Try all again',
  parkedMore: (n) => `and ${n} more`,

  carryTitle: 'Without any connection',
  bundle: 'Download a bundle',
  bundleWhy:
    'Everything that this hub knows, in one file for a USB stick. Another hub reads it with “fieldhub bundle import FILE”, as often as you like.',
  bundleBusy: 'Downloading…',
  bundleSaved: (name) => `Saved: ${name}`,
  marksFile: 'Save my marks',
  marksFileWhy:
    'If the hub is dead: the marks of this tablet, in a file that “fieldhub bundle import FILE” reads as well. They stay on the tablet.',
  marksFileCount: (audit, n, waiting) =>
    `${audit}: ${String(n)} ${plural(n, 'mark', 'marks')}, ${String(waiting)} of them not on the hub`,
  marksFileLabel: (audit) => `Save my marks of ${audit}`,
  marksFileNone: 'This tablet has no mark to save: they are in a safe place.',
  marksFileSaved: 'Saved in the downloads of the tablet.',
};
