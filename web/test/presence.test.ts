// The property of presence: nothing that becomes of one heartbeat keeps the next from being sent. Each says what is so then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import type { Technician } from '../src/domain/types';
import type { Api, PresenceCall } from '../src/net/api';
import { ApiError, Unreachable } from '../src/net/call';
import type { AuditEvents } from '../src/sync/events';
import { Presence } from '../src/sync/presence';
import { A, PAGE, Timers, until } from './support';

const LEA: Technician = { technician_id: 'tech_1', technician_name: 'Léa', focus: null, last_seen_ms: 1 };

/** What may become of one: an answer, no, no hub, no answer at all, something else. */
const FATES: (() => Promise<Technician[]>)[] = [
  () => Promise.resolve([LEA]),
  () => Promise.reject(new ApiError(400, 'focus: no', 'bad_field')),
  () => Promise.reject(new ApiError(500, 'no', 'internal')),
  () => Promise.reject(new Unreachable('no route')),
  () => new Promise(() => undefined),
  () => Promise.resolve(undefined as unknown as Technician[]),
];

test('whatever becomes of one heartbeat, the next is sent in its time, with what is so then', async (t) => {
  const timers = new Timers(t);
  const said: PresenceCall[] = [];
  const heard: unknown[] = [];
  const events = new Emitter<AuditEvents>();
  events.on({ presence: (all) => heard.push(all) });
  const api = {
    presence: (_: string, call: PresenceCall) => {
      said.push(call);
      return (FATES[(said.length - 1) % FATES.length] as () => Promise<Technician[]>)();
    },
  } as unknown as Api;
  const presence = new Presence(A, api, events, { ...PAGE, hidden: () => false });
  t.after(() => {
    presence.close();
  });
  presence.tell();
  for (let beat = 1; beat < 3 * FATES.length; beat += 1) {
    assert.equal(await timers.pass(), 10_000);
    assert.equal(said.length, beat + 1);
  }
  presence.focus('M007');
  assert.equal(said.at(-1)?.focus, 'M007');
  await until('those that were answered are heard', () => heard.length >= 3);
  assert.deepEqual(timers.waits, [10_000], 'and one timer goes on');
});
