// The texts of the sheet with the QR codes, in the browser's language.
import { language } from '..';
import { en } from './en';
import { fr, type PosterMessages } from './fr';

export const o: PosterMessages = language === 'en' ? en : fr;
