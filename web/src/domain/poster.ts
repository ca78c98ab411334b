// What the poster of a hub says (`GET /api/v1/poster`), and a QR code as a drawing. Pure; used by net/ and
// ui/crew/Poster.svelte.
import type * as hub from './api.gen';

/** Modules row by row, 1 is dark, without the quiet zone. */
export type Qr = hub.QrModules;

export type Poster = hub.Poster;

/** What scanners need around a code, in modules. */
export const QUIET = 4;

/** The dark modules as the path of an SVG, in units of a module; runs of a row are one piece. */
export function qrPath({ size, modules }: Qr): string {
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size;) {
      let end = x;
      while (end < size && modules[y * size + end] === '1') end += 1;
      if (end > x)
        path += `M${String(x + QUIET)} ${String(y + QUIET)}h${String(end - x)}v1h-${String(end - x)}z`;
      x = end + 1;
    }
  }
  return path;
}
