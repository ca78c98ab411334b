// What is said in French after the first load, in one file that is read with the first of what needs it.
import { audit } from '../audit/fr';
import { batch } from '../batch/fr';
import { crew } from '../crew/fr';
import { files } from '../files/fr';
import { help } from '../help/fr';
import { home } from '../home/fr';
import { hub } from '../hub/fr';
import { layout } from '../layout/fr';
import { lead } from '../lead/fr';
import { measurement } from '../measurement/fr';
import { panel } from '../panel/fr';
import { photo } from '../photo/fr';
import { property } from '../property/fr';
import { report } from '../report/fr';
import { secure } from '../secure/fr';
import { settings } from '../settings/fr';

export const later = {
  audit,
  batch,
  crew,
  files,
  help,
  home,
  hub,
  layout,
  lead,
  measurement,
  panel,
  photo,
  property,
  report,
  secure,
  settings,
};

export type LaterTexts = typeof later;
