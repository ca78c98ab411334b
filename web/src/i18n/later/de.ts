// What is said in German after the first load, in one file that is read with the first of what needs it.
import type { LaterTexts } from './fr';
import { audit } from '../audit/de';
import { batch } from '../batch/de';
import { crew } from '../crew/de';
import { files } from '../files/de';
import { help } from '../help/de';
import { home } from '../home/de';
import { hub } from '../hub/de';
import { layout } from '../layout/de';
import { lead } from '../lead/de';
import { measurement } from '../measurement/de';
import { panel } from '../panel/de';
import { photo } from '../photo/de';
import { property } from '../property/de';
import { report } from '../report/de';
import { secure } from '../secure/de';
import { settings } from '../settings/de';

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
