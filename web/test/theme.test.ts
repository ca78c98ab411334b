// Both themes can be read: every pair of colours that stands one on the other, by the formula of WCAG. And no component
// has a colour of its own, which one of the themes would not know of.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COLOURS, STATUSES, type Look } from '../src/domain/status';
import { lookOf } from '../src/state/theme';

const css = readFileSync(new URL('../src/app.css', import.meta.url), 'utf8');

function variables(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]+);/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
}

const night = variables(':root');
const LOOKS: Record<Look, Map<string, string>> = {
  night,
  day: new Map([...night, ...variables(":root[data-theme='day']")]),
};

const whole = (colour: string) => (colour.length === 4 ? colour.replace(/[0-9a-f]/g, '$&$&') : colour);

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(whole(colour).slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Text, and the grounds that it stands on. */
const PAIRS: [string, string[]][] = [
  ['text', ['ground', 'panel', 'raised', 'field', 'person', 'amber-ground', 'bad-ground']],
  ['dim', ['ground', 'panel', 'raised']],
  ['amber', ['ground', 'panel', 'amber-ground']],
  ['amber-text', ['amber-ground']],
  ['bad', ['ground', 'panel', 'raised']],
  ['bad-text', ['bad-ground']],
  ['good', ['ground', 'panel']],
  ['hint', ['field']],
  ['ground', ['text']],
];

for (const look of ['night', 'day'] as const) {
  test(`by ${look} every text can be read on its ground`, () => {
    const of = (name: string) => LOOKS[look].get(name) ?? assert.fail(`--${name} is no colour`);
    for (const [text, grounds] of PAIRS) {
      for (const ground of grounds) {
        const ratio = contrast(of(text), of(ground));
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    for (let person = 0; person < 8; person += 1) {
      for (const ground of ['ground', 'panel']) {
        const ratio = contrast(of(`p${String(person)}`), of(ground));
        assert.ok(ratio >= 4.5, `person ${String(person)} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    for (const [line, ground] of [
      ['line-strong', 'ground'],
      ['focus', 'ground'],
    ] as const) {
      const ratio = contrast(of(line), of(ground));
      assert.ok(ratio >= (line === 'focus' ? 3 : 2), `${line} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`by ${look} nobody has the colour of the focus or of what is picked`, () => {
    for (let person = 0; person < 8; person += 1) {
      const name = `p${String(person)}`;
      const colour = LOOKS[look].get(name) ?? '';
      const parts = [1, 3, 5].map((at) => parseInt(whole(colour).slice(at, at + 2), 16));
      assert.ok(Math.max(...parts) - Math.min(...parts) >= 50, `${name} is nearly grey: ${colour}`);
    }
  });

  test(`by ${look} every status can be read on its cell, and its sign on the page`, () => {
    for (const status of STATUSES) {
      const { fill, ink, hue } = COLOURS[look][status];
      assert.ok(contrast(fill, ink) >= 4.5, `${status}: ${contrast(fill, ink).toFixed(2)}`);
      for (const ground of ['ground', 'panel']) {
        const ratio = contrast(hue, LOOKS[look].get(ground) ?? '');
        assert.ok(ratio >= 4.5, `${status} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });
}

test('no component has a colour of its own', () => {
  const src = new URL('../src/', import.meta.url);
  const components = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.svelte'),
  );
  assert.ok(components.length > 40);
  for (const path of components) {
    const [, style = ''] = readFileSync(new URL(path, src), 'utf8').split('<style>');
    assert.doesNotMatch(style, /#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(|: *(white|black)\b/i, path);
  }
});

test('what was chosen holds, the system decides where that was chosen', () => {
  assert.equal(lookOf('night', true), 'night');
  assert.equal(lookOf('day', false), 'day');
  assert.equal(lookOf('system', true), 'day');
  assert.equal(lookOf('system', false), 'night');
});
