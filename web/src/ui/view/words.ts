// Filter names: what a filter is called.
import type { Filter } from '../../domain/filter';
import type { Mark } from '../../domain/status';
import { t } from '../../i18n';
import { photoTexts } from '../../i18n/photo';
import type { PhotoTexts } from '../../i18n/photo/fr';
import { propertyTexts } from '../../i18n/property';
import type { PropertyTexts } from '../../i18n/property/fr';

export const filterName = (filter: Filter): string =>
  filter in propertyTexts().filters
    ? propertyTexts().filters[filter as keyof PropertyTexts['filters']]
    : filter in photoTexts().filters
      ? photoTexts().filters[filter as keyof PhotoTexts['filters']]
      : filter in t.view.filter
        ? t.view.filter[filter as keyof typeof t.view.filter]
        : t.status[filter as Mark];
