// Texts of the way to HTTPS, in French: read with it, and not before anything is shown. `SecureTexts` is what every
// language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;

export const secure = {
  title: 'HTTPS',
  checking: 'On vérifie si cette tablette fait confiance au hub…',
  untrusted:
    'Ce hub a aussi une adresse HTTPS. Une fois son certificat installé, la page s’ouvre même sans réseau et s’ajoute à l’écran d’accueil.',
  untrustedForeign:
    'Ce hub a aussi une adresse HTTPS, mais ce navigateur ne fait pas confiance à son certificat. Le chef d’équipe sait qui l’a signé.',
  install: 'Installer le certificat',
  trusted:
    'Cette tablette fait confiance au hub. En HTTPS, la page s’ouvre même sans réseau. Vos relevés non envoyés vous suivent.',
  goOn: 'Continuer en HTTPS',
  asked: 'Répondez à la question dans la nouvelle page. D’ici là, rien ne quitte celle-ci.',
  declined: 'Rien n’a été déplacé.',
  failed: 'Le passage n’a pas abouti. Tout est encore ici ; recommencez.',
  moved: (origin: string) => `Cette tablette travaille maintenant sur ${origin}. Il ne reste rien ici.`,
  movedLeft: (origin: string, n: number) =>
    `Cette tablette travaille maintenant sur ${origin}, mais ${marks(n)} ${plural(n, 'a été fait', 'ont été faits')} ici depuis.`,
  movedGo: 'Y aller',
  takeAlong: 'Les emmener',

  handTitle: 'Continuer en HTTPS',
  handLooking: 'On demande à l’autre page ce qu’elle garde…',
  handFrom: (origin: string) => `Sur ${origin}, cette tablette garde :`,
  handName: (name: string) => `le nom et la place dans l’équipe de ${name}`,
  handUnsent: (n: number) => `${marks(n)} pas encore sur le hub`,
  handSent: (n: number) =>
    `${marks(n)} ${plural(n, 'envoyé, gardé', 'envoyés, gardés')} jusqu’à 30 jours au cas où le hub serait perdu`,
  handAsk: 'Tout reprendre ici ?',
  handWhy: 'L’ancienne page n’efface rien avant que tout soit enregistré ici.',
  handYes: 'Oui, tout reprendre',
  handNo: 'Non, commencer sans',
  handTaking: 'Enregistrement…',
  handDone: (n: number) => (n === 0 ? 'Tout est ici.' : `${marks(n)} ${plural(n, 'est', 'sont')} ici.`),
  handDoneGone: 'L’ancienne page est vide et peut être fermée. Dorénavant, travaillez ici.',
  handDoneThere:
    'L’ancienne page n’a pas répondu : elle les affiche peut-être encore. Ce n’est pas grave, rien ne sera compté deux fois.',
  handStay: (n: number) => `${numberText(n)} ${plural(n, 'photo', 'photos')} encore sur l’ancienne page`,
  handPhotos: (n: number, origin: string) =>
    `${numberText(n)} ${plural(n, 'photo reste', 'photos restent')} sur ${origin} et ${plural(n, 'part', 'partent')} de là. Gardez cette page ouverte à portée du hub jusqu’à ce qu’elle dise que toutes les photos sont sur le hub.`,
  handGo: 'Continuer',
  handAlone: 'L’autre page ne répond pas',
  handAloneWhy:
    'Le passage en HTTPS part de l’ancienne page : ouvrez-la et touchez « Continuer en HTTPS ». Rien n’est perdu, tout y est encore.',
  handAway: 'Le hub ne répond pas',
  handAwayWhy: 'Rien n’a été déplacé. Réessayez quand il est joignable.',
  handFailed: 'Ce navigateur n’a rien pu enregistrer',
  handFailedWhy:
    'Rien n’est perdu : tout est encore sur l’ancienne page. Mémoire pleine, ou navigation privée ?',
  handRetry: 'Réessayer',
  handOld: 'Retour à l’ancienne page',

  homeTitle: 'Sur l’écran d’accueil',
  homeWhy: 'La page s’ouvre alors comme une application, même sans réseau.',
  homeGo: 'Installer sur l’écran d’accueil',
  homeIos:
    'Dans Safari : touchez Partager, puis « Sur l’écran d’accueil ». Envoyez d’abord tous vos relevés : l’application a sa propre mémoire et demande une fois le code de l’équipe.',
};

export type SecureTexts = typeof secure;
