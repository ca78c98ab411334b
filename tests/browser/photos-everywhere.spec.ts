// One photo from the tablet to the hub, to a second hub and onto a stick: byte by byte the same everywhere, and seen where it comes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { DEMO, expect, test } from './fixtures';
import { BINARY, Hub } from './hub';
import { gallery, jpeg, openSheet, pictureOf, sent, strip } from './pictures';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Of each class the hash of what lies on the tablet's disk, and what it calls it. */
async function onTablet(page: Page): Promise<Record<string, [string, string | null]>> {
  const files = await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(new Error('the store of photos does not answer'));
        };
      });
    const db = await done(indexedDB.open('fieldhub-photos'));
    const tx = db.transaction(['photos', 'chunks']);
    const [photo] = (await done(tx.objectStore('photos').getAll())) as {
      files: { class: string; file: string; sha256: string | null }[];
    }[];
    const chunks = (await done(tx.objectStore('chunks').getAll())) as {
      file: string;
      i: number;
      bytes: ArrayBuffer;
    }[];
    db.close();
    return (photo?.files ?? []).map(({ class: of, file, sha256 }) => {
      const mine = chunks.filter((chunk) => chunk.file === file).sort((a, b) => a.i - b.i);
      let text = '';
      for (const { bytes } of mine)
        for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
      return { of, sha256, bytes: btoa(text) };
    });
  });
  return Object.fromEntries(
    files.map((file) => [file.of, [sha256(Buffer.from(file.bytes, 'base64')), file.sha256]]),
  );
}

const blob = (dir: string, hash: string) => readFile(join(dir, hash.slice(0, 2), hash));

test('a photo is the same bytes on the tablet, the hub, a second hub and a stick', async ({
  tablet,
  hub,
  browser,
  contextOptions,
}) => {
  test.slow();
  const office = await Hub.start('open');
  const stick = await mkdtemp(join(tmpdir(), 'fieldhub-stick-'));
  const seen = await browser.newContext({ ...contextOptions, locale: 'fr-FR', hasTouch: true });
  try {
    await hub.kill();
    await hub.start({
      FIELDHUB_UPSTREAM: `fieldhub+http://127.0.0.1:${String(office.port)}`,
      FIELDHUB_PHOTOS_ORIGINALS: 'all',
    });
    // Somebody in the office looks at the module before its photo is there, and loads nothing anew.
    const looks = await seen.newPage();
    await looks.goto(`${office.url}#/audit/${DEMO}`);
    await looks.getByRole('textbox').fill('Bureau');
    await looks.getByRole('textbox').press('Enter');
    await looks.locator('[data-module="M050"]').click();
    await expect(looks.getByTestId('photo-camera')).toBeEnabled();
    await expect(strip(looks)).toHaveCount(0);

    const lea = await tablet();
    await lea.openAudit('Léa');
    await openSheet(lea, 'M050');
    const original = await pictureOf(lea.page, 2_000, 1_500);
    await gallery(lea.page).setInputFiles([jpeg('IMG_1.JPG', original)]);
    await sent(lea.page, 1);

    const kept = await onTablet(lea.page);
    expect(Object.keys(kept).sort()).toEqual(['original', 'preview', 'thumb']);
    expect(kept['original']?.[0]).toBe(sha256(original));
    for (const [of, [is, called]] of Object.entries(kept)) expect(is, of).toBe(called);
    const hashes = Object.values(kept).map(([hash]) => hash);
    const same = async (dir: string) => {
      const found = await Promise.all(hashes.map((hash) => blob(dir, hash).then(sha256, () => 'not there')));
      return found.join() === hashes.join();
    };
    expect(await same(join(hub.dataDir, 'photos'))).toBe(true);
    await expect.poll(() => same(join(office.dataDir, 'photos')), { timeout: 60_000 }).toBe(true);

    const thumb = strip(looks).locator('canvas');
    await expect(thumb).toHaveAttribute('width', '320');
    await expect(thumb).toBeVisible();

    await promisify(execFile)(BINARY, [
      ...['backup', join(stick, 'van.redb'), '--photos', '--data-dir', hub.dataDir],
    ]);
    expect(await same(join(stick, 'fieldhub-photos'))).toBe(true);
  } finally {
    await seen.close();
    await office.remove();
    await rm(stick, { recursive: true });
  }
});
