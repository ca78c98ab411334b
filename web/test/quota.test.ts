// A tablet whose storage is full: the mark is kept, what the hub can give again goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinQuota } from '../src/sync/quota';
import type { Store } from '../src/sync/store';
import { STORES, summaryOf } from './support';

/** Keeps once at most `left` copies are there. */
function tight(store: Store, left: number, kept: string[]): () => Promise<void> {
  return async () => {
    if ((await store.replicaTokens()).length > left) {
      throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
    }
    kept.push('mark');
  };
}

for (const { kind, open } of STORES) {
  test(`a mark goes before the copies of other audits, ${kind}`, async (t) => {
    const { store } = await open(t);
    for (const token of ['a', 'b', 'open']) {
      const head = { token, log_id: 'log', seq: 1, summary: summaryOf(token, 1), strings: [1] };
      await store.saveReplica(head, new Map(), true);
    }
    const kept: string[] = [];
    let full = 0;
    await withinQuota(store, 'open', tight(store, 3, kept), () => (full += 1));
    assert.equal(full, 0, 'there was room');
    assert.deepEqual((await store.replicaTokens()).toSorted(), ['a', 'b', 'open']);

    await withinQuota(store, 'open', tight(store, 2, kept), () => (full += 1));
    assert.equal(full, 1);
    assert.equal((await store.replicaTokens()).length, 2, 'no more than was needed');
    assert.ok((await store.replicaTokens()).includes('open'));

    await withinQuota(store, 'open', tight(store, 0, kept), () => (full += 1));
    assert.deepEqual(await store.replicaTokens(), []);
    assert.equal(kept.length, 3);

    const never = () => Promise.reject(Object.assign(new Error('no room'), { name: 'QuotaExceededError' }));
    await assert.rejects(
      withinQuota(store, 'open', never, () => undefined),
      { name: 'QuotaExceededError' },
    );
  });

  test(`another failure clears nothing away, ${kind}`, async (t) => {
    const { store } = await open(t);
    const head = { token: 'a', log_id: 'log', seq: 1, summary: summaryOf('a', 1), strings: [1] };
    await store.saveReplica(head, new Map(), true);
    await assert.rejects(
      withinQuota(
        store,
        'b',
        () => Promise.reject(new Error('closing')),
        () => undefined,
      ),
      /closing/,
    );
    assert.deepEqual(await store.replicaTokens(), ['a']);
  });
}
