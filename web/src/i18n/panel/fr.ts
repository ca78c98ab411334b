// Texts of the panel of the hub, the cloud and files, in French: read with it, and not before anything is shown. `PanelTexts` is what every
// language says.
import { numberText } from '..';
import type { ParkedInfo } from '../../domain/api.gen';
import type { ReasonCode, SentNow } from '../../domain/upstream';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;

export const panel = {
  panelTitle: 'Synchronisation',
  places: 'Où sont les saisies',
  placeTablet: 'Saisies (relevés, messages) sur cette tablette seulement',
  placeHub: 'Modules sur le hub',
  placeBehind: 'Modules sur le hub, pas encore dans le cloud',
  placeBehindOps: 'Saisies sur le hub, pas encore dans le cloud',
  placeCloud: 'Modules dans le cloud',
  placeNoCloud: 'Dans le cloud',
  cleared: (n: number) =>
    `Dont ${numberText(n)} ${plural(n, 'module sans état', 'modules sans état')} : relevé annulé ou commentaire seul, à envoyer aussi.`,
  cloudTitle: 'Du hub au cloud',
  panelReading: 'Chargement…',
  panelStale: (reason: string) => `Dernier état connu : ${reason}`,
  reasons: {
    unreachable: 'Injoignable pour l’instant : pas de réseau, ou rien ne répond à cette adresse.',
    no_connection: 'Injoignable pour l’instant : pas de connexion dans le temps prévu.',
    no_answer: 'La connexion est trop faible : pas de réponse à temps. Nouvel essai automatique.',
    stalled: 'La connexion est trop faible : elle s’est arrêtée. Nouvel essai automatique.',
    broken_off: 'La connexion est trop faible : elle s’est coupée. Nouvel essai automatique.',
    not_http: 'Il n’y a pas de hub à cette adresse : le chef d’équipe doit la vérifier.',
    not_hub: 'Ce qui répond n’est pas un hub : vérifiez l’adresse, ou s’il y a une page de connexion.',
    elsewhere: 'Autre chose répond à cette adresse : y a-t-il une page de connexion ?',
    bad_answer: 'Sa réponse est illisible. Nouvel essai automatique.',
    address: 'L’adresse n’est pas utilisable : le chef d’équipe doit la vérifier.',
    tls: 'Sa connexion sécurisée n’est pas acceptée.',
    lets_nobody_in: 'Accès refusé à ce hub : le chef d’équipe doit vérifier le jeton.',
    asks_to_wait: 'Le cloud demande d’attendre. Nouvel essai automatique.',
    in_trouble: 'Le cloud a un problème. Nouvel essai automatique.',
    refuses_audit: 'Le cloud refuse un audit entier. Nouvel essai automatique.',
    here: 'Un problème sur ce hub : voyez « fieldhub doctor ».',
    audit_unread: 'Un audit est illisible sur ce hub ; les autres montent.',
    hours: 'Hors des heures d’envoi. L’envoi reprend tout seul.',
    budget: 'Le volume autorisé pour aujourd’hui est épuisé. L’envoi reprend à minuit (UTC).',
    photos_full: 'Plus de place pour les photos dans le cloud. Les saisies continuent de partir.',
    photos_full_here: 'Plus de place sur ce hub pour les photos du cloud. Les saisies continuent de partir.',
    no_photos: 'Le cloud est d’une version plus ancienne, sans photos : elles restent sur ce hub.',
    itself: 'C’est ce hub lui-même, ou une copie : il ne peut rien envoyer à lui-même.',
    same_hub:
      'Un autre hub a la même identité (carte copiée) : tapez « fieldhub identity new » sur l’un des deux.',
    newer: 'L’autre hub est plus récent : installez la même version ici.',
    settings: 'Ses réglages ne sont pas utilisables : fichier du jeton, certificat ou proxy.',
  } satisfies Record<ReasonCode, string>,
  reasonUnknown: 'Le hub attend.',
  details: 'Détails (mots du hub)',
  upstreamNone: 'Ce hub n’envoie rien ailleurs.',
  upstreamSet: 'Essayer et régler un cloud',
  upstreamIdle: 'À jour',
  upstreamUntried: 'Pas encore essayé : aucun audit à y envoyer',
  upstreamPending: (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')} à envoyer`,
  upstreamPendingOps: (n: number) => `${numberText(n)} ${plural(n, 'saisie', 'saisies')} à envoyer`,
  upstreamSending: 'Envoi en cours',
  upstreamSendingOf: (done: number, total: number) =>
    `Envoi : ${numberText(done)} sur ${numberText(total)} ${plural(total, 'module', 'modules')}`,
  upstreamSendingOpsOf: (done: number, total: number) =>
    `Envoi : ${numberText(done)} sur ${numberText(total)} ${plural(total, 'saisie', 'saisies')}`,
  upstreamWaiting: (seconds: number) => `Nouvel essai dans ${numberText(seconds)} s`,
  upstreamWaitingSoon: 'Nouvel essai imminent',
  upstreamPaused: 'En pause',
  upstreamLast: (time: string) => `Dernière réponse : ${time}`,
  upstreamNever: 'Jamais joint depuis le démarrage du hub',
  upstreamShown:
    'Ce cloud (v3.3) garde l’état affiché de chaque module : ni messages, ni relevés précédents. Les tablettes qui les ont envoyés les gardent jusqu’à 30 jours.',
  upstreamLeftOut: (n: number, example: string) =>
    `Il donne ${n === 1 ? '1 ligne' : `${numberText(n)} lignes`} que le hub ne sait pas lire, par exemple ${example}`,
  upstreamBytes: (sent: string, received: string) => `Aujourd’hui : ${sent} envoyés, ${received} reçus`,
  upstreamBudget: (used: string, budget: string) => `${used} sur ${budget} par jour`,
  syncNow: 'Envoyer maintenant',
  syncing: 'Essai en cours…',
  sentNow: {
    asked: 'Essai en cours…',
    done: 'Tout est arrivé.',
    left: 'Un envoi a réussi, le reste suit.',
    failed: 'L’envoi a échoué.',
    nothing: 'Rien à y envoyer : l’adresse n’a pas été essayée.',
  } satisfies Record<SentNow, string>,

  parkedTitle: 'Refusé par le cloud',
  parkedWhy: 'Ces modules sont sur le hub. Le cloud les refuse tels quels.',
  parkedDropped: 'laissé de côté',
  parkedReason: (upstream: string, reason: string) => `${upstream} : ${reason}`,
  parkedReasons: {
    refused: 'le cloud ne l’accepte pas tel quel.',
    fails_over_one: 'le cloud accepte d’autres modules et échoue sur celui-ci.',
    hidden: 'le chef d’équipe a masqué ce module : il sera envoyé quand il sera de nouveau affiché.',
    taken_back:
      'il est de nouveau à contrôler ici, et ce cloud ne sait pas annuler un relevé : marquez-le de nouveau ou laissez-le de côté.',
    comment_alone: 'il a un commentaire sans constat, ce que ce cloud ne connaît pas : indiquez son état.',
  } satisfies Record<NonNullable<ParkedInfo['reason_code']>, string>,
  parkedRetry: 'Réessayer',
  parkedRetryLabel: (module: string) => `Réessayer ${module}`,
  parkedDrop: 'Laisser de côté',
  parkedDropLabel: (module: string) => `Laisser ${module} de côté`,
  parkedRetryAll: 'Tout réessayer',
  parkedMore: (n: number) => `et ${numberText(n)} de plus`,

  carryTitle: 'Sans aucune connexion',
  bundle: 'Télécharger un paquet',
  bundleWhy:
    'Toutes les données de ce hub, dans un fichier pour une clé USB. Un autre hub le lit avec « fieldhub bundle import FICHIER », autant de fois qu’on veut.',
  bundleBusy: 'Téléchargement…',
  bundleSaved: (name: string) => `Enregistré : ${name}`,
  marksFile: 'Enregistrer mes relevés',
  marksFileWhy:
    'Si le hub est en panne : les relevés de cette tablette, dans un fichier que « fieldhub bundle import FICHIER » lit aussi. Ils restent sur la tablette.',
  marksFileCount: (audit: string, n: number, waiting: number) =>
    `${audit} : ${marks(n)}, dont ${numberText(waiting)} pas encore sur le hub`,
  marksFileUntil: (time: string) =>
    `Ce qui est sur le hub reste aussi sur cette tablette, jusqu’à ce qu’un autre fieldhub l’ait ; le plus ancien jusqu’au ${time} au plus tard.`,
  forgets: (days: number, until: string) =>
    `Ce navigateur (Safari) efface tout ce que cette page garde si personne ne l’ouvre pendant ${numberText(days)} jours : rouvrez-la avant le ${until}. Ou, une fois tout envoyé : Partager, « Sur l’écran d’accueil », et travaillez de là.`,
  marksFileLabel: (audit: string) => `Enregistrer mes relevés de ${audit}`,
  marksFileNone: 'Rien à enregistrer sur cette tablette : tous ses relevés sont en lieu sûr.',
  marksFileSaved: 'Enregistré dans les téléchargements de la tablette.',
};

export type PanelTexts = typeof panel;
