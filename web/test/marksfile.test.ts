// The file of a tablet's own marks: what is in it, in which order, and under which name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marksFile, marksFileName } from '../src/sync/marksfile';
import { inMemory, FakeHub, markOf, START, STORES, Tab, Timers, until } from './support';

const A = 'audit-a';
const B = 'audit-b';

for (const { kind, open } of STORES) {
  test(`what only the tablet may have, as it is sent, in the order it was made; store ${kind}`, async (t) => {
    const { store } = await open(t);
    const hub = new FakeHub();
    const tab = new Tab(store, hub, new Timers(t));
    const [taken, bad, first] = [markOf('M1'), markOf('M2'), markOf('M3')];
    const [second, other] = [markOf('M4'), markOf('M5')];
    hub.answer = (token, ops) => {
      const answer = hub.take(token, ops);
      const results = answer.results.map((result) =>
        result.id === bad.id
          ? { id: bad.id, seq: null, outcome: 'refused' as const, reason: 'no such module' }
          : result,
      );
      return { ...answer, results };
    };
    for (const op of [taken, bad]) await tab.outbox.add(A, [op]);
    await tab.sent();
    hub.down();
    for (const op of [first, second]) await store.add(A, [op]);
    await store.add(B, [other]);

    const file = marksFile(A, await store.outbox(), await store.sent(A), START);
    assert.deepEqual(file, {
      fieldhub_marks: 1,
      token: A,
      saved_at_ms: START,
      ops: [taken, first, second],
      refused: [{ op: bad, reason: 'no such module' }],
    });
    assert.deepEqual(JSON.parse(JSON.stringify(file)), file, 'and JSON keeps all of it');
    assert.deepEqual(
      (await store.outbox()).map((one) => one.op.id),
      [bad.id, first.id, second.id, other.id],
      'saving takes nothing out of the outbox',
    );
    assert.deepEqual(marksFile(B, await store.outbox(), await store.sent(B), START).ops, [other]);
  });
}

test('a file has the stamps that were given, so that its marks keep their places wherever it is read', async (t) => {
  const store = inMemory();
  const hub = new FakeHub();
  hub.stampFor = () => ({ stamp: 'given' });
  const tab = new Tab(store, hub, new Timers(t));
  const [sent, waiting] = [markOf('M1'), markOf('M2')];
  await tab.outbox.add(A, [sent]);
  await tab.sent();
  hub.down();
  await store.add(A, [waiting]);
  const file = marksFile(A, await store.outbox(), await store.sent(A), START);
  assert.deepEqual(file.ops, [{ ...sent, stamp: 'given' }, waiting]);
});

for (const { kind, open } of STORES) {
  test(`the audits that marks are kept of, once each, until they are let go of; store ${kind}`, async (t) => {
    const { store } = await open(t);
    const hub = new FakeHub();
    const tab = new Tab(store, hub, new Timers(t));
    assert.deepEqual(await store.sentTokens(), []);
    // One that begins as another does, and one that no hub has any more.
    for (const token of [B, A, `${A}-2`, A, B]) await tab.outbox.add(token, [markOf('M1')]);
    await tab.sent();
    await until('noted', async () => (await store.sent(B)).length === 2);
    hub.replace('log-9');
    await tab.outbox.add(B, [markOf('M2')]);
    await tab.sent();
    assert.deepEqual(await store.sentTokens(), [A, `${A}-2`, B]);
    await store.forgetSent(A, 'log-5', 1_000, []);
    assert.deepEqual(await store.sentTokens(), [`${A}-2`, B]);
  });
}

test('a mark that is acknowledged while the file is made is in it once', async () => {
  const store = inMemory();
  const op = markOf('M1');
  const waiting = await store.add(A, [op]);
  const outbox = await store.outbox();
  await store.settle(waiting, [{ id: op.id, seq: 4, outcome: 'applied' }], 'log-5', START);
  assert.deepEqual(marksFile(A, outbox, await store.sent(A), START).ops, [op]);
});

test('the file is named for the audit and the time, whatever the audit is called', () => {
  const at = new Date(2026, 10, 2, 3, 4).getTime();
  assert.equal(marksFileName('jalibat-demo', at), 'marks-jalibat-demo-2026-11-02-0304.json');
  assert.equal(marksFileName('../a b/ü', at), 'marks-_a_b_-2026-11-02-0304.json');
});
