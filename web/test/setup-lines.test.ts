// Lines that a lead types on the hub's machine are taken by TOML and by a shell as they are meant, whatever is in a name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudLines, cloudOption, nameLine, nameOption, toDo } from '../src/domain/setup';

test('a name with quotes is one name', () => {
  assert.equal(nameLine(' Van "1" '), String.raw`name = "Van \"1\""`);
  assert.equal(nameOption("Camionnette d'Ana"), String.raw`fieldhub serve --name 'Camionnette d'\''Ana'`);
  assert.equal(nameOption('Van-1'), 'fieldhub serve --name Van-1');
});

test('a token is in a file of its own, and in no line', () => {
  assert.equal(
    cloudLines('https://c.example', false),
    '[[upstream]]\nname = "cloud"\nurl = "https://c.example"',
  );
  assert.match(cloudLines('https://c.example', true), /token_file = "\/etc\/fieldhub\/cloud.token"$/);
  assert.equal(
    cloudOption('https://c.example', true),
    'FIELDHUB_UPSTREAM_TOKEN=… fieldhub serve --upstream https://c.example',
  );
});

test('what must be done comes before what is worth a look, and nothing else is told', () => {
  const check = (name: string, verdict: 'ok' | 'look' | 'do' | 'unknown') =>
    ({ group: 'g', name, verdict, said: '', do: null }) as const;
  const found = toDo([check('a', 'ok'), check('b', 'look'), check('c', 'do'), check('d', 'unknown')]);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['c', 'b'],
  );
});
