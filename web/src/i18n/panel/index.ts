// The texts of the panel behind the hub, in the browser's language, and how it writes amounts of data.
import { language } from '..';
import { en } from './en';
import { fr, type PanelMessages } from './fr';

export const p: PanelMessages = language === 'en' ? en : fr;

const amount = (unit: string) =>
  new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 });
const SIZES = (['kilobyte', 'megabyte', 'gigabyte'] as const).map(amount);

/** 12 kB, 3.4 MB. */
export function bytesText(bytes: number): string {
  const step = bytes < 999_950 ? 0 : bytes < 999_950_000 ? 1 : 2;
  return SIZES[step]?.format(bytes / 1_000 ** (step + 1)) ?? '';
}
