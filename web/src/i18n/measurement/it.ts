// Texts of measurements (curves, insulation, limits, their import), in Italian.
import { numberText } from '..';
import type { MeasurementTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const measurement: MeasurementTexts = {
  title: 'Misure',
  none: 'Ancora nessuna misura.',
  hand: 'Scritte a mano',
  kinds: {
    dark_iv: 'Curva I-V al buio',
    diode: 'Diodo di bypass',
    insulation: 'Isolamento',
    values: 'Valori misurati',
    typed: 'Scritte a mano',
  },

  fields: {
    irradiance: 'Irraggiamento',
    module_temperature: 'Temperatura del modulo',
  },
  verdicts: {
    ok: 'Buono',
    look: 'Da guardare',
    bad: 'Cattivo',
    failed: 'Misura fallita',
  },
  noLimit: 'Senza limite',
  nr: (n, take) => `N. ${String(n)}${take === null ? '' : `, misura ${String(take)}`}`,
  perModule: (volts, modules) => `Uf per modulo: ${volts} V (${numberText(modules)} moduli)`,
  takeBack: 'Ritira questa misura',
  tookBack: 'ritirata',
  numberBad: 'Un numero, come 785,1, o >200.',
  curve: 'Curva I-V: corrente (A) in funzione della tensione (V)',
  import: {
    title: 'Importa misure',
    why: 'File di un PVserv, CSV di un Benning o tabella di un altro strumento. Nulla viene importato prima che l’abbia visto.',
    choose: 'Scegli un file',
    none: 'In questo file non c’è nessuna misura.',
    first: 'Il numero più basso è la stringa',
    back: 'Una stringa indietro',
    on: 'Una stringa avanti',
    line: (line) => `riga ${String(line)}`,
    new: 'nuova',
    same: 'già presente',
    moves: (from) => `finora: ${from}`,
    left: {
      no_such_string: 'L’audit non ha questa stringa',
      no_such_module: 'L’audit non ha questo modulo',
      several_modules: 'Possono essere più moduli',
      diode: 'Diodo: il numero non dice di quale modulo',
    },
    problems: {
      no_number: 'nessun numero',
      no_values: 'nessun valore',
      bad_value: 'non è un numero',
      unreadable: 'illeggibile',
      too_many: 'troppe misure',
      unknown_columns: 'quale colonna è cosa?',
    },
    go: (n) => `Importa ${numberText(n)} ${plural(n, 'misura', 'misure')}`,
    made: (n) => `${numberText(n)} ${plural(n, 'misura importata', 'misure importate')}.`,
    nothing: 'Tutto il contenuto di questo file è già presente.',
    device: 'Nome dello strumento',
    columns: 'Dica una volta quale colonna è cosa: resta per questo strumento.',
    column: 'Colonna',
    unused: 'non usata',
    places: {
      string: 'Stringa',
      module: 'Modulo',
      number: 'Numero',
      date: 'Data',
      time: 'Ora',
    },
  },
  limits: {
    title: 'Limiti',
    why: 'Sono impostazioni dell’audit; il rapporto li nomina.',
    usual: 'Limiti abituali',
    names: {
      string_ff_look: 'Stringa: FF da guardare sotto',
      string_ff_bad: 'Stringa: FF cattivo sotto',
      string_rds_look: 'Stringa: Rds (Ω) da guardare sopra',
      string_rds_bad: 'Stringa: Rds (Ω) cattivo sopra',
      diode_ff_look: 'Diodo: FF da guardare sotto',
      diode_ff_bad: 'Diodo: FF cattivo sotto',
      diode_rds_most: 'Diodo: Rds (Ω) da guardare sopra',
      diode_rds_least: 'Diodo: Rds (Ω) da guardare sotto',
      riso_least: 'Isolamento (MΩ) cattivo sotto',
    },
  },
};
