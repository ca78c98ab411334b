// Hashing of what is stored, in a worker that is there while it is needed (worker/hash.ts). Used by state/photo/prepare.ts.

export type Hasher = (pieces: AsyncIterable<ArrayBuffer>) => Promise<string>;

/** Rejects where the worker cannot be read: over plain HTTP it comes from the hub, which may be away. */
export const hashInWorker: Hasher = async (pieces) => {
  const worker = new Worker(new URL('../../worker/hash.ts', import.meta.url), { type: 'module' });
  try {
    const hex = new Promise<string>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string>) => {
        resolve(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error('the worker that hashes does not start'));
      };
    });
    hex.catch(() => undefined);
    for await (const piece of pieces) worker.postMessage(piece, [piece]);
    worker.postMessage(null);
    return await hex;
  } finally {
    worker.terminate();
  }
};
