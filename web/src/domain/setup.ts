// Set-up of a hub as its API tells of it (docs/api.md), and the lines that a lead types on its machine. Pure; used by net/, state/ and ui/lead/.
import type * as hub from './api.gen';

export type Setup = hub.SetupInfo;
export type Check = hub.CheckInfo;
export type TriedUpstream = hub.TriedUpstreamInfo;

/** As TOML has a text. */
const quoted = (text: string): string => JSON.stringify(text);

/** For the settings: what the hub is called. */
export const nameLine = (name: string): string => `name = ${quoted(name.trim())}`;

/** As a shell takes it. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** For a hub that somebody starts by hand. */
export const nameOption = (name: string): string => `fieldhub serve --name ${word(name.trim())}`;

/** For the settings: where marks go up to. */
export function cloudLines(url: string, token: boolean): string {
  const lines = ['[[upstream]]', 'name = "cloud"', `url = ${quoted(url.trim())}`];
  if (token) lines.push('token_file = "/etc/fieldhub/cloud.token"');
  return lines.join('\n');
}

/** The file of the token, which the hub's user may read and nobody else; the token is pasted after it. */
export const TOKEN_FILE = 'sudo install -m 640 -g fieldhub /dev/stdin /etc/fieldhub/cloud.token';

export const cloudOption = (url: string, token: boolean): string =>
  `${token ? 'FIELDHUB_UPSTREAM_TOKEN=… ' : ''}fieldhub serve --upstream ${word(url.trim())}`;

/** What somebody has to do about, those that must be done first. */
export function toDo(checks: readonly Check[]): Check[] {
  const rank = (check: Check) => (check.verdict === 'do' ? 0 : 1);
  return checks
    .filter(({ verdict }) => verdict === 'do' || verdict === 'look')
    .sort((a, b) => rank(a) - rank(b));
}
