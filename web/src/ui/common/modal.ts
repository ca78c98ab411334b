// Opens a modal dialog. All that is not inside of it is inert then, for fingers and for screen readers: the voice of the page
// and its toasts (ui/common/Voice.svelte) go into it, and come back with the returned function. Used by every dialog.

export const VOICE = 'voice';

export function openModal(dialog: HTMLDialogElement): () => void {
  const voice = document.getElementById(VOICE);
  const before = voice?.parentElement;
  const home = voice?.closest('#app');
  dialog.showModal();
  if (voice) dialog.append(voice);
  return () => {
    // The dialog below may have gone first.
    if (voice && dialog.contains(voice)) (before?.isConnected ? before : home)?.append(voice);
  };
}
