// Codes as people type them, links as QR codes carry them, and addresses as anybody may mangle them.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { cleanCode, readJoinLink, spacedCode } from '../src/domain/access';
import { readPlace, takeJoinLink } from '../src/state/address';

test('a code is taken in any case, with spaces and dashes of any kind', () => {
  for (const typed of [
    'K7MPXQD4',
    'k7mp-xqd4',
    ' k7mp xqd4 ',
    'K7MP–XQD4',
    'k7-mp-xq‑d4',
    'K7MP\u00a0XQD4',
  ]) {
    assert.equal(cleanCode(typed), 'K7MPXQD4', typed);
  }
  assert.equal(cleanCode(' - '), '');
  assert.equal(cleanCode('<b>'), '<B>', 'what is no code is not made into one');
});

test('a code is shown in two halves', () => {
  assert.equal(spacedCode('k7mpxqd4'), 'K7MP-XQD4');
  assert.equal(spacedCode('K7MP-XQD4'), 'K7MP-XQD4');
  assert.equal(spacedCode('ABC'), 'ABC');
});

test('a link brings the code, and where it leads', () => {
  const links: [string, string, string][] = [
    ['#/join/K7MPXQD4', 'K7MPXQD4', '#/'],
    ['#/join/k7mp-xqd4/', 'K7MPXQD4', '#/'],
    ['#/join/k7mp%20xqd4', 'K7MPXQD4', '#/'],
    ['#/join/K7MPXQD4/audit/toiture-sud', 'K7MPXQD4', '#/audit/toiture-sud'],
    ['#/join/K7MPXQD4/audit/a%2Fb', 'K7MPXQD4', '#/audit/a%2Fb'],
    ['#/join', '', '#/'],
    ['#/join/', '', '#/'],
    ['#/join/%E0%A4%A', '', '#/'],
  ];
  for (const [hash, code, then] of links) assert.deepEqual(readJoinLink(hash), { code, then }, hash);
});

test('any other address is no link to join by', () => {
  for (const hash of ['', '#', '#/', '#/crew', '#/audit/join', '#/joined/K7MPXQD4', '#/join/A/b', 'join/A']) {
    assert.equal(readJoinLink(hash), null, hash);
  }
});

test('an address leads to a screen, a mangled one to the list', () => {
  assert.deepEqual(readPlace('#/crew'), { screen: 'crew' });
  assert.deepEqual(readPlace('#/audit/a%2Fb'), { screen: 'audit', token: 'a/b' });
  assert.deepEqual(readPlace('#/report/a%2Fb'), { screen: 'report', token: 'a/b' });
  for (const hash of ['', '#/', '#/audit/', '#/audit/a/b', '#/audit/%E0%A4%A', '#/crew/x']) {
    assert.deepEqual(readPlace(hash), { screen: 'audits' }, hash);
  }
});

function addressBar(t: TestContext, hash: string): { hash: string; replaced: string[] } {
  const bar = { hash, replaced: [] as string[] };
  const scope = globalThis as { location?: unknown; history?: unknown };
  scope.location = bar;
  scope.history = {
    replaceState: (_state: unknown, _title: string, url: string) => {
      bar.replaced.push(url);
      bar.hash = url;
    },
  };
  t.after(() => {
    delete scope.location;
    delete scope.history;
  });
  return bar;
}

test('a code is taken out of the address, and what the link leads to is left in it', (t) => {
  const bar = addressBar(t, '#/join/K7MPXQD4/audit/toiture-sud');
  assert.equal(takeJoinLink()?.code, 'K7MPXQD4');
  assert.deepEqual(bar.replaced, ['#/audit/toiture-sud']);
  assert.equal(takeJoinLink(), null, 'once');
});

test('an address without a code is left alone', (t) => {
  const bar = addressBar(t, '#/audit/toiture-sud');
  assert.equal(takeJoinLink(), null);
  assert.deepEqual(bar.replaced, []);
});
