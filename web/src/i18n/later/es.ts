// What is said in Spanish after the first load, in one file that is read with the first of what needs it.
import type { LaterTexts } from './fr';
import { audit } from '../audit/es';
import { batch } from '../batch/es';
import { crew } from '../crew/es';
import { files } from '../files/es';
import { help } from '../help/es';
import { home } from '../home/es';
import { hub } from '../hub/es';
import { layout } from '../layout/es';
import { lead } from '../lead/es';
import { measurement } from '../measurement/es';
import { panel } from '../panel/es';
import { photo } from '../photo/es';
import { property } from '../property/es';
import { report } from '../report/es';
import { secure } from '../secure/es';
import { settings } from '../settings/es';

export const later: LaterTexts = {
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
