// Pictures for the tests of photos: made by the browser, so that each is another one; and what the page keeps of photos, read past the page.
import type { Locator, Page } from '@playwright/test';
import { expect, type Tablet } from './fixtures';

export { themed } from './shots';

/** As a browser gets it from a camera or a card. */
export const jpeg = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/jpeg', buffer });

export const gallery = (page: Page): Locator => page.getByTestId('photo-gallery-input');
export const strip = (page: Page): Locator => page.getByTestId('photo-strip').locator('[data-photo]');

/** The sheet of a module, with the button for photos: the hub has said that it takes them. */
export async function openSheet(tablet: Tablet, id: string): Promise<void> {
  await tablet.cell(id).click();
  await expect(tablet.page.getByTestId('photo-camera')).toBeEnabled();
}

/** So many photos of this tablet are on the hub. */
export const sent = (page: Page, count: number): Promise<void> =>
  expect
    .poll(async () => (await photosKept(page)).filter((state) => state === 'sent').length, {
      timeout: 40_000,
    })
    .toBe(count);

/** A JPEG of this size: cells with grain, as a module looks. */
export async function pictureOf(page: Page, width: number, height: number, quality = 0.8): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ([width, height, quality]) => {
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      const to = canvas.getContext('2d');
      if (!to) throw new Error('no canvas');
      const grain = to.createImageData(width, height);
      for (let i = 0; i < grain.data.length; i += 4) {
        const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
        const edge = x % 150 < 4 || y % 150 < 4;
        const light = edge ? 20 : 120 + 60 * Math.sin(x / 90) + 60 * Math.random();
        grain.data.set([light, light, light, 255], i);
      }
      to.putImageData(grain, 0, 0);
      const blob = await new Promise<Blob | null>((done) => {
        canvas.toBlob(done, 'image/jpeg', quality);
      });
      const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
      let text = '';
      for (let at = 0; at < bytes.length; at += 8_192)
        text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
      return btoa(text);
    },
    [width, height, quality] as const,
  );
  return Buffer.from(base64, 'base64');
}

/** The same JPEG with the camera's time in its EXIF, such as `2026:11:29 21:14:05`. */
export function takenAt(jpeg: Buffer, time: string): Buffer {
  const tiff = Buffer.alloc(64);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  tiff.writeUInt16LE(1, 8);
  entry(10, 0x8769, 4, 1, 26);
  tiff.writeUInt16LE(1, 26);
  entry(28, 0x9003, 2, 20, 44);
  tiff.write(time, 44, 'latin1');
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0xffe1);
  head.writeUInt16BE(8 + tiff.length, 2);
  head.write('Exif\0\0', 4, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), head, tiff, jpeg.subarray(2)]);
}

/** A TIFF of 16-bit grey in one strip, as cameras for electroluminescence write: no browser draws it. */
export function tiffOf(width: number, height: number): Buffer {
  const short = (tag: number, value: number) => [tag, 3, 1, value] as const;
  const long = (tag: number, value: number) => [tag, 4, 1, value] as const;
  const pixels = 8 + 2 + 9 * 12 + 4;
  const entries = [
    ...[short(256, width), short(257, height), short(258, 16), short(259, 1), short(262, 1)],
    ...[long(273, pixels), short(277, 1), short(278, height), long(279, width * height * 2)],
  ];
  const tiff = Buffer.alloc(pixels + width * height * 2);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12;
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    if (type === 3) tiff.writeUInt16LE(value, at + 8);
    else tiff.writeUInt32LE(value, at + 8);
  });
  for (let i = 0; i < width * height; i += 1)
    tiff.writeUInt16LE(900 + ((i % width) % 50 < 2 ? 0 : (i * 7) % 400), pixels + i * 2);
  return tiff;
}

/** How far each photo of this tablet has got, as its disk has it. */
export function photosKept(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((done, failed) => {
        const open = indexedDB.open('fieldhub-photos');
        open.onerror = () => {
          failed(new Error('the store of photos does not open'));
        };
        open.onsuccess = () => {
          const all: IDBRequest<{ state: string }[]> = open.result
            .transaction('photos')
            .objectStore('photos')
            .getAll();
          all.onsuccess = () => {
            open.result.close();
            done(all.result.map((photo) => photo.state));
          };
        };
      }),
  );
}
