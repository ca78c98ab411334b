// The edge in front of the Worker, as every cloud has one: it ends TLS, compresses answers for those who ask, and
// here it keeps the journal and does what faults.js says. It exists because workerd itself can neither break a
// connection nor leave one hanging. Called by run.mjs; knows nothing of the contract but the paths.

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import { about } from './faults.js';

const COMPRESS_FROM = 1_024;
const OF_ONE_CONNECTION = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'accept-encoding',
];

const through = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.includes(name)));

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The Worker's answer: status, headers, body. */
async function ask(agent, worker, { method, url: path, headers }, body) {
  const call = http.request({ agent, ...worker, method, path, headers: through(headers) });
  const answered = once(call, 'response');
  call.end(body);
  const [answer] = await answered;
  return { status: answer.statusCode, headers: through(answer.headers), body: await read(answer) };
}

/** What an edge says on its own account. */
function said(status, error, retryAfter) {
  const headers = { 'content-type': 'application/json' };
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  return { status, headers, body: Buffer.from(JSON.stringify({ success: false, error })) };
}

const PORTAL = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<!doctype html><title>Recharge</title><p>Your data volume is used up.'),
};

export class Front {
  #faults;
  #journal;
  #worker;
  // workerd leaves an idle connection after five seconds; a mark must not meet that moment.
  #agent = new http.Agent({ keepAlive: true, maxSockets: 32, timeout: 2_000 });
  #server;
  #sockets = new Set();
  #bytes = { received: 0, sent: 0 };

  constructor({ faults, journal, worker, tls }) {
    this.#faults = faults;
    this.#journal = journal;
    this.#worker = { host: worker.hostname, port: worker.port };
    const handle = (request, response) => void this.#handle(request, response);
    this.#server = tls ? https.createServer(tls, handle) : http.createServer(handle);
    // 'connection' is the bare socket with TLS as well: the bytes are those of the wire.
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#bytes.received += socket.bytesRead;
        this.#bytes.sent += socket.bytesWritten;
      });
    });
  }

  /** The address it listens on. */
  async listen(host, port) {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return this.#server.address();
  }

  bytes() {
    let { received, sent } = this.#bytes;
    for (const socket of this.#sockets) {
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    }
    return { received, sent };
  }

  async #handle(request, response) {
    const call = this.#journal.begin(about(request.method, request.url));
    // The caller has gone, or has been sent away.
    response.on('close', () => this.#journal.end(call, null));
    try {
      const body = await read(request);
      call.body = body.toString();
      const act = this.#faults.judge(call);
      const healed = this.#faults.healed;
      call.fault = act;
      if (act?.hang === 'before') return;
      if (act?.cut === 'before') return this.#break(call, response);
      const answer = await this.#answer(act, request, body);
      if (act?.slow_ms) await new Promise((over) => setTimeout(over, act.slow_ms));
      if (act?.held) await healed;
      if (act?.hang === 'after') return;
      if (act?.cut === 'after') return this.#break(call, response);
      this.#send(call, response, answer, act);
    } catch (error) {
      // The caller broke off, or the Worker did: what an edge answers then.
      if (!response.destroyed) this.#send(call, response, said(502, String(error)), null);
    }
  }

  async #answer(act, request, body) {
    if (act?.status) return said(act.status, act.error ?? http.STATUS_CODES[act.status], act.retry_after);
    if (act?.portal) return PORTAL;
    const accepted = request.headers['accept-encoding'] ?? '';
    const answer = await ask(this.#agent, this.#worker, request, body);
    if (!accepted.includes('gzip') || answer.body.length < COMPRESS_FROM) return answer;
    return {
      ...answer,
      headers: { ...answer.headers, 'content-encoding': 'gzip' },
      body: gzipSync(answer.body),
    };
  }

  /** The entry ends first: by the time the caller knows, it is in the journal. */
  #break(call, response) {
    this.#journal.end(call, null);
    response.destroy();
  }

  #send(call, response, { status, headers, body }, act) {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    if (act?.cut === 'middle' || act?.hang === 'middle') {
      const half = body.subarray(0, body.length >> 1);
      response.write(half, () => act.cut && this.#break(call, response));
      return;
    }
    response.on('finish', () => this.#journal.end(call, status));
    response.end(body);
  }

  /** Breaks every connection, as a cloud that goes down does. */
  async close() {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }
}
