// The French texts, and with them the type of every language. Read through i18n/index.ts.
import type { Status } from '../domain/status';

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
  unsent: 'pas encore sur le hub',
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
  conflictLine:
    'Deux personnes ont marqué ce module sans se voir. La marque la plus récente est affichée ; remarquez-le pour confirmer.',
  alsoOpen: (names: string) => `${names} a aussi ouvert ce module.`,
  unsentLine: 'Gardé sur cette tablette, pas encore sur le hub.',
  markedBy: (name: string, time: string) => `${name}, ${time}`,
  history: 'Historique',
  historyLoading: 'Lecture…',
  historyNone: 'Jamais marqué.',
  historyAway: 'L’historique se lit sur le hub, injoignable pour l’instant.',
  historyComment: (comment: string) => `« ${comment} »`,
  historyCommentCleared: 'commentaire effacé',
  said: (module: string, status: string) => `${module} : ${status}`,
  saidComment: (module: string) => `${module} : commentaire enregistré`,
};

export type Messages = typeof fr;
