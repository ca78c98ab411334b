// The property of the outbox: nothing at its head holds up what is behind it. Whatever is wrong with one mark or one audit, and in
// whichever way the hub fails over it, all others get there, in the order of each module; and nothing is lost: what cannot go
// is refused with a reason, or waits.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Op, OpResult, OpsAnswer } from '../src/domain/types';
import { ApiError, Unreachable } from '../src/net/call';
import { markOf, setUpOn, STORES, until } from './support';

/** What may be wrong with one mark. `null`: as a hub answers over half an emoji. */
const MARKS = ['null', 'no-result', '400', '413', '500', 'cut', 'garbage'] as const;
type Wrong = (typeof MARKS)[number];
/** What may be wrong with one audit. */
const AUDITS = ['404', '410', '500'] as const;

/** As many as `FIELDHUB_SEEDS` says. */
const SEEDS = Number(process.env['FIELDHUB_SEEDS'] ?? 40);

function dice(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

for (const { kind, open } of STORES) {
  const seeds = kind === 'in memory' ? SEEDS : Math.ceil(SEEDS / 10);
  const setUp = setUpOn(open);
  describe(`whatever is wrong with one holds up no other, with the store ${kind}`, () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      test(`seed ${String(seed)}`, async (t) => {
        const roll = dice(seed);
        const { store, hub, timers, a } = await setUp(t);
        const wrong = new Map<string, Wrong>();
        const shut = new Map<string, (typeof AUDITS)[number]>();
        const audits = ['audit-1', 'audit-2', 'audit-3'];
        const how = AUDITS[roll(AUDITS.length + 1)];
        if (how !== undefined) shut.set('audit-2', how);
        /** Calls that died, after which the page hears that the hub is there all the same. */
        let cut = 0;

        hub.answer = (token, ops): OpsAnswer | Error => {
          const of = shut.get(token);
          if (of !== undefined) return new ApiError(Number(of), `no ${token}`, 'x');
          const bad = ops.map((op) => wrong.get(op.id));
          const whole = bad.find((one) => one !== undefined && one !== 'null' && one !== 'no-result');
          if (whole === 'cut') {
            cut += 1;
            return new Unreachable('cut');
          }
          if (whole === 'garbage') return {} as OpsAnswer;
          if (whole !== undefined) return new ApiError(Number(whole), 'this call will not do', null);
          const results = ops.flatMap((op, i): OpResult[] => {
            if (bad[i] === 'no-result') return [];
            if (bad[i] === undefined) return [hub.takeOne(token, op)];
            return [{ id: null as unknown as string, seq: null, outcome: 'refused', reason: 'half' }];
          });
          return { log_id: hub.logId, results };
        };

        const good: { token: string; op: Op }[] = [];
        const all: string[] = [];
        const make = async (count: number) => {
          for (let n = 0; n < count; n += 1) {
            const token = audits[roll(audits.length)] ?? '';
            const bad = roll(12) === 0 ? MARKS[roll(MARKS.length)] : undefined;
            const op = markOf(bad === undefined ? `M${String(roll(9))}` : `P${String(all.length)}`);
            all.push(op.id);
            if (bad !== undefined) wrong.set(op.id, bad);
            else if (!shut.has(token)) good.push({ token, op });
            await store.add(token, [op]);
          }
        };
        await make(20 + roll(120));
        a.outbox.start();

        let heard = 0;
        const begun = timers.now;
        const there = () => good.every(({ token, op }) => hub.logOf(token).includes(op.id));
        const settle = async (what: string) => {
          while (!there()) {
            await until(what, () => there() || timers.waits.length > 0);
            if (there()) break;
            assert.ok(timers.now - begun < 10 * 60_000, `${what}: not within ten minutes`);
            await timers.pass();
            // The page asks the hub every few seconds how it is.
            if (cut > heard) {
              heard = cut;
              a.outbox.wake();
            }
          }
        };
        await settle('those made before are there');
        // And whoever goes on marking is heard.
        await make(10);
        a.outbox.kick();
        await settle('those made later are there');

        for (const token of audits) {
          for (let n = 0; n < 9; n += 1) {
            const made = good.filter(
              (one) => one.token === token && 'module_id' in one.op && one.op.module_id === `M${String(n)}`,
            );
            const ids = made.map(({ op }) => op.id);
            assert.deepEqual(
              hub.logOf(token).filter((id) => ids.includes(id)),
              ids,
              'in the order of each module',
            );
          }
        }
        const kept = new Map((await store.outbox()).map((one) => [one.op.id, one.refused]));
        const taken = new Set(audits.flatMap((token) => hub.logOf(token)));
        for (const id of all) {
          assert.ok(taken.has(id) || kept.has(id), `${id} is neither here nor there`);
          if (wrong.get(id) === 'null' && kept.has(id) && kept.get(id) !== null)
            assert.equal(kept.get(id), 'half', 'refused with its reason');
        }
      });
    }
  });
}
