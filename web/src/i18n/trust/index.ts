// The texts of /trust, in the browser's language.
import { language } from '..';
import { en } from './en';
import { fr, type TrustMessages } from './fr';

export const w: TrustMessages = language === 'en' ? en : fr;
