// The languages against each other: what the type cannot see. And which one a browser gets.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inMine, READY } from '../src/domain/phrases';
import { STATUSES } from '../src/domain/status';
import {
  agoText,
  bytesText,
  languageFor,
  numberText,
  speak,
  timeText,
  type LaterTexts,
  type Messages,
} from '../src/i18n';
import { decimalText } from '../src/i18n/decimal';
import { messages as french } from '../src/i18n/lang/fr';
import { later as laterFrench } from '../src/i18n/later/fr';
import { trust as trustFrench } from '../src/i18n/trust/fr';
import { verify as verifyFrench } from '../src/i18n/verify/fr';

/** All that is said in one language. */
const all = (first: Messages, later: LaterTexts, trust: typeof trustFrench, verify: typeof verifyFrench) => ({
  ...first,
  later,
  trust,
  verify,
});
const fr = all(french, laterFrench, trustFrench, verifyFrench);

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

/** Every language but French, which the others are held against. */
const others = await Promise.all(
  readdirSync(new URL('../src/i18n/lang', import.meta.url))
    .filter((file) => file !== 'fr.ts')
    .map(async (file) => {
      const first = (await import(`../src/i18n/lang/${file}`)) as { messages: Messages };
      const { later } = (await import(`../src/i18n/later/${file}`)) as { later: LaterTexts };
      const { trust } = (await import(`../src/i18n/trust/${file}`)) as { trust: typeof trustFrench };
      const { verify } = (await import(`../src/i18n/verify/${file}`)) as { verify: typeof verifyFrench };
      return { tag: file.replace(/\.ts$/, ''), messages: all(first.messages, later, trust, verify) };
    }),
);
const english = others.find(({ tag }) => tag === 'en')?.messages ?? assert.fail('no English');
const inFrench = texts(fr);
const pairs = others.flatMap(({ tag, messages }) => {
  const theirs = texts(messages);
  return [...inFrench].map(([key, text]) => [`${tag}: ${key}`, text, theirs.get(key)] as const);
});
/** Of everything that is counted in it: tried by hand below. */
const takesMany = (key: string) => key.endsWith('later.batch.ask');

/** Values that no text contains by itself; numbers, so that plurals work on them as well. */
const VALUES = [70_707, 80_808, 90_909];

function placeholders(text: Text): string[] {
  if (typeof text === 'string') return [];
  const said = text(...VALUES.slice(0, text.length));
  return VALUES.filter((value) => said.includes(String(value)) || said.includes(numberText(value))).map(
    String,
  );
}

test('every language has the same texts, and there are five', () => {
  assert.deepEqual(others.map(({ tag }) => tag).sort(), ['de', 'en', 'es', 'it']);
  for (const { tag, messages } of others) {
    assert.deepEqual([...texts(messages).keys()].sort(), [...inFrench.keys()].sort(), tag);
  }
  assert.ok(inFrench.size > 600, 'the texts were found');
});

test('a text is a sentence in each language, or takes the same number of values in each', () => {
  for (const [key, one, other] of pairs) {
    assert.equal(typeof one, typeof other, key);
    if (typeof one === 'function') assert.equal(one.length, other?.length, key);
  }
});

test('no text is empty, for none, one and many', () => {
  for (const [key, ...both] of pairs) {
    if (takesMany(key)) continue;
    for (const text of both) {
      assert.ok(text !== undefined, key);
      for (const n of [0, 1, 2]) {
        const said = typeof text === 'string' ? text : text(...VALUES.map(() => n));
        assert.notEqual(said.trim(), '', key);
        assert.doesNotMatch(said, /\b(?:undefined|null|NaN)\b|\[object/, key);
      }
    }
  }
});

test('every language says every value it is given', () => {
  for (const [key, one, other] of pairs) {
    if (takesMany(key)) continue;
    assert.ok(other !== undefined, key);
    assert.deepEqual(placeholders(one), placeholders(other), key);
    const given = typeof one === 'string' ? 0 : one.length;
    assert.equal(placeholders(one).length, given, `${key} says all it was given`);
  }
});

test('what a batch would write over is counted in every language', () => {
  for (const { tag, messages } of [...others, { tag: 'fr', messages: fr }]) {
    const { ask } = messages.later.batch;
    const counted = { defects: 11, oks: 22, own: 33, comments: 44, commented: 55 };
    for (const n of [11, 22, 33, 44, 55]) assert.match(ask(counted), new RegExp(String(n)), tag);
    const one = ask({ defects: 1, oks: 0, own: 0, comments: 0, commented: 0 });
    assert.match(one, /1/, tag);
    assert.doesNotMatch(one, /0|undefined/, tag);
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
  speak('en', english, english.later);
  assert.equal(english.progress(12_345, 20_000), '12,345 of 20,000 modules marked');
  assert.equal(english.later.home.removeWhat(20_000, 1).slice(0, 24), '20,000 modules, 1 marked');
  assert.equal(english.view.tab(1_200), 'S1200');
  speak('fr', fr, fr.later);
});

/** Said the same in several languages, and rightly so: signs, names of things and of systems, words that both languages have. */
const SAME: ReadonlySet<string> = new Set([
  'A B C Köntges',
  'Adresse',
  'Android',
  'Audit',
  'Audits',
  'Auto',
  'Contraste',
  'CtrlY',
  'CtrlZ',
  'Distance m',
  'Enter',
  'Esc',
  'Fin',
  'Firefox',
  'Foto',
  'Foto  de ',
  'Fotos',
  'Galerie',
  'Gamma',
  'Garantie',
  'Grande',
  'Guide',
  'HTTPS',
  'Hub  version',
  'Lampe',
  'Linux Chrome',
  'Liste',
  'Mac',
  'Messages',
  'Module',
  'Modules',
  'Name',
  'Normal',
  'Normale',
  'Notifications',
  'OK',
  'Offline',
  'Page',
  'Page version',
  'Papier',
  'Password',
  'Person',
  'Persona',
  'Photo',
  'Photos',
  'Plan',
  'QR code',
  'Qualification',
  'Rest OK',
  'Resto OK',
  'String',
  'Strings',
  'Sync',
  'Sync OFF',
  'Sync ON',
  'Synchronisation',
  'Tablets',
  'Temperatura C',
  'Tipo',
  'Un momento',
  'Urgent',
  'Urgente',
  'Versions',
  'Vibration',
  'Vista',
  'Windows',
  'definitiva',
  'forte',
  'foto',
  'iPhone iPad',
  'media',
  'modules',
  'page',
  'page  hub',
  'photo',
  'photos',
  'position',
  'probable',
  'version',
  'visto',
  'Version',
]);

test('no text is left in another language', () => {
  const letters = (text: Text) => {
    const said = typeof text === 'string' ? text : text(...VALUES.slice(0, text.length));
    return said.replace(/[^\p{L} ]/gu, '').trim();
  };
  const every = [...others, { tag: 'fr', messages: fr }].map(({ tag, messages }) => ({
    tag,
    said: texts(messages),
  }));
  const left: string[] = [];
  for (const [at, one] of every.entries()) {
    for (const other of every.slice(at + 1)) {
      for (const [key, text] of one.said) {
        const twin = other.said.get(key);
        if (twin === undefined || takesMany(key)) continue;
        const words = letters(text);
        if (words.length > 1 && words === letters(twin) && !SAME.has(words))
          left.push(`${one.tag} = ${other.tag}, ${key}: ${words}`);
      }
    }
  }
  assert.deepEqual(left, []);

  // Words that no other of the languages has.
  const OWN: Record<string, RegExp> = {
    de: /^(?:und|ist|nicht|auf|dieser|dieses|wird)$/,
    en: /^(?:the|and|of|this|with|from|is)$/,
    es: /^(?:el|los|está|este|esta|por)$/,
    fr: /^(?:les|est|avec|cette|sur|pas|dans)$/,
    it: /^(?:è|gli|questo|della|sono|sull|nel)$/,
  };
  for (const { tag, said } of every) {
    let own = 0;
    for (const [key, text] of said) {
      if (takesMany(key)) continue;
      for (const word of letters(text).toLowerCase().split(/ +/)) {
        const of = Object.keys(OWN).find((one) => OWN[one]?.test(word));
        if (of === tag) own += 1;
        else assert.equal(of, undefined, `${tag}, ${key}: ${word}`);
      }
    }
    assert.ok(own > 100, `${tag} is told by its words`);
  }
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

test('every status has a name of its own in every language', () => {
  for (const { status } of [fr, ...others.map(({ messages }) => messages)]) {
    assert.deepEqual(Object.keys(status).sort(), STATUSES.toSorted());
    assert.equal(new Set(Object.values(status)).size, STATUSES.length);
  }
});

test('ready phrases of every language are known, and read in one’s own', () => {
  const every = [...others, { tag: 'fr', messages: fr }];
  assert.deepEqual(Object.keys(READY).sort(), every.map(({ tag }) => tag).sort());
  for (const { tag, messages } of every) {
    assert.deepEqual(READY[tag], messages.marking.phrases, tag);
    for (const [at, phrase] of messages.marking.phrases.entries()) {
      // Three stand side by side on a phone.
      assert.ok(
        phrase.split(' ').every((word) => word.length <= 10),
        `${tag}: ${phrase} is cut on a phone`,
      );
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

test('the first language that a browser wants and that there is, else English', () => {
  const known = ['fr', 'en'];
  for (const tags of [
    ['en'],
    ['de-AT'],
    ['es'],
    ['enm'],
    [''],
    [],
    ['en-GB', 'fr'],
    ['EN-us'],
    ['de', 'en-US', 'fr'],
  ]) {
    assert.equal(languageFor(tags, known), 'en', tags.join());
  }
  for (const tags of [['fr'], ['fr-CA', 'en'], ['de', 'fr', 'en']]) {
    assert.equal(languageFor(tags, known), 'fr', tags.join());
  }
  assert.equal(languageFor(['de-CH', 'en'], [...known, 'de']), 'de');
});

test('a time of this night has no day, an older one has', () => {
  const now = new Date(2025, 9, 24, 23, 41).getTime();
  assert.doesNotMatch(timeText(now, now), /24/);
  assert.equal(timeText(now, now), '23:41');
  speak('en', english, english.later);
  assert.equal(timeText(now, now), '23:41');
  assert.equal(timeText(new Date(2025, 9, 25, 0, 5).getTime(), now), '00:05');
  speak('fr', fr, fr.later);
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

test('a number with decimals has the sign of the language, and what is none stays as it is', () => {
  for (const { tag, messages } of [...others, { tag: 'fr', messages: fr }]) {
    speak(tag, messages, messages.later);
    const sign = tag === 'en' ? '.' : ',';
    const kept = ['0.93', '>200.5', '-2.5', '20', 'v1.2.3', '2026-11-30', ''];
    const told = [`0${sign}93`, `>200${sign}5`, `-2${sign}5`, ...kept.slice(3)];
    assert.deepEqual(kept.map(decimalText), told, tag);
  }
  speak('fr', fr, fr.later);
});
