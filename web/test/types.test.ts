// The types of the API are made of the hub's document: each kind of schema that it uses, and that the file is of today.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { typeOf, typesOf } from '../vite/types.mjs';

test('every kind of schema becomes its type', () => {
  assert.equal(typeOf({ type: 'integer', format: 'int64' }), 'number');
  assert.equal(typeOf({ type: ['string', 'null'] }), 'string | null');
  assert.equal(typeOf({ $ref: '#/components/schemas/Cloud' }), 'Cloud');
  assert.equal(typeOf({ oneOf: [{ $ref: '#/components/schemas/Cloud' }, { type: 'null' }] }), 'Cloud | null');
  assert.equal(typeOf({ enum: ['ok', null], type: ['string', 'null'] }), '"ok" | null');
  assert.equal(typeOf({ type: 'array', items: { type: ['string', 'null'] } }), '(string | null)[]');
  assert.equal(
    typeOf({ type: 'object', additionalProperties: { type: 'integer' } }),
    'Record<string, number>',
  );
  assert.equal(
    typeOf({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'boolean' } },
      required: ['a'],
    }),
    '{\n  a: string;\n  b?: boolean;\n}',
  );
  assert.equal(typeOf({}), 'unknown');
  assert.throws(() => typeOf({ type: 'money' }), /not known: money/);
});

test('the file is what the document says', () => {
  const document = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  const file = readFileSync(new URL('../src/domain/api.gen.ts', import.meta.url), 'utf8');
  assert.equal(file, typesOf(JSON.parse(document)), 'run `npm run types`');
});
