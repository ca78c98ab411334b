// Texts of the crew's screen, of its tablets and of the poster, in French: read with that screen, and not before anything is shown.
// `CrewTexts` is what every language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'relevé', 'relevés')}`;

export const crew = {
  loading: 'Chargement de l’équipe…',
  members: (n: number) => `${numberText(n)} ${plural(n, 'personne', 'personnes')} dans l’équipe`,
  gone: (n: number) => `${numberText(n)} ${plural(n, 'personne retirée', 'personnes retirées')}`,
  lastLead: 'L’équipe a besoin d’un chef : nommez-en d’abord un autre.',

  codes: 'Codes pour rejoindre l’équipe',
  code: {
    code: 'Code de l’équipe',
    'lead-code': 'Code des chefs d’équipe',
    'viewer-code': 'Code de lecture',
  },
  codeFor: {
    code: 'Pour les techniciens : ils lisent et marquent.',
    'lead-code': 'Pour un autre chef : il crée et supprime des audits, gère l’équipe et voit ces codes.',
    'viewer-code': 'Pour le client ou le bureau : ils lisent tout et ne marquent rien.',
  },
  codeQr: (what: string) => `QR code : ${what}`,
  codeShow: 'Afficher',
  codeHide: 'Masquer',
  codeNew: 'Nouveau code',
  codeAsk: 'L’ancien code ne marchera plus. Ceux qui ont rejoint l’équipe y restent.',
  codeYes: 'Changer le code',

  memberRole: (name: string) => `Rôle de ${name}`,
  memberJoined: (time: string) => `arrivée : ${time}`,
  memberSeen: (time: string) => `vu : ${time}`,
  memberOut: 'Retiré',
  remove: 'Retirer',
  removeLabel: (name: string) => `Retirer ${name}`,
  removeTitle: (name: string) => `Retirer ${name} de l’équipe ?`,
  removeWhat: (name: string) =>
    `${name} ne pourra plus ni lire ni envoyer. Ce qui est déjà sur le hub y reste ; ce qui attend encore sur sa tablette y reste aussi.`,
  removeUnsent: (n: number) =>
    `${marks(n)} de cette tablette ${plural(n, 'n’est', 'ne sont')} pas sur le hub.`,
  removeCodes: {
    technician: 'Changer aussi le code de l’équipe',
    viewer: 'Changer aussi le code de l’équipe et le code de lecture',
    lead: 'Changer aussi les trois codes',
  },
  removeCodesWhy: 'Sinon, l’ancien code suffit pour revenir. Les autres restent dans l’équipe.',
  removeGo: 'Retirer',
  removed: (name: string) => `${name} est retiré.`,
  removedNewCode: (name: string, code: string) =>
    `${name} est retiré. Nouveau code de l’équipe : ${code}. Remplacez l’affiche.`,
  removedOldCode: (name: string) =>
    `${name} est retiré, mais le code n’a pas pu être changé. Changez-le ici.`,
  readmit: 'Réadmettre',
  readmitLabel: (name: string) => `Réadmettre ${name}`,

  /** What the tablets say of themselves. */
  tablets: {
    title: 'Tablettes',
    allSent: (n: number) =>
      n > 1 ? `Tout est sur le hub, des ${numberText(n)} tablettes.` : 'Tout est sur le hub, de la tablette.',
    wait: (n: number, names: string) =>
      `${marks(n)} ${plural(n, 'attend', 'attendent')} encore sur des tablettes : ${names}`,
    waitOf: (name: string, n: number) => `${name} (${numberText(n)})`,
    notNow: 'Pas de nouvelles récentes :',
    notNowOf: (name: string, ago: string) => `${name} (${ago})`,
    unknown: 'On ne sait pas :',
    unsent: (n: number) => `${marks(n)} seulement sur cette tablette`,
    none: 'tout est sur le hub',
    refused: (n: number) => `${marks(n)} ${plural(n, 'refusé', 'refusés')} par le hub`,
    notTold: 'relevés à envoyer : on ne sait pas',
    as: (ago: string) => `dernière nouvelle : ${ago}`,
    page: (version: string) => `page ${version}`,
    pageOld: (version: string, hub: string) => `page ${version}, le hub a la ${hub}`,
    battery: (percent: number) => `batterie ${numberText(percent)} %`,
    charging: (percent: number) => `batterie ${numberText(percent)} %, en charge`,
  },

  /** The printed sheet with the QR codes. */
  poster: {
    title: 'À scanner',
    print: 'Imprimer la feuille',
    language: 'Langue',
    second: 'Deuxième langue',
    none: 'aucune',
    noOrigin: 'Le hub ne connaît pas sa propre adresse : indiquez-la (origin, sous [lan] dans les réglages).',
  },
};

export type CrewTexts = typeof crew;
