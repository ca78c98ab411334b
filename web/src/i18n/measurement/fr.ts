// Texts of measurements (curves, insulation, limits, their import), in French. `MeasurementTexts` is what every language says.
import { numberText } from '..';

const plural = (n: number, one: string, many: string) => (n < 2 ? one : many);

export const measurement = {
  title: 'Mesures',
  none: 'Aucune mesure pour le moment.',
  hand: 'Saisies à la main',
  kinds: {
    dark_iv: 'Courbe I-V à l’obscurité',
    diode: 'Diode de dérivation',
    insulation: 'Isolement',
    values: 'Valeurs mesurées',
    typed: 'Saisies à la main',
  },
  /** The others have the names of the trade. */
  fields: {
    irradiance: 'Éclairement',
    module_temperature: 'Température du module',
  },
  verdicts: {
    ok: 'Bon',
    look: 'À regarder',
    bad: 'Mauvais',
    failed: 'Mesure ratée',
  },
  noLimit: 'Sans limite',
  nr: (n: number, take: number | null) => `N° ${String(n)}${take === null ? '' : `, mesure ${String(take)}`}`,
  perModule: (volts: string, modules: number) =>
    `Uf par module : ${volts} V (${numberText(modules)} modules)`,
  takeBack: 'Retirer cette mesure',
  tookBack: 'retirée',
  numberBad: 'Un nombre, comme 785,1, ou >200.',
  curve: 'Courbe I-V : courant (A) selon la tension (V)',
  import: {
    title: 'Importer des mesures',
    why: 'Fichier d’un PVserv, CSV d’un Benning, ou tableau d’un autre appareil. Rien n’est importé avant que vous l’ayez vu.',
    choose: 'Choisir un fichier',
    none: 'Aucune mesure dans ce fichier.',
    first: 'Le plus petit numéro est le string',
    back: 'Un string plus bas',
    on: 'Un string plus haut',
    line: (line: number) => `ligne ${String(line)}`,
    new: 'nouvelle',
    same: 'déjà là',
    moves: (from: string) => `jusqu’ici : ${from}`,
    left: {
      no_such_string: 'L’audit n’a pas ce string',
      no_such_module: 'L’audit n’a pas ce module',
      several_modules: 'Plusieurs modules possibles',
      diode: 'Diode : le numéro ne dit pas de quel module',
    },
    problems: {
      no_number: 'pas de numéro',
      no_values: 'pas de valeur',
      bad_value: 'pas un nombre',
      unreadable: 'illisible',
      too_many: 'trop de mesures',
      unknown_columns: 'quelle colonne est quoi ?',
    },
    go: (n: number) => `Importer ${numberText(n)} ${plural(n, 'mesure', 'mesures')}`,
    made: (n: number) => `${numberText(n)} ${plural(n, 'mesure importée', 'mesures importées')}.`,
    nothing: 'Tout ce fichier est déjà là.',
    device: 'Nom de l’appareil',
    columns: 'Dites une fois quelle colonne est quoi : c’est gardé pour cet appareil.',
    column: 'Colonne',
    unused: 'ignorée',
    places: {
      string: 'String',
      module: 'Module',
      number: 'Numéro',
      date: 'Jour',
      time: 'Heure',
    },
  },
  limits: {
    title: 'Limites',
    why: 'Ce sont des réglages de l’audit ; le rapport les nomme.',
    usual: 'Limites habituelles',
    names: {
      string_ff_look: 'String : FF à regarder en dessous de',
      string_ff_bad: 'String : FF mauvais en dessous de',
      string_rds_look: 'String : Rds (Ω) à regarder au-dessus de',
      string_rds_bad: 'String : Rds (Ω) mauvais au-dessus de',
      diode_ff_look: 'Diode : FF à regarder en dessous de',
      diode_ff_bad: 'Diode : FF mauvais en dessous de',
      diode_rds_most: 'Diode : Rds (Ω) à regarder au-dessus de',
      diode_rds_least: 'Diode : Rds (Ω) à regarder en dessous de',
      riso_least: 'Isolement (MΩ) mauvais en dessous de',
    },
  },
};

export type MeasurementTexts = typeof measurement;
