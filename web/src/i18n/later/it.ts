// What is said in Italian after the first load, in one file that is read with the first of what needs it.
import type { LaterTexts } from './fr';
import { audit } from '../audit/it';
import { batch } from '../batch/it';
import { crew } from '../crew/it';
import { files } from '../files/it';
import { help } from '../help/it';
import { home } from '../home/it';
import { hub } from '../hub/it';
import { layout } from '../layout/it';
import { lead } from '../lead/it';
import { measurement } from '../measurement/it';
import { panel } from '../panel/it';
import { photo } from '../photo/it';
import { property } from '../property/it';
import { report } from '../report/it';
import { secure } from '../secure/it';
import { settings } from '../settings/it';

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
