// SHA-256 of a picture, chunk by chunk, beside the page (web worker): `crypto.subtle` is there over HTTPS alone, and takes the whole file at once. Started by
// sync/photo/hash.ts. @noble/hashes: audited, kept, without dependencies, plain JavaScript, so that the page's policy need not allow WebAssembly.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

let hash = sha256.create();

self.onmessage = ({ data }: MessageEvent<ArrayBuffer | null>) => {
  if (data !== null) {
    hash.update(new Uint8Array(data));
    return;
  }
  self.postMessage(bytesToHex(hash.digest()));
  hash = sha256.create();
};
