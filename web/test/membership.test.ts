// The session of a tablet: kept, renewed in time, lost for a reason, and never mistaken for an older one.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Joined, Me } from '../src/domain/access';
import { ApiError, Unreachable } from '../src/net/call';
import { Membership } from '../src/sync/membership';
import type { Store } from '../src/sync/store';
import { deferred, START, STORES } from './support';

const DAY = 24 * 3_600_000;

/** The hub as far as sessions go; each renewal gives the next token. */
class FakeCrew {
  now = START;
  tokens = 0;
  readonly joins: { code: string; name: string; deviceId: string }[] = [];
  renewals = 0;
  cookie = true;
  me_: Me = {
    technician_id: 'tech_of_hub',
    name: 'Léa',
    role: 'technician',
    device_id: 'dev_0',
    expires_at_ms: 0,
  };
  gate: Promise<void> = Promise.resolve();

  #joined(): Joined {
    this.tokens += 1;
    const { technician_id, name, role } = this.me_;
    const token = `jwt-${String(this.tokens)}`;
    return { token, technician_id, name, role, expires_at_ms: this.now + 30 * DAY };
  }

  async join(code: string, name: string, deviceId: string): Promise<Joined> {
    await this.gate;
    this.joins.push({ code, name, deviceId });
    if (code !== 'K7MPXQD4') throw new ApiError(403, 'no such code', 'wrong_code');
    this.me_ = { ...this.me_, name };
    return this.#joined();
  }

  async renew(): Promise<Joined> {
    this.renewals += 1;
    await this.gate;
    this.cookie = true;
    return this.#joined();
  }

  me(): Promise<Me> {
    return Promise.resolve(this.me_);
  }

  rename(name: string): Promise<Me> {
    this.me_ = { ...this.me_, name };
    return Promise.resolve(this.me_);
  }

  cookieWorks(): Promise<boolean> {
    return Promise.resolve(this.cookie);
  }
}

function over(store: Store, crew = new FakeCrew()) {
  const told: string[] = [];
  const one: Membership = new Membership(
    store,
    crew,
    () => crew.now,
    () => told.push(`${String(one.token)} ${String(one.lost)}`),
  );
  return { one, crew, told };
}

for (const { kind, open } of STORES) {
  const setUp = async (t: TestContext) => {
    const { store, tab } = await open(t);
    return { store, tab, ...over(store) };
  };

  describe(`the session, with the store ${kind}`, () => {
    test('a tablet that never joined has none', async (t) => {
      const { one, told } = await setUp(t);
      await one.load();
      assert.equal(one.token, null);
      assert.deepEqual(told, []);
    });

    test('what joining gave is there in another tab, and after the tab was closed', async (t) => {
      const { one, crew, tab } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      assert.deepEqual(crew.joins, [{ code: 'K7MPXQD4', name: 'Léa', deviceId: 'dev_0' }]);
      const other = over(await tab()).one;
      await other.load();
      assert.deepEqual(other.session, one.session);
      assert.equal(other.session?.technician_id, 'tech_of_hub');
    });

    test('a wrong code changes nothing', async (t) => {
      const { one, told } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      told.length = 0;
      await assert.rejects(one.join('WRONGONE', 'Léa', 'dev_0'), { code: 'wrong_code' });
      assert.equal(one.token, 'jwt-1');
      assert.deepEqual(told, []);
    });

    test('a session is renewed when less than half of it is left by the hub’s time, not before', async (t) => {
      const { one, crew } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      crew.now = START + 15 * DAY - 1;
      await one.renewIfDue();
      assert.equal(crew.renewals, 0);
      crew.now = START + 15 * DAY;
      await one.renewIfDue();
      assert.equal(one.token, 'jwt-2');
      await one.renewIfDue();
      assert.equal(crew.renewals, 1, 'a new half begins');
    });

    test('a renewal that fails is tried again, and the old session is good meanwhile', async (t) => {
      const { one, crew } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      crew.now = START + 20 * DAY;
      const down = t.mock.method(crew, 'renew', () => Promise.reject(new Unreachable('no route')));
      await assert.rejects(one.renewIfDue(), Unreachable);
      assert.equal(one.token, 'jwt-1');
      down.mock.restore();
      await one.renewIfDue();
      assert.equal(one.token, 'jwt-2');
    });

    test('asked to renew twice at once, it asks the hub once', async (t) => {
      const { one, crew } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      const gate = deferred();
      crew.gate = gate.promise;
      const both = Promise.all([one.renew(), one.renew()]);
      gate.resolve();
      await both;
      assert.equal(crew.renewals, 1);
    });

    test('each refusal has its reason, and the session is kept to prove who this was', async (t) => {
      const { one, told } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      told.length = 0;
      const losses: [string | null, string][] = [
        ['expired', 'expired'],
        ['revoked', 'revoked'],
        ['bad_token', 'unknown'],
        ['no_session', 'unknown'],
        [null, 'unknown'],
      ];
      for (const [code, loss] of losses) {
        one.refused('jwt-1', code);
        assert.equal(one.lost, loss, String(code));
      }
      assert.equal(one.token, 'jwt-1');
      assert.deepEqual(told, ['jwt-1 expired', 'jwt-1 revoked', 'jwt-1 unknown'], 'told once each');
    });

    test('a late answer about an older token is no loss of the new one', async (t) => {
      const { one, crew } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      crew.now += 20 * DAY;
      await one.renew();
      one.refused('jwt-1', 'expired');
      one.refused(null, 'no_session');
      assert.equal(one.lost, null);
      one.refused('jwt-2', 'revoked');
      one.welcomed('jwt-1');
      assert.equal(one.lost, 'revoked', 'nor is an older token’s welcome its return');
    });

    test('a lost session is not renewed', async (t) => {
      const { one, crew } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      one.refused('jwt-1', 'expired');
      crew.now = START + 40 * DAY;
      await one.renewIfDue();
      assert.equal(crew.renewals, 0);
    });

    test('readmitted by the lead, or joined again here or in another tab, the loss is over', async (t) => {
      const { one, crew, tab } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      one.refused('jwt-1', 'revoked');
      one.welcomed('jwt-1');
      assert.equal(one.lost, null);
      one.refused('jwt-1', 'revoked');
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      assert.equal(one.lost, null);
      one.refused('jwt-2', 'revoked');
      await one.load();
      assert.equal(one.lost, 'revoked', 'what is kept is what was lost');
      await over(await tab(), crew).one.join('K7MPXQD4', 'Léa', 'dev_0');
      await one.load();
      assert.deepEqual([one.token, one.lost], ['jwt-3', null]);
    });

    test('a cookie that is gone is mended by a renewal; a feed refused for another reason is not', async (t) => {
      const { one, crew } = await setUp(t);
      assert.equal(await one.mendCookie(), false, 'nothing to mend without a session');
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      assert.equal(await one.mendCookie(), false);
      assert.equal(crew.renewals, 0);
      crew.cookie = false;
      assert.equal(await one.mendCookie(), true);
      assert.deepEqual([crew.renewals, one.token], [1, 'jwt-2']);
    });

    test('a role or a name that was changed on the hub is kept', async (t) => {
      const { one, crew, tab, told } = await setUp(t);
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      told.length = 0;
      await one.look();
      assert.deepEqual(told, [], 'nothing new');
      crew.me_ = { ...crew.me_, role: 'viewer' };
      await one.look();
      assert.equal(told.length, 1);
      await one.rename('Léa B.');
      const other = over(await tab()).one;
      await other.load();
      assert.deepEqual(
        [other.session?.role, other.session?.name, other.token],
        ['viewer', 'Léa B.', 'jwt-1'],
      );
    });

    test('a tablet that can keep nothing is in for as long as its tab is open', async (t) => {
      const { one, store } = await setUp(t);
      t.mock.method(store, 'set', () => Promise.reject(new Error('QuotaExceededError')));
      await one.join('K7MPXQD4', 'Léa', 'dev_0');
      assert.equal(one.token, 'jwt-1');
    });
  });
}
