// The English texts of /verify.
import type { VerifyTexts } from './fr';

const named = (name: string | null) => (name === null ? '' : ` (${name})`);

export const verify: VerifyTexts = {
  title: 'Verify a report',
  why: 'This page says whether a report is as the hub wrote it. The file stays on this device: nothing is sent, and no network is needed.',
  choose: 'Choose files',
  drop: 'or drop them here: PDF, page, workbook, JSON, bundle; or all files of a report’s folder.',
  key: 'Key on the hub’s poster (optional)',
  keyHow: 'For example 3f2a 91bc 77d0 12ef 5a60 c4d9.',
  busy: 'Checking…',
  back: 'Go to the audits',
  limits: 'The signature does not prove that what was entered is true, nor when it happened.',
  compare: 'Compare the key with the hub’s poster: anybody can sign with a key of their own.',
  audit: 'Audit',
  draft: 'draft',
  version: (number) => `version ${number}`,
  position: 'Last operation',
  made: 'Made on',
  hub: 'What the hub calls itself',
  fingerprint: 'Key of the hub',
  verdicts: {
    genuine: 'Genuine: nothing was changed since it was signed.',
    expected: 'Genuine: nothing was changed, and the key is the one that you typed.',
    named: 'Genuine: this is the file that the report names.',
    altered: 'Altered: this is not what the hub wrote.',
    proof: 'Altered: the proof in the file is damaged or was changed.',
    other: 'Signed by another hub: the key is not the one that you typed.',
    version: 'Genuine by itself, but of another version than the JSON chosen with it.',
    unsigned:
      'Not signed: made before hubs signed, or the signature was taken out, or it is no file that they sign. Choose a table or a picture together with the report.json of its folder.',
    head: 'Not signed: the file says where it comes from, and nothing protects it. The signature was taken out, or the hub no longer had its key.',
    unread: 'This file cannot be read.',
    resaved:
      'Not signed: if a hub made this workbook, another program has saved it again since, also without a change. Its signature is lost; ask for the file as it was given away.',
    rescue:
      'Not signed: these are the unsent marks of a tablet, and a tablet has no key of a hub. Nothing shows that nobody has changed them.',
  },
  places: {
    module: {
      altered: (row, name) => `Module ${row} of the list was altered${named(name)}.`,
      removed: (row) => `Module ${row} of the list was taken out.`,
      added: (row, name) => `Before module ${row} of the list one was put in${named(name)}.`,
      moved: (row, name) => `Module ${row} of the list was moved${named(name)}.`,
    },
    part: {
      altered: (audit, from, to) =>
        `In operations ${from} to ${to} of audit ${audit}, or right behind them. The program fieldhub verify tells which one.`,
      removed: (audit, from, to) => `Operations ${from} to ${to} of audit ${audit} were taken out.`,
    },
    saved: 'Another program has saved it again, in a form of its own. Ask for the file as it was given away.',
    list: 'In the list that tells which module was altered; others may have been.',
    around: 'In what is said of the audit, or of the file. All modules are as they were written.',
    frame: 'In what frames the operations.',
    more: (count) => `And ${count} more.`,
  },
  clocks: {
    network: 'by a clock that the network kept',
    upstream: 'by a clock that another server had set',
    person: 'by a clock that a person had set',
    tablets: 'by a clock that the tablets had set',
    none: 'by a clock that nobody had confirmed',
    contradicted: 'the tablets said another time',
  },
};
