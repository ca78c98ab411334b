// Several tabs, one stream: who leads, who follows, and what happens when the leader goes.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { SharedFeed, type Channel, type SharedHost, type Stream } from '../src/net/shared';
import { Timers, until } from './support';

/** The stream that the hub would give. */
class Source implements Stream {
  readyState = 1;
  readonly #listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  says(type: string, data: unknown, lastEventId = ''): void {
    if (this.readyState === 2) return;
    for (const listener of this.#listeners.get(type) ?? [])
      listener({ data: JSON.stringify(data), lastEventId } as MessageEvent<string>);
  }

  close(): void {
    this.readyState = 2;
  }

  breaks(refused = false): void {
    this.readyState = refused ? 2 : 0;
    for (const listener of this.#listeners.get('error') ?? [])
      listener(new Event('error') as MessageEvent<string>);
  }
}

/** A tablet with tabs; each message reaches all other tabs that are not frozen. */
class Tablet {
  readonly sources: Source[] = [];
  readonly #channels = new Map<string, Channel>();
  readonly frozen = new Set<string>();
  readonly timers: Timers;

  constructor(t: TestContext) {
    this.timers = new Timers(t);
  }

  tab(id: string): SharedFeed {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        if (this.frozen.has(id)) return;
        for (const [other, { onmessage }] of this.#channels) {
          if (other !== id && !this.frozen.has(other)) queueMicrotask(() => onmessage?.({ data }));
        }
      },
    };
    this.#channels.set(id, channel);
    const host: SharedHost = {
      channel,
      id,
      url: (wants) => `live?${wants.join('&')}`,
      open: (url) => {
        const source = new Source(url);
        this.sources.push(source);
        return source;
      },
      random: () => 0,
      now: () => this.timers.now,
    };
    return new SharedFeed(host);
  }

  get open(): Source[] {
    return this.sources.filter((source) => source.readyState !== 2);
  }

  /** All timers that wait now run. */
  async pass(): Promise<void> {
    // Messages are quicker than any timer.
    await new Promise((done) => setImmediate(done));
    if (this.timers.waits.length > 0) await this.timers.pass();
    await new Promise((done) => setImmediate(done));
  }
}

/** Follows an audit as net/live.ts does, and writes down what it hears. */
function follow(feed: SharedFeed, token: string, seq: number) {
  const heard: string[] = [];
  const state = { stream: null as Stream | null, errors: 0, refused: 0, seq };
  const open = () => {
    const stream = feed.open(`alone/${token}`, `${token}@log:${String(state.seq)}`);
    state.stream = stream;
    stream.addEventListener('op', (event) => {
      heard.push(`op ${event.data}`);
      state.seq = Number(event.lastEventId.split(':')[1]);
    });
    stream.addEventListener('ping', () => heard.push('ping'));
    stream.addEventListener('presence', (event) => heard.push(`presence ${event.data}`));
    stream.addEventListener('error', () => {
      if (stream !== state.stream) return;
      state.errors += 1;
      if (stream.readyState === 2) state.refused += 1;
      state.stream = null;
      stream.close();
    });
  };
  open();
  return { heard, state, open };
}

async function opened(tablet: Tablet, count: number): Promise<Source> {
  await until(`${String(count)} streams were opened`, async () => {
    if (tablet.sources.length >= count) return true;
    await tablet.pass();
    return tablet.sources.length >= count;
  });
  const source = tablet.sources[count - 1];
  assert.ok(source);
  return source;
}

test('what proves a position goes up with it, and of two tabs the one behind is served', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  const source = await opened(tablet, 1);
  source.says('audit', { token: 'x' });
  source.says('op', { seq: 100, comment: '"proof":"00"', proof: 'c0ffee' }, 'log:100');
  await until('it has been heard', async () => {
    await tablet.pass();
    return one.state.seq === 100;
  });
  // By its digits alone a proof would be a position, and no position would be one with a proof.
  follow(b, 'x', 20);
  assert.equal((await opened(tablet, 2)).url, 'live?x@log:20');
  follow(b, 'y', 1);
  const again = await opened(tablet, 3);
  again.says('audit', { token: 'x' });
  again.says('op', { seq: 101, proof: 'c0ffee' }, 'log:101');
  follow(b, 'z', 1);
  assert.match((await opened(tablet, 4)).url, /x@log:101:c0ffee/);
});

test('two tabs of one audit and one of another have one stream, and each hears its own', async (t) => {
  const tablet = new Tablet(t);
  const [a, b, c] = ['a', 'b', 'c'].map((id) => tablet.tab(id));
  assert.ok(a && b && c);
  const one = follow(a, 'x', 5);
  await opened(tablet, 1);
  const two = follow(b, 'x', 5);
  const three = follow(c, 'y', 9);
  const source = await opened(tablet, 2);
  assert.equal(tablet.open.length, 1);
  assert.equal(source.url, 'live?y@log:9&x@log:5');
  source.says('audit', { token: 'x' });
  source.says('op', 6, 'log:6');
  source.says('audit', { token: 'y' });
  source.says('op', 10, 'log:10');
  source.says('ping', null);
  await tablet.pass();
  assert.deepEqual(one.heard, ['op 6', 'ping']);
  assert.deepEqual(two.heard.slice(-2), ['op 6', 'ping']);
  assert.deepEqual(three.heard, ['op 10', 'ping']);
});

test('a tab that comes later from further behind has what it missed, one that is level needs no other stream', async (t) => {
  const tablet = new Tablet(t);
  const [a, b, c] = ['a', 'b', 'c'].map((id) => tablet.tab(id));
  assert.ok(a && b && c);
  follow(a, 'x', 5);
  const source = await opened(tablet, 1);
  source.says('audit', { token: 'x' });
  source.says('presence', ['Léa']);
  source.says('op', 6, 'log:6');
  const level = follow(b, 'x', 6);
  await until('it is served', () => level.heard.includes('ping'));
  assert.ok(level.heard.includes('presence ["Léa"]'));
  assert.equal(tablet.sources.length, 1);
  follow(c, 'x', 2);
  assert.equal((await opened(tablet, 2)).url, 'live?x@log:2');
  assert.equal(tablet.open.length, 1);
});

test('a tab is told nothing beyond what it misses before it has that', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  const source = await opened(tablet, 1);
  source.says('audit', { token: 'x' });
  source.says('op', 6, 'log:6');
  const two = follow(b, 'x', 2);
  // Its word has arrived, the stream that serves it is not open yet.
  await new Promise((done) => setImmediate(done));
  assert.equal(tablet.sources.length, 1);
  source.says('op', 7, 'log:7');
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(two.heard, []);
  const reopened = await opened(tablet, 2);
  assert.equal(reopened.url, 'live?x@log:2');
  reopened.says('audit', { token: 'x' });
  for (const seq of [3, 4, 5, 6, 7]) reopened.says('op', seq, `log:${String(seq)}`);
  await until('all of them', () => two.heard.length === 5);
  assert.deepEqual(two.heard, ['op 3', 'op 4', 'op 5', 'op 6', 'op 7']);
  assert.equal(one.state.seq, 7);
});

test('a stream that is opened again goes on from where the tabs are, not from where they began', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  follow(a, 'x', 5);
  const source = await opened(tablet, 1);
  source.says('audit', { token: 'x' });
  source.says('op', 80, 'log:80');
  follow(b, 'y', 9);
  assert.equal((await opened(tablet, 2)).url, 'live?y@log:9&x@log:80');
});

test('of seventeen audits the last sixteen to ask are in the stream, and all tabs of those hear it', async (t) => {
  const tablet = new Tablet(t);
  const tab = tablet.tab('a');
  const audits = Array.from({ length: 17 }, (_, i) => follow(tab, `t${String(i)}`, 0));
  const [first] = audits;
  assert.ok(first);
  const source = await opened(tablet, 1);
  assert.equal(source.url.split('&').length, 16);
  assert.ok(!source.url.includes('t0@'), source.url);
  source.says('ping', null);
  // Level with what is open: it is served at once, and counts as no further audit.
  const again = follow(tablet.tab('b'), 't16', 0);
  await until('it is served', () => again.heard.includes('ping'));
  source.says('audit', { token: 't16' });
  source.says('op', 1, 'log:1');
  await until('it is told', () => again.heard.includes('op 1'));
  assert.deepEqual(first.heard, [], 'it is not served, and will notice the silence');
});

test('a leader that goes away says so, and another leads at once', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  (await opened(tablet, 1)).says('ping', null);
  const two = follow(b, 'x', 5);
  await tablet.pass();
  a.resign();
  await until('both heard', () => two.state.errors === 1 && one.state.errors === 1);
  assert.equal(tablet.open.length, 0);
  two.open();
  const source = await opened(tablet, 2);
  source.says('audit', { token: 'x' });
  source.says('op', 6, 'log:6');
  assert.deepEqual(two.heard.slice(-1), ['op 6']);
});

test('a follower that goes away is served no more, and asks again if it comes back', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  follow(a, 'x', 5);
  await opened(tablet, 1);
  const two = follow(b, 'y', 9);
  await opened(tablet, 2);
  b.leave();
  assert.equal(two.state.errors, 1);
  // The next opening has only what somebody follows.
  follow(tablet.tab('c'), 'z', 1);
  const source = await opened(tablet, 3);
  assert.equal(source.url, 'live?z@log:1&x@log:5');
  two.open();
  assert.ok((await opened(tablet, 4)).url.includes('y@log:9'));
});

test('a leader that is frozen or crashed is replaced by whoever asks again, and follows when it is back', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['b-old', 'a-new'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  (await opened(tablet, 1)).says('ping', null);
  const two = follow(b, 'x', 5);
  await tablet.pass();
  tablet.frozen.add('b-old');
  // Live does this after 25 s of silence.
  two.state.stream?.close();
  two.open();
  await opened(tablet, 2);
  assert.equal(tablet.open.length, 2, 'the frozen tab has not heard of it');
  tablet.frozen.delete('b-old');
  // It is heard of with the next that asks; of two leaders the smaller id stays.
  one.state.stream?.close();
  one.open();
  const three = follow(tablet.tab('c'), 'y', 1);
  await until('one of two', async () => {
    await tablet.pass();
    return three.state.stream !== null && tablet.open.length <= 2;
  });
});

test('two that begin to lead together are one after a word', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  const two = follow(b, 'x', 5);
  await until('one gave way', async () => {
    await tablet.pass();
    return one.state.errors + two.state.errors > 0 || tablet.open.length === 1;
  });
  for (const each of [one, two]) if (each.state.errors > 0) each.open();
  await until('one stream', async () => {
    await tablet.pass();
    return tablet.open.length === 1;
  });
});

test('a stream that breaks is told to all, a refusal as one', async (t) => {
  const tablet = new Tablet(t);
  const [a, b] = ['a', 'b'].map((id) => tablet.tab(id));
  assert.ok(a && b);
  const one = follow(a, 'x', 5);
  const two = follow(b, 'x', 5);
  const source = await opened(tablet, 1);
  await tablet.pass();
  tablet.open[0]?.breaks(true);
  await until('told', () => one.state.errors > 0 && two.state.errors > 0);
  assert.ok(source);
  assert.ok(one.state.refused > 0);
});

test('a hub that does not know the shared stream gives each tab its own', async (t) => {
  const tablet = new Tablet(t);
  const a = tablet.tab('a');
  const one = follow(a, 'x', 5);
  for (const count of [1, 2]) {
    (await opened(tablet, count)).breaks(true);
    one.open();
  }
  await until('its own', () => tablet.sources.some((source) => source.url === 'alone/x'));
});

test('a tablet that was refused, and is let in again, shares as before', async (t) => {
  const tablet = new Tablet(t);
  const one = follow(tablet.tab('a'), 'x', 5);
  for (const count of [1, 2, 3]) {
    (await opened(tablet, count)).breaks(true);
    one.open();
  }
  await opened(tablet, 4);
  assert.deepEqual(
    tablet.sources.map((source) => source.url),
    ['live?x@log:5', 'live?x@log:5', 'alone/x', 'live?x@log:5'],
  );
});

test('a stream that is silent is replaced for the first tab that gives up on it, however many still wait', async (t) => {
  const tablet = new Tablet(t);
  const one = follow(tablet.tab('a'), 'x', 5);
  await opened(tablet, 1);
  const two = follow(tablet.tab('b'), 'x', 5);
  const source = await opened(tablet, 2);
  source.says('audit', { token: 'x' });
  source.says('ping', null);
  await until('both are served', () => two.heard.includes('ping'));
  for (const each of [one, two]) each.heard.length = 0;
  tablet.timers.now += 22_000;
  // Live does this, each tab at a moment of its own.
  one.state.stream?.close();
  one.open();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(one.heard, [], 'nobody says that something was heard of the hub');
  const fresh = await opened(tablet, 3);
  assert.equal(tablet.open.length, 1);
  fresh.says('audit', { token: 'x' });
  fresh.says('op', 6, 'log:6');
  await until('both hear the new one', () => [one, two].every((each) => each.heard.includes('op 6')));
});

test('a stream of which nothing has come yet serves nobody', async (t) => {
  const tablet = new Tablet(t);
  follow(tablet.tab('a'), 'x', 5);
  await opened(tablet, 1);
  const two = follow(tablet.tab('b'), 'x', 5);
  await opened(tablet, 2);
  assert.deepEqual(two.heard, []);
});

test('when nobody follows anything the stream is closed', async (t) => {
  const tablet = new Tablet(t);
  const a = tablet.tab('a');
  const one = follow(a, 'x', 5);
  await opened(tablet, 1);
  one.state.stream?.close();
  assert.equal(tablet.open.length, 0);
});
