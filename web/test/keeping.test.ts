// Which browsers delete what the tablet keeps after a week without a visit, and until when it stays then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetsAfterDays, staysUntil } from '../src/domain/keeping';

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const IPAD = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.6 Safari/605.1.15`;
const SAFARI = [
  IPAD,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1`,
  // Other names on the same engine.
  `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) ${WEBKIT} FxiOS/142.0 Mobile/15E148 Safari/605.1.15`,
  `Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) ${WEBKIT} EdgiOS/140.0 Mobile/15E148 Safari/605.1.15`,
];
const OTHERS = [
  'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Android 14; Tablet; rv:142.0) Gecko/142.0 Firefox/142.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
];

test('Safari forgets after a week without a visit, under whichever name', () => {
  for (const userAgent of SAFARI) {
    for (const persisted of [false, null]) {
      assert.equal(forgetsAfterDays({ userAgent, standalone: false, persisted }), 7, userAgent);
    }
    // Over HTTPS it may have promised; on the home screen it is an app of its own.
    assert.equal(forgetsAfterDays({ userAgent, standalone: false, persisted: true }), null, userAgent);
    assert.equal(forgetsAfterDays({ userAgent, standalone: true, persisted: null }), null, userAgent);
  }
});

test('the others do not delete by the clock', () => {
  for (const userAgent of OTHERS) {
    assert.equal(forgetsAfterDays({ userAgent, standalone: false, persisted: null }), null, userAgent);
  }
});

test('what stays for 30 days stays for seven of them there, and what stays shorter is no longer kept', () => {
  const day = 24 * 3_600_000;
  const now = 1_800_000_000_000;
  assert.equal(staysUntil(now + 30 * day, null, now), now + 30 * day);
  assert.equal(staysUntil(now + 30 * day, 7, now), now + 7 * day);
  assert.equal(staysUntil(now + 2 * day, 7, now), now + 2 * day);
});
