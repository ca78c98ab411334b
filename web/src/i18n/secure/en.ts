// Texts of the way to HTTPS, in English: read with it, and not before anything is shown.
import { numberText } from '..';
import type { SecureTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'mark', 'marks')}`;

export const secure: SecureTexts = {
  title: 'HTTPS',
  checking: 'Checking whether this tablet trusts the hub…',
  untrusted:
    'This hub also has an HTTPS address. Once its certificate is installed, the page opens even without a network, and can be added to the home screen.',
  untrustedForeign:
    'This hub also has an HTTPS address, but this browser does not trust its certificate. The crew lead knows who signed it.',
  install: 'Install the certificate',
  trusted:
    'This tablet trusts the hub. With HTTPS the page opens even without a network. Your unsent marks come with you.',
  goOn: 'Continue with HTTPS',
  asked: 'Answer the question on the new page. Until then nothing leaves this one.',
  declined: 'Nothing was moved.',
  failed: 'The move did not finish. Everything is still here; try again.',
  moved: (origin) => `This tablet now works on ${origin}. Nothing is left here.`,
  movedLeft: (origin, n) =>
    `This tablet now works on ${origin}, but ${marks(n)} ${plural(n, 'was', 'were')} made here since.`,
  movedGo: 'Go there',
  takeAlong: 'Move them too',

  handTitle: 'Continue with HTTPS',
  handLooking: 'Asking the other page what it has…',
  handFrom: (origin) => `On ${origin}, this tablet keeps:`,
  handName: (name) => `the name of ${name} and their place in the crew`,
  handUnsent: (n) => `${marks(n)} not yet on the hub`,
  handSent: (n) => `${marks(n)} already sent, kept for up to 30 days in case the hub is lost`,
  handAsk: 'Move all of it here?',
  handWhy: 'The old page deletes nothing until all of it is saved here.',
  handYes: 'Yes, move it',
  handNo: 'No, start without it',
  handTaking: 'Saving…',
  handDone: (n) => (n === 0 ? 'Everything is here.' : `${marks(n)} ${plural(n, 'is', 'are')} here.`),
  handDoneGone: 'The old page is empty and can be closed. Work here from now on.',
  handDoneThere:
    'The old page did not answer: it may still show them. That does no harm: nothing is counted twice.',
  handStay: (n) => `${numberText(n)} ${plural(n, 'photo', 'photos')} still on the old page`,
  handPhotos: (n, origin) =>
    `${numberText(n)} ${plural(n, 'photo stays', 'photos stay')} at ${origin} and ${plural(n, 'is', 'are')} sent from there. Keep that page open within reach of the hub until it says that all photos are on the hub.`,
  handGo: 'Continue',
  handAlone: 'The other page does not answer',
  handAloneWhy:
    'The move to HTTPS starts on the old page: open it and tap “Continue with HTTPS”. Nothing is lost: everything is still there.',
  handAway: 'The hub does not answer',
  handAwayWhy: 'Nothing was moved. Try again when it can be reached.',
  handFailed: 'This browser could not save anything',
  handFailedWhy: 'Nothing is lost: everything is still on the old page. Storage full, or a private window?',
  handRetry: 'Try again',
  handOld: 'Back to the old page',

  homeTitle: 'On the home screen',
  homeWhy: 'The page then opens like an app, even without a network.',
  homeGo: 'Install on the home screen',
  homeIos:
    'In Safari: tap Share, then “Add to Home Screen”. Send all your marks first: the app has its own separate storage, and asks for the crew code once.',
};
