// The French texts, and with them the type of every language. Read through i18n/index.ts.
import type { Role } from '../domain/access';
import type { Got } from '../domain/receipt';
import type { Status } from '../domain/status';
import type { Loss } from '../sync/membership';

const status: Record<Status, string> = {
  ok: 'OK',
  inequality: 'Inégalité',
  microcracks: 'Microfissures',
  dead: 'HS',
  string_open: 'String ouvert',
  not_connected: 'Non raccordé',
  pending: 'En attente',
};

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);

export const fr = {
  status,

  nameTitle: 'Qui êtes-vous ?',
  nameWhy: 'Votre nom accompagne chacune de vos marques. La tablette ne le demande qu’une fois.',
  nameLabel: 'Votre nom',
  nameGo: 'Commencer',
  nameSave: 'Enregistrer',
  nameChange: (name: string) => `${name}, changer de nom`,

  role: { viewer: 'Lecture seule', technician: 'Technicien', lead: 'Chef d’équipe' } satisfies Record<
    Role,
    string
  >,
  roleYours: (role: string) => `Votre rôle : ${role}`,
  otherCode: 'J’ai un autre code',
  forbidden: 'votre rôle ne le permet pas.',
  readOnly: 'Vous pouvez tout lire, mais pas marquer. Le chef d’équipe peut changer votre rôle.',

  joinTitle: 'Rejoindre l’équipe',
  joinWhere: 'Scannez le QR code affiché par le hub, ou demandez le code à 8 caractères au chef d’équipe.',
  joinAs: (name: string) => `Vous rejoignez l’équipe en tant que ${name}.`,
  joinCode: 'Code de l’équipe',
  joinGo: 'Rejoindre',
  joinNot: 'Plus tard',
  joining: 'Un instant…',
  joinShort: (length: number) => `Le code a ${String(length)} caractères.`,
  joinWrong: 'Ce code n’est pas le bon. Vérifiez-le auprès du chef d’équipe.',
  joinWait: (seconds: number) => `Trop d’essais. Réessayez dans ${String(seconds)} s.`,
  joinAway: 'Le hub ne répond pas. Nouvel essai dès qu’il sera joignable.',
  outside: {
    expired: 'Votre session a expiré.',
    revoked: 'Le chef d’équipe a retiré cette tablette de l’équipe.',
    unknown: 'Ce hub ne connaît pas cette tablette.',
  } satisfies Record<Loss, string>,
  outsideGoOn: 'Continuez à marquer : tout est gardé ici et partira dès que vous aurez rejoint l’équipe.',

  crew: 'Équipe',
  crewLoading: 'Lecture de l’équipe…',
  crewMembers: (n: number) => `${String(n)} ${plural(n, 'personne', 'personnes')} dans l’équipe`,
  crewCode: 'Code de l’équipe',
  crewCodeNew: 'Nouveau code',
  crewCodeAsk: 'L’ancien code ne marchera plus. Ceux qui ont rejoint l’équipe y restent.',
  crewCodeYes: 'Changer le code',
  cancel: 'Annuler',
  memberRole: (name: string) => `Rôle de ${name}`,
  memberJoined: (time: string) => `arrivé à ${time}`,
  memberSeen: (time: string) => `vu à ${time}`,
  memberOut: 'Retiré',
  memberRemove: 'Retirer',
  memberRemoveLabel: (name: string) => `Retirer ${name}`,
  memberReadmit: 'Réadmettre',
  memberReadmitLabel: (name: string) => `Réadmettre ${name}`,

  audits: 'Audits',
  auditsLoading: 'Lecture des audits…',
  auditsNone: 'Aucun audit sur ce hub.',
  auditsNoneHow: 'Le chef d’équipe en crée un sur le hub ; il apparaîtra ici tout seul.',
  auditsUnread: 'Le hub ne répond pas encore. La liste s’affichera dès qu’il sera joignable.',
  auditsStale: 'Liste d’avant la coupure.',
  auditGone: (token: string) => `L’audit « ${token} » n’existe pas sur ce hub.`,
  auditGoneKept: (n: number) =>
    plural(n, 'Votre marque non envoyée est gardée.', `Vos ${String(n)} marques non envoyées sont gardées.`),
  back: 'Retour aux audits',
  close: 'Fermer',
  dismiss: 'Masquer',

  progress: (marked: number, total: number) => `${String(marked)} modules marqués sur ${String(total)}`,
  defects: (n: number) => `${String(n)} ${plural(n, 'défaut', 'défauts')}`,
  conflicts: (n: number) => `${String(n)} ${plural(n, 'conflit', 'conflits')}`,

  hubReachable: 'Hub joignable',
  hubUnreachable: 'Hub injoignable',
  hubUnknown: 'Recherche du hub…',
  hubLost: 'Continuez à marquer : tout est gardé sur cette tablette et partira tout seul.',
  hubUnreachableNow: 'Le hub est injoignable pour l’instant.',
  hubAwayNew: 'Le hub ne répond pas. La page continue dès qu’il sera joignable.',
  hubBusy: 'il a trop à faire. Nouvel essai tout seul.',
  hubBack: 'Le hub est de retour.',
  waiting: (n: number) => `${String(n)} en attente d’envoi`,
  waitingNone: 'Tout est sur le hub',
  allSent: 'Toutes les marques sont sur le hub.',
  hubTrouble: (reason: string) => `Le hub ne prend pas les marques pour l’instant : ${reason}`,
  notLasting: 'Ce navigateur n’enregistre rien : gardez cet onglet ouvert jusqu’à ce que tout soit envoyé.',
  notKept: 'La tablette n’a pas pu garder la dernière marque (mémoire pleine ?). Refaites-la.',
  notices: 'Avis du hub',

  refusedCount: (n: number) => `${String(n)} ${plural(n, 'marque refusée', 'marques refusées')} par le hub`,
  refusedTitle: 'Marques refusées',
  refusedWhy: 'Le hub n’a pas accepté ces marques. Elles restent ici jusqu’à votre décision.',
  refusedShow: 'Voir',
  refusedRetry: 'Réessayer',
  refusedDrop: 'Supprimer',
  noReason: 'sans explication',

  grid: 'Modules par string',
  auditLoading: 'Lecture de l’audit…',
  auditUnread: 'Le hub ne répond pas, et cette tablette n’a pas encore lu cet audit.',
  string: (n: number) => `String ${String(n)}`,
  offPlan: 'Hors plan',
  position: (n: number) => `position ${String(n)}`,
  hasComment: 'commentaire',
  conflict: 'conflit',
  openedBy: (name: string) => `ouvert par ${name}`,

  here: (n: number) => `${String(n)} ${plural(n, 'personne', 'personnes')} sur cet audit`,
  nobody: 'Personne d’autre ici',
  you: 'vous',

  markAs: (mark: string, key: string) => `${mark} (touche ${key})`,
  takeBack: 'Effacer la marque',
  comment: 'Commentaire',
  commentHint: 'Facultatif',
  commentSave: 'Enregistrer le commentaire',
  conflictLine: 'Deux personnes ont marqué ce module sans se voir. La marque la plus récente est affichée.',
  conflictConfirm: 'Remarquez-le pour confirmer.',
  alsoOpen: (names: string) => `${names} a aussi ouvert ce module.`,
  markedBy: (name: string, time: string) => `${name}, ${time}`,
  history: 'Historique',
  historyLoading: 'Lecture…',
  historyNone: 'Jamais marqué.',
  historyAway: 'L’historique se lit sur le hub, injoignable pour l’instant.',
  historyComment: (comment: string) => `« ${comment} »`,
  historyCommentCleared: 'commentaire effacé',
  said: (module: string, status: string) => `${module} : ${status}`,
  saidComment: (module: string) => `${module} : commentaire enregistré`,

  got: {
    tablet: 'pas encore sur le hub',
    hub: 'pas encore dans le cloud',
    cloud: 'dans le cloud',
    parked: 'refusé par le cloud',
  } satisfies Record<Got, string>,
  gotLine: {
    tablet: 'Gardé sur cette tablette, pas encore sur le hub.',
    hub: 'Sur le hub, pas encore dans le cloud.',
    cloud: 'Sur le hub et dans le cloud.',
    parked: 'Sur le hub. Le cloud ne le prend pas.',
  } satisfies Record<Got, string>,
  parkedReason: (upstream: string, reason: string) => `${upstream} : ${reason}`,
  parkedDropped: 'laissé de côté',
  notInCloud: (n: string) => `${n} pas encore dans le cloud`,
  allInCloud: 'Tout est dans le cloud',
  parkedCount: (n: number) => `${String(n)} ${plural(n, 'module refusé', 'modules refusés')} par le cloud`,
  catchUp: (done: string, total: string) => `Envoi vers le cloud : ${done} sur ${total}`,

  updateReady: 'Une nouvelle version de la page est là. Elle s’ouvre au prochain chargement.',
  updateNow: 'L’ouvrir maintenant',

  pillOpen: (reach: string) => `${reach} : hub, cloud et fichiers`,
};

export type Messages = typeof fr;
