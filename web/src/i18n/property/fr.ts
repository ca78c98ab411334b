// Texts of what is known beside marks (severity, serials, reasons, sessions of strings, conditions), in French. `PropertyTexts` is what every
// language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n < 2 ? one : many);

export const property = {
  severity: 'Gravité',
  /** Asked after a defect was marked. */
  severityOf: (module: string) => `${module} : quelle gravité ?`,
  grade: (key: string, label: string) => (label === '' ? key : `${key}, ${label}`),
  /** What the steps of the ready scales mean. */
  grades: {
    A: 'fissure fine, rien de coupé',
    B: 'en partie coupé',
    C: 'zone isolée',
    1: 'très légère',
    2: 'légère',
    3: 'moyenne',
    4: 'forte',
    5: 'dangereuse',
  },
  action: 'À faire',
  actions: { watch: 'Surveiller', replace: 'Remplacer', claim: 'Garantie', urgent: 'Urgent' },
  reasons: {
    shade: 'À l’ombre',
    no_access: 'Pas d’accès',
    no_power: 'Pas de courant',
    weather: 'Météo',
    no_time: 'Pas le temps',
    missing: 'Module absent',
  },
  notExamined: 'Non examiné',
  notExaminedWhy: 'Non examiné, parce que…',
  notExaminedString: 'String non examiné, parce que…',
  /** The string says it for its modules. */
  byString: (why: string) => `Non examiné comme tout le string : ${why}`,
  otherReason: 'Autre raison, en quelques mots',
  use: 'Noter',
  toExamine: 'Reste à examiner',
  serial: 'Numéro de série',
  serialBad: 'Un numéro de série a de 3 à 64 caractères.',
  serialTwice: (modules: string) => `Ce numéro est aussi celui de ${modules}.`,

  sides: 'Deux personnes ont dit autre chose sans se voir. La dernière valeur est affichée.',
  sidesOf: (name: string) => `${name} : deux avis`,
  keep: (value: string) => `Garder ${value}`,
  nothing: 'rien',
  names: { severity: 'Gravité', action: 'À faire', serial: 'Numéro de série', not_examined: 'Non examiné' },
  is: (name: string, value: string) => `${name} : ${value}`,
  takenBack: (name: string) => `${name} : retiré`,

  excused: (n: number) => `${numberText(n)} non ${plural(n, 'examiné', 'examinés')}`,
  ungraded: (n: number) => `${numberText(n)} ${plural(n, 'défaut', 'défauts')} sans gravité`,
  filters: { ungraded: 'Défauts sans gravité', excused: 'Non examinés' },

  bulk: 'Gravité ou raison',
  bulkNot: 'Non examinés, parce que…',
  /** `skipped`: modules that were picked, and that it is not for. */
  bulkDone: (n: number, skipped: number) =>
    `${numberText(n)} ${plural(n, 'module noté', 'modules notés')}${skipped > 0 ? `, ${numberText(skipped)} ${plural(skipped, 'laissé', 'laissés')}` : ''}`,
  bulkDefects: 'Pour les défauts choisis',
  bulkPending: 'Pour les modules choisis sans relevé',
  bulkAsk: (n: number) =>
    `${numberText(n)} ${plural(n, 'module a déjà une autre valeur.', 'modules ont déjà une autre valeur.')}`,
  bulkNone: 'Seuls les défauts ont une gravité, et les modules sans relevé une raison.',
  bulkKeep: 'Laisser les leurs',
  bulkReplace: 'Remplacer',

  string: {
    open: (string: string) => `${string} : courant et raison`,
    list: 'Strings sous courant',
    start: 'Sous courant maintenant',
    stop: 'Couper maintenant',
    again: 'De nouveau sous courant',
    since: (time: string) => `sous courant depuis ${time}`,
    on: (time: string) => `depuis ${time}`,
    was: (from: string, to: string) => `sous courant de ${from} à ${to}`,
    never: 'pas encore sous courant',
    current: 'Courant (A)',
    voltage: 'Tension (V)',
    numberBad: 'Un nombre, comme 3,5.',
    before: 'Sous courant auparavant',
    times: (n: number) => `${numberText(n)} fois`,
    takeBack: 'Retirer ces heures',
  },

  serials: {
    title: 'Liste des numéros de série',
    why: 'Un fichier CSV ou Excel avec une colonne pour le module et une pour le numéro. Rien n’est noté avant que vous l’ayez vu.',
    choose: 'Choisir un fichier',
    wrong: (n: number) =>
      `${numberText(n)} ${n === 1 ? 'ligne à revoir, elle' : 'lignes à revoir, elles'} ne ${n === 1 ? 'sera' : 'seront'} pas ${n === 1 ? 'notée' : 'notées'}`,
    line: (line: number) => `ligne ${String(line)}`,
    found: (fresh: number, same: number) =>
      `${numberText(fresh)} ${fresh === 1 ? 'module reçoit' : 'modules reçoivent'} un numéro${same > 0 ? `, ${numberText(same)} ${same === 1 ? 'l’a' : 'l’ont'} déjà` : ''}.`,
    replace: (n: number) =>
      `Remplacer aussi ${n === 1 ? 'le numéro d’un module qui en a' : `les numéros de ${numberText(n)} modules qui en ont`} un autre`,
    go: (n: number) => `Noter ${numberText(n)} ${n === 1 ? 'numéro' : 'numéros'}`,
    made: (n: number) => `${numberText(n)} ${n === 1 ? 'numéro noté' : 'numéros notés'}.`,
    nothing: 'Rien à noter.',
    problems: {
      unknown_module: 'l’audit n’a pas ce module',
      several_modules: 'peut être plusieurs modules',
      module_twice: 'module donné deux fois',
      serial_twice: 'un numéro pour deux modules',
      rounded: 'arrondi par le tableur : mettre la colonne en texte',
      out_of_form: '3 à 64 caractères',
    },
  },

  conditions: {
    title: 'Conditions et équipe',
    lead: 'Pour le rapport. Chaque champ peut rester vide ; tout peut être complété plus tard.',
    offered: 'Repris du dernier audit de cette tablette : vérifiez, puis enregistrez.',
    save: 'Enregistrer',
    wrong: (field: string) => `À corriger : ${field}`,
    groups: { when: 'Quand et comment', camera: 'Prise de vue', paper: 'Pour le rapport' },
    fields: {
      inspected_on: 'Date de l’inspection',
      weather: 'Météo',
      temperature_c: 'Température (°C)',
      method: 'Méthode',
      standards: 'Normes',
      camera: 'Caméra',
      exposure_s: 'Temps de pose (s)',
      distance_m: 'Distance (m)',
      company: 'Entreprise',
      company_address: 'Adresse de l’entreprise',
      contract: 'Contrat',
      purpose: 'Objet',
      summary: 'Résumé',
    },
    people: 'Qui a participé',
    person: (n: number) => `Personne ${numberText(n)}`,
    personFields: { name: 'Nom', role: 'Rôle', qualification: 'Qualification' },
    addPerson: 'Ajouter une personne',
    equipment: 'Appareils',
    device: (n: number) => `Appareil ${numberText(n)}`,
    deviceFields: { kind: 'Type', model: 'Modèle', serial: 'Numéro de série', calibrated_on: 'Étalonné le' },
    addDevice: 'Ajouter un appareil',
    drop: 'Retirer',
    firstMissing: 'Il manque un nom ou un type.',
    phrases: 'Phrases pour les commentaires',
    phrasesWhy: (most: number) =>
      `Un appui sur l’une d’elles fait le commentaire. Une par ligne, ${numberText(most)} au maximum ; elles remplacent les phrases toutes prêtes, sur toutes les tablettes de cet audit, et sont enregistrées telles quelles.`,
    phrasesReady: 'Partir des phrases toutes prêtes',
    phrasesWrong: (most: number, long: number) =>
      `${numberText(most)} phrases au maximum, de ${numberText(long)} caractères au plus.`,
    scale: 'Échelle de gravité',
    scales: { koentges: 'A, B, C (Köntges)', five: '1 à 5', own: 'La nôtre' },
    key: 'Signe',
    label: 'Signification',
    noAction: 'rien de prévu',
    addGrade: 'Ajouter un degré',
    scaleShort: 'Une échelle a au moins deux degrés, chacun avec un autre signe.',
    scaleKeeps: 'Ce qui est déjà noté garde son signe.',
  },
};

export type PropertyTexts = typeof property;
