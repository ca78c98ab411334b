// The language that the unit tests speak. Loaded before each of their files (package.json).
import { speak } from '../src/i18n';
import { messages } from '../src/i18n/lang/fr';
import { later } from '../src/i18n/later/fr';

speak('fr', messages, later);
