// A company's logo as a file: a PNG with nothing around it (transparency), drawn by the browser. Used by the specs of the report.
import type { Page } from '@playwright/test';

export async function logoFile(page: Page): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [480, 160];
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    pen.fillStyle = '#e08a00';
    pen.beginPath();
    pen.arc(80, 80, 60, 0, 7);
    pen.fill();
    pen.fillStyle = '#123456';
    pen.font = 'bold 64px sans-serif';
    pen.fillText('Solaire', 170, 102);
    return canvas.toDataURL('image/png');
  });
  return { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') };
}
