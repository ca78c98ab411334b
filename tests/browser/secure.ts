// A tablet for the tests of HTTPS: a browser with a home and a profile of its own, so that the hub's CA can be put among
// what it trusts as `certutil` does for a person. It can be closed and opened again with what it keeps.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type BrowserContext, type LaunchOptions } from '@playwright/test';
import { expect, Tablet, test as base } from './fixtures';
import { Hub } from './hub';

const run = promisify(execFile);

export class SecureTablet {
  #context: BrowserContext | null = null;
  readonly #opened: Tablet[] = [];

  private constructor(
    readonly hub: Hub,
    private readonly home: string,
    private readonly launch: LaunchOptions,
    private readonly viewport: { width: number; height: number },
  ) {}

  static async make(
    hub: Hub,
    launch: LaunchOptions,
    viewport = { width: 1280, height: 800 },
  ): Promise<SecureTablet> {
    const home = await mkdtemp(join(tmpdir(), 'fieldhub-tablet-'));
    await mkdir(join(home, '.pki/nssdb'), { recursive: true });
    await run('certutil', ['-d', `sql:${join(home, '.pki/nssdb')}`, '-N', '--empty-password']);
    return new SecureTablet(hub, home, launch, viewport);
  }

  /** As the steps of /trust have it for Linux. */
  async trustCa(): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${String(this.hub.port)}/trust/fieldhub-ca.pem`);
    expect(answer.status).toBe(200);
    const file = join(this.home, 'fieldhub-ca.pem');
    await writeFile(file, await answer.text());
    const database = `sql:${join(this.home, '.pki/nssdb')}`;
    await run('certutil', ['-d', database, '-A', '-t', 'C,,', '-n', 'fieldhub', '-i', file]);
  }

  /** `args`: of the browser, beside its own. */
  async open(args: string[] = []): Promise<Tablet> {
    const context = await chromium.launchPersistentContext(join(this.home, 'profile'), {
      ...this.launch,
      args: [...(this.launch.args ?? []), ...args],
      env: { ...process.env, HOME: this.home },
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      viewport: this.viewport,
      hasTouch: true,
    });
    this.#context = context;
    const tablet = new Tablet(this.hub, context, context.pages()[0] ?? (await context.newPage()));
    this.#opened.push(tablet);
    return tablet;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.home, { recursive: true, force: true });
    for (const tablet of this.#opened) tablet.check();
  }
}

interface Fixtures {
  secureHub: Hub;
  /** Of this hub; not opened yet. */
  secureTablet: SecureTablet;
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs.
  secureHub: async ({}, use) => {
    const hub = await Hub.startWithTls();
    await use(hub);
    await hub.remove();
  },
  secureTablet: async ({ secureHub, launchOptions }, use) => {
    const tablet = await SecureTablet.make(secureHub, launchOptions);
    await use(tablet);
    await tablet.remove();
  },
});

export { expect, Hub };
