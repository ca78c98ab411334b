// The texts of moving to HTTPS, in the browser's language.
import { language } from '..';
import { en } from './en';
import { fr, type SecureMessages } from './fr';

export const s: SecureMessages = language === 'en' ? en : fr;
