// Texts of measurements (curves, insulation, limits, their import), in German.
import { numberText } from '..';
import type { MeasurementTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const measurement: MeasurementTexts = {
  title: 'Messungen',
  none: 'Noch keine Messung.',
  hand: 'Von Hand eingetippt',
  kinds: {
    dark_iv: 'Dunkelkennlinie',
    diode: 'Bypassdiode',
    insulation: 'Isolation',
    values: 'Messwerte',
    typed: 'Von Hand eingetippt',
  },

  fields: {
    irradiance: 'Einstrahlung',
    module_temperature: 'Modultemperatur',
  },
  verdicts: {
    ok: 'Gut',
    look: 'Ansehen',
    bad: 'Schlecht',
    failed: 'Messung misslungen',
  },
  noLimit: 'Ohne Grenzwert',
  nr: (n, take) => `Nr. ${String(n)}${take === null ? '' : `, Messung ${String(take)}`}`,
  perModule: (volts, modules) => `Uf je Modul: ${volts} V (${numberText(modules)} Module)`,
  takeBack: 'Diese Messung zurücknehmen',
  tookBack: 'zurückgenommen',
  numberBad: 'Eine Zahl, etwa 785,1, oder >200.',
  curve: 'Kennlinie: Strom (A) über der Spannung (V)',
  import: {
    title: 'Messungen importieren',
    why: 'Datei eines PVserv, CSV eines Benning oder Tabelle eines anderen Geräts. Nichts wird importiert, bevor Sie es gesehen haben.',
    choose: 'Datei wählen',
    none: 'In dieser Datei ist keine Messung.',
    first: 'Die kleinste Nummer ist String',
    back: 'Einen String zurück',
    on: 'Einen String weiter',
    line: (line) => `Zeile ${String(line)}`,
    new: 'neu',
    same: 'schon da',
    moves: (from) => `bisher: ${from}`,
    left: {
      no_such_string: 'Das Audit hat diesen String nicht',
      no_such_module: 'Das Audit hat dieses Modul nicht',
      several_modules: 'Mehrere Module kommen infrage',
      diode: 'Diode: Die Nummer sagt nicht, von welchem Modul',
    },
    problems: {
      no_number: 'keine Nummer',
      no_values: 'keine Werte',
      bad_value: 'keine Zahl',
      unreadable: 'nicht lesbar',
      too_many: 'zu viele Messungen',
      unknown_columns: 'Welche Spalte ist was?',
    },
    go: (n) => `${numberText(n)} ${plural(n, 'Messung', 'Messungen')} importieren`,
    made: (n) => `${numberText(n)} ${plural(n, 'Messung', 'Messungen')} importiert.`,
    nothing: 'Alles aus dieser Datei ist schon da.',
    device: 'Name des Geräts',
    columns: 'Einmal sagen, welche Spalte was ist: Für dieses Gerät wird es behalten.',
    column: 'Spalte',
    unused: 'ausgelassen',
    places: {
      string: 'String',
      module: 'Modul',
      number: 'Nummer',
      date: 'Datum',
      time: 'Uhrzeit',
    },
  },
  limits: {
    title: 'Grenzwerte',
    why: 'Sie sind Einstellungen des Audits; der Bericht nennt sie.',
    usual: 'Übliche Grenzwerte',
    names: {
      string_ff_look: 'String: FF ansehen unter',
      string_ff_bad: 'String: FF schlecht unter',
      string_rds_look: 'String: Rds (Ω) ansehen über',
      string_rds_bad: 'String: Rds (Ω) schlecht über',
      diode_ff_look: 'Diode: FF ansehen unter',
      diode_ff_bad: 'Diode: FF schlecht unter',
      diode_rds_most: 'Diode: Rds (Ω) ansehen über',
      diode_rds_least: 'Diode: Rds (Ω) ansehen unter',
      riso_least: 'Isolation (MΩ) schlecht unter',
    },
  },
};
