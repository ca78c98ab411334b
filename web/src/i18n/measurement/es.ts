// Texts of measurements (curves, insulation, limits, their import), in Spanish.
import { numberText } from '..';
import type { MeasurementTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const measurement: MeasurementTexts = {
  title: 'Medidas',
  none: 'Todavía no hay medidas.',
  hand: 'Escritas a mano',
  kinds: {
    dark_iv: 'Curva I-V en oscuridad',
    diode: 'Diodo de derivación',
    insulation: 'Aislamiento',
    values: 'Valores medidos',
    typed: 'Escritas a mano',
  },

  fields: {
    irradiance: 'Irradiancia',
    module_temperature: 'Temperatura del módulo',
  },
  verdicts: {
    ok: 'Bien',
    look: 'Para revisar',
    bad: 'Mal',
    failed: 'Medida fallida',
  },
  noLimit: 'Sin límite',
  nr: (n, take) => `N.º ${String(n)}${take === null ? '' : `, medida ${String(take)}`}`,
  perModule: (volts, modules) => `Uf por módulo: ${volts} V (${numberText(modules)} módulos)`,
  takeBack: 'Retirar esta medida',
  tookBack: 'retirada',
  numberBad: 'Un número, como 785,1, o >200.',
  curve: 'Curva I-V: corriente (A) según la tensión (V)',
  import: {
    title: 'Importar medidas',
    why: 'Archivo de un PVserv, CSV de un Benning o tabla de otro aparato. No se importa nada antes de que lo haya visto.',
    choose: 'Elegir un archivo',
    none: 'No hay ninguna medida en este archivo.',
    first: 'El número más bajo es el string',
    back: 'Un string menos',
    on: 'Un string más',
    line: (line) => `línea ${String(line)}`,
    new: 'nueva',
    same: 'ya está',
    moves: (from) => `hasta ahora: ${from}`,
    left: {
      no_such_string: 'La auditoría no tiene ese string',
      no_such_module: 'La auditoría no tiene ese módulo',
      several_modules: 'Pueden ser varios módulos',
      diode: 'Diodo: el número no dice de qué módulo',
    },
    problems: {
      no_number: 'sin número',
      no_values: 'sin valores',
      bad_value: 'no es un número',
      unreadable: 'no se puede leer',
      too_many: 'demasiadas medidas',
      unknown_columns: '¿qué es cada columna?',
    },
    go: (n) => `Importar ${numberText(n)} ${plural(n, 'medida', 'medidas')}`,
    made: (n) => `${numberText(n)} ${plural(n, 'medida importada', 'medidas importadas')}.`,
    nothing: 'Todo lo de este archivo ya está.',
    device: 'Nombre del aparato',
    columns: 'Diga una vez qué es cada columna: se guarda para este aparato.',
    column: 'Columna',
    unused: 'sin usar',
    places: {
      string: 'String',
      module: 'Módulo',
      number: 'Número',
      date: 'Fecha',
      time: 'Hora',
    },
  },
  limits: {
    title: 'Límites',
    why: 'Son ajustes de la auditoría; el informe los nombra.',
    usual: 'Límites habituales',
    names: {
      string_ff_look: 'String: FF para revisar por debajo de',
      string_ff_bad: 'String: FF mal por debajo de',
      string_rds_look: 'String: Rds (Ω) para revisar por encima de',
      string_rds_bad: 'String: Rds (Ω) mal por encima de',
      diode_ff_look: 'Diodo: FF para revisar por debajo de',
      diode_ff_bad: 'Diodo: FF mal por debajo de',
      diode_rds_most: 'Diodo: Rds (Ω) para revisar por encima de',
      diode_rds_least: 'Diodo: Rds (Ω) para revisar por debajo de',
      riso_least: 'Aislamiento (MΩ) mal por debajo de',
    },
  },
};
