// The French texts, and with them the type of every language. Read through i18n/index.ts.
import { numberText } from '..';
import type { Role } from '../../domain/access';
import type { Receipt } from '../../domain/receipt';
import type { Status } from '../../domain/status';
import type { Reach } from '../../state/app.svelte';
import type { Loss } from '../../sync/membership';

const status: Record<Status, string> = {
  ok: 'OK',
  inequality: 'Inégalité',
  microcracks: 'Microfissures',
  dead: 'HS',
  string_open: 'String ouvert',
  not_connected: 'Non raccordé',
  pending: 'À contrôler',
};

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;

export const messages = {
  status,

  justNow: 'à l’instant',

  nameTitle: 'Qui êtes-vous ?',
  nameWhy: 'Votre nom accompagne chacun de vos relevés. La tablette ne le demande qu’une fois.',
  nameLabel: 'Votre nom',
  nameGo: 'Commencer',
  nameRefused: (why: string) => `Le hub n’a pas voulu de votre nouveau nom (${why}). L’ancien reste.`,
  nameSave: 'Enregistrer',
  nameChange: (name: string) => `${name}, changer de nom`,

  role: { viewer: 'Lecture seule', technician: 'Technicien', lead: 'Chef d’équipe' } satisfies Record<
    Role,
    string
  >,
  roleYours: (role: string) => `Votre rôle : ${role}`,
  otherCode: 'J’ai un autre code',
  readOnly: 'Vous pouvez tout lire, mais pas marquer. Le chef d’équipe peut changer votre rôle.',

  joinTitle: 'Rejoindre l’équipe',
  joinWhere: 'Scannez le QR code affiché par le hub, ou demandez le code à 8 caractères au chef d’équipe.',
  joinAs: (name: string) => `Vous rejoignez l’équipe en tant que ${name}.`,
  joinCode: 'Code de l’équipe',
  joinGo: 'Rejoindre',
  joinNot: 'Plus tard',
  joining: 'Un instant…',
  joinShort: (length: number) => `Le code a ${numberText(length)} caractères.`,
  joinWrong: 'Ce code n’est pas le bon. Vérifiez-le auprès du chef d’équipe.',
  joinWait: (seconds: number) => `Trop d’essais. Réessayez dans ${numberText(seconds)} s.`,
  joinAway: 'Le hub ne répond pas. Nouvel essai dès qu’il sera joignable.',
  outside: {
    expired: 'Votre session a expiré.',
    revoked: 'Le chef d’équipe a retiré cette tablette de l’équipe.',
    unknown: 'Ce hub ne connaît pas cette tablette.',
  } satisfies Record<Loss, string>,
  outsideGoOn: 'Continuez à marquer : tout est gardé ici et partira dès que vous aurez rejoint l’équipe.',

  crew: 'Équipe',
  cancel: 'Annuler',

  audits: 'Audits',
  auditsLoading: 'Chargement des audits…',
  auditsNone: 'Aucun audit sur ce hub.',
  auditsUnread: 'Le hub ne répond pas encore. La liste s’affichera dès qu’il sera joignable.',
  auditsStale: 'Liste d’avant la coupure.',
  auditGone: (token: string) => `L’audit « ${token} » n’existe pas sur ce hub.`,
  auditDamaged: (token: string) =>
    `Le hub n’arrive pas à lire l’audit « ${token} ». Ne supprimez rien sur cette tablette et prévenez le chef d’équipe.`,
  auditGoneKept: (n: number) =>
    plural(n, 'Votre relevé non envoyé est gardé.', `Vos ${numberText(n)} relevés non envoyés sont gardés.`),
  back: 'Retour aux audits',
  close: 'Fermer',
  dismiss: 'Masquer',

  progress: (marked: number, total: number) =>
    `${numberText(marked)} ${plural(marked, 'module marqué', 'modules marqués')} sur ${numberText(total)}`,
  defects: (n: number) => `${numberText(n)} ${plural(n, 'défaut', 'défauts')}`,
  conflicts: (n: number) => `${numberText(n)} ${plural(n, 'conflit', 'conflits')}`,

  outdated: 'Le hub a une autre version de cette page. Vos relevés restent sur la tablette.',
  reload: 'Recharger',
  storageFull:
    'La mémoire de la tablette est pleine. Vos relevés passent en premier : ce que le hub peut renvoyer n’est plus gardé ici.',
  hubLost: 'Continuez à marquer : tout est gardé sur cette tablette et partira tout seul.',
  stayOpen: 'Ne fermez pas cette page : elle ne se rouvre qu’à portée du hub.',
  hubUnreachableNow: 'Le hub est injoignable pour l’instant.',
  hubAwayNew: 'Le hub ne répond pas. La page s’ouvrira dès qu’il sera joignable.',
  hubBusy: 'il est surchargé. Nouvel essai automatique.',
  hubBack: 'Le hub est de retour.',
  waiting: (n: number) => `${numberText(n)} ${plural(n, 'saisie', 'saisies')} sur cette tablette seulement`,
  allSent: 'Tous les relevés sont sur le hub.',
  hubTrouble: (reason: string) => `Le hub n’accepte pas les relevés pour l’instant : ${reason}`,
  notLasting: 'Ce navigateur n’enregistre rien : gardez cet onglet ouvert jusqu’à ce que tout soit envoyé.',
  notKept: {
    full: 'La mémoire de la tablette est pleine : elle n’a pas pu garder le dernier relevé. Supprimez autre chose dessus, puis refaites-le.',
    silent:
      'La mémoire de la tablette n’a pas répondu : elle n’a pas pu garder le dernier relevé. Refaites-le. Si cela dure : fermez les autres applications et onglets, et rechargez cette page à portée du hub.',
  },
  storageSilent:
    'La mémoire de la tablette ne répond pas. Vos relevés précédents y sont toujours : rouvrez cette page à portée du hub. D’ici là, gardez cet onglet ouvert.',
  notices: 'Avis du hub :',

  refusedCount: (n: number) => `${numberText(n)} ${plural(n, 'relevé refusé', 'relevés refusés')} par le hub`,
  refusedShow: 'Voir',

  grid: 'Modules par string',
  auditLoading: 'Chargement de l’audit…',
  auditUnread: 'Le hub ne répond pas, et cette tablette n’a pas encore cet audit.',
  string: (n: number) => `String ${String(n)}`,
  offPlan: 'Hors plan',
  position: (n: number) => `position ${String(n)}`,
  hasComment: 'commentaire',
  notExamined: 'non examiné',
  hasPhoto: 'photo',
  conflict: 'conflit',
  openedBy: (name: string) => `ouvert par ${name}`,

  here: (n: number) => `${numberText(n)} ${plural(n, 'personne', 'personnes')} sur cet audit`,

  markAs: (mark: string, key: string) => `${mark} (touche ${key})`,
  takeBack: 'Effacer le relevé',
  comment: 'Commentaire',
  commentHint: 'Facultatif',
  commentSave: 'Enregistrer le commentaire',
  alsoOpen: (names: string) => `Aussi ouvert par ${names}.`,
  markedBy: (name: string, time: string) => `${name}, ${time}`,
  history: 'Historique',
  historyComment: (comment: string) => `« ${comment} »`,
  said: (module: string, status: string) => `${module} : ${status}`,
  saidComment: (module: string) => `${module} : commentaire enregistré`,

  receipt: {
    tablet: 'sur cette tablette seulement',
    hub: 'pas encore dans le cloud',
    cloud: 'dans le cloud',
    parked: 'refusé par le cloud',
  } satisfies Record<Receipt, string>,
  notInCloud: (n: number) => `${modules(n)} pas encore dans le cloud`,
  opsNotInCloud: (n: number) => `${numberText(n)} ${plural(n, 'saisie', 'saisies')} pas encore dans le cloud`,
  allInCloud: 'Tout est dans le cloud',
  modulesInCloud: 'Tous les modules sont dans le cloud',
  parkedCount: (n: number) =>
    `${numberText(n)} ${plural(n, 'module refusé', 'modules refusés')} par le cloud`,
  catchUp: (done: number, total: number) => `Envoi : ${numberText(done)} sur ${numberText(total)}`,

  updateReady: 'Une nouvelle version de la page est prête. Elle s’ouvrira au prochain chargement.',
  updateNow: 'L’ouvrir maintenant',

  pillOpen: (reach: string) => `${reach} : hub, cloud et fichiers`,

  /** Marking: the sheet, several modules at once, and the way back. */
  marking: {
    bar: 'Marquage',
    goOn: 'Marquer et passer au suivant',
    nothingLeft: 'Tous les modules sont marqués.',
    phrasesLabel: 'Phrases toutes prêtes',
    phrasesOwn: 'Vos dernières phrases',
    phrases: ['Verre cassé', 'Point chaud', 'Boîtier de jonction', 'Ombrage', 'Salissure', 'À revoir'],
    pick: 'Sélectionner',
    picked: (n: number) => `${numberText(n)} ${plural(n, 'sélectionné', 'sélectionnés')}`,
    pickEnd: 'Annuler',
    wholeString: 'Tout le string',
    allUnmarked: 'Les non marqués',
    allOk: (n: number) => `Reste OK (${numberText(n)})`,
    allOkAsk: (n: number, noted: number) =>
      `Marquer ${modules(n)} OK ?${noted > 0 ? ` ${numberText(noted)} avec commentaire ${plural(noted, 'reste', 'restent')} à contrôler.` : ''}`,
    allOkYes: 'Marquer OK',
    modules,
    became: (what: string, status: string) => `${what} → ${status}`,
    undo: 'Défaire',
    redo: 'Rétablir',
    undone: (n: number) => `${numberText(n)} ${plural(n, 'relevé défait', 'relevés défaits')}`,
    undonePartly: (n: number, left: number) =>
      `${messages.marking.undone(n)}, ${numberText(left)} ${plural(left, 'laissé', 'laissés')} : ${plural(left, 'changé', 'changés')} entre-temps`,
  },

  /** Which modules are shown, and how. */
  view: {
    all: 'Tout',
    tab: (n: number) => `S${String(n)}`,
    tabOff: 'Autres',
    addString: 'Ajouter un string',
    editLayout: 'Modifier les strings',
    markedHidden: (name: string, module: string) => `${name} a marqué ${module}, qui est masqué.`,
    tabLabel: (name: string, marked: number, total: number) =>
      `${name}, ${numberText(marked)} sur ${numberText(total)}`,
    toggle: 'Filtrer, chercher, changer de vue',
    how: 'Vue',
    hows: { cells: 'Strings', plan: 'Plan', overview: 'Ensemble' },
    search: 'Chercher un module',
    filter: {
      unmarked: 'Non marqués',
      defects: 'Défauts',
      conflicts: 'Conflits',
      mine: 'Les miens',
    },
    overviewLabel: (marked: number, total: number, defects: number) =>
      `Le site entier : ${numberText(marked)} sur ${numberText(total)} marqués, ${numberText(defects)} ${plural(defects, 'défaut', 'défauts')}`,
    away: 'Cette vue n’est pas encore sur cette tablette : elle se chargera au retour du hub.',
  },

  /** The first screen: the audits, and what a lead does with them. */
  home: {
    search: 'Chercher un audit',
    newAudit: 'Nouvel audit',
    import: 'Importer un fichier',
    noneFound: (search: string) => `Aucun audit ne correspond à « ${search} ».`,
    archived: (n: number) => `${numberText(n)} ${plural(n, 'audit archivé', 'audits archivés')}`,
    drop: 'Déposez le fichier ici',
    menu: (audit: string) => `Actions pour ${audit}`,

    done: 'Terminé',
    made: (time: string) => `créé : ${time}`,
    untouched: 'Pas encore commencé',
    last: (ago: string) => `Dernier relevé ${ago}`,
    presentMore: (names: string, n: number) => `${names} et ${numberText(n)} autres`,

    fileTooLarge: 'il est trop volumineux.',
    fileUnread: 'cet appareil n’a pas pu le lire.',

    saved: (name: string) => `Enregistré dans les téléchargements : ${name}`,
    report: 'Rapport à imprimer',
    reportInstead:
      'Cette vue ne s’imprime pas en entier. Imprimez le rapport : derrière le bouton des filtres.',
    archivedNow: (audit: string) => `${audit} est archivé`,
    unarchived: (audit: string) => `${audit} est de retour`,
    removed: (audit: string) => `${audit} est supprimé`,
  },

  /** Whether this tablet and the hub speak with one another. */
  sync: {
    states: {
      yes: 'Sync ON',
      no: 'Hors ligne',
      off: 'Sync OFF',
      unknown: 'Recherche du hub…',
    } satisfies Record<Reach | 'off', string>,
    off: 'Rien ne part de cette tablette et rien n’arrive ; tout ce que vous marquez est gardé ici.',
    stop: 'Couper la synchro',
    goOn: 'Reprendre la synchro',
  },

  settings: {
    title: 'Réglages',
    changeName: 'Changer de nom',
  },

  /** The others on an audit: where they are, what they did, and what is said among the crew. */
  together: {
    alone: 'Vous seul',
    hereNames: (n: number, names: string) => `${messages.here(n)} : ${names}`,
    following: (name: string) => `Vous suivez ${name}`,

    one: (name: string, module: string, status: string) => `${name} : ${module} → ${status}`,
    same: (name: string, n: number, status: string) => `${name} : ${modules(n)} → ${status}`,
    some: (name: string, n: number) => `${name} : ${modules(n)}`,
    many: (people: number, n: number) =>
      `${numberText(people)} ${plural(people, 'personne', 'personnes')} : ${modules(n)}`,
    show: 'Voir',
    conflict: (name: string, module: string, shows: string) =>
      `${module} : ${name} et vous l’avez marqué différemment. ${shows} est affiché.`,
    conflictOwn: (module: string, shows: string) =>
      `${module} : votre relevé en contredit un autre. ${shows} est affiché.`,
    conflictOthers: (module: string, shows: string, name: string) =>
      `${module} marqué différemment par deux personnes : ${shows} (${name}) est affiché.`,
    conflicts: (n: number) => `${numberText(n)} ${plural(n, 'conflit', 'conflits')} avec vos relevés`,
    conflictTitle: 'Conflit',

    chat: 'Messages',
    chatNew: (n: number) => `Messages, ${numberText(n)} ${plural(n, 'nouveau', 'nouveaux')}`,
    wrote: (name: string, text: string) => `${name} : ${text}`,
    open: 'Ouvrir',
  },
};

export type Messages = typeof messages;
