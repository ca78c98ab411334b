// The hub's two addresses, its certificate on each system, its QR codes, and updates of the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpOrigin, httpsOrigin } from '../src/domain/origin';
import { QUIET, qrPath } from '../src/domain/poster';
import { trust as en } from '../src/i18n/trust/en';
import { trust as fr } from '../src/i18n/trust/fr';
import { trusts } from '../src/net/trusts';
import { FILES, fingerprintLines, SYSTEMS, systemOf } from '../src/trust/system';

const tls = (port: number) => ({ tls: { port, own_ca: true } });

test('the addresses are written as browsers write them', () => {
  assert.equal(httpsOrigin('192.168.4.1', tls(443)), 'https://192.168.4.1');
  assert.equal(httpsOrigin('hub.local', tls(8443)), 'https://hub.local:8443');
  assert.equal(httpsOrigin('[fe80::1]', tls(8443)), 'https://[fe80::1]:8443');
  assert.equal(httpsOrigin('192.168.4.1', { tls: null }), null);
  assert.equal(httpsOrigin('192.168.4.1', {}), null);
  assert.equal(httpOrigin('192.168.4.1', { http_port: 80 }), 'http://192.168.4.1');
  assert.equal(httpOrigin('192.168.4.1', { http_port: 8080 }), 'http://192.168.4.1:8080');
  assert.equal(httpOrigin('192.168.4.1', { http_port: null }), null);
  assert.equal(httpOrigin('192.168.4.1', {}), null);
});

test('a browser trusts the hub when the call goes through, and only then', async () => {
  const asked: string[] = [];
  const says = (answer: () => Promise<Response>) => (input: RequestInfo | URL) => {
    asked.push(input as string);
    return answer();
  };
  const at = 'https://192.168.4.1';
  assert.equal(
    await trusts(
      at,
      says(() => Promise.resolve(new Response(null, { status: 204 }))),
    ),
    true,
  );
  assert.equal(
    await trusts(
      at,
      says(() => Promise.resolve(new Response('a portal'))),
    ),
    false,
  );
  assert.equal(
    await trusts(
      at,
      says(() => Promise.reject(new TypeError('ERR_CERT_AUTHORITY_INVALID'))),
    ),
    false,
  );
  const never = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
  assert.equal(await trusts(at, never as typeof fetch, 1), false);
  assert.deepEqual(new Set(asked), new Set(['https://192.168.4.1/trust/check']));
});

test('the steps begin at the system of the visitor', () => {
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15';
  for (const [userAgent, maxTouchPoints, system] of [
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36',
      5,
      'android',
    ],
    ['Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0', 5, 'firefox'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1', 5, 'ios'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) FxiOS/127.0 Mobile Safari/605.1.15', 5, 'ios'],
    [mac, 5, 'ios'],
    [mac, 0, 'macos'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0', 0, 'macos'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', 0, 'windows'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0', 0, 'windows'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36', 0, 'linux'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 0, 'firefox'],
  ] as const) {
    assert.equal(systemOf({ userAgent, maxTouchPoints }), system, userAgent);
  }
});

test('every system has its steps in both languages, with the file that it gets', () => {
  for (const system of SYSTEMS) {
    assert.equal(fr.how[system].length, en.how[system].length, system);
    const file = FILES[system].replace('/trust/', '');
    for (const { how } of [fr, en]) {
      const named = how[system].join(' ').match(/fieldhub[\w-]*\.(crt|pem|mobileconfig)/g) ?? [];
      assert.deepEqual(
        named.filter((one) => one !== file),
        [],
        system,
      );
    }
  }
});

test('a fingerprint is shown as it is compared', () => {
  const hex = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join('');
  const lines = fingerprintLines(hex);
  assert.equal(lines.length, 4);
  assert.equal(lines[0], '00:01:02:03:04:05:06:07');
  assert.equal(lines[3], '18:19:1A:1B:1C:1D:1E:1F');
  assert.deepEqual(fingerprintLines(lines.join(':')), lines);
});

test('a QR code is drawn module by module, inside its quiet zone', () => {
  const size = 21;
  const rows = Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => ((x * 7 + y * 3) % 5 < 2 ? '1' : '0')).join(''),
  );
  const drawn = new Set<string>();
  const piece = /M(\d+) (\d+)h(\d+)v1h-(\d+)z/g;
  const path = qrPath({ size, modules: rows.join('') });
  assert.equal(path.replace(piece, ''), '');
  for (const [, x = '', y = '', right, left] of path.matchAll(piece)) {
    assert.equal(right, left);
    for (let i = 0; i < Number(right); i += 1) drawn.add(`${String(Number(x) + i)},${y}`);
  }
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = drawn.delete(`${String(x + QUIET)},${String(y + QUIET)}`);
      assert.equal(dark, rows[y]?.[x] === '1', `${String(x)},${String(y)}`);
    }
  }
  assert.equal(drawn.size, 0);
});
