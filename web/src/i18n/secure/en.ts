// The English texts of moving to HTTPS and of what comes with it.
import type { SecureMessages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${String(n)} ${plural(n, 'mark', 'marks')}`;

export const en: SecureMessages = {
  title: 'HTTPS',
  checking: 'Looking whether this tablet trusts the hub…',
  untrusted:
    'This hub has an HTTPS address as well. Once its certificate is installed, the page opens even without a network, and can be put on the home screen.',
  untrustedForeign:
    'This hub has an HTTPS address as well, but this browser does not trust its certificate. The crew lead knows who signed it.',
  install: 'Install the certificate',
  trusted:
    'This tablet trusts the hub. With HTTPS the page opens even without a network. Your unsent marks come along.',
  goOn: 'Go on with HTTPS',
  asked: 'Answer the question on the new page. Nothing leaves this one before.',
  declined: 'Nothing was moved.',
  failed: 'The move did not come to an end. Everything is still here; try again.',
  moved: (origin) => `This tablet now works on ${origin}. Nothing is left here.`,
  movedLeft: (origin, n) =>
    `This tablet now works on ${origin}, but ${marks(n)} ${plural(n, 'was', 'were')} made here since.`,
  movedGo: 'Go there',
  takeAlong: 'Take them along',

  handTitle: 'Go on with HTTPS',
  handLooking: 'Asking the other page what it keeps…',
  handFrom: (origin) => `On ${origin}, this tablet keeps:`,
  handName: (name) => `the name of ${name} and their place in the crew`,
  handUnsent: (n) => `${marks(n)} not yet on the hub`,
  handSent: (n) => `${marks(n)} already sent, kept until ${plural(n, 'it is', 'they are')} in the cloud`,
  handAsk: 'Take all of it over here?',
  handWhy: 'The old page forgets nothing before all of it is kept here.',
  handYes: 'Yes, take it over',
  handNo: 'No, begin without',
  handTaking: 'Keeping it…',
  handDone: (n) => (n === 0 ? 'Everything is here.' : `${marks(n)} ${plural(n, 'is', 'are')} here.`),
  handDoneGone: 'The old page is empty and can be closed. Work here from now on.',
  handDoneThere:
    'The old page did not answer: it may still show them. That does no harm, nothing will count twice.',
  handGo: 'Go on',
  handAlone: 'The other page does not answer',
  handAloneWhy:
    'The move to HTTPS begins on the old page: open it, and tap “Go on with HTTPS”. Nothing is lost, everything is still there.',
  handAway: 'The hub does not answer',
  handAwayWhy: 'Nothing was moved. Try again when it can be reached.',
  handFailed: 'This browser could keep nothing',
  handFailedWhy: 'Nothing is lost: everything is still on the old page. Storage full, or a private window?',
  handRetry: 'Try again',
  handOld: 'Back to the old page',

  homeTitle: 'On the home screen',
  homeWhy: 'The page then opens like an app, even without a network.',
  homeGo: 'Install on the home screen',
  homeIos:
    'In Safari: tap Share, then “Add to Home Screen”. Send all your marks first: the app keeps its own ones apart, and asks for the crew code once.',
};
