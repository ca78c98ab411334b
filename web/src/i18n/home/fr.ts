// Texts of the dialogs of the first screen (new audit, sharing, removing), in French: not of the first load. `HomeTexts` is what every language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'module', 'modules')}`;

export const home = {
  saveCsv: 'Exporter en CSV',
  saveJson: 'Exporter en JSON',
  archive: 'Archiver',
  unarchive: 'Sortir des archives',
  newTitle: 'Nouvel audit',
  newGo: 'Créer l’audit',
  name: 'Nom',
  nameNeeded: 'Donnez un nom à l’audit.',
  client: 'Client (facultatif)',
  location: 'Lieu (facultatif)',
  strings: 'Strings',
  stringsHow: '26, 24x9 : un string de 26 modules, puis neuf de 24.',
  stringsBad: (part: string) => `« ${part} » n’est pas un nombre de modules. Écrivez par exemple 26, 24x9.`,
  stringsMany: 'Un audit compte au plus 20 000 modules.',
  stringsNone: 'Indiquez le nombre de modules de chaque string.',
  layoutTotal: (n: number, strings: number) =>
    `${modules(n)} dans ${numberText(strings)} ${plural(strings, 'string', 'strings')}`,
  listOpen: 'Saisir string par string',
  listClose: 'Fermer la liste',
  stringLess: 'Retirer le dernier',
  stringMore: 'Ajouter un string',
  share: 'Partager par QR code',
  shareTitle: (audit: string) => `Ouvrir ${audit}`,
  shareQr: (audit: string) => `QR code qui ouvre l’audit ${audit}`,
  shareHow: 'À scanner avec l’appareil photo d’une autre tablette, sur le même Wi-Fi.',
  details: 'Nom, client et lieu',
  remove: 'Supprimer…',
  removeTitle: (audit: string) => `Supprimer ${audit} ?`,
  removeWhat: (n: number, marked: number) =>
    `${modules(n)}, ${numberText(marked)} ${plural(marked, 'marqué', 'marqués')}, avec leur historique et leurs messages : tout sera effacé de ce hub, pour tout le monde.`,
  removeWaiting: (n: number) =>
    `${marks(n)} de cette tablette ${plural(n, 'n’est', 'ne sont')} pas encore sur le hub.`,
  removePending: (n: number) => `${marks(n)} ${plural(n, 'n’est', 'ne sont')} pas encore dans le cloud.`,
  removeShown:
    'Le cloud garde l’état affiché des modules. Leur historique et les messages ne sont que sur ce hub, et jusqu’à 30 jours sur les tablettes.',
  removeNoCloud: 'Cet audit n’est dans aucun cloud : ce hub est le seul à l’avoir.',
  removeSure: 'Je sais que tout cela sera perdu.',
  removeGo: 'Supprimer définitivement',
};

export type HomeTexts = typeof home;
