// The crew's own phrases: what a lead typed is kept as the hub takes it, and what cannot be read leaves the ready ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crewPhrases, MOST_PHRASES, typedPhrases } from '../src/domain/crew-phrases';

test('lines become phrases, each once, in their order', () => {
  assert.deepEqual(typedPhrases(' a\tb \n\nDose ouverte, à refaire\r\na b\n'), {
    value: '["a b","Dose ouverte, à refaire"]',
    fits: true,
  });
  assert.deepEqual(typedPhrases(' \n '), { value: null, fits: true });
  const lines = (n: number) => Array.from({ length: n }, (_, at) => String(at)).join('\n');
  assert.equal(typedPhrases(lines(MOST_PHRASES)).fits, true);
  assert.equal(typedPhrases(lines(MOST_PHRASES + 1)).fits, false);
  assert.equal(typedPhrases('é'.repeat(60)).fits, true);
  assert.equal(typedPhrases('é'.repeat(61)).fits, false);
});

test('what an audit has is read again, and what is none of it is none', () => {
  assert.deepEqual(crewPhrases('["a","b, c"]'), ['a', 'b, c']);
  for (const other of [undefined, '', 'a', '{"a":1}', '[]', '[1,""]'])
    assert.deepEqual(crewPhrases(other), []);
});
