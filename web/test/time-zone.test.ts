// The offsets that a table is asked for with: those of this tablet's zone at any time of the last years, and not today's for all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utcOffsets } from '../src/domain/time-zone';

test('a table is asked for with every change of the clocks', () => {
  const zone = process.env['TZ'];
  try {
    process.env['TZ'] = 'Europe/Paris';
    const [first, ...changes] = utcOffsets(Date.UTC(2026, 10, 30)).split(',');
    assert.equal(first, '60');
    assert.equal(changes.length, 20);
    // 29 March and 25 October 2026, at 01:00 UTC.
    assert.deepEqual(changes.slice(-2), ['1774746000000:120', '1792890000000:60']);
    process.env['TZ'] = 'Asia/Kolkata';
    assert.equal(utcOffsets(Date.UTC(2026, 10, 30)), '330');
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});
