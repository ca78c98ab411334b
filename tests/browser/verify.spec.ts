// A report is checked on the page /verify, by somebody who has not joined, with the hub gone: genuine, altered, another key.
import { DEMO, expect, test } from './fixtures';
import { shooter, themed } from './shots';

test('whoever has a report learns whether it is as the hub wrote it, also when the hub is gone', async ({
  hub,
  page,
}) => {
  await hub.api('POST', `/audits/${DEMO}/reports`, { lang: 'fr' });
  const session = await hub.join('Marc');
  const given = async (path: string) => {
    const address = `http://127.0.0.1:${String(hub.port)}/api/v1/audits/${DEMO}${path}`;
    const answer = await fetch(address, { headers: { authorization: `Bearer ${session}` } });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const form = (format: string) => given(`/reports/1?format=${format}`);
  const audit = await given('/export');
  const [pdf, html, json, csv] = [
    await form('pdf'),
    await form('html'),
    await form('json'),
    await form('csv'),
  ];
  const { proof_key: key } = (await hub.api('GET', '/poster')) as { proof_key: string };
  await themed(page.context());
  await page.goto(`${hub.url}verify`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Vérifier un rapport');
  await hub.kill();

  const choose = page.locator('input[type=file]');
  const verdicts = page.locator('[data-verdict]');
  const said = () => verdicts.evaluateAll((all) => all.map((one) => one.getAttribute('data-verdict')));
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  const bad = Buffer.from(pdf);
  bad.writeUInt8(bad.readUInt8(5_000) ^ 1, 5_000);
  await choose.setInputFiles([
    file('rapport.pdf', pdf),
    file('change.pdf', bad),
    file('page.html', html),
    file('report.json', json),
    file('report.csv', csv),
    file('report-2.csv', Buffer.concat([csv, Buffer.from('\n')])),
  ]);
  await expect(verdicts).toHaveCount(6);
  expect(await said()).toEqual(['genuine', 'altered', 'genuine', 'genuine', 'named', 'altered']);
  await expect(verdicts.first()).toContainText('Authentique');
  await expect(verdicts.first()).toContainText(key);
  await expect(verdicts.first()).toContainText('Comparez la clé');

  const other = Buffer.from(audit.toString('utf8').replace(/("M002"[^]*?"status": ")\w+/, '$1dead'));
  await choose.setInputFiles([
    file('audit.json', audit),
    file('altered.json', other),
    file('classeur.xlsx', Buffer.from('PK\u0003\u0004')),
  ]);
  await expect(verdicts).toHaveCount(3);
  expect(await said()).toEqual(['genuine', 'altered', 'resaved']);
  await expect(verdicts.nth(1)).toContainText('Le module n° 2 de la liste a été modifié (M002).');
  await shooter('tablet')(page, 'verify-where');

  await choose.setInputFiles([file('rapport.pdf', pdf), file('autre.html', Buffer.from('<html></html>'))]);
  await expect(verdicts).toHaveCount(2);
  await page.getByRole('textbox').fill(key);
  await expect(verdicts.first()).toContainText('la clé est celle que vous avez indiquée');
  expect(await said()).toEqual(['genuine', 'unsigned']);
  await page.getByRole('textbox').fill('0000 1111');
  await expect.poll(said).toEqual(['other', 'unsigned']);
  await shooter('tablet')(page, 'verify');
});
