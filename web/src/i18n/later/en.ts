// What is said in English after the first load, in one file that is read with the first of what needs it.
import type { LaterTexts } from './fr';
import { audit } from '../audit/en';
import { batch } from '../batch/en';
import { crew } from '../crew/en';
import { files } from '../files/en';
import { help } from '../help/en';
import { home } from '../home/en';
import { hub } from '../hub/en';
import { layout } from '../layout/en';
import { lead } from '../lead/en';
import { measurement } from '../measurement/en';
import { panel } from '../panel/en';
import { photo } from '../photo/en';
import { property } from '../property/en';
import { report } from '../report/en';
import { secure } from '../secure/en';
import { settings } from '../settings/en';

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
