// What is on the tablets' disks is a promise: a page reads what the page before it wrote, and writes what that one reads, for
// it may be open in another tab. fixtures/store-v1.json is what the page of version 0.1 wrote, as it lay in IndexedDB.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { Author, MarkOp, Module, NoteOp, OpResult } from '../src/domain/types';
import { Lease } from '../src/sync/lease';
import { marksFile } from '../src/sync/marksfile';
import type { Waiting } from '../src/sync/records';
import type { Store } from '../src/sync/store';
import { START, markOf, openStore, summaryOf, A, B } from './support';

interface OnDisk {
  version: number;
  /** The last place that the outbox has given away. */
  minted: number;
  stores: {
    name: string;
    keyPath: string | string[] | null;
    autoIncrement: boolean;
    indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[];
    records: { key: IDBValidKey; value: unknown }[];
  }[];
}

const BEFORE = JSON.parse(readFileSync(new URL('fixtures/store-v1.json', import.meta.url), 'utf8')) as OnDisk;

const answerTo = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(new Error(String(request.error)));
    };
  });

/** Puts it on the disk as the page before did: nothing of today's page has a hand in it. */
async function lay(name: string, { version, minted, stores }: OnDisk): Promise<void> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const { name: store, keyPath, autoIncrement, indexes, records } of stores) {
      const made = request.result.createObjectStore(store, { keyPath, autoIncrement });
      for (const index of indexes) made.createIndex(index.name, index.keyPath, index);
      if (autoIncrement) {
        made.put({ [String(keyPath)]: minted });
        made.delete(minted);
      }
      for (const { key, value } of records) {
        if (keyPath === null) made.put(value, key);
        else made.put(value);
      }
    }
  };
  (await answerTo(request)).close();
}

async function onDisk(name: string, minted: number): Promise<OnDisk> {
  const db = await answerTo(indexedDB.open(name));
  const stores = await Promise.all(
    [...db.objectStoreNames].map(async (store) => {
      const all = db.transaction(store).objectStore(store);
      const { keyPath, autoIncrement } = all;
      const indexes = [...all.indexNames].map((index) => {
        const { name, keyPath, unique, multiEntry } = all.index(index);
        return { name, keyPath, unique, multiEntry };
      });
      const [keys, values] = await Promise.all([answerTo(all.getAllKeys()), answerTo(all.getAll())]);
      const records = keys.map((key, i) => ({ key, value: values[i] as unknown }));
      return { name: store, keyPath, autoIncrement, indexes, records };
    }),
  );
  db.close();
  return { version: db.version, minted, stores };
}

async function laid(t: TestContext): Promise<Store> {
  const name = `before-${t.name}`;
  await lay(name, BEFORE);
  const store = await openStore(name);
  t.after(() => {
    store.db.close();
  });
  return store;
}

const lea: Author = {
  technician_id: 'tech_ab12cd34',
  technician_name: 'Léa',
  device_id: 'dev_0123456789abcdef',
};

/** What the page before did when the fixture was made; tells the last place in the outbox. */
async function workOnIt(store: Store): Promise<number> {
  let n = 0;
  const id = () => {
    n += 1;
    return `019a1b2c-0000-7000-8000-${String(n).padStart(12, '0')}`;
  };
  const mark = (moduleId: string, change: Partial<MarkOp>): MarkOp => {
    const { module_id, kind, base } = markOf(moduleId);
    return { id: id(), kind, module_id, ...change, ...lea, marked_at_ms: START + n, base };
  };
  const took = (seq: number | null, outcome: OpResult['outcome'] = 'applied', reason?: string) => {
    return ({ op }: Waiting, i: number): OpResult => ({
      id: op.id,
      seq: seq === null ? null : seq + i,
      outcome,
      ...(reason !== undefined && { reason }),
    });
  };

  // The first log of the hub takes three; another one is offered those again, and takes one of them.
  const marks = [
    mark('M1', { status: 'dead' }),
    mark('M2', { status: 'ok', comment: 'vu' }),
    mark('M3', { comment: null }),
  ];
  const first = await store.add(A, marks);
  await store.settle(first, first.map(took(1)), 'log-1', START + 1_000);
  await store.offerAgain(A, 'log-2');
  const again = await store.next(1, new Set());
  await store.settle(again, again.map(took(7)), 'log-2', START + 2_000);

  // Of another audit: one taken by a hub whose clock had not been heard of, one refused, one that waits.
  const unknown = await store.add(B, [mark('N1', { status: 'ok' })]);
  await store.settle(unknown, unknown.map(took(null, 'duplicate')), 'log-3', Number.MAX_SAFE_INTEGER);
  const refused = await store.add(B, [mark('N2', { status: 'ok' })]);
  await store.settle(refused, refused.map(took(null, 'refused', 'there is no module N2')), 'log-3', START);
  await store.add(B, [mark('N3', { status: null })]);
  const note: NoteOp = { id: id(), kind: 'note', text: '@Noé regarde M2', ...lea, marked_at_ms: START + 50 };
  await store.add(A, [note]);
  // The last to be made is on the hub: its place is not given again.
  const last = await store.add(A, [mark('M4', { status: 'ok' })]);
  await store.settle(last, last.map(took(9, 'conflict')), 'log-2', START + 3_000);

  const module = (module_id: string, string: number, change: Partial<Module> = {}): Module => ({
    module_id,
    string,
    position: 1,
    row: null,
    col: null,
    status: 'pending',
    comment: null,
    technician_id: null,
    technician_name: null,
    updated_at_ms: null,
    conflict: false,
    stamp: '',
    seq: 0,
    ...change,
  });
  const summary = (token: string) => ({
    ...summaryOf(token, 3, 2),
    marked: 1,
    defects: 1,
    by_status: { dead: 1, pending: 2 },
    seq: 9,
    last_mark_at_ms: START,
    cloud: { seq: 4, pending: 5, parked: ['M2'] },
  });
  const { technician_id, technician_name } = lea;
  const dead = module('M1', 1, {
    status: 'dead',
    seq: 7,
    stamp: '19a1b2c-0-dev_0',
    technician_id,
    technician_name,
    updated_at_ms: START,
  });
  await store.saveReplica(
    { token: A, log_id: 'log-2', seq: 7, summary: summary(A), strings: [2, 1] },
    new Map([
      [1, [dead, module('M2', 1)]],
      [2, [module('M3', 2)]],
    ]),
    true,
  );
  await store.saveReplica(
    { token: B, log_id: 'log-3', seq: 1, summary: summary(B), strings: [1] },
    new Map([[1, [module('N1', 1)]]]),
    true,
  );
  await new Lease(store, 'sender', 'tab_ab12cd34').take(START, 4_000);
  const settings = {
    author: lea,
    session: {
      token: 'jwt-1',
      technician_id,
      name: 'Léa',
      role: 'technician',
      expires_at_ms: START + 2_592_000_000,
      renew_at_ms: START + 1_296_000_000,
    },
    'name-due': false,
    access: 'crew',
    audits: [summary(A), summary(B)],
    sync: true,
    signals: { sound: true, vibrate: false, notify: false },
    habits: { goOn: true, phrases: ['verre cassé'] },
    'notes:audit-a': {
      log_id: 'log-2',
      seq: 8,
      notes: [
        {
          id: id(),
          text: 'je commence au nord',
          technician_id: 'tech_9',
          technician_name: 'Noé',
          at_ms: START,
          seq: 8,
          refused: null,
        },
      ],
    },
    'notes-read:audit-a': { log_id: 'log-2', seq: 8 },
    moved: 'https://192.168.4.1',
  };
  for (const [key, value] of Object.entries(settings)) await store.set(key, value);
  return last[0]?.n ?? 0;
}

test('today’s page writes to the byte what the page before wrote', async (t) => {
  const store = await openStore('today');
  t.after(() => {
    store.db.close();
  });
  const minted = await workOnIt(store);
  const today = await onDisk('today', minted);
  const { version, stores } = BEFORE;
  assert.deepEqual(today, { version, minted: BEFORE.minted, stores });
});

test('the outbox of the page before is sent in its order, with what was offered again and what was refused', async (t) => {
  const store = await laid(t);
  const outbox = await store.outbox();
  assert.deepEqual(
    outbox.map(({ n, token, op, again, refused }) => [
      n,
      token,
      op.kind === 'mark' ? op.module_id : op.kind === 'note' ? op.text : '',
      again?.log_id ?? refused,
    ]),
    [
      [2, A, 'M2', 'log-1'],
      [3, A, 'M3', 'log-1'],
      [5, B, 'N2', 'there is no module N2'],
      [6, B, 'N3', null],
      [7, A, '@Noé regarde M2', null],
    ],
  );
  assert.deepEqual(
    (await store.next(200, new Set())).map(({ n }) => n),
    [2, 3, 7],
  );
  const tally = await store.tally();
  assert.deepEqual(
    [...tally.waiting],
    [
      [A, 3],
      [B, 1],
    ],
  );
  assert.deepEqual(
    tally.refused.map(({ n }) => n),
    [5],
  );
  const [fresh] = await store.add(A, [markOf('M5')]);
  assert.equal(fresh?.n, BEFORE.minted + 1, 'no place is given twice');
});

test('the acknowledged marks of the page before are there for the next hub, and for the file', async (t) => {
  const store = await laid(t);
  assert.deepEqual(await store.sentTokens(), [A, B]);
  assert.deepEqual(
    (await store.sent(A)).map(({ n, seq }) => [n, seq]),
    [
      [1, 7],
      [8, 9],
    ],
  );
  assert.deepEqual(
    (await store.sentSince(A, 'log-2', 7)).map(({ seq }) => seq),
    [9],
  );
  const file = marksFile(A, await store.outbox(), await store.sent(A), START);
  assert.equal(file.ops.length, 5);
  await store.pruneSent(START + 2_001);
  assert.deepEqual(
    (await store.sent(A)).map(({ seq }) => seq),
    [9],
  );
  assert.equal((await store.sent(B)).length, 1, 'of no known date: kept');
  assert.equal(await store.offerAgain(A, 'log-5'), 1);
  await store.withdrawAgain(A);
  assert.deepEqual(
    (await store.sent(A)).map(({ log_id, seq }) => [log_id, seq]),
    [
      ['log-1', 2],
      ['log-1', 3],
      ['log-2', 9],
    ],
  );
});

test('the copies of audits and the settings of the page before are read', async (t) => {
  const store = await laid(t);
  assert.deepEqual(await store.replicaTokens(), [A, B]);
  const copy = await store.loadReplica(A);
  assert.deepEqual(
    [copy?.head.log_id, copy?.head.seq, copy?.head.summary.cloud?.parked],
    ['log-2', 7, ['M2']],
  );
  assert.deepEqual(
    copy?.modules.map(({ module_id, status }) => `${module_id} ${status}`),
    ['M3 pending', 'M1 dead', 'M2 pending'],
  );
  await store.dropReplica(A);
  assert.equal(await store.loadReplica(A), null);
  assert.equal((await store.loadReplica(B))?.modules.length, 1);
  assert.deepEqual(await store.get('author'), lea);
  assert.deepEqual(await store.get('sync'), true);
  assert.deepEqual(await store.get('notes-read:audit-a'), { log_id: 'log-2', seq: 8 });
  const other = new Lease(store, 'sender', 'tab_b');
  assert.equal(await other.take(START + 3_999, 4_000), false, 'the lease of a tab with the page before');
  assert.equal(await other.take(START + 4_000, 4_000), true);
});
