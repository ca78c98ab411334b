// What is written to the crew: modules and people in it, and what a tablet knows of it, with the hub and without.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mentions, partsOf } from '../src/domain/chat';
import { uuidv7 } from '../src/domain/ids';
import type { LiveOp, LoggedOp, NoteOp, NotesPage } from '../src/domain/types';
import { Notes } from '../src/sync/notes';
import { STORES, until } from './support';

const moduleOf = (id: string) => (['M050', 'S3-12'].includes(id.toUpperCase()) ? id.toUpperCase() : null);
const kinds = (text: string, names: string[] = []) =>
  partsOf(text, moduleOf, names).map((part) => `${part.kind}:${part.text}`);

test('a module of this audit is a way there, whatever stands around it', () => {
  assert.deepEqual(kinds('Regarde #M050, et (#s3-12).'), [
    'text:Regarde ',
    'module:#M050',
    'text:, et (',
    'module:#s3-12',
    'text:).',
  ]);
  assert.deepEqual(kinds('#M050#M050'), ['module:#M050', 'module:#M050']);
  assert.deepEqual(kinds('#M051 #  a#M050 100 %'), ['text:#M051 #  a#M050 100 %']);
  assert.deepEqual(kinds('<b>#M050</b>'), ['text:<b>', 'module:#M050', 'text:</b>']);
});

test('somebody is meant by their whole name, with or without accents', () => {
  assert.deepEqual(kinds('@Léa Martin et @lea !', ['Léa', 'Léa Martin']), [
    'person:@Léa Martin',
    'text: et ',
    'person:@lea',
    'text: !',
  ]);
  assert.ok(mentions('voilà @LÉA', 'Léa'));
  assert.ok(!mentions('mail@lea', 'Léa'));
  assert.ok(!mentions('@Léandre', 'Léa'));
  assert.ok(!mentions('Léa', 'Léa'));
});

test('a first name is enough, and means everybody who has it, but nobody whose whole name is another’s', () => {
  assert.ok(mentions('@lea, tu viens ?', 'Léa Martin'));
  assert.ok(mentions('@Léa', 'Léa Martin', ['Léa Dupont']));
  assert.ok(!mentions('@Léa Dupont', 'Léa Martin', ['Léa Dupont']));
  assert.ok(!mentions('@Léa', 'Léa Martin', ['Léa']));
  assert.deepEqual(kinds('@Léa et @Marc', ['Léa Martin', 'Marc Dubois']), [
    'person:@Léa',
    'text: et ',
    'person:@Marc',
  ]);
});

const noteOp = (text: string, who = 'tech_lea'): NoteOp => ({
  id: uuidv7(),
  kind: 'note',
  text,
  technician_id: who,
  technician_name: who,
  device_id: 'dev_1',
  marked_at_ms: 1_000,
});

/** A hub's log, of which some operations are notes. */
class Log {
  log_id = 'log-1';
  head = 0;
  notes: LoggedOp[] = [];
  calls: number[] = [];
  dead = false;

  write(op: NoteOp): LiveOp {
    this.head += 3;
    const logged = { ...op, seq: this.head, received_at_ms: 2_000 };
    this.notes.push(logged);
    return logged;
  }

  read = (after: number, limit: number): Promise<NotesPage> => {
    this.calls.push(after);
    if (this.dead) return Promise.reject(new Error('unreachable'));
    const notes = this.notes.filter((note) => note.seq > after).slice(0, Math.min(limit, 2));
    const more = this.notes.some((note) => note.seq > (notes.at(-1)?.seq ?? after));
    return Promise.resolve({
      log_id: this.log_id,
      notes,
      next: more ? (notes.at(-1)?.seq ?? after) : this.head,
      head: this.head,
    });
  };
}

for (const { kind, open } of STORES) {
  void describe(`notes with the store ${kind}`, () => {
    const texts = (notes: Notes) => notes.list().map((note) => note.text);
    const make = (store: Awaited<ReturnType<typeof open>>['store'], log: Log) =>
      new Notes('a', store, log.read, () => undefined);

    void test('all pages are read, once, and what the feed brings comes after', async (t) => {
      const { store } = await open(t);
      const log = new Log();
      for (const text of ['1', '2', '3', '4', '5']) log.write(noteOp(text));
      const notes = make(store, log);
      await notes.load();
      await notes.catchUp();
      assert.deepEqual(texts(notes), ['1', '2', '3', '4', '5']);
      const op = log.write(noteOp('6'));
      notes.heard(op);
      notes.heard(op);
      await notes.catchUp();
      assert.deepEqual(texts(notes), ['1', '2', '3', '4', '5', '6']);
      assert.equal(log.calls.at(-1), log.head);
    });

    void test('a reading that failed leaves no gap, whatever the feed brings after it', async (t) => {
      const { store } = await open(t);
      const log = new Log();
      log.write(noteOp('1'));
      const notes = make(store, log);
      await notes.load();
      log.dead = true;
      await notes.catchUp();
      log.dead = false;
      notes.heard(log.write(noteOp('2')));
      await until('the one before it is read', () => texts(notes).length === 2);
      assert.deepEqual(texts(notes), ['1', '2']);
    });

    void test('what the feed brings during the first reading stays', async (t) => {
      const { store } = await open(t);
      const log = new Log();
      const notes = make(store, log);
      await notes.load();
      // The answer is under way when somebody writes.
      const reading = notes.catchUp();
      notes.heard(log.write(noteOp('1')));
      await reading;
      assert.deepEqual(texts(notes), ['1']);
      notes.heard(log.write(noteOp('2')));
      assert.deepEqual(texts(notes), ['1', '2']);
    });

    void test('they are there after a reload without the hub', async (t) => {
      const { store, tab } = await open(t);
      const log = new Log();
      log.write(noteOp('bonsoir'));
      const notes = make(store, log);
      await notes.load();
      await notes.catchUp();
      log.dead = true;
      const later = make(await tab(), log);
      await until('it is kept', async () => {
        await later.load();
        return texts(later).length === 1;
      });
      await later.catchUp();
      assert.deepEqual(texts(later), ['bonsoir']);
    });

    void test('one’s own is there at once, and once when the log has it', async (t) => {
      const { store, tab } = await open(t);
      const log = new Log();
      const notes = make(store, log);
      await notes.load();
      const op = noteOp('je pars');
      notes.written(op);
      await store.add('a', [op]);
      assert.deepEqual(
        notes.list().map(({ seq }) => seq),
        [null],
      );
      // After a reload it is read from the outbox.
      const later = make(await tab(), log);
      await later.load();
      assert.deepEqual(texts(later), ['je pars']);
      const logged = log.write(op);
      notes.heard(logged);
      await later.catchUp();
      for (const one of [notes, later]) {
        assert.deepEqual(
          one.list().map(({ seq, text }) => [seq, text]),
          [[3, 'je pars']],
        );
      }
    });

    void test('what the hub refuses is shown with its reason until somebody drops it', async (t) => {
      const { store } = await open(t);
      const notes = make(store, new Log());
      await notes.load();
      const op = noteOp('x');
      const waiting = await store.add('a', [op]);
      notes.written(op);
      const results = [{ id: op.id, seq: null, outcome: 'refused' as const, reason: 'too long' }];
      await store.settle(waiting, results, 'log-1', 0);
      notes.settled(results);
      assert.equal(notes.list()[0]?.refused, 'too long');
      await store.dropRefused(waiting[0]?.n ?? 0);
      await notes.reloadOwn();
      assert.deepEqual(notes.list(), []);
    });

    void test('another log, or one that has gone back, is read from its beginning', async (t) => {
      const { store } = await open(t);
      const log = new Log();
      for (const text of ['1', '2', '3']) log.write(noteOp(text));
      const notes = make(store, log);
      await notes.load();
      await notes.catchUp();
      log.log_id = 'log-2';
      log.notes.pop();
      log.head = 6;
      await notes.catchUp();
      assert.deepEqual(texts(notes), ['1', '2']);
    });
  });
}
