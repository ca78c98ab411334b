// Texts of what leads see of the hub itself, in English: read with that, and not before anything is shown.
import { numberText } from '..';
import type { LeadTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const lead: LeadTexts = {
  backups: {
    title: 'Backups of the hub',
    reading: 'Loading…',
    none: 'This hub knows of no backup.',
    last: (time, ago) => `Last backup: ${time} (${ago})`,
    holds: (size, audits) =>
      `${size}, ${numberText(audits)} ${plural(audits, 'audit', 'audits')}. Written, then read back. The pictures of photos are not part of it.`,
    onStick: (label) => `On the USB stick ${label}`,
    inFile: (file) => `In the file ${file}`,
    old: 'It is more than two days old: make another one.',
    daily: (label) => `One is made every day, and when the USB stick named ${label} is plugged in.`,
    notDaily: 'No backup is made automatically.',
    toStick: (label) => `It goes to the USB stick named ${label}, plugged into the hub.`,
    toDir: (dir) => `It goes to the folder ${dir} of the hub.`,
    now: 'Back up now',
    wanted: 'Asked for…',
    copying: 'The hub prepares the copy…',
    writing: (bytes, of) => `Writing: ${bytes} of ${of}`,
    checking: 'Reading it back and comparing… Do not pull the stick out.',
    done: 'Done: the backup is written and read back.',
    failed: (time) => `No backup (${time}):`,
    problems: {
      nobody:
        'nothing began. Most often no stick named FIELDHUB is plugged into the hub. Otherwise type on the hub: sudo fieldhub service install',
      no_stick: 'no USB stick named FIELDHUB is plugged into the hub.',
      read_only: 'the stick is read-only: locked or damaged. Use another one.',
      mount: 'the stick is there, but the hub cannot open it. Format it as FAT32 or exFAT.',
      no_room: 'there is not enough room: make some, or use a larger stick.',
      not_the_same: 'what was read back is not what was written. Use another stick.',
      hub_full: 'the hub’s disk has no room to prepare the copy.',
      broken_off: 'it began, and then nothing was heard of it. Was the stick pulled out?',
      other: 'it could not be written.',
    },
    words: 'Details (the hub’s words)',
    noStick: (label) =>
      `No stick? Take any USB stick, name it ${label} on a computer, plug it into the hub, then try again.`,
    device: 'Copy to this device',
    deviceWhy:
      'The browser downloads a copy (without the pictures of photos): check it among its downloads. The hub does not count it as a backup.',
  },

  start: {
    title: 'This hub',
    intro: 'Six points, in any order. You can leave this page and come back: Crew, then “This hub”.',
    link: 'This hub: getting started',

    name: 'Name of the hub',
    nameIs: (name) => `It is called ${name}.`,
    nameDefault: 'It has no name of its own yet.',
    nameNew: 'New name, such as Van 1',
    writeInto: (file) =>
      `The hub cannot change its own settings. On its machine, write this line at the very top of ${file} (remove the one before):`,
    writeAtEnd: (file) => `At the end of ${file}, write:`,
    thenType: 'Then type, on the hub’s machine:',
    startAgain: 'This hub was started by hand: start it again with this option.',

    wifi: 'Wi-Fi and poster',
    wifiIs: (ssid) => `Tablets join ${ssid}.`,
    wifiNone: 'The hub knows of no Wi-Fi.',
    wifiMake:
      'The hub can make its own. That cannot be done from here: type on its machine, with your words:',
    wifiOther: 'If the tablets use another Wi-Fi, nothing to do: the poster leaves room to write it by hand.',
    joined: (n) =>
      n === 0
        ? 'Nobody else has joined yet: show the poster.'
        : `${numberText(n)} other ${plural(n, 'person has', 'people have')} joined.`,
    poster: 'See the poster and the codes',

    cloud: 'A cloud',
    cloudNone: 'No cloud is set.',
    cloudReached: 'The cloud has answered since the hub’s start.',
    cloudNotReached: 'The cloud has not answered yet since the hub’s start.',
    cloudWhy:
      'Without a cloud everything stays on this hub and on the tablets. Try the address and the token here: the hub really calls, and changes nothing.',
    cloudUrl: 'Address (fieldhub+https://… for another fieldhub)',
    cloudToken: 'Token, if it needs one',
    cloudTry: 'Try',
    cloudTrying: 'Calling…',
    cloudWorks: 'It answers and lets this hub in.',
    cloudAnswers:
      'It answers as a cloud does, but knows no audit of this hub. Whether it accepts the token shows only with an audit that it has too.',
    cloudFails: 'The trial failed.',
    tokenFile: 'For the token, type this on the hub’s machine, paste the token, Enter, then Ctrl+D:',

    doctor: 'Check of the machine',
    doctorLooks: 'Checking…',
    doctorFine: 'Nothing to do, as far as the hub can see.',
    doctorFound: (n) => `${numberText(n)} ${plural(n, 'point', 'points')} to look at`,
    doctorWords: 'In the hub’s words:',
    doctorRest: (good, unknown) =>
      `${numberText(good)} ${plural(good, 'point is', 'points are')} in order. ${numberText(unknown)} cannot be seen from here; this command, on the hub’s machine, sees all:`,
    doctorAgain: 'Check again',

    audit: 'First audit',
    auditsNone: 'There is none yet.',
    auditsThere: (n) => `${numberText(n)} ${plural(n, 'audit', 'audits')} on this hub.`,
    auditNew: 'New audit',
    auditImport: 'Import a file',
    auditDemo: 'Try a demonstration',
    auditDemoWhy: 'The demonstration is a small ordinary audit: remove it afterwards.',
    auditDemoCloud:
      'The demonstration is a small ordinary audit, which goes up to the cloud too: remove it afterwards.',
    demoName: 'Demonstration',
  },

  empty: {
    lead: 'Create one, or drop a plan, a tablet export or a CSV file here. Is the hub new? Getting started shows the rest, step by step.',
    start: 'Getting started with the hub',
    demo: 'Try a demonstration',
    technician: 'Ask the crew lead to create one on the hub: it appears here by itself.',
  },
};
