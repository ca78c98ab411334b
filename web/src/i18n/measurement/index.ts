// The texts of measurements, of the later texts (../later/). Used by ui/measurement/ and ui/property/words.ts.
import { later } from '..';
import type { MeasurementTexts } from './fr';

export const measurementTexts = (): MeasurementTexts => later().measurement;
