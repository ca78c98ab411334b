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
      `${size}, ${numberText(audits)} ${plural(audits, 'audit', 'audits')}. Written, then read back: it is complete.`,
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
      'The browser downloads a whole copy: check it among its downloads. The hub does not count it as a backup.',
  },
};
