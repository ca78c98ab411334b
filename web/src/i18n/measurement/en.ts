// Texts of measurements (curves, insulation, limits, their import), in English.
import { numberText } from '..';
import type { MeasurementTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const measurement: MeasurementTexts = {
  title: 'Measurements',
  none: 'No measurement yet.',
  hand: 'Typed by hand',
  kinds: {
    dark_iv: 'Dark I-V curve',
    diode: 'Bypass diode',
    insulation: 'Insulation',
    values: 'Measured values',
    typed: 'Typed by hand',
  },

  fields: {
    irradiance: 'Irradiance',
    module_temperature: 'Module temperature',
  },
  verdicts: {
    ok: 'Good',
    look: 'Look at it',
    bad: 'Bad',
    failed: 'Measurement failed',
  },
  noLimit: 'No limit',
  nr: (n, take) => `No. ${String(n)}${take === null ? '' : `, measurement ${String(take)}`}`,
  perModule: (volts, modules) => `Uf per module: ${volts} V (${numberText(modules)} modules)`,
  takeBack: 'Take this measurement back',
  tookBack: 'taken back',
  numberBad: 'A number, such as 785.1, or >200.',
  curve: 'I-V curve: current (A) over voltage (V)',
  import: {
    title: 'Import measurements',
    why: 'A file of a PVserv, a CSV of a Benning, or a table of another device. Nothing is imported before you have seen it.',
    choose: 'Choose a file',
    none: 'There is no measurement in this file.',
    first: 'The lowest number is string',
    back: 'One string down',
    on: 'One string up',
    line: (line) => `line ${String(line)}`,
    new: 'new',
    same: 'already there',
    moves: (from) => `until now: ${from}`,
    left: {
      no_such_string: 'The audit has no such string',
      no_such_module: 'The audit has no such module',
      several_modules: 'It may be several modules',
      diode: 'Diode: the number does not say of which module',
    },
    problems: {
      no_number: 'no number',
      no_values: 'no values',
      bad_value: 'not a number',
      unreadable: 'cannot be read',
      too_many: 'too many measurements',
      unknown_columns: 'which column is what?',
    },
    go: (n) => `Import ${numberText(n)} ${plural(n, 'measurement', 'measurements')}`,
    made: (n) => `${numberText(n)} ${plural(n, 'measurement', 'measurements')} imported.`,
    nothing: 'All of this file is there already.',
    device: 'Name of the device',
    columns: 'Say once which column is what: it is kept for this device.',
    column: 'Column',
    unused: 'left out',
    places: {
      string: 'String',
      module: 'Module',
      number: 'Number',
      date: 'Date',
      time: 'Time',
    },
  },
  limits: {
    title: 'Limits',
    why: 'They are settings of the audit; the report names them.',
    usual: 'Usual limits',
    names: {
      string_ff_look: 'String: look at FF under',
      string_ff_bad: 'String: FF bad under',
      string_rds_look: 'String: look at Rds (Ω) over',
      string_rds_bad: 'String: Rds (Ω) bad over',
      diode_ff_look: 'Diode: look at FF under',
      diode_ff_bad: 'Diode: FF bad under',
      diode_rds_most: 'Diode: look at Rds (Ω) over',
      diode_rds_least: 'Diode: look at Rds (Ω) under',
      riso_least: 'Insulation (MΩ) bad under',
    },
  },
};
