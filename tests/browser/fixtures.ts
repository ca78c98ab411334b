// What every test stands on: a hub of its own, and tablets (browser contexts) with a technician each.
// Every tablet watches itself: a console error or a request to another host fails the test.
import {
  test as base,
  expect,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from '@playwright/test';
import { DEMO, Hub } from './hub';
import { kept } from './kept';

export class Tablet {
  readonly #faults: string[] = [];
  readonly #strangers: string[] = [];
  readonly #expected: RegExp[] = [];
  readonly #known: string[] = [];

  constructor(
    readonly hub: Hub,
    readonly context: BrowserContext,
    public page: Page,
  ) {
    context.on('request', (request) => {
      const own = [hub.url, ...(hub.tlsPort > 0 ? [hub.secureUrl] : []), ...this.#known];
      if (!own.some((url) => request.url().startsWith(url))) this.#strangers.push(request.url());
    });
    this.watch(page);
  }

  watch(page: Page): void {
    page.on('pageerror', (error) => this.#faults.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      // The browser itself reports each call to a dead hub; the page can't keep it from that.
      const forgiven = [/Failed to load resource: net::ERR_/, ...this.#expected].some((one) =>
        one.test(text),
      );
      if ((message.type() === 'error' || message.type() === 'warning') && !forgiven) this.#faults.push(text);
    });
  }

  cell(id: string) {
    return this.page.locator(`[data-module="${id}"]`);
  }

  /** Scans the QR code and says who it is. */
  async join(name: string, which: 'code' | 'lead-code' = 'code'): Promise<void> {
    await this.page.goto(await this.hub.link(which));
    await this.page.getByRole('textbox').fill(name);
    await this.page.getByRole('textbox').press('Enter');
    await expect(this.page.getByTestId(`audit-${DEMO}`)).toBeVisible();
  }

  async openAudit(name: string, which: 'code' | 'lead-code' = 'code'): Promise<void> {
    await this.join(name, which);
    await this.page.getByTestId(`audit-${DEMO}`).click();
    await expect(this.cell('M001')).toBeVisible();
    // A page reads ahead while its hub is there; many tests end the hub next.
    await this.hasRead('SyncPanel-', 'later-');
  }

  /** Files that the page draws from later, hub or no hub. */
  async hasRead(...files: string[]): Promise<void> {
    await this.page.waitForFunction((files) => {
      const read = performance.getEntriesByType('resource').map(({ name }) => name);
      return files.every((file) => read.some((name) => name.includes(`/${file}`) && name.endsWith('.js')));
    }, files);
  }

  async mark(id: string, status: string, comment?: string): Promise<void> {
    await this.cell(id).click();
    if (comment !== undefined) await this.page.locator('#comment').fill(comment);
    await this.page.locator(`[data-mark="${status}"]`).click();
    // Before anything of the network: the tap itself colours the cell.
    await expect(this.cell(id)).toHaveAttribute('data-status', status, { timeout: 2_000 });
    await expect(this.page.getByTestId('sheet')).toHaveCount(0);
  }

  /** A tap that is meant, after which this shows or is gone. Right after a mark, and at its spot, the page takes a tap for a
   *  glove's second touch (double-taps.ts): whoever sees that nothing came of it taps again. */
  async tap(what: Locator, then: Locator, comes: 'shows' | 'goes' = 'shows'): Promise<void> {
    const count = comes === 'shows' ? 1 : 0;
    await expect(async () => {
      if ((await then.count()) !== count) await what.click({ timeout: 2_000 });
      await expect(then).toHaveCount(count, { timeout: 2_000 });
    }).toPass();
  }

  /** The panel behind the header's pill. */
  async openPanel(): Promise<void> {
    const panel = this.page.getByTestId('upstream');
    await this.tap(this.page.getByTestId('hub-open'), panel);
    await expect(panel).toBeVisible();
  }

  /** The cell shows this, and it is on the hub. */
  async sees(id: string, status: string): Promise<void> {
    await expect(this.cell(id)).toHaveAttribute('data-status', status);
    await expect(this.cell(id)).not.toHaveAttribute('data-receipt', 'tablet');
  }

  async reach(state: 'yes' | 'no'): Promise<void> {
    await expect(this.page.getByTestId('hub')).toHaveAttribute('data-reach', state);
  }

  /** From the next page that it loads on. */
  async clockAhead(ms: number): Promise<void> {
    await this.page.addInitScript((ahead) => {
      const now = () => Real.now() + ahead;
      const Real = Date;
      Object.assign(window, {
        Date: new Proxy(Real, {
          construct: (_, args: unknown[]) =>
            Reflect.construct(Real, args.length === 0 ? [now()] : args) as Date,
          get: (_, key) => (key === 'now' ? now : (Reflect.get(Real, key) as unknown)),
        }),
      });
    }, ms);
  }

  /** The screen is switched on again: the page asks the hub at once, and a test need not wait for the next 15 s. */
  async wakes(): Promise<void> {
    await this.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  }

  /** All is on the hub, and the page says so. Right after a load it has not counted yet: so its disk is asked first. */
  async allSent(): Promise<void> {
    await expect.poll(async () => (await kept(this.page)).outbox).toBe(0);
    await expect(this.page.getByTestId('waiting')).toHaveCount(0);
    await expect(this.page.locator('[data-receipt="tablet"]')).toHaveCount(0);
  }

  /**
   * From now on the browser may report these: calls that the hub refuses with such a status, or other words of its own. To be
   * said before it happens: a report arrives when it arrives, be it after the last line of the test.
   */
  expects(...reports: (number | RegExp)[]): void {
    for (const report of reports) {
      this.#expected.push(
        typeof report === 'number'
          ? new RegExp(`the server responded with a status of ${String(report)} `)
          : report,
      );
    }
  }

  /** From now on the page may ask this address too. */
  mayAsk(url: string): void {
    this.#known.push(url);
  }

  check(): void {
    expect(this.#faults, 'console errors').toEqual([]);
    expect(this.#strangers, 'requests to other hosts').toEqual([]);
  }
}

interface Fixtures {
  /** How the hub of this test lets people in. */
  access: 'crew' | 'open';
  hub: Hub;
  tablet: (options?: BrowserContextOptions) => Promise<Tablet>;
}

export const test = base.extend<Fixtures>({
  access: ['crew', { option: true }],
  hub: async ({ access }, use) => {
    const hub = await Hub.start(access);
    await use(hub);
    await hub.remove();
  },
  tablet: async ({ browser, hub, contextOptions, locale, timezoneId, viewport }, use) => {
    const tablets: Tablet[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({
        ...contextOptions,
        ...(locale === undefined ? {} : { locale }),
        ...(timezoneId === undefined ? {} : { timezoneId }),
        viewport,
        hasTouch: true,
        ...options,
      });
      const tablet = new Tablet(hub, context, await context.newPage());
      tablets.push(tablet);
      return tablet;
    });
    for (const tablet of tablets) await tablet.context.close();
    for (const tablet of tablets) tablet.check();
  },
});

export { expect, DEMO };
