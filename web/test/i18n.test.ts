// The two languages against each other: what the type cannot see. And which one a browser gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUSES } from '../src/domain/status';
import { languageFor, timeText } from '../src/i18n';
import { en } from '../src/i18n/en';
import { fr } from '../src/i18n/fr';
import { bytesText } from '../src/i18n/panel';
import { en as panelEn } from '../src/i18n/panel/en';
import { fr as panelFr } from '../src/i18n/panel/fr';
import { en as posterEn } from '../src/i18n/poster/en';
import { fr as posterFr } from '../src/i18n/poster/fr';
import { en as secureEn } from '../src/i18n/secure/en';
import { fr as secureFr } from '../src/i18n/secure/fr';
import { en as trustEn } from '../src/i18n/trust/en';
import { fr as trustFr } from '../src/i18n/trust/fr';

type Text = string | ((...args: unknown[]) => string);

/** Every text by its path, `status.ok` for one inside another. */
function texts(messages: object, prefix = ''): Map<string, Text> {
  const found = new Map<string, Text>();
  for (const [key, value] of Object.entries(messages) as [string, Text | object][]) {
    if (typeof value === 'object') for (const [k, v] of texts(value, `${prefix}${key}.`)) found.set(k, v);
    else found.set(prefix + key, value as Text);
  }
  return found;
}

const french = texts({ ...fr, panel: panelFr, poster: posterFr, secure: secureFr, trust: trustFr });
const english = texts({ ...en, panel: panelEn, poster: posterEn, secure: secureEn, trust: trustEn });
const pairs = [...french].map(([key, text]) => [key, text, english.get(key)] as const);

/** Values that no text contains by itself; numbers, so that plurals work on them as well. */
const VALUES = [70_707, 80_808, 90_909];

function placeholders(text: Text): string[] {
  if (typeof text === 'string') return [];
  const said = text(...VALUES.slice(0, text.length));
  return VALUES.map(String).filter((value) => said.includes(value));
}

test('both languages have the same texts', () => {
  assert.deepEqual([...french.keys()].sort(), [...english.keys()].sort());
  assert.ok(french.size > 60, 'the texts were found');
});

test('a text is a sentence in both languages, or takes the same number of values in both', () => {
  for (const [key, one, other] of pairs) {
    assert.equal(typeof one, typeof other, key);
    if (typeof one === 'function') assert.equal(one.length, other?.length, key);
  }
});

test('no text is empty, for none, one and many', () => {
  for (const [key, ...both] of pairs) {
    for (const text of both) {
      assert.ok(text !== undefined, key);
      for (const n of [0, 1, 2]) {
        const said = typeof text === 'string' ? text : text(...VALUES.map(() => n));
        assert.notEqual(said.trim(), '', key);
        assert.doesNotMatch(said, /undefined|null|NaN|\[object/, key);
      }
    }
  }
});

test('both languages say every value they are given', () => {
  for (const [key, one, other] of pairs) {
    assert.ok(other !== undefined, key);
    assert.deepEqual(placeholders(one), placeholders(other), key);
    const given = typeof one === 'string' ? 0 : one.length;
    assert.equal(placeholders(one).length, given, `${key} says all it was given`);
  }
});

test('none is plural in English and singular in French', () => {
  assert.equal(en.defects(0), '0 defects');
  assert.equal(en.defects(1), '1 defect');
  assert.equal(fr.defects(0), '0 défaut');
  assert.equal(fr.defects(1), '1 défaut');
  assert.equal(fr.defects(2), '2 défauts');
});

test('every status has a name of its own in both languages', () => {
  for (const { status } of [fr, en]) {
    assert.deepEqual(Object.keys(status).sort(), STATUSES.toSorted());
    assert.equal(new Set(Object.values(status)).size, STATUSES.length);
  }
});

test('English for a browser in English, French for every other', () => {
  for (const tag of ['fr', 'fr-CA', 'fr-FR', 'de', 'de-AT', 'es', 'enm', '']) {
    assert.equal(languageFor(tag), 'fr', tag);
  }
  for (const tag of ['en', 'en-GB', 'en-US', 'EN-us']) assert.equal(languageFor(tag), 'en', tag);
});

test('a time of this night has no day, an older one has', () => {
  const now = new Date(2025, 9, 24, 23, 41).getTime();
  assert.doesNotMatch(timeText(now, now), /24/);
  assert.match(timeText(now, now), /41/);
  assert.match(timeText(now, now + 3 * 24 * 3_600_000), /24/);
});

test('amounts of data are told in the unit that suits them', () => {
  const said = [0, 999, 1_200, 999_949, 999_950, 3_400_000, 999_950_000].map(bytesText);
  assert.deepEqual(
    said.map((text) => text.replace(/\s/g, ' ')),
    ['0 ko', '1 ko', '1,2 ko', '999,9 ko', '1 Mo', '3,4 Mo', '1 Go'],
  );
});
