// The two languages against each other: what the type cannot see. And which one a browser gets.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inMine, READY } from '../src/domain/phrases';
import { STATUSES } from '../src/domain/status';
import { agoText, bytesText, languageFor, numberText, speak, timeText, type Messages } from '../src/i18n';
import { audit } from '../src/i18n/audit/fr';
import { crew } from '../src/i18n/crew/fr';
import { files } from '../src/i18n/files/fr';
import { hub } from '../src/i18n/hub/fr';
import { messages } from '../src/i18n/lang/fr';
import { layout } from '../src/i18n/layout/fr';
import { report } from '../src/i18n/report/fr';
import { panel } from '../src/i18n/panel/fr';
import { secure } from '../src/i18n/secure/fr';
import { trust } from '../src/i18n/trust/fr';

const fr = { ...messages, audit, crewScreen: crew, files, hub, layout, panel, report, secure, trust };

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

/** Every file of lang/ but the French one, which the others are held against. */
const others = await Promise.all(
  readdirSync(new URL('../src/i18n/lang', import.meta.url))
    .filter((file) => file !== 'fr.ts')
    .map(async (file) => {
      const theirs = (await import(`../src/i18n/lang/${file}`)) as { messages: Messages };
      const ofTrust = (await import(`../src/i18n/trust/${file}`)) as { trust: typeof trust };
      const ofAudit = (await import(`../src/i18n/audit/${file}`)) as { audit: typeof audit };
      const ofCrew = (await import(`../src/i18n/crew/${file}`)) as { crew: typeof crew };
      const ofFiles = (await import(`../src/i18n/files/${file}`)) as { files: typeof files };
      const ofHub = (await import(`../src/i18n/hub/${file}`)) as { hub: typeof hub };
      const ofLayout = (await import(`../src/i18n/layout/${file}`)) as { layout: typeof layout };
      const ofPanel = (await import(`../src/i18n/panel/${file}`)) as { panel: typeof panel };
      const ofReport = (await import(`../src/i18n/report/${file}`)) as { report: typeof report };
      const ofSecure = (await import(`../src/i18n/secure/${file}`)) as { secure: typeof secure };
      const later = {
        crewScreen: ofCrew.crew,
        ...ofTrust,
        ...ofAudit,
        ...ofFiles,
        ...ofHub,
        ...ofLayout,
        ...ofPanel,
        ...ofReport,
        ...ofSecure,
      };
      const messages = { ...theirs.messages, ...later };
      return { tag: file.replace(/\.ts$/, ''), messages };
    }),
);
const english = others.find(({ tag }) => tag === 'en')?.messages ?? assert.fail('no English');
const french = texts(fr);
const pairs = others.flatMap(({ tag, messages }) => {
  const theirs = texts(messages);
  return [...french].map(([key, text]) => [`${tag}: ${key}`, text, theirs.get(key)] as const);
});

/** Values that no text contains by itself; numbers, so that plurals work on them as well. */
const VALUES = [70_707, 80_808, 90_909];

function placeholders(text: Text): string[] {
  if (typeof text === 'string') return [];
  const said = text(...VALUES.slice(0, text.length));
  return VALUES.filter((value) => said.includes(String(value)) || said.includes(numberText(value))).map(
    String,
  );
}

test('every language has the same texts', () => {
  for (const { tag, messages } of others) {
    assert.deepEqual([...texts(messages).keys()].sort(), [...french.keys()].sort(), tag);
  }
  assert.ok(french.size > 200, 'the texts were found');
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
  assert.equal(english.defects(0), '0 defects');
  assert.equal(english.defects(1), '1 defect');
  assert.equal(fr.defects(0), '0 défaut');
  assert.equal(fr.defects(1), '1 défaut');
  assert.equal(fr.defects(2), '2 défauts');
});

test('counts are written as the language groups them, names of strings as they are', () => {
  assert.equal(fr.progress(12_345, 20_000), '12\u202f345 modules marqués sur 20\u202f000');
  assert.equal(fr.marking.modules(1_200), '1\u202f200 modules');
  assert.equal(fr.view.tab(1_200), 'S1200');
  speak('en', english);
  assert.equal(english.progress(12_345, 20_000), '12,345 of 20,000 modules marked');
  assert.equal(english.home.removeWhat(20_000, 1).slice(0, 24), '20,000 modules, 1 marked');
  assert.equal(english.view.tab(1_200), 'S1200');
  speak('fr', fr);
});

test('no text writes a count on its own', () => {
  const lang = new URL('../src/i18n/lang/', import.meta.url);
  for (const file of readdirSync(lang)) {
    const raw = readFileSync(new URL(file, lang), 'utf8').matchAll(
      /^.*\b(?:String\(|toString\(|Intl\b).*$/gm,
    );
    const keys = [...raw].map(([line]) => line.trim().split(':')[0]);
    assert.deepEqual(keys, ['string', 'position', 'tab'], file);
  }
});

test('every status has a name of its own in both languages', () => {
  for (const { status } of [fr, english]) {
    assert.deepEqual(Object.keys(status).sort(), STATUSES.toSorted());
    assert.equal(new Set(Object.values(status)).size, STATUSES.length);
  }
});

test('ready phrases of every language are known, and read in one’s own', () => {
  const all = [...others, { tag: 'fr', messages: fr }];
  assert.deepEqual(Object.keys(READY).sort(), all.map(({ tag }) => tag).sort());
  for (const { tag, messages } of all) {
    assert.deepEqual(READY[tag], messages.marking.phrases, tag);
    for (const [at, phrase] of messages.marking.phrases.entries()) {
      assert.equal(inMine(phrase, fr.marking.phrases), fr.marking.phrases[at], phrase);
    }
  }
  assert.equal(inMine('Broken glass, Hot spot', fr.marking.phrases), 'Verre cassé, Point chaud');
  assert.equal(inMine('Broken glass', english.marking.phrases), 'Broken glass');
  // What somebody wrote themselves is theirs.
  for (const written of ['broken glass', 'Broken glass on the left', 'diode 2, a,b', '']) {
    assert.equal(inMine(written, fr.marking.phrases), written);
  }
  assert.equal(inMine('diode 2, Hot spot', fr.marking.phrases), 'diode 2, Point chaud');
});

test('the first language that a browser wants and that there is, else French', () => {
  const known = ['fr', 'en'];
  for (const tags of [['fr'], ['fr-CA', 'en'], ['de', 'fr', 'en'], ['de-AT'], ['es'], ['enm'], ['']]) {
    assert.equal(languageFor(tags, known), 'fr', tags.join());
  }
  for (const tags of [['en'], ['en-GB', 'fr'], ['EN-us'], ['de', 'en-US', 'fr']]) {
    assert.equal(languageFor(tags, known), 'en', tags.join());
  }
  assert.equal(languageFor(['de-CH', 'en'], [...known, 'de']), 'de');
});

test('a time of this night has no day, an older one has', () => {
  const now = new Date(2025, 9, 24, 23, 41).getTime();
  assert.doesNotMatch(timeText(now, now), /24/);
  assert.equal(timeText(now, now), '23:41');
  speak('en', english);
  assert.equal(timeText(now, now), '23:41');
  assert.equal(timeText(new Date(2025, 9, 25, 0, 5).getTime(), now), '00:05');
  speak('fr', fr);
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

test('how long ago something was is told in the largest unit that fits', () => {
  const now = 1_800_000_000_000;
  const minute = 60_000;
  assert.equal(agoText(now - 30_000, now), 'à l’instant');
  // The hub's clock may be a little ahead.
  assert.equal(agoText(now + 5 * minute, now), 'à l’instant');
  assert.equal(agoText(now - 5 * minute, now), 'il y a 5 minutes');
  assert.equal(agoText(now - 150 * minute, now), 'il y a 2 heures');
  assert.equal(agoText(now - 25 * 60 * minute, now), 'hier');
});
