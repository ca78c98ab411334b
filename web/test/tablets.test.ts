// What tablets say of themselves comes to: nothing that was not said is taken for zero, and what is old is called so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../src/domain/access';
import { nightOf, RECENT_MS, systemText } from '../src/domain/tablets';

const NOW = 1_800_000_000_000;

function member(
  name: string,
  tablet: Partial<NonNullable<Member['tablet']>> | null,
  more: Partial<Member> = {},
): Member {
  const nothing = {
    unsent: null,
    unsent_photos: null,
    refused: null,
    page: null,
    system: null,
    battery_percent: null,
    charging: null,
  };
  return {
    technician_id: `tech_${name}`,
    name,
    role: 'technician',
    device_id: `dev_${name}`,
    joined_at_ms: 0,
    last_seen_ms: null,
    revoked: false,
    tablet: tablet && { told_ms: NOW, ...nothing, ...tablet },
    ...more,
  };
}

test('a night is over when each tablet says so, and lately', () => {
  const done = nightOf([member('Léa', { unsent: 0 }), member('Marc', { unsent: 0 })], NOW);
  assert.deepEqual(done, { waiting: [], silent: [], unknown: [], done: 2 });
  const mixed = nightOf(
    [
      member('Léa', { unsent: 0 }),
      member('Marc', { unsent: 3, told_ms: NOW - 10 * RECENT_MS }),
      member('Inès', { unsent: 0, told_ms: NOW - RECENT_MS - 1 }),
      member('Old page', null),
      member('Storage dead', { page: '0.1.0' }),
    ],
    NOW,
  );
  assert.deepEqual(mixed.waiting, [{ name: 'Marc', unsent: 3 }]);
  assert.deepEqual(mixed.silent, [{ name: 'Inès', told_ms: NOW - RECENT_MS - 1 }]);
  assert.deepEqual(mixed.unknown, ['Old page', 'Storage dead']);
  assert.equal(mixed.done, 1);
});

test('viewers, hubs and those who were removed count where something waits alone', () => {
  const others = [
    member('Client', null, { role: 'viewer' }),
    member('Van 2', null, { technician_id: 'hub_1', role: 'lead' }),
    member('Zoé', null, { revoked: true }),
    // An older hub says nothing of tablets.
    { ...member('Ana', null), tablet: undefined } as unknown as Member,
  ];
  assert.deepEqual(nightOf(others, NOW), { waiting: [], silent: [], unknown: ['Ana'], done: 0 });
  const waits = nightOf([member('Zoé', { unsent: 2 }, { revoked: true })], NOW);
  assert.deepEqual(waits.waiting, [{ name: 'Zoé', unsent: 2 }]);
});

test('system and browser are said in words', () => {
  const said = (userAgent: string, maxTouchPoints = 5) => systemText({ userAgent, maxTouchPoints });
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  assert.equal(
    said(`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/120.0.0.0 Safari/537.36`),
    'Android, Chrome 120',
  );
  assert.equal(
    said(
      `Mozilla/5.0 (Linux; Android 14; SM-X200) ${webkit} SamsungBrowser/23.0 Chrome/115.0.0.0 Safari/537.36`,
    ),
    'Android, Samsung Internet 23',
  );
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';
  assert.equal(said(mac, 5), 'iPad, Safari 17');
  assert.equal(said(mac, 0), 'Mac, Safari 17');
  assert.equal(
    said(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
    ),
    'iPhone, Safari 17',
  );
  assert.equal(
    said(
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.61`,
      0,
    ),
    'Windows, Edge 120',
  );
  assert.equal(
    said('Mozilla/5.0 (Android 14; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0'),
    'Android, Firefox 121',
  );
  assert.equal(said('curl/8.0'), null);
});
