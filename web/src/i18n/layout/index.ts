// The texts of the plan's editor, in files of their own: read with it, and not before anything is shown. In the language that is
// spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/layout/.
import { language, t } from '..';
import { layout as en } from './en';
import { layout as fr, type LayoutTexts } from './fr';

const byTag: Readonly<Record<string, LayoutTexts>> = { en, fr };

export const words = (): LayoutTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
