// Half characters, such as half an emoji: nothing with one in it is kept or sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import { cut, mended, nameFrom } from '../src/domain/text';
import { Api } from '../src/net/api';
import type { Events } from '../src/sync/events';
import { marksFile } from '../src/sync/marksfile';
import { A, inMemory, markOf, noteOf, START, STORES } from './support';

/** The rule of JavaScript itself, which not every tablet's browser has. */
const wellFormed = (text: string) => (text as string & { toWellFormed: () => string }).toWellFormed();

test('half characters are replaced, whole ones stay', () => {
  const texts = ['caf\ud83d', '\ude00b', 'a\ud83d\ud83d\ude00', '\ude00\ud83d', 'é😀', '', '\\ud83d'];
  for (const text of texts) assert.equal(mended(text), wellFormed(text), JSON.stringify(text));
  for (let i = 0; i < 2_000; i += 1) {
    const units = Array.from({ length: 6 }, (_, n) => ((i * 7_919 + n * 104_729) % 0x2_000) + 0xd000);
    const text = String.fromCharCode(...units);
    assert.equal(mended(text), wellFormed(text));
  }
});

test('a text is cut between characters, a name is one line', () => {
  assert.equal(cut('ab😀', 3), 'ab');
  assert.equal(cut('ab😀', 4), 'ab😀');
  assert.equal(cut('abc', 9), 'abc');
  assert.equal(nameFrom('  Léa\n\u0001 Mar\u0085tin '), 'Léa Mar tin');
  assert.equal(nameFrom('\ud83d'), '\ufffd');
  assert.equal(nameFrom(`${'x'.repeat(59)}😀`), 'x'.repeat(59));
});

test('every call leaves the tablet whole, whatever is in it', async () => {
  const sent: string[] = [];
  const api = new Api(new Emitter<Events>(), '/api/v1', (_, init) => {
    sent.push(init?.body as string);
    return Promise.resolve(new Response('{"results":[],"technicians":[]}'));
  });
  const half = 'caf\ud83d';
  await api.postOps(A, [markOf('M1', { comment: half, technician_name: half }), noteOf(half)], START);
  await api.join('CODE', half, 'dev_1');
  await api.rename(half);
  await api.changeAudit(A, { name: half, client: half });
  await api.create({ token: A, strings: '3', name: half, client: null, location: half });
  const who = { technician_id: 'tech_1', technician_name: half, sent_at_ms: START };
  await api.presence(A, { ...who, focus: half });
  assert.equal(sent.length, 6);
  for (const body of sent) {
    assert.doesNotMatch(body, /\\ud83d/i, 'no half is sent');
    assert.match(body, /caf\ufffd/, 'and what is left of the text is');
  }
});

for (const { kind, open } of STORES) {
  test(`what is kept is whole, and so is what an earlier page has kept once it leaves, ${kind}`, async (t) => {
    const { store } = await open(t);
    await store.add(A, [
      markOf('M1', { comment: 'caf\ud83d' }),
      noteOf('\ude00!'),
      markOf('M2', { comment: null }),
    ]);
    const ops = (await store.outbox()).map(({ op }) => op);
    assert.deepEqual(
      ops.map((op) => (op.kind === 'mark' ? op.comment : op.kind === 'note' ? op.text : '')),
      ['caf\ufffd', '\ufffd!', null],
    );
  });
}

test('a name that no hub takes is mended in what waits, and in the file', async () => {
  const store = inMemory();
  const before = markOf('M1', { technician_name: 'Léa\u0007' });
  await store.db.transaction(['outbox'], 'write', (tx) =>
    tx.put('outbox', { token: A, op: before, again: null, refused: null }),
  );
  const file = marksFile(A, await store.outbox(), [], START);
  assert.equal(file.ops[0]?.technician_name, 'Léa');
});
