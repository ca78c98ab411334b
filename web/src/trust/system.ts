// User agent: which system the visitor has, as far as a browser tells: the page opens with the steps for it. Pure.

export const SYSTEMS = ['android', 'ios', 'windows', 'macos', 'linux', 'firefox'] as const;
export type System = (typeof SYSTEMS)[number];

export interface Visitor {
  userAgent: string;
  /** An iPad says that it is a Mac; a Mac has no touch screen. */
  maxTouchPoints: number;
}

export function systemOf({ userAgent, maxTouchPoints }: Visitor): System {
  const says = (pattern: RegExp) => pattern.test(userAgent);
  if (says(/iPhone|iPad|iPod/) || (says(/Macintosh/) && maxTouchPoints > 1)) return 'ios';
  // Firefox brings its own list of CAs, except on iOS, and asks the system's as well on Windows and macOS.
  if (says(/Firefox\//) && !says(/Windows|Macintosh/)) return 'firefox';
  if (says(/Android/)) return 'android';
  if (says(/Windows/)) return 'windows';
  if (says(/Macintosh/)) return 'macos';
  return 'linux';
}

/** What each system takes, and can open by a tap. */
export const FILES: Readonly<Record<System, string>> = {
  android: '/trust/fieldhub-ca.crt',
  ios: '/trust/fieldhub.mobileconfig',
  windows: '/trust/fieldhub-ca.crt',
  macos: '/trust/fieldhub-ca.crt',
  linux: '/trust/fieldhub-ca.pem',
  firefox: '/trust/fieldhub-ca.pem',
};

/** `AB:CD:…` in lines that can be compared by eye, from hex with or without colons. */
export function fingerprintLines(hex: string): string[] {
  const pairs = hex.toUpperCase().match(/[0-9A-F]{2}/g) ?? [];
  const lines: string[] = [];
  for (let i = 0; i < pairs.length; i += 8) lines.push(pairs.slice(i, i + 8).join(':'));
  return lines;
}
