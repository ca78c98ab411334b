// The texts of the plan's editor, of the later texts (../later/). Used by ui/layout/.
import { later } from '..';
import type { LayoutTexts } from './fr';

export const words = (): LayoutTexts => later().layout;
