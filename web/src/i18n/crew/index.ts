// The texts of the crew's screen and of the poster, of the later texts (../later/). Used by ui/crew/, ui/home/ and state/.
import { later } from '..';
import type { CrewTexts } from './fr';

export const crewTexts = (): CrewTexts => later().crew;
