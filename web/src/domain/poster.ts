// What the poster of a hub says (`GET /api/v1/poster`), and a QR code as a drawing. Pure; used by net/ and ui/Poster.svelte.

/** Modules row by row, 1 is dark, without the quiet zone. */
export interface Qr {
  size: number;
  modules: string;
}

export interface Poster {
  name: string;
  /** Null where the hub does not know its own address. */
  origin: string | null;
  join: { url: string | null; code: string | null; qr: Qr | null };
  /** Null where the settings name no Wi-Fi. */
  wifi: { ssid: string; password: string | null; qr: Qr | null } | null;
  tls: { trust_url: string } | null;
}

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
