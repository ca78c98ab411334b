// Preview and thumbnail of a picture, made on the tablet before it is sent (image resizing, scaled decoding): never a canvas above 16.7 million pixels,
// which iPads draw black without a word; JPEG, for Safari gives PNG where WebP is asked for. Used by state/photo/prepare.ts.

export interface Small {
  blob: Blob;
  width: number;
  height: number;
}

/** Its longer side, and what it may weigh. */
export const PREVIEW = { side: 1_600, bytes: 300_000 };
export const THUMB = { side: 320, bytes: 20_000 };
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** Null where this browser cannot read it, or draws nothing of it. */
export async function shrink(
  picture: Blob,
  size: { width?: number; height?: number },
): Promise<{ preview: Small; thumb: Small; width: number; height: number } | null> {
  const bitmap = await decode(picture, size);
  if (!bitmap) return null;
  try {
    const preview = await fit(bitmap, PREVIEW);
    const thumb = await fit(bitmap, THUMB);
    return preview && thumb && { preview, thumb, width: bitmap.width, height: bitmap.height };
  } finally {
    bitmap.close();
  }
}

/** As it is looked at, what is up at the top, and not much larger than it is needed. */
async function decode(picture: Blob, { width = 0, height = 0 }: { width?: number; height?: number }) {
  const upright = { imageOrientation: 'from-image' } as const;
  const side = Math.max(width, height);
  const scaled =
    side > PREVIEW.side
      ? {
          ...upright,
          resizeQuality: 'high' as const,
          ...(width >= height ? { resizeWidth: PREVIEW.side } : { resizeHeight: PREVIEW.side }),
        }
      : upright;
  for (const options of [scaled, undefined]) {
    try {
      return await createImageBitmap(picture, options);
    } catch {
      // Older browsers know no options; of what they cannot read at all the original goes.
    }
  }
  return null;
}

async function fit(
  bitmap: ImageBitmap,
  { side, bytes }: { side: number; bytes: number },
): Promise<Small | null> {
  for (let most = side; most >= side / 2; most = Math.round(most * 0.8)) {
    const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((one) => Math.max(1, Math.round(one * scale)));
    if (width === undefined || height === undefined) return null;
    const canvas = draw(bitmap, width, height);
    if (!canvas) return null;
    for (const quality of QUALITIES) {
      const blob = await new Promise<Blob | null>((done) => {
        canvas.toBlob(done, 'image/jpeg', quality);
      });
      if (blob?.type !== 'image/jpeg') return null;
      if (blob.size <= bytes) return { blob, width, height };
    }
  }
  return null;
}

/** In halves, so that fine cracks become thinner and not holes. Null where nothing was drawn. */
function draw(bitmap: ImageBitmap, width: number, height: number): HTMLCanvasElement | null {
  let from: CanvasImageSource = bitmap;
  let [w, h] = [bitmap.width, bitmap.height];
  for (;;) {
    const next = document.createElement('canvas');
    const last = w <= 2 * width;
    [w, h] = last ? [width, height] : [Math.ceil(w / 2), Math.ceil(h / 2)];
    [next.width, next.height] = [w, h];
    const to = next.getContext('2d');
    if (!to) return null;
    to.imageSmoothingQuality = 'high';
    to.drawImage(from, 0, 0, w, h);
    if (last) return isBlank(to, w, h) ? null : next;
    from = next;
  }
}

/** One colour all over, or nothing at all: no camera makes that. */
function isBlank(drawn: CanvasRenderingContext2D, width: number, height: number): boolean {
  const { data } = drawn.getImageData(0, 0, width, height);
  const all = new Uint32Array(data.buffer);
  return all.every((pixel) => pixel === all[0]);
}
