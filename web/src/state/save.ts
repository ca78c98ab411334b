// File download: gives a file to the browser's downloads. It needs neither a secure context nor a hub. Used by the state.

/** Long enough for a browser that asks where to put it. */
const KEEP_MS = 5 * 60_000;

export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, KEEP_MS);
}
