// The texts of the crew's screen and of the poster, in files of their own: read with it, and not before anything is shown. In the language
// that is spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/crew/, ui/home/ and state/.
import { language, t } from '..';
import { crew as en } from './en';
import { crew as fr, type CrewTexts } from './fr';

const byTag: Readonly<Record<string, CrewTexts>> = { en, fr };

export const crewTexts = (): CrewTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
