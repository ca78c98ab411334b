// A site of 20,000 modules in 800 strings on a slow tablet: the CPU is slowed 6 times. Prints the figures of
// docs/figures.md, and fails where one is past what the page promises.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test, type Tablet } from '../fixtures';
import type { Hub } from '../hub';

const TOKEN = 'large';
const STRINGS = 800;
const LENGTH = 25;
const SLOWED = 6;
const ROUNDS = 5;
const TAPS = 9;

const LIMITS = { usable: 2_000, tap: 100, changes: 300, memory: 150 };

const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;

function print(what: string, all: number[], unit: string): void {
  const text = all.map((one) => one.toFixed(0)).join(' ');
  console.log(`${what}: median ${median(all).toFixed(0)} ${unit} (${text})`);
}

const session = (tablet: Tablet) => tablet.context.newCDPSession(tablet.page);

let ids = 0;
function marks(modules: readonly string[], status: string): unknown[] {
  return modules.map((module_id) => {
    ids += 1;
    return {
      id: `019a0000-0000-7000-8000-${String(ids).padStart(12, '0')}`,
      kind: 'mark',
      module_id,
      status,
      marked_at_ms: Date.now(),
      base: '',
    };
  });
}

/** The page notes when the first operation of the feed arrived, before it does anything with it. */
async function watchFeed(lea: Tablet): Promise<void> {
  await lea.context.addInitScript(() => {
    const listen = Object.getOwnPropertyDescriptor(EventTarget.prototype, 'addEventListener')?.value as (
      this: EventTarget,
      type: string,
      listener: (event: Event) => void,
    ) => void;
    EventSource.prototype.addEventListener = function (type: string, listener: unknown) {
      listen.call(this, type, (event) => {
        if (type === 'op') (window as { firstOp?: number }).firstOp ??= performance.now();
        (listener as (event: Event) => void)(event);
      });
    };
  });
}

async function opened(hub: Hub, lea: Tablet): Promise<void> {
  await hub.api('POST', '/audits', {
    name: 'Grand site',
    token: TOKEN,
    strings: `${String(LENGTH)}x${String(STRINGS)}`,
  });
  await lea.page.goto(await hub.link('code', TOKEN));
  await lea.page.getByRole('textbox').first().fill('Léa');
  await lea.page.getByRole('textbox').first().press('Enter');
  await expect(lea.page.locator('[data-module]').first()).toBeVisible();
}

/** Until a cell is drawn, from the moment the browser begins to load the page. */
function whenUsable(lea: Tablet): Promise<number> {
  return lea.page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = () => {
          if (document.querySelector('[data-module]')) requestAnimationFrame(() => done(performance.now()));
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

interface Taps {
  /** How long each click of the page took, from the finger to the frame that showed what came of it. */
  took: number[];
  /** The status of the module that was marked, in the first frame after the tap. */
  shown: string | null | undefined;
}

/** By the browser's own account (Event Timing). */
function watchTaps(lea: Tablet): Promise<void> {
  return lea.page.evaluate(() => {
    const taps: Taps = { took: [], shown: null };
    Object.assign(window, { taps });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'click') taps.took.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** A finger in the middle of it. Not `locator.tap()`: that has the page watch each event, which is in the figures. */
async function touch(lea: Tablet, selector: string): Promise<void> {
  const box = await lea.page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  await lea.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
}

async function tapToColour(lea: Tablet, module: string, status: string): Promise<number> {
  await lea.page.evaluate((id) => {
    const { taps } = window as unknown as { taps: Taps };
    taps.took = [];
    taps.shown = null;
    const look = () => {
      taps.shown = document.querySelector(`[data-module="${id}"]`)?.getAttribute('data-status');
    };
    addEventListener('click', () => requestAnimationFrame(look), { capture: true, once: true });
  }, module);
  await touch(lea, `[data-mark="${status}"]`);
  const taps = () => lea.page.evaluate(() => (window as unknown as { taps: Taps }).taps);
  await expect.poll(async () => (await taps()).took.length).toBeGreaterThan(0);
  const { took, shown } = await taps();
  expect(shown, 'that frame shows the colour').toBe(status);
  return took[0] ?? NaN;
}

/** Of the page's process: what only it has, and its JavaScript. */
async function memory(lea: Tablet): Promise<{ heap: number; private: number }> {
  const client = await session(lea);
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  const pids = execFileSync('pgrep', ['-f', 'type=renderer'], { encoding: 'utf8' }).trim().split('\n');
  const sizes = pids.map((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      return [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce((sum, one) => sum + Number(one[1]), 0);
    } catch {
      // Ended in between.
      return 0;
    }
  });
  return { heap: usedSize / 1e6, private: Math.max(...sizes) / 1e3 };
}

test('20,000 modules in 800 strings, the CPU slowed 6 times', async ({ tablet, hub }) => {
  const lea = await tablet({ viewport: { width: 1280, height: 800 } });
  await watchFeed(lea);
  await opened(hub, lea);
  const client = await session(lea);
  await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });

  const usable: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await lea.page.reload({ waitUntil: 'commit' });
    usable.push(await whenUsable(lea));
  }
  print('usable after a reload', usable, 'ms');

  await lea.reach('yes');
  await watchTaps(lea);
  const taps: number[] = [];
  for (let round = 1; round <= TAPS; round += 1) {
    const id = await lea.page.locator('[data-module]').nth(round).getAttribute('data-module');
    await touch(lea, `[data-module="${String(id)}"]`);
    await expect(lea.page.locator('.buttons.armed')).toBeVisible();
    taps.push(await tapToColour(lea, String(id), 'dead'));
    await expect(lea.page.getByTestId('sheet')).toHaveCount(0);
  }
  print('tap to colour', taps, 'ms');

  const marc = await hub.join('Marc');
  const audit = (await hub.api('GET', `/audits/${TOKEN}`)) as { modules: { module_id: string }[] };
  const some = audit.modules.slice(0, 500).map((one) => one.module_id);
  const changes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const status = ['ok', 'inequality'][round % 2] ?? 'ok';
    const took = lea.page.evaluate(
      (wanted) =>
        new Promise<number>((done) => {
          const defects = () =>
            Number(/(\d+)\s+défaut/.exec(document.querySelector('header')?.textContent ?? '')?.[1] ?? 0);
          const arrived = window as { firstOp?: number };
          delete arrived.firstOp;
          const observer = new MutationObserver(() => {
            if (defects() !== wanted) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - (arrived.firstOp ?? NaN))));
          });
          observer.observe(document.body, {
            subtree: true,
            childList: true,
            characterData: true,
            attributes: true,
          });
        }),
      status === 'ok' ? 0 : 500,
    );
    void took.catch(() => undefined);
    await hub.api('POST', `/audits/${TOKEN}/ops`, { ops: marks(some, status), sent_at_ms: Date.now() }, marc);
    changes.push(await took);
  }
  print('500 changes by others', changes, 'ms');

  const { heap, private: own } = await memory(lea);
  console.log(
    `memory: ${heap.toFixed(0)} MB of JavaScript, ${own.toFixed(0)} MB private to the page's process`,
  );
  const nodes = await lea.page.evaluate(() => document.querySelectorAll('*').length);
  console.log(`elements: ${String(nodes)}`);

  expect(median(usable)).toBeLessThan(LIMITS.usable);
  expect(median(taps)).toBeLessThan(LIMITS.tap);
  expect(median(changes)).toBeLessThan(LIMITS.changes);
  expect(heap).toBeLessThan(LIMITS.memory);
});
