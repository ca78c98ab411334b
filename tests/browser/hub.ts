// A real hub for each test: its own data directory, its own port, and the power cuts that the field has.
// Used by fixtures.ts.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const DEMO = 'jalibat-demo';
export const ROOT = resolve(__dirname, '../..');
export const BINARY = process.env['FIELDHUB_BIN'] ?? join(ROOT, 'target/debug/fieldhub');
const SAID = /^fieldhub is listening on http:\/\/[^\s/]*:(\d+)\//m;

export interface ModuleOfHub {
  module_id: string;
  status: string;
  comment: string | null;
  technician_name: string | null;
  conflict: boolean;
  stamp: string;
}

export interface Code {
  code: string;
  url: string | null;
}

const run = promisify(execFile);

/**
 * A port that stays this hub's while it is dead: none of those that the system hands out, or another hub, or the socket of a
 * browser that tries to reach it, would have it when it comes back.
 */
async function ownPort(): Promise<number> {
  for (;;) {
    // Above 10080, the last of those on which a browser opens no page.
    const port = 10_100 + Math.floor(Math.random() * 21_900);
    const probe = createServer();
    const free = await new Promise<boolean>((done) => {
      probe.once('error', () => {
        done(false);
      });
      probe.listen(port, '127.0.0.1', () => {
        probe.close(() => {
          done(true);
        });
      });
    });
    if (free) return port;
  }
}

export class Hub {
  port = 0;
  /** Of HTTPS, where this hub has it. */
  tlsPort = 0;
  /** The name in the address bar. */
  host = 'fieldhub.lan';
  #process: ChildProcess | null = null;
  #access = 'crew';
  #tls = false;
  /** The session with which the calls past the browser are made. */
  #lead: string | null = null;

  private constructor(readonly dataDir: string) {}

  static async start(access: 'crew' | 'open' = 'crew'): Promise<Hub> {
    const hub = new Hub(await mkdtemp(join(tmpdir(), 'fieldhub-browser-')));
    hub.#access = access;
    await hub.start();
    return hub;
  }

  /** A hub with a CA of its own, by the name that is in its certificate. */
  static async startWithTls(): Promise<Hub> {
    const hub = new Hub(await mkdtemp(join(tmpdir(), 'fieldhub-browser-')));
    hub.#tls = true;
    hub.host = 'fieldhub.local';
    await hub.start();
    return hub;
  }

  /** As tablets reach it: by a name of the local network, over plain HTTP. */
  get url(): string {
    return `http://${this.host}:${String(this.port)}/`;
  }

  get secureUrl(): string {
    return `https://${this.host}:${String(this.tlsPort)}/`;
  }

  /** Starts the hub, after a kill on the port it had; `settings` are FIELDHUB_ variables. */
  async start(settings: Record<string, string> = {}): Promise<void> {
    if (this.port === 0) this.port = await ownPort();
    if (this.#tls && this.tlsPort === 0) this.tlsPort = await ownPort();
    const args = [
      'serve',
      '--data-dir',
      this.dataDir,
      '--listen',
      `127.0.0.1:${String(this.port)}`,
      '--access',
      this.#access,
      '--demo',
      ...(this.#tls ? ['--tls', 'auto', '--tls-listen', `127.0.0.1:${String(this.tlsPort)}`] : []),
    ];
    const child = spawn(BINARY, args, {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.port = await new Promise<number>((done, failed) => {
      let out = '';
      let err = '';
      child.stderr.on('data', (data: Buffer) => (err += data.toString()));
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
        const port = SAID.exec(out)?.[1];
        if (port !== undefined) done(Number(port));
      });
      child.once('error', failed);
      child.once('exit', (code) => {
        failed(new Error(`the hub ended with ${String(code)}: ${out}${err}`));
      });
    });
    if (!this.#tls) return;
    const { tls } = (await this.api('GET', '/hub', undefined, '')) as { tls: { port: number } | null };
    if (tls === null) throw new Error('the hub says that it has no HTTPS');
    this.tlsPort = tls.port;
  }

  /** As when the van moves and the power goes: kill -9. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((done) => {
      child.once('exit', () => {
        done();
      });
      child.kill('SIGKILL');
    });
  }

  /** As when the hub hangs: its connections stay open, and nothing comes over them. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** A backup, as the timer makes one every day. */
  async backup(): Promise<string> {
    const file = join(this.dataDir, '..', `${basename(this.dataDir)}.backup`);
    await run(BINARY, ['backup', '--force', '--data-dir', this.dataDir, file]);
    return file;
  }

  /** As when the card died and a new one got yesterday's backup. */
  async restore(file: string): Promise<void> {
    await this.kill();
    await run(BINARY, ['restore', '--yes', '--data-dir', this.dataDir, file]);
    await rm(file);
    await this.start();
  }

  /** How many live feeds are open now. */
  async feeds(): Promise<number> {
    this.#lead ??= await this.join('Office', 'lead-code');
    const headers = { authorization: `Bearer ${this.#lead}` };
    const response = await fetch(`http://127.0.0.1:${String(this.port)}/metrics`, { headers });
    return Number(/^fieldhub_live_streams (\d+)$/m.exec(await response.text())?.[1] ?? NaN);
  }

  /** As when the card dies and a spare one goes in: the same address, nothing on it, another log. */
  async replace(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
    await mkdir(this.dataDir);
    this.#lead = null;
    await this.start();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** The code to join with, as `fieldhub crew` tells it. */
  async code(which: 'code' | 'lead-code' = 'code'): Promise<string> {
    const { stdout } = await run(BINARY, ['crew', which, '--json', '--data-dir', this.dataDir]);
    return (JSON.parse(stdout) as Code).code;
  }

  /** What the QR code says. */
  async link(which: 'code' | 'lead-code' = 'code', audit = ''): Promise<string> {
    return `${this.url}#/join/${await this.code(which)}${audit === '' ? '' : `/audit/${audit}`}`;
  }

  /** Joins past the browser; gives the session's token. */
  async join(name: string, which: 'code' | 'lead-code' = 'code'): Promise<string> {
    const body = { code: await this.code(which), name, device_id: `dev_of_${name.replace(/\W/g, '')}` };
    return ((await this.api('POST', '/join', body, '')) as { token: string }).token;
  }

  /** A call to the API past the browser, as lead or by the session that is given. */
  async api(method: string, path: string, body?: unknown, session?: string): Promise<unknown> {
    if (this.#access === 'crew' && session === undefined) {
      this.#lead ??= await this.join('Office', 'lead-code');
      session = this.#lead;
    }
    const headers: Record<string, string> = {};
    if (session !== undefined && session !== '') headers['authorization'] = `Bearer ${session}`;
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      headers['content-type'] = 'application/json';
    }
    const response = await fetch(`http://127.0.0.1:${String(this.port)}/api/v1${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** The id of somebody who has joined. */
  async member(name: string): Promise<string> {
    const { members } = (await this.api('GET', '/crew')) as {
      members: { technician_id: string; name: string }[];
    };
    const found = members.find((member) => member.name === name);
    if (!found) throw new Error(`${name} is not in the crew`);
    return found.technician_id;
  }

  async modules(): Promise<Map<string, ModuleOfHub>> {
    const audit = (await this.api('GET', `/audits/${DEMO}`)) as { modules: ModuleOfHub[] };
    return new Map(audit.modules.map((module) => [module.module_id, module]));
  }
}
