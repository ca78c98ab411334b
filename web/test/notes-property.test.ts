// The property of messages that are read: nothing at the head of a page holds up what is behind it, and no answer is asked for
// without end. (How messages that are written get there: as marks do, outbox-property.test.ts.)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedOp, NotesPage } from '../src/domain/types';
import { Notes } from '../src/sync/notes';
import { A, inMemory } from './support';

const noteAt = (seq: number): LoggedOp => ({
  seq,
  id: `note-${String(seq)}`,
  kind: 'note',
  text: `mot ${String(seq)}`,
});

/** Kinds and forms that this page knows nothing of. */
const STRANGE: LoggedOp[] = [
  { seq: 1, id: 'no-text', kind: 'note' },
  { seq: 2, id: 'other', kind: 'unknown' },
  { seq: 3, id: 'drawing', kind: 'drawing', text: '' },
];

test('strange ones among them keep no other back', async () => {
  const pages: NotesPage[] = [
    { log_id: 'log', notes: [...STRANGE, noteAt(4)], next: 4, head: 9 },
    { log_id: 'log', notes: [noteAt(5), noteAt(9)], next: 9, head: 9 },
  ];
  const asked: number[] = [];
  const read = (after: number) => {
    asked.push(after);
    return Promise.resolve(pages[after === 0 ? 0 : 1] as NotesPage);
  };
  const notes = new Notes(A, inMemory(), read, () => undefined);
  await notes.load();
  await notes.catchUp();
  assert.deepEqual(asked, [0, 4]);
  const ids = notes.list().map((note) => note.id);
  for (const id of ['note-4', 'note-5', 'note-9']) assert.ok(ids.includes(id), id);
});

test('a page that does not move on, and one that cannot be read, are not asked for without end', async () => {
  let asked = 0;
  const stuck = () => {
    asked += 1;
    if (asked > 50) throw new Error('asked without end');
    return Promise.resolve({ log_id: 'log', notes: [], next: 0, head: 7 });
  };
  const notes = new Notes(A, inMemory(), stuck, () => undefined);
  await notes.catchUp();
  assert.equal(asked, 1);
  // The next that the feed brings is there all the same, and it is asked for once more.
  notes.heard({ ...noteAt(8) });
  assert.ok(notes.list().some((note) => note.id === 'note-8'));
  await notes.catchUp();
  assert.ok(asked <= 4, String(asked));
});
