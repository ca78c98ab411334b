// Texts of the settings, in French: not of the first load. `SettingsTexts` is what every language says.
import type { ClockSource } from '../../domain/types';
import type { Theme } from '../../state/theme';

export const settings = {
  theme: 'Affichage',
  themes: { night: 'Nuit', day: 'Jour', system: 'Auto' } satisfies Record<Theme, string>,
  textSize: 'Taille du texte',
  textSizes: { normal: 'Normale', large: 'Grande', larger: 'Très grande' },
  language: 'Langue',
  sound: 'Son',
  soundWhy: 'Quand quelqu’un marque un module affiché ici, ou vous écrit.',
  vibrate: 'Vibration',
  notify: 'Notifications',
  notifyWhy: 'Quand on vous écrit, ou qu’un de vos relevés est en conflit.',
  notifyDenied: 'Bloquées par le navigateur : autorisez-les d’abord dans ses réglages.',
  sync: 'Sync',
  syncWhy: 'OFF : cette tablette travaille seule, et garde tout.',
  storage: 'Mémoire de la tablette',
  storageNone: 'Ce navigateur n’enregistre rien.',
  storagePlain: 'Enregistré sur cette tablette. La taille n’est connue qu’en HTTPS.',
  storageUsed: (used: string, free: string) => `${used} utilisés, ${free} libres.`,
  storageLasting: 'Le navigateur s’engage à tout garder.',
  storageLoose: 'Le navigateur peut faire le ménage s’il manque de place.',
  versions: 'Versions',
  versionsOf: (page: string, hub: string) => `page ${page}, hub ${hub}`,
  clock: 'Heure du hub',
  clockSet: 'Prendre l’heure de cette tablette',
  clockOther: (time: string) => `Les tablettes disent ${time}.`,
  clockFrom: {
    network: 'par le réseau',
    upstream: 'par le cloud',
    person: 'réglée à la main',
    tablets: 'par les tablettes',
    machine: 'non confirmée',
    kept: 'non confirmée',
  } satisfies Record<ClockSource, string>,
};

export type SettingsTexts = typeof settings;
