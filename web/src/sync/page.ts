// Page state that synchronisation depends on: who works here, whether anybody looks, whether anything is wanted of the hub.
// Made by state/page.ts, asked by sync/session.ts and sync/presence.ts.
import type { Author } from '../domain/types';
import type { Stream } from '../net/shared';

export interface Page {
  author(): Author;
  /** Nobody looks at the page, or the hub does not let this tablet in. */
  hidden(): boolean;
  /** Somebody wants nothing of the hub for now. */
  off(): boolean;
  /** Somebody wants to be told even where the page is not looked at. */
  alert(): boolean;
  /** The stream of one audit, which may be shared. */
  feed(url: string, want: string): Stream;
  /** The feed was refused though the hub takes calls: mends the cookie, true when that was the matter. */
  mendCookie(): Promise<boolean>;
}
