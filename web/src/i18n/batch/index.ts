// The texts of marking many at once, in files of their own: read with the bar for what is picked. In the language that is
// spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/marking/.
import { language, t } from '..';
import { batch as en } from './en';
import { batch as fr, type BatchTexts } from './fr';

const byTag: Readonly<Record<string, BatchTexts>> = { en, fr };

export const batchTexts = (): BatchTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
