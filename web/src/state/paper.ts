// Print theme: paper is white, whatever the screen is. Used by ui/report/.
import { lookOf, ownTheme, show } from './theme';

/** For as long as the page is printed, and until the returned function is called. */
export function onPaper(): () => void {
  const before = () => {
    show('day');
  };
  const after = () => {
    show(lookOf(ownTheme(), matchMedia('(prefers-color-scheme: light)').matches));
  };
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  return () => {
    removeEventListener('beforeprint', before);
    removeEventListener('afterprint', after);
    after();
  };
}
