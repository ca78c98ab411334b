// Modal dialog: opens it. All that is not inside of it is inert then, for fingers and for screen readers: the live
// region of the page and its toasts (ui/common/Announcer.svelte) go into it, and come back with the returned function. Back in the browser closes it.
// Used by every dialog.

import { lieOver } from './back';

export const ANNOUNCER = 'announcer';

export function openModal(dialog: HTMLDialogElement): () => void {
  const announcer = document.getElementById(ANNOUNCER);
  const before = announcer?.parentElement;
  const home = announcer?.closest('#app');
  dialog.showModal();
  if (announcer) dialog.append(announcer);
  const off = lieOver(() => {
    // As Escape: whoever has something to keep keeps it.
    if (dialog.dispatchEvent(new Event('cancel', { cancelable: true }))) dialog.close();
  });
  return () => {
    off();
    // The dialog below may have gone first.
    if (announcer && dialog.contains(announcer)) (before?.isConnected ? before : home)?.append(announcer);
  };
}
