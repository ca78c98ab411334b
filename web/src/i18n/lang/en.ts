// The English texts. The type keeps them complete; test/i18n.test.ts holds what the type can't see.
import { numberText } from '..';
import type { Messages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;

export const messages: Messages = {
  status: {
    ok: 'OK',
    inequality: 'Inequality',
    microcracks: 'Microcracks',
    dead: 'Dead',
    string_open: 'Open string',
    not_connected: 'Not connected',
    pending: 'Pending',
  },

  justNow: 'just now',

  nameTitle: 'Who are you?',
  nameWhy: 'Your name goes with each of your marks. The tablet asks for it only once.',
  nameLabel: 'Your name',
  nameGo: 'Start',
  nameRefused: (why) => `The hub did not take your new name (${why}). The old one stays.`,
  nameSave: 'Save',
  nameChange: (name) => `${name}, change name`,

  role: { viewer: 'Read only', technician: 'Technician', lead: 'Crew lead' },
  roleYours: (role) => `Your role: ${role}`,
  otherCode: 'I have another code',
  readOnly: 'You can read everything, but not mark. The crew lead can change your role.',

  joinTitle: 'Join the crew',
  joinWhere: 'Scan the QR code that the hub shows, or ask the crew lead for the 8-character code.',
  joinAs: (name) => `You are joining the crew as ${name}.`,
  joinCode: 'Crew code',
  joinGo: 'Join',
  joinNot: 'Later',
  joining: 'One moment…',
  joinShort: (length) => `The code has ${numberText(length)} characters.`,
  joinWrong: 'This code is wrong. Check it with the crew lead.',
  joinWait: (seconds) => `Too many tries. Try again in ${numberText(seconds)} s.`,
  joinAway: 'The hub does not answer. Retrying as soon as it can be reached.',
  outside: {
    expired: 'Your session has expired.',
    revoked: 'The crew lead has removed this tablet from the crew.',
    unknown: 'This hub does not know this tablet.',
  },
  outsideGoOn: 'Carry on marking: everything is kept here and will be sent once you have joined the crew.',

  crew: 'Crew',
  cancel: 'Cancel',

  audits: 'Audits',
  auditsLoading: 'Loading the audits…',
  auditsNone: 'No audit on this hub.',
  auditsUnread: 'The hub does not answer yet. The list will appear as soon as it can be reached.',
  auditsStale: 'List from before the connection was lost.',
  auditGone: (token) => `This hub has no audit “${token}”.`,
  auditDamaged: (token) =>
    `The hub cannot read the audit “${token}”. Delete nothing on this tablet, and tell the crew’s lead.`,
  auditGoneKept: (n) =>
    plural(n, 'Your unsent mark is kept.', `Your ${numberText(n)} unsent marks are kept.`),
  back: 'Back to the audits',
  close: 'Close',
  dismiss: 'Hide',

  progress: (marked, total) => `${numberText(marked)} of ${numberText(total)} modules marked`,
  defects: (n) => `${numberText(n)} ${plural(n, 'defect', 'defects')}`,
  conflicts: (n) => `${numberText(n)} ${plural(n, 'conflict', 'conflicts')}`,

  outdated: 'The hub has another version of this page. Your marks stay on the tablet.',
  reload: 'Reload',
  storageFull:
    'The tablet’s storage is full. Your marks come first: what the hub can send again is no longer kept here.',
  hubLost: 'Carry on marking: everything is kept on this tablet and will be sent by itself.',
  stayOpen: 'Do not close this page: it opens again only within reach of the hub.',
  hubUnreachableNow: 'The hub cannot be reached now.',
  hubAwayNew: 'The hub does not answer. The page will open as soon as it can be reached.',
  hubBusy: 'it is too busy. Retrying automatically.',
  hubBack: 'The hub is back.',
  waiting: (n) => `${numberText(n)} ${plural(n, 'entry', 'entries')} only on this tablet`,
  allSent: 'All marks are on the hub.',
  hubTrouble: (reason) => `The hub accepts no marks right now: ${reason}`,
  notLasting: 'This browser stores nothing: keep this tab open until everything is sent.',
  notKept: {
    full: 'The tablet’s storage is full: it could not keep the last mark. Delete something else on it, then mark it again.',
    silent:
      'The tablet’s storage did not answer: it could not keep the last mark. Mark it again. If this stays: close other apps and tabs, and reload this page where the hub is in reach.',
  },
  storageSilent:
    'The tablet’s storage does not answer. What you marked earlier is still in it: open this page again where the hub is in reach. Until then keep this tab open.',
  notices: 'From the hub:',

  refusedCount: (n) => `${marks(n)} refused by the hub`,
  refusedShow: 'Show',

  grid: 'Modules by string',
  auditLoading: 'Loading the audit…',
  auditUnread: 'The hub does not answer, and this tablet does not have this audit yet.',
  string: (n) => `String ${String(n)}`,
  offPlan: 'Off the plan',
  position: (n) => `position ${String(n)}`,
  hasComment: 'comment',
  notExamined: 'not examined',
  hasPhoto: 'photo',
  conflict: 'conflict',
  openedBy: (name) => `open on ${name}’s tablet`,

  here: (n) => `${numberText(n)} ${plural(n, 'person', 'people')} on this audit`,

  markAs: (mark, key) => `${mark} (key ${key})`,
  takeBack: 'Clear the mark',
  comment: 'Comment',
  commentHint: 'Optional',
  commentSave: 'Save the comment',
  alsoOpen: (names) => `Also open here: ${names}.`,
  markedBy: (name, time) => `${name}, ${time}`,
  history: 'History',
  historyComment: (comment) => `“${comment}”`,
  said: (module, status) => `${module}: ${status}`,
  saidComment: (module) => `${module}: comment saved`,

  receipt: {
    tablet: 'only on this tablet',
    hub: 'not yet in the cloud',
    cloud: 'in the cloud',
    parked: 'refused by the cloud',
  },
  notInCloud: (n) => `${modules(n)} not yet in the cloud`,
  opsNotInCloud: (n) => `${numberText(n)} ${plural(n, 'entry', 'entries')} not yet in the cloud`,
  allInCloud: 'Everything is in the cloud',
  modulesInCloud: 'All modules are in the cloud',
  parkedCount: (n) => `${modules(n)} refused by the cloud`,
  catchUp: (done, total) => `Sending: ${numberText(done)} of ${numberText(total)}`,

  updateReady: 'A new version of the page is ready. It opens on the next load.',
  updateNow: 'Open it now',

  pillOpen: (reach) => `${reach}: hub, cloud and files`,

  /** Marking: the sheet, several modules at once, and the way back. */
  marking: {
    bar: 'Marking',
    goOn: 'Mark and go to the next',
    nothingLeft: 'All modules are marked.',
    phrasesLabel: 'Ready phrases',
    phrasesOwn: 'Your last phrases',
    phrases: ['Broken glass', 'Hot spot', 'Junction box', 'Shading', 'Soiling', 'Look again'],
    pick: 'Select',
    picked: (n) => `${numberText(n)} selected`,
    pickEnd: 'Cancel',
    wholeString: 'Whole string',
    allUnmarked: 'All unmarked',
    allOk: (n) => `Rest OK (${numberText(n)})`,
    allOkAsk: (n, noted) =>
      `Mark ${modules(n)} as OK?${noted > 0 ? ` ${numberText(noted)} with a comment ${plural(noted, 'stays', 'stay')} unmarked.` : ''}`,
    allOkYes: 'Mark as OK',
    modules,
    became: (what, status) => `${what} → ${status}`,
    undo: 'Undo',
    redo: 'Redo',
    undone: (n) => `${marks(n)} undone`,
    undonePartly: (n, left) => `${marks(n)} undone, ${numberText(left)} left: changed since`,
  },

  /** Which modules are shown, and how. */
  view: {
    all: 'All',
    tab: (n) => `S${String(n)}`,
    tabOff: 'Others',
    addString: 'Add a string',
    editLayout: 'Change the strings',
    markedHidden: (name, module) => `${name} marked ${module}, which is hidden.`,
    tabLabel: (name, marked, total) => `${name}, ${numberText(marked)} of ${numberText(total)}`,
    toggle: 'Filter, search, change the view',
    how: 'View',
    hows: { cells: 'Strings', plan: 'Plan', overview: 'Whole site' },
    search: 'Find a module',
    filter: {
      unmarked: 'Unmarked',
      defects: 'Defects',
      conflicts: 'Conflicts',
      mine: 'Mine',
    },
    overviewLabel: (marked, total, defects) =>
      `The whole site: ${numberText(marked)} of ${numberText(total)} marked, ${numberText(defects)} ${plural(defects, 'defect', 'defects')}`,
    away: 'This view is not on this tablet yet: it loads as soon as the hub answers.',
  },

  /** The first screen: the audits, and what a lead does with them. */
  home: {
    search: 'Search audits',
    newAudit: 'New audit',
    import: 'Import a file',
    noneFound: (search: string) => `No audit matches “${search}”.`,
    archived: (n: number) => `${numberText(n)} archived ${plural(n, 'audit', 'audits')}`,
    drop: 'Drop the file here',
    menu: (audit: string) => `Actions for ${audit}`,

    done: 'Complete',
    made: (time: string) => `created ${time}`,
    untouched: 'Not started yet',
    last: (ago: string) => `Last mark ${ago}`,
    presentMore: (names: string, n: number) => `${names} and ${numberText(n)} others`,

    fileTooLarge: 'it is too large.',
    fileUnread: 'this device could not read it.',

    saved: (name: string) => `Saved in the downloads: ${name}`,
    report: 'Report to print',
    reportInstead: 'This view does not print whole. Print the report: behind the filter button.',
    archivedNow: (audit: string) => `${audit} is archived`,
    unarchived: (audit: string) => `${audit} is back`,
    removed: (audit: string) => `${audit} is removed`,
  },

  /** Whether this tablet and the hub speak with one another. */
  sync: {
    states: { yes: 'Sync ON', no: 'Offline', off: 'Sync OFF', unknown: 'Looking for the hub…' },
    off: 'Nothing leaves this tablet and nothing arrives; everything you mark is kept here.',
    stop: 'Turn sync OFF',
    goOn: 'Turn sync ON',
  },

  settings: {
    title: 'Settings',
    changeName: 'Change name',
  },

  /** The others on an audit: where they are, what they did, and what is said among the crew. */
  together: {
    alone: 'Only you',
    hereNames: (n: number, names: string) => `${messages.here(n)}: ${names}`,
    following: (name: string) => `Following ${name}`,

    one: (name: string, module: string, status: string) => `${name}: ${module} → ${status}`,
    same: (name: string, n: number, status: string) => `${name}: ${modules(n)} → ${status}`,
    some: (name: string, n: number) => `${name}: ${modules(n)}`,
    many: (people: number, n: number) =>
      `${numberText(people)} ${plural(people, 'person', 'people')}: ${modules(n)}`,
    show: 'Show',
    conflict: (name: string, module: string, shows: string) =>
      `${module}: you and ${name} marked it differently. ${shows} is shown.`,
    conflictOwn: (module: string, shows: string) =>
      `${module}: your mark differs from another one. ${shows} is shown.`,
    conflictOthers: (module: string, shows: string, name: string) =>
      `${module} was marked differently by two people: ${shows} (${name}) is shown.`,
    conflicts: (n: number) => `${numberText(n)} ${plural(n, 'conflict', 'conflicts')} with your marks`,
    conflictTitle: 'Conflict',

    chat: 'Messages',
    chatNew: (n: number) => `Messages, ${numberText(n)} new`,
    wrote: (name: string, text: string) => `${name}: ${text}`,
    open: 'Open',
  },
};
