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
      `${size}, ${numberText(audits)} ${plural(audits, 'audit', 'audits')}. Écrite, puis relue. Les images des photos n’en font pas partie.`,
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
      'Le navigateur télécharge une copie (sans les images des photos) : vérifiez-la dans ses téléchargements. Le hub ne la compte pas comme sauvegarde.',
  },

  /** The guided start of a hub. */
  start: {
    title: 'Ce hub',
    intro:
      'Six points, dans l’ordre que vous voulez. Vous pouvez quitter cette page et y revenir : Équipe, puis « Ce hub ».',
    link: 'Ce hub : mise en route',

    name: 'Nom du hub',
    nameIs: (name: string) => `Il s’appelle ${name}.`,
    nameDefault: 'Il n’a pas encore de nom à lui.',
    nameNew: 'Nouveau nom, par exemple Camionnette 1',
    writeInto: (file: string) =>
      `Le hub ne peut pas changer ses réglages lui-même. Sur sa machine, écrivez cette ligne tout en haut de ${file} (celle d’avant s’enlève) :`,
    writeAtEnd: (file: string) => `À la fin de ${file}, écrivez :`,
    thenType: 'Puis tapez, sur la machine du hub :',
    startAgain: 'Ce hub a été lancé à la main : relancez-le avec cette option.',

    wifi: 'Wi-Fi et affiche',
    wifiIs: (ssid: string) => `Les tablettes rejoignent ${ssid}.`,
    wifiNone: 'Le hub ne connaît aucun Wi-Fi.',
    wifiMake: 'Le hub peut créer le sien. Cela ne se fait pas d’ici : tapez sur sa machine, avec vos mots :',
    wifiOther:
      'Si les tablettes utilisent un autre Wi-Fi, rien à faire : l’affiche laisse la place de l’écrire à la main.',
    joined: (n: number) =>
      n === 0
        ? 'Personne d’autre n’a encore rejoint l’équipe : montrez l’affiche.'
        : `${numberText(n)} ${plural(n, 'autre personne a', 'autres personnes ont')} rejoint l’équipe.`,
    poster: 'Voir l’affiche et les codes',

    cloud: 'Le cloud',
    cloudNone: 'Aucun cloud n’est réglé.',
    cloudReached: 'Le cloud a répondu depuis le démarrage du hub.',
    cloudNotReached: 'Le cloud n’a pas encore répondu depuis le démarrage du hub.',
    cloudWhy:
      'Sans cloud, tout reste sur ce hub et sur les tablettes. Essayez ici l’adresse et le jeton : le hub appelle vraiment, et ne change rien.',
    cloudUrl: 'Adresse (fieldhub+https://… pour un autre fieldhub)',
    cloudToken: 'Jeton, s’il en faut un',
    cloudTry: 'Essayer',
    cloudTrying: 'Appel en cours…',
    cloudWorks: 'Il répond et laisse entrer ce hub.',
    cloudAnswers:
      'Il répond comme un cloud, mais ne connaît pas d’audit de ce hub. S’il accepte le jeton, on ne le saura qu’avec un audit qu’il a aussi.',
    cloudFails: 'L’essai a échoué.',
    tokenFile: 'Pour le jeton, tapez ceci sur la machine du hub, collez le jeton, Entrée, puis Ctrl+D :',

    doctor: 'Contrôle de la machine',
    doctorLooks: 'Contrôle en cours…',
    doctorFine: 'Rien à faire, d’après ce que le hub voit.',
    doctorFound: (n: number) => `${numberText(n)} ${plural(n, 'point', 'points')} à regarder`,
    doctorWords: 'Avec les mots du hub, en anglais :',
    doctorRest: (good: number, unknown: number) =>
      `${numberText(good)} ${plural(good, 'point est', 'points sont')} en ordre. ${numberText(unknown)} ne ${plural(unknown, 'se voit', 'se voient')} pas d’ici ; cette commande, sur la machine du hub, voit tout :`,
    doctorAgain: 'Contrôler à nouveau',

    audit: 'Premier audit',
    auditsNone: 'Il n’y en a pas encore.',
    auditsThere: (n: number) => `${numberText(n)} ${plural(n, 'audit', 'audits')} sur ce hub.`,
    auditNew: 'Nouvel audit',
    auditImport: 'Importer un fichier',
    auditDemo: 'Essayer une démonstration',
    auditDemoWhy: 'La démonstration est un petit audit ordinaire : supprimez-le ensuite.',
    auditDemoCloud:
      'La démonstration est un petit audit ordinaire, qui monte aussi dans le cloud : supprimez-le ensuite.',
    demoName: 'Démonstration',
  },

  /** Where there is nothing yet: what comes next. */
  empty: {
    lead: 'Créez-en un, ou déposez ici un plan, un export de tablette ou un fichier CSV. Le hub est nouveau ? La mise en route montre le reste, pas à pas.',
    start: 'Mise en route du hub',
    demo: 'Essayer une démonstration',
    technician: 'Demandez au chef d’équipe : il en crée un sur le hub, et il apparaît ici tout seul.',
  },
};

export type LeadTexts = typeof lead;
