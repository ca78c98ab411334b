// The French texts of the panel behind the hub, and with them the type of every language. They come with the panel
// and not with the first load; read through i18n/panel/index.ts.
import type { SentNow } from '../../domain/upstream';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);

export const fr = {
  panelTitle: 'Du hub au cloud',
  panelReading: 'Lecture…',
  panelStale: (reason: string) => `Dernier état connu : ${reason}`,
  upstreamNone: 'Ce hub n’envoie rien plus loin.',
  upstreamIdle: 'À jour',
  upstreamPending: (n: string) => `${n} à envoyer`,
  upstreamSending: 'Envoi en cours',
  upstreamSendingOf: (done: string, total: string) => `Envoi : ${done} sur ${total}`,
  upstreamWaiting: (seconds: string) => `Nouvel essai dans ${seconds} s`,
  upstreamWaitingSoon: 'Nouvel essai à l’instant',
  upstreamPaused: 'En pause',
  upstreamLast: (time: string) => `Dernier envoi réussi : ${time}`,
  upstreamNever: 'Aucun envoi réussi depuis le démarrage du hub',
  upstreamBytes: (sent: string, received: string) => `Aujourd’hui : ${sent} envoyés, ${received} reçus`,
  upstreamBudget: (used: string, budget: string) => `${used} sur ${budget} par jour`,
  syncNow: 'Envoyer maintenant',
  syncing: 'On essaie…',
  sentNow: {
    asked: 'On essaie…',
    done: 'Tout est arrivé.',
    left: 'Un envoi a réussi, le reste suit.',
    failed: 'Cela n’a pas marché.',
  } satisfies Record<SentNow, string>,

  parkedTitle: 'Refusé par le cloud',
  parkedWhy: 'Ces modules sont sur le hub. Le cloud ne les prend pas tels quels.',
  parkedRetry: 'Réessayer',
  parkedRetryLabel: (module: string) => `Réessayer ${module}`,
  parkedDrop: 'Laisser de côté',
  parkedDropLabel: (module: string) => `Laisser ${module} de côté`,
  parkedRetryAll: 'Tout réessayer',
  parkedMore: (n: string) => `et ${n} de plus`,

  carryTitle: 'Sans aucune connexion',
  bundle: 'Télécharger un paquet',
  bundleWhy:
    'Tout ce que ce hub sait, en un fichier pour une clé USB. Un autre hub le lit avec « fieldhub bundle import FICHIER », autant de fois qu’on veut.',
  bundleBusy: 'Téléchargement…',
  bundleSaved: (name: string) => `Enregistré : ${name}`,
  marksFile: 'Enregistrer mes marques',
  marksFileWhy:
    'Si le hub est mort : les marques de cette tablette, en un fichier que « fieldhub bundle import FICHIER » lit aussi. Elles restent sur la tablette.',
  marksFileCount: (audit: string, n: number, waiting: number) =>
    `${audit} : ${String(n)} ${plural(n, 'marque', 'marques')}, dont ${String(waiting)} pas sur le hub`,
  marksFileLabel: (audit: string) => `Enregistrer mes marques de ${audit}`,
  marksFileNone: 'Cette tablette n’a aucune marque à sauver : elles sont en lieu sûr.',
  marksFileSaved: 'Enregistré dans les téléchargements de la tablette.',
};

export type PanelMessages = typeof fr;
