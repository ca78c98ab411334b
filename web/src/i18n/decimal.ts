// Decimal sign of the language (localisation): a number that is kept with a point, as people there read and type it. Used wherever such a number
// is shown, and by the field in which it is typed.
import { numberText } from '.';

/** Every digit as it was said; what is no number stays as it is. */
export const decimalText = (value: string): string =>
  /^[<>]?-?\d+\.\d+$/.test(value) && numberText(1.5).includes(',') ? value.replace('.', ',') : value;
