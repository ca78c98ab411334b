// The screen stays on over an audit: over a page that was hidden and is back, and not a moment longer.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { stayAwake } from '../src/state/device';
import { until } from './support';

/** The tablet: its screen stays on while a lock is held, and it lets go of all when the page is hidden. */
function tablet(t: TestContext) {
  const locks: { released: boolean; release: () => Promise<void> }[] = [];
  const answers: (() => void)[] = [];
  const request = () =>
    new Promise((granted) => {
      const lock = {
        released: false,
        release: () => {
          lock.released = true;
          return Promise.resolve();
        },
      };
      answers.push(() => {
        locks.push(lock);
        granted(lock);
      });
    });
  const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { wakeLock: { request } }, configurable: true });
  t.after(() => {
    if (own) Object.defineProperty(globalThis, 'navigator', own);
    else Reflect.deleteProperty(globalThis, 'navigator');
  });
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  return {
    page: page as unknown as Document,
    /** The system grants what was asked for. */
    grant: () => {
      for (const answer of answers.splice(0)) answer();
    },
    look: (state: 'hidden' | 'visible') => {
      page.visibilityState = state;
      if (state === 'hidden') for (const lock of locks) lock.released = true;
      page.dispatchEvent(new Event('visibilitychange'));
    },
    held: () => locks.filter((lock) => !lock.released).length,
    asked: () => answers.length,
  };
}

test('a page that was hidden keeps the screen on again once it is looked at', async (t) => {
  const it = tablet(t);
  const leave = stayAwake(it.page);
  it.grant();
  await until('the screen stays on', () => it.held() === 1);
  it.look('hidden');
  assert.equal(it.asked(), 0, 'a hidden page asks for nothing');
  it.look('visible');
  it.grant();
  await until('it stays on again', () => it.held() === 1);
  // Told twice that it is looked at, it holds one.
  it.look('visible');
  it.grant();
  await until('one is enough', () => it.held() === 1);
  leave();
  assert.equal(it.held(), 0);
  it.look('visible');
  assert.equal(it.asked(), 0, 'who has left asks no more');
});

test('a lock that is granted after somebody left is let go', async (t) => {
  const it = tablet(t);
  stayAwake(it.page)();
  it.grant();
  await until('the screen may go dark', () => it.held() === 0);
});
