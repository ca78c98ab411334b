// Texts of what leads see of the hub itself, in French: read with that, and not before anything is shown. `LeadTexts` is what every language
// says.
import { numberText } from '..';
import type { BackupProblem } from '../../domain/backups';

const plural = (n: number, one: string, many: string) => (n > 1 ? many : one);

export const lead = {
  backups: {
    title: 'Sauvegardes du hub',
    reading: 'Chargement…',
    none: 'Ce hub ne connaît aucune sauvegarde.',
    last: (time: string, ago: string) => `Dernière sauvegarde : ${time} (${ago})`,
    holds: (size: string, audits: number) =>
      `${size}, ${numberText(audits)} ${plural(audits, 'audit', 'audits')}. Écrite, puis relue : elle est complète.`,
    onStick: (label: string) => `Sur la clé USB ${label}`,
    inFile: (file: string) => `Dans le fichier ${file}`,
    old: 'Elle a plus de deux jours : faites-en une autre.',
    daily: (label: string) =>
      `Une sauvegarde se fait chaque jour, et quand on branche la clé USB nommée ${label}.`,
    notDaily: 'Aucune sauvegarde ne se fait toute seule.',
    toStick: (label: string) => `Va sur la clé USB nommée ${label}, branchée sur le hub.`,
    toDir: (dir: string) => `Va dans le dossier ${dir} du hub.`,
    now: 'Sauvegarder maintenant',
    wanted: 'Demandée…',
    copying: 'Le hub prépare la copie…',
    writing: (bytes: string, of: string) => `Écriture : ${bytes} sur ${of}`,
    checking: 'Relecture et comparaison… Ne retirez pas la clé.',
    done: 'C’est fait : la sauvegarde est écrite et relue.',
    failed: (time: string) => `Pas de sauvegarde (${time}) :`,
    problems: {
      nobody:
        'rien n’a commencé. Le plus souvent, aucune clé nommée FIELDHUB n’est branchée sur le hub. Sinon, tapez sur le hub : sudo fieldhub service install',
      no_stick: 'aucune clé USB nommée FIELDHUB n’est branchée sur le hub.',
      read_only: 'la clé est en lecture seule : verrouillée ou abîmée. Prenez-en une autre.',
      mount: 'la clé est là, mais le hub ne peut pas l’ouvrir. Formatez-la en FAT32 ou exFAT.',
      no_room: 'il n’y a pas assez de place : libérez-en, ou prenez une clé plus grande.',
      not_the_same: 'ce qui est relu n’est pas ce qui a été écrit. Prenez une autre clé.',
      hub_full: 'le disque du hub n’a pas la place de préparer la copie.',
      broken_off: 'elle a commencé, puis plus rien. La clé a-t-elle été retirée ?',
      other: 'elle n’a pas pu être écrite.',
    } satisfies Record<BackupProblem, string>,
    words: 'Détails (mots du hub)',
    noStick: (label: string) =>
      `Pas de clé ? Prenez n’importe quelle clé USB, donnez-lui le nom ${label} sur un ordinateur, branchez-la sur le hub, puis recommencez.`,
    device: 'Copier sur cet appareil',
    deviceWhy:
      'Le navigateur télécharge une copie complète : vérifiez-la dans ses téléchargements. Le hub ne la compte pas comme sauvegarde.',
  },
};

export type LeadTexts = typeof lead;
