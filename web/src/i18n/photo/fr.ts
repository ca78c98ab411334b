// Textes des photos, en français : lus avec elles, après le premier écran.
import { numberText } from '..';

const photos = (n: number) => `${numberText(n)} ${n > 1 ? 'photos' : 'photo'}`;

export const photo = {
  title: 'Photos',
  count: photos,
  ofSite: 'Le site',
  ofString: 'Un string',
  camera: 'Photo',
  gallery: 'Galerie',
  none: 'Aucune photo pour l’instant.',
  keeping: (n: number) => `${photos(n)} en cours d’enregistrement…`,
  kept: (n: number) => `${photos(n)} ${n > 1 ? 'enregistrées' : 'enregistrée'} sur cette tablette.`,
  /** Ce qui est arrivé de chacune. */
  where: {
    tablet: 'sur cette tablette seulement',
    hub: 'sur le hub',
    cloud: 'dans le cloud',
    parked: 'refusée par le cloud',
  },
  /** Une photo, pour qui ne la voit pas. */
  one: (n: number, all: number) => `Photo ${numberText(n)} sur ${numberText(all)}`,
  file: 'Pas d’aperçu ici',
  notHere: 'Image pas encore sur ce hub',
  away: 'Image pas sur cette tablette : elle s’affichera à portée du hub.',
  full: 'Plus de place sur cette tablette pour une photo. Restez à portée du hub jusqu’à ce que les photos soient parties.',
  lost: 'La tablette a fermé la page pendant que l’appareil photo était ouvert. Si la photo n’est pas ici, prenez-la dans la galerie.',
  notTaken: {
    no_picture: (name: string) => `${name} : pas une image que le hub garde (JPEG, PNG, TIFF, HEIC).`,
    too_large: (name: string) => `${name} : plus de 256 Mo, trop grande pour le hub.`,
    full: (name: string) => `${name} : pas enregistrée, il n’y a plus de place sur cette tablette.`,
    silent: (name: string) => `${name} : pas enregistrée, la tablette n’a pas pu l’écrire. Reprenez-la.`,
  },
  refused: 'Refusée par le hub',
  refusedFor: (reason: string) => `Refusée par le hub : ${reason}`,
  reasons: {
    lost: 'Le hub l’a perdue, et elle n’est plus sur cette tablette.',
    not_here: 'Une partie de l’image manque sur cette tablette.',
    wrong_hash: 'L’image arrive abîmée sur le hub.',
    not_an_image: 'Le hub n’y reconnaît pas une image.',
    too_large: 'Trop grande pour ce hub.',
    too_many_photos: 'Cet audit a le nombre maximal de photos.',
    photo_wrong: 'Ce que le hub a reçu n’est pas cette image.',
  } as Record<string, string>,
  again: 'Renvoyer',
  forget: 'Supprimer de cette tablette',
  forgetAsk: 'Cette image n’est que sur cette tablette. La supprimer pour toujours ?',
  waiting: (n: number, size: string) => `${photos(n)} (${size}) seulement sur cette tablette`,
  httpsFirst: (n: number) =>
    `${photos(n)} ${n > 1 ? 'attendent' : 'attend'} encore ici : restez sur cette page jusqu’à ce que tout soit sur le hub.`,
  allSent: 'Toutes les photos de cette tablette sont sur le hub.',
  refusedCount: (n: number) => `dont ${photos(n)} que le hub refuse`,
  trouble: {
    full: 'Le hub n’a plus de place pour les photos. Elles restent sur cette tablette ; les saisies continuent de partir.',
    no_audit: 'Ce hub ne prend pas les photos de cet audit. Elles restent sur cette tablette.',
    said: (reason: string) => `Le hub ne prend pas les photos : ${reason}`,
  },
  held: {
    why: 'Images encore sur cette tablette, aussi celles qu’un hub en panne a emportées. Enregistrez-les avant qu’il n’arrive quelque chose à la tablette.',
    count: (name: string, n: number, size: string, waiting: number) =>
      `${name} : ${photos(n)} (${size})${waiting > 0 ? `, dont ${numberText(waiting)} pas sur le hub` : ''}`,
    removed:
      'Quelqu’un a supprimé cet audit du hub. Ses photos sur cette tablette ne partiront pas toutes seules : enregistrez-les ou supprimez-les.',
    unknown:
      'Ce hub ne prend pas de photos de cet audit : il n’a pas l’audit, ou sa version ne connaît pas les photos. Elles restent sur cette tablette ; enregistrez-les ou supprimez-les.',
    save: 'Enregistrer les images en fichiers',
    saveNext: (n: number) => `Enregistrer les ${numberText(n)} suivantes`,
    saved: (n: number, all: number) =>
      `${numberText(n)} sur ${photos(all)} : dans les téléchargements de cette tablette. Vérifiez qu’elles y sont.`,
    unread: (names: string) => `Cette tablette n’arrive pas à lire : ${names}`,
    forget: 'Supprimer de cette tablette',
    forgetAsk: (n: number) => `${photos(n)} seulement sur cette tablette. Supprimer pour toujours ?`,
    forgetYes: 'Supprimer pour toujours',
    keep: 'Garder',
    lost: (n: number) =>
      `${photos(n)} : le hub a perdu l’original, et cette tablette ne l’a plus. Ce qui reste, les images plus petites, est renvoyé.`,
    lostRead: 'Lu',
  },
  viewfinder: {
    closed:
      'L’appareil photo ne s’ouvre pas dans cette page : le navigateur ne l’a pas permis, ou une autre application l’utilise.',
    again: 'Réessayer',
    instead: 'L’appareil photo de la tablette',
    shoot: 'Prendre la photo',
    lamp: 'Lampe',
  },
  inCloud: {
    title: (name: string) => `Photos dans le cloud (${name})`,
    unknown: 'On saura ce qui manque dans le cloud dès qu’il aura répondu.',
    all: 'Toutes les images y sont.',
    classes: { thumb: 'Vignettes', preview: 'Aperçus', original: 'Originaux' } as Record<string, string>,
    there: 'toutes dans le cloud',
    waits: (n: number, size: string) => `${numberText(n)} en attente (${size})`,
    stays: (n: number, size: string) => `${numberText(n)} (${size}) restent sur le hub, selon ses réglages`,
    refused: (n: number) => `${photos(n)} que le cloud refuse. Nouvel essai automatique.`,
  },
  viewer: {
    noOriginal: 'L’original est perdu : il ne reste que cette image plus petite.',
    notHeld: 'L’original n’est pas sur ce hub.',
    previous: 'Photo précédente',
    next: 'Photo suivante',
    nextDefect: 'Défaut suivant',
    adjust: 'Régler l’image',
    brightness: 'Luminosité',
    gamma: 'Gamma',
    compare: 'Comparer',
    beside: {
      earlier: () => 'Photo d’avant',
      later: () => 'Photo d’après',
      before: (m: string) => `Voisin ${m}`,
      after: (m: string) => `Voisin ${m}`,
    },
    contrast: 'Contraste',
    invert: 'Inverser',
    reset: 'Comme elle est',
    caption: 'Légende',
    saveCaption: 'Enregistrer la légende',
    move: 'Autre module',
    moveTo: 'Module',
    moveDo: 'Déplacer',
    noModule: 'Ce module n’existe pas.',
    moved: (module: string) => `Photo déplacée vers ${module}.`,
    takeOut: 'Retirer',
    tookOut: 'Photo retirée.',
    out: (by: string) => `Retirée par ${by}`,
    putBack: 'Remettre',
    removed: (n: number) => `${photos(n)} ${n > 1 ? 'retirées' : 'retirée'}`,
    at: (time: string) => `prise le ${time} (heure de l’appareil)`,
  },
  filters: { photo: 'Avec photo', bare: 'Défaut sans photo' },
};

export type PhotoTexts = typeof photo;
