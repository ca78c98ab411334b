// A real hub for each test: its own data directory, its own port, and the power cuts that the field has.
// Used by fixtures.ts.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const DEMO = 'jalibat-demo';
const ROOT = resolve(__dirname, '../..');
const BINARY = process.env['FIELDHUB_BIN'] ?? join(ROOT, 'target/debug/fieldhub');
const SAID = /^fieldhub is listening on http:\/\/[^\s/]*:(\d+)\//m;

export interface ModuleOfHub {
  module_id: string;
  status: string;
  comment: string | null;
  conflict: boolean;
  stamp: string;
}

export class Hub {
  port = 0;
  #process: ChildProcess | null = null;

  private constructor(readonly dataDir: string) {}

  static async start(): Promise<Hub> {
    const hub = new Hub(await mkdtemp(join(tmpdir(), 'fieldhub-browser-')));
    await hub.start();
    return hub;
  }

  /** As tablets reach it: by a name of the local network, over plain HTTP. */
  get url(): string {
    return `http://fieldhub.lan:${String(this.port)}/`;
  }

  /** Starts the hub, after a kill on the port it had; `settings` are FIELDHUB_ variables. */
  async start(settings: Record<string, string> = {}): Promise<void> {
    const args = [
      'serve',
      '--data-dir',
      this.dataDir,
      '--listen',
      `127.0.0.1:${String(this.port)}`,
      '--demo',
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

  /** As when the card dies and a spare one goes in: the same address, nothing on it, another log. */
  async replace(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
    await mkdir(this.dataDir);
    await this.start();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** A call to the API, past the browser. */
  async api(method: string, path: string, body?: unknown): Promise<unknown> {
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'content-type': 'application/json' };
    }
    const response = await fetch(`http://127.0.0.1:${String(this.port)}/api/v1${path}`, init);
    if (!response.ok)
      throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return response.json();
  }

  async modules(): Promise<Map<string, ModuleOfHub>> {
    const audit = (await this.api('GET', `/audits/${DEMO}`)) as { modules: ModuleOfHub[] };
    return new Map(audit.modules.map((module) => [module.module_id, module]));
  }
}
