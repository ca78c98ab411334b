// Hash router: what the address bar says, which screen is wanted, and a link to join by, which is taken out of it at once,
// so that the crew's code stays neither on a screen that is shown around nor in the browser's history.
// Used by main.ts and the state.
import { readJoinLink, type JoinLink } from '../domain/access';

export type Place = { screen: 'audits' } | { screen: 'crew' } | { screen: 'audit' | 'report'; token: string };

export function readPlace(hash: string): Place {
  if (hash === '#/crew' || hash === '#/hub') return { screen: 'crew' };
  const [, screen, token] = /^#\/(audit|report)\/([^/]+)$/.exec(hash) ?? [];
  if (token === undefined) return { screen: 'audits' };
  try {
    return { screen: screen as 'audit' | 'report', token: decodeURIComponent(token) };
  } catch {
    // A mangled link is no link.
    return { screen: 'audits' };
  }
}

export function takeJoinLink(): JoinLink | null {
  const link = readJoinLink(location.hash);
  if (link) history.replaceState(null, '', link.then);
  return link;
}
