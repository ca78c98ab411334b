// The texts of the import of files, in files of their own: read with its dialog, and not before anything is shown. In the language
// that is spoken; drawn anew when that changes, as everything that reads a text of `t`. Used by ui/home/.
import { language, t } from '..';
import { files as en } from './en';
import { files as fr, type FileTexts } from './fr';

const byTag: Readonly<Record<string, FileTexts>> = { en, fr };

export const fileTexts = (): FileTexts => (t.close === '' ? undefined : byTag[language]) ?? fr;
