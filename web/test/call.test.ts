// One call to the hub: what goes with it, and what each kind of answer is taken for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../src/domain/emitter';
import { Api } from '../src/net/api';
import { ApiError, Caller, Unreachable, type HubFile } from '../src/net/call';
import type { Events } from '../src/sync/events';

interface Sent {
  url: string;
  method: string;
  headers: Headers;
}

type Answer = Response | Error;

/** A caller whose network gives these answers, one after the other; and what it told the page. */
function callerOver(...answers: Answer[]) {
  const sent: Sent[] = [];
  const told: string[] = [];
  const events = new Emitter<Events>();
  const caller = new Caller(events, '/api/v1', (input, init) => {
    sent.push({ url: String(input), method: init?.method ?? '', headers: new Headers(init?.headers) });
    const answer = answers.shift() ?? new Error('asked more often than expected');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  let token: string | null = 'jwt-1';
  caller.token = () => token;
  events.on({
    reached: (reached) => told.push(reached ? 'heard' : 'not heard'),
    welcomed: (of) => told.push(`welcomed ${of}`),
    refused: ({ token: of, code }) => told.push(`refused ${String(of)} ${String(code)}`),
    forbidden: () => told.push('forbidden'),
  });
  return { caller, sent, told, leave: () => (token = null), renew: () => (token = 'jwt-2') };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

const no = (status: number, code: string, headers?: Record<string, string>) =>
  json(status, { success: false, error: `in words: ${code}`, code }, headers);

async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

test('a file comes with its name, whatever is in it; a page of a portal is no file', async () => {
  const headers = {
    'content-type': 'application/x',
    'content-disposition': 'attachment; filename="Hub-1.fhbundle"',
  };
  const { caller, told } = callerOver(
    new Response('fhbundle\x01', { headers }),
    new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    no(403, 'forbidden'),
  );
  const file = await caller.call<HubFile>('GET', '/bundle', undefined, { file: true });
  assert.equal(file.name, 'Hub-1.fhbundle');
  assert.equal(await file.blob.text(), 'fhbundle\x01');
  assert.ok((await failure(caller.call('GET', '/bundle', undefined, { file: true }))) instanceof Unreachable);
  const refused = await failure(caller.call('GET', '/bundle', undefined, { file: true }));
  assert.ok(refused instanceof ApiError && refused.code === 'forbidden');
  assert.deepEqual(told, ['heard', 'welcomed jwt-1', 'not heard', 'heard', 'forbidden']);
});

test('the session goes with every call', async () => {
  const { caller, sent, told } = callerOver(json(200, { ok: 1 }), json(200, null));
  assert.deepEqual(await caller.call('GET', '/audits'), { ok: 1 });
  await caller.call('POST', '/ops', { ops: [] });
  assert.deepEqual(
    sent.map(({ url, method, headers }) => [method, url, headers.get('authorization')]),
    [
      ['GET', '/api/v1/audits', 'Bearer jwt-1'],
      ['POST', '/api/v1/ops', 'Bearer jwt-1'],
    ],
  );
  assert.equal(sent[0]?.headers.get('content-type'), null);
  assert.equal(sent[1]?.headers.get('content-type'), 'application/json');
  assert.deepEqual(told, ['heard', 'welcomed jwt-1', 'heard', 'welcomed jwt-1']);
});

test('without a session none goes, and nobody is welcomed', async () => {
  const { caller, sent, told, leave } = callerOver(json(200, {}));
  leave();
  await caller.call('GET', '/hub');
  assert.equal(sent[0]?.headers.has('authorization'), false);
  assert.deepEqual(told, ['heard']);
});

test('what the hub tells anybody lets nobody in', async () => {
  const told: string[] = [];
  const events = new Emitter<Events>();
  const api = new Api(events, '', () => Promise.resolve(json(200, { name: 'Hub' })));
  api.serve(() => 'jwt-1');
  events.on({
    reached: () => told.push('heard'),
    welcomed: () => told.push('welcomed'),
    refused: () => told.push('refused'),
    forbidden: () => told.push('forbidden'),
  });
  await api.hub();
  assert.deepEqual(told, ['heard']);
});

test('a call aside goes by the cookie alone, and its refusal is nobody’s loss', async () => {
  const { caller, sent, told } = callerOver(no(401, 'no_session'));
  const error = await failure(caller.call('GET', '/me', undefined, { aside: true }));
  assert.ok(error instanceof ApiError && error.outside);
  assert.equal(sent[0]?.headers.has('authorization'), false);
  assert.deepEqual(told, ['heard']);
});

test('a refused session is told with the token that was sent, not with one that came meanwhile', async () => {
  const { caller, told, renew } = callerOver(no(401, 'revoked'));
  const call = caller.call('GET', '/audits');
  renew();
  const error = await failure(call);
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.status, error.code, error.message], [401, 'revoked', 'in words: revoked']);
  assert.deepEqual(told, ['heard', 'refused jwt-1 revoked']);
});

test('a role that is too low is told; a 403 for another reason is not', async () => {
  const { caller, told } = callerOver(no(403, 'forbidden'), no(403, 'wrong_code'));
  await failure(caller.call('PATCH', '/crew/tech_1', {}));
  await failure(caller.call('POST', '/join', {}));
  assert.deepEqual(told, ['heard', 'forbidden', 'heard']);
});

for (const status of [429, 503]) {
  test(`${String(status)} of the hub is a busy hub, which may say for how long`, async () => {
    const busy = { 'retry-after': '7' };
    const { caller, told } = callerOver(no(status, 'busy', busy), no(status, 'busy'));
    const [first, second] = [
      await failure(caller.call('GET', '/audits')),
      await failure(caller.call('GET', '/audits')),
    ];
    assert.ok(first instanceof ApiError && second instanceof ApiError);
    assert.deepEqual([first.busy, first.retryAfterMs], [true, 7_000]);
    assert.deepEqual([second.busy, second.retryAfterMs], [true, null]);
    assert.deepEqual(told, ['heard', 'heard'], 'it was reached');
  });
}

test('a Retry-After that is no number of seconds is none', async () => {
  for (const value of ['Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1e9', '99999999', '']) {
    const { caller } = callerOver(no(429, 'too_many', { 'retry-after': value }));
    const error = await failure(caller.call('GET', '/audits'));
    assert.ok(error instanceof ApiError);
    assert.equal(error.retryAfterMs, null, value);
  }
});

test('no answer, a page of a captive portal, a gateway before a dead hub: not reached', async () => {
  const cases: Answer[] = [
    new TypeError('Failed to fetch'),
    new Response('<html>Please log in</html>'),
    json(502, {}),
    json(503, {}),
    new Response('upstream', { status: 504 }),
  ];
  for (const answer of cases) {
    const { caller, told } = callerOver(answer);
    assert.ok((await failure(caller.call('GET', '/audits'))) instanceof Unreachable);
    assert.deepEqual(told, ['not heard']);
  }
});
