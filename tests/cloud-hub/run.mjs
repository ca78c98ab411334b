// Starts the cloud of the tests and stays until standard input closes, so that it dies with whoever started it.
//
//   node tests/cloud-hub/run.mjs [--host 127.0.0.1] [--port 0] [--data DIR] [--token SECRET] [--ahead-ms N]
//                                [--cert FILE --key FILE]
//
// It prints one line, {"url": "http://127.0.0.1:40123"}. Then each line of standard input is a command and gets one
// line in answer: the contract's own address is never used for it, and it works from another network namespace.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { Faults } from './faults.js';
import { Front } from './front.js';
import { Journal } from './journal.js';

const here = (name) => new URL(name, import.meta.url);
const PUT = `INSERT OR REPLACE INTO modules
  (token, module_id, status, comment, technician_id, technician_name, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`;

const { values: given } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    token: { type: 'string', default: '' },
    'ahead-ms': { type: 'string', default: '0' },
    cert: { type: 'string' },
    key: { type: 'string' },
  },
});

const cloud = new Miniflare({
  host: '127.0.0.1',
  port: 0,
  log: new Log(LogLevel.ERROR),
  modules: [{ type: 'ESModule', path: 'worker.js', contents: readFileSync(here('worker.js'), 'utf8') }],
  compatibilityDate: '2026-04-01',
  bindings: { TOKEN: given.token, AHEAD_MS: given['ahead-ms'] },
  d1Databases: ['DB'],
  d1Persist: given.data ?? false,
});
const worker = await cloud.ready;
const db = await cloud.getD1Database('DB');
const schema = readFileSync(here('schema.sql'), 'utf8').replace(/^--.*$/gm, '');
await db.batch(schema.split(';').flatMap((sql) => (sql.trim() ? [db.prepare(sql)] : [])));

const faults = new Faults();
const journal = new Journal();
const tls = given.cert && { cert: readFileSync(given.cert), key: readFileSync(given.key) };
const front = new Front({ faults, journal, worker, tls });
const { address, port } = await front.listen(given.host, Number(given.port));

// On a busy machine the HTTP client inside Miniflare (undici) now and then fails with an assertion of its own, over the connection that it keeps to its
// database. Nothing is wrong with the database, and reading once more changes nothing.
const read = async (query) => {
  try {
    return await query.all();
  } catch (error) {
    if (error?.code !== 'ERR_ASSERTION') throw error;
    return query.all();
  }
};

const commands = {
  fail: ({ rule }) => faults.add(rule),
  heal: () => faults.heal(),
  journal: ({ after }) => journal.calls(after),
  summary: () => ({ ...journal.summary(), bytes: front.bytes() }),
  clear: () => journal.clear(),
  /** What the cloud holds, behind the contract's back. */
  rows: async ({ token }) =>
    (await read(db.prepare('SELECT * FROM modules WHERE token = ? ORDER BY module_id').bind(token))).results,
  /** Rows as they would be if they had arrived at their `updated_at`. */
  put: async ({ rows }) => {
    const insert = db.prepare(PUT);
    const values = (row) => [
      row.token,
      row.module_id,
      row.status,
      row.comment ?? null,
      row.technician_id,
      row.technician_name,
      row.updated_at,
    ];
    for (let at = 0; at < rows.length; at += 500) {
      await db.batch(rows.slice(at, at + 500).map((row) => insert.bind(...values(row))));
    }
  },
};

async function obey(line) {
  try {
    const { do: name, ...rest } = JSON.parse(line);
    if (!Object.hasOwn(commands, name)) throw new Error(`unknown command: ${name}`);
    return { ok: (await commands[name](rest)) ?? null };
  } catch (error) {
    return { error: String(error) };
  }
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ url: `http${tls ? 's' : ''}://${address}:${port}` });
for await (const line of createInterface({ input: process.stdin })) say(await obey(line));
await front.close();
await cloud.dispose();
