// Texts of an open audit that are not of the first load, in English: read right after it.
import { numberText } from '..';
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  aloneWhy: 'Nobody else is on this audit right now.',
  nowhere: 'on this audit',
  follow: 'Follow',
  followName: (name: string) => `Follow ${name}`,
  you: 'you',
  tray: (module, status) => `${module}: ${status}. Severity, comment?`,
  trayOther: 'Other…',
  back: (module) => `Back to ${module}`,
  undoTo: (what) => `Undo ${what}`,
  neighbours: 'Neighbouring modules',
  halt: (string) => `End of ${string}`,
  haltCount: (marked, total) => `${marked} of ${total} modules marked`,
  haltOn: (string, module) => `Go on: ${string}, ${module}`,

  quoted: (text: string) => `“${text}”`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nothing',
  everywhere: 'in all strings',
  lookEverywhere: 'Look everywhere',
  anew: 'Refresh',
  showAll: 'Show all',

  chat: {
    none: 'No messages yet. What you write here goes to the whole crew.',
    stays:
      'The v3.3 cloud holds no messages. They are on the hub; the tablet that sent one keeps it for up to 30 days as well.',
    kept: (until: string) => `kept here until ${until}`,
    write: 'Message to the crew',
    hint: 'Message, #M050, @name',
    send: 'Send',
    readOnly: 'You can read, but not write.',
    refused: (reason: string) => `Refused by the hub: ${reason}`,
    notKept: 'The tablet could not keep this message. Try again.',
  },

  history: {
    loading: 'Loading…',
    none: 'Never marked.',
    away: 'The history comes from the hub, which cannot be reached now.',
    commentCleared: 'comment cleared',
    stays:
      'The v3.3 cloud holds the last mark only. Earlier ones are on the hub; the tablets that sent them keep them for up to 30 days as well.',
    all: (n) => `The whole history (${numberText(n)})`,
    unseen: 'Marked without seeing the other mark',
    superseded: 'Arrived after a later mark',
  },

  sides: {
    line: 'Two people marked this module without seeing each other’s mark. The latest mark is shown.',
    confirm: 'Mark it again to confirm.',
    keepThis: 'Keep',
    wordless: 'no comment',
    orAnother: 'Or choose another value below.',
  },

  receiptLine: {
    tablet: 'Only on this tablet, not yet on the hub.',
    hub: 'On the hub, not yet in the cloud.',
    cloud: 'On the hub and in the cloud.',
    parked: 'On the hub. The cloud refuses it.',
  },

  refused: {
    title: 'Refused marks',
    why: 'The hub did not accept these marks. They stay here until you decide.',
    retry: 'Try again',
    drop: 'Delete',
  },
};
