// The two addresses of one hub, plain and HTTPS, as a browser sees them: same host, other port. Storage belongs to an
// address, so what is kept under one has to be handed over to the other (sync/handover.ts). Pure.
import type { HubInfo } from './types';

type Doors = Pick<HubInfo, 'tls' | 'http_port'>;

/** `https://192.168.4.1:8443`; null where the hub has no HTTPS. */
export function httpsOrigin(hostname: string, { tls }: Doors): string | null {
  return tls ? originOf('https', hostname, tls.port) : null;
}

/** `http://192.168.4.1`; null where nobody gets in without HTTPS. */
export function httpOrigin(hostname: string, { http_port }: Doors): string | null {
  return typeof http_port === 'number' ? originOf('http', hostname, http_port) : null;
}

function originOf(scheme: string, hostname: string, port: number): string | null {
  try {
    // As browsers write it: without the port that goes without saying.
    return new URL(`${scheme}://${hostname}:${String(port)}`).origin;
  } catch {
    return null;
  }
}

/** Where the other page takes over; main.ts knows the hash. */
export const HANDOVER = '#/handover';
