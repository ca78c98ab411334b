// Texts of an open audit that are not of the first load, in French: read right after it. `AuditTexts` is what every language says.
import { numberText } from '..';
import type { Receipt } from '../../domain/receipt';

export const audit = {
  aloneWhy: 'Personne d’autre n’est sur cet audit pour l’instant.',
  nowhere: 'sur cet audit',
  follow: 'Suivre',
  followName: (name: string) => `Suivre ${name}`,
  you: 'vous',
  tray: (module: string, status: string) => `${module} : ${status}. Gravité, commentaire ?`,
  trayOther: 'Autre…',
  back: (module: string) => `Retour à ${module}`,
  undoTo: (what: string) => `Défaire ${what}`,
  neighbours: 'Modules voisins',
  halt: (string: string) => `Fin : ${string}`,
  haltCount: (marked: string, total: string) => `${marked} sur ${total} modules marqués`,
  haltOn: (string: string, module: string) => `Continuer : ${string}, ${module}`,

  quoted: (text: string) => `« ${text} »`,
  found: (what: string, count: string, where: string) => `${what} : ${count} · ${where}`,
  nothing: 'rien',
  everywhere: 'dans tous les strings',
  lookEverywhere: 'Chercher partout',
  anew: 'Actualiser',
  showAll: 'Tout montrer',

  chat: {
    none: 'Pas encore de message. Ce que vous écrivez ici va à toute l’équipe.',
    stays:
      'Le cloud v3.3 ne garde aucun message. Ils sont sur le hub ; la tablette qui en a envoyé un le garde aussi, jusqu’à 30 jours.',
    kept: (until: string) => `gardé ici jusqu’au ${until}`,
    write: 'Message à l’équipe',
    hint: 'Message, #M050, @nom',
    send: 'Envoyer',
    readOnly: 'Vous pouvez lire, mais pas écrire.',
    refused: (reason: string) => `Refusé par le hub : ${reason}`,
    notKept: 'La tablette n’a pas pu garder ce message. Réessayez.',
  },

  history: {
    loading: 'Chargement…',
    none: 'Jamais marqué.',
    away: 'L’historique est sur le hub, injoignable pour l’instant.',
    commentCleared: 'commentaire effacé',
    stays:
      'Le cloud v3.3 ne garde que le dernier relevé. Les précédents sont sur le hub ; les tablettes qui les ont envoyés les gardent aussi, jusqu’à 30 jours.',
    all: (n: number) => `Tout l’historique (${numberText(n)})`,
    unseen: 'Marqué sans voir l’autre relevé',
    superseded: 'Arrivé après un relevé plus récent',
  },

  sides: {
    line: 'Deux personnes ont marqué ce module sans voir le relevé de l’autre. Le plus récent est affiché.',
    confirm: 'Marquez-le de nouveau pour confirmer.',
    keepThis: 'Garder',
    wordless: 'sans commentaire',
    orAnother: 'Ou choisissez une autre valeur ci-dessous.',
  },

  receiptLine: {
    tablet: 'Sur cette tablette seulement, pas encore sur le hub.',
    hub: 'Sur le hub, pas encore dans le cloud.',
    cloud: 'Sur le hub et dans le cloud.',
    parked: 'Sur le hub. Le cloud le refuse.',
  } satisfies Record<Receipt, string>,

  refused: {
    title: 'Relevés refusés',
    why: 'Le hub n’a pas accepté ces relevés. Ils restent ici jusqu’à votre décision.',
    retry: 'Réessayer',
    drop: 'Supprimer',
  },
};

export type AuditTexts = typeof audit;
