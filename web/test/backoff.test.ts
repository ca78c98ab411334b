// Waiting before the next try: where the random time may lie, how it grows, where it stops growing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from '../src/net/backoff';

test('the wait is anywhere from nothing to the bound: full jitter', () => {
  assert.equal(
    backoff(0, 500, 8_000, () => 0),
    0,
  );
  assert.equal(
    backoff(3, 500, 8_000, () => 0.25),
    1_000,
  );
  assert.equal(
    backoff(9, 500, 8_000, () => 0),
    0,
  );
  for (let i = 0; i < 1_000; i += 1) {
    const wait = backoff(2, 500, 8_000);
    assert.ok(wait >= 0 && wait < 2_000, String(wait));
  }
});

test('two tablets do not wait the same time', () => {
  const waits = Array.from({ length: 50 }, () => backoff(4, 500, 8_000));
  assert.ok(new Set(waits).size > 40);
});

test('the bound doubles with each failure and stops at the cap', () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6].map((failures) => backoff(failures, 500, 8_000, () => 1));
  assert.deepEqual(bounds, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test('a whole night of failures is still the cap', () => {
  assert.equal(
    backoff(10_000, 500, 8_000, () => 1),
    8_000,
  );
  assert.equal(
    backoff(Number.MAX_SAFE_INTEGER, 700, 15_000, () => 1),
    15_000,
  );
});
