// How the page is built: the network in net/, storage and sync in sync/, state in state/; components only draw. Imports go
// one way, and no component is longer than one looks at.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const SRC = new URL('../src/', import.meta.url);
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.(ts|svelte)$/.test(path),
);
const text = (path: string) => readFileSync(new URL(path, SRC), 'utf8');
const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** What each folder may import, besides itself. Types alone may come from anywhere: they are gone when it runs. */
const BELOW: Record<string, string[]> = {
  domain: [],
  i18n: [],
  net: ['domain'],
  sync: ['domain', 'net'],
  state: ['domain', 'i18n', 'net', 'sync'],
  ui: ['assets', 'domain', 'i18n', 'state'],
  handover: ['domain', 'i18n', 'net', 'state', 'sync', 'ui'],
  trust: ['domain', 'i18n', 'net', 'state', 'sync', 'ui'],
  verify: ['domain', 'i18n', 'state'],
  worker: [],
};

/** The folders that a file imports more than types of. */
const imported = (path: string) => importedPaths(path).map(folderOf);

/** The files (or folders, by their name alone) that a file imports more than types of. */
function importedPaths(path: string): string[] {
  const names: string[] = [];
  const pattern = /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^;]*?from\s+'(\.[^']*)'|import\('(\.[^']*)'\)/g;
  for (const [whole, one, other] of text(path).matchAll(pattern)) {
    // `import { type A, type B }` is gone as well.
    const inner = /\{([^}]*)\}/.exec(whole)?.[1];
    if (inner !== undefined && inner.split(',').every((name) => /^\s*(type\s|$)/.test(name))) continue;
    const at = new URL(one ?? other ?? '', new URL(path, SRC)).pathname;
    // A folder by its name alone is its index.ts.
    if (at.startsWith(SRC.pathname)) names.push(`${at.slice(SRC.pathname.length)}/`);
  }
  return names;
}

test('imports go down only', () => {
  const wrong: string[] = [];
  for (const path of files) {
    const folder = folderOf(path);
    if (folder === '') continue;
    const allowed = BELOW[folder];
    assert.ok(allowed, `${path}: a folder that nobody has said the place of`);
    for (const name of imported(path)) {
      if (name !== folder && !allowed.includes(name))
        wrong.push(`${path} imports ${name === '' ? 'the page' : name}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(imported('state/app.svelte.ts').includes('sync'), 'the reader of imports reads them');
});

test('each does its own: the network is asked in net/, storage opened in sync/indexeddb.ts', () => {
  const only = (pattern: RegExp, ...places: string[]) => {
    for (const path of files) {
      if (places.some((place) => path.startsWith(place))) continue;
      assert.doesNotMatch(text(path).replace(/\/\/.*|<!--[^]*?-->/g, ''), pattern, path);
    }
  };
  // The worker stands between the page and the network; /trust tries whether HTTPS is trusted.
  only(/\bfetch\(/, 'net/', 'worker/');
  only(/new EventSource\(/, 'net/', 'sync/tabs.ts');
  only(/\b(indexedDB|IDB\w+)\b/, 'sync/indexeddb.ts');
});

test('no component is longer than 250 lines', () => {
  for (const path of files.filter((one) => one.endsWith('.svelte'))) {
    const lines = text(path).trimEnd().split('\n').length;
    assert.ok(lines <= 250, `${path} has ${String(lines)} lines`);
  }
});

test('ui/ is folders by what they are for, and none of them goes in a circle', () => {
  const inUi = files.filter((path) => path.startsWith('ui/'));
  assert.deepEqual(
    inUi.filter((path) => path.split('/').length < 3),
    [],
    'lies loose in ui/',
  );
  const room = (path: string) => path.split('/')[1] ?? '';
  const uses = new Map<string, Set<string>>();
  for (const path of inUi) {
    const of = uses.get(room(path)) ?? new Set();
    uses.set(room(path), of);
    for (const name of importedPaths(path)) {
      if (name.startsWith('ui/') && room(name) !== room(path)) of.add(room(name));
    }
  }
  assert.deepEqual([...(uses.get('common') ?? [])], [], 'common/ knows no other folder');
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(uses.get(from) ?? [])].some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  assert.deepEqual(
    [...uses.keys()].filter((name) => reaches(name, name)),
    [],
    'in a circle',
  );
  assert.ok(uses.get('audit')?.has('grid'), 'the reader of imports reads them');
});

/** What takes all of the state: the screens, and what each of them puts on top. All else gets what it draws. */
const SCREENS: Record<string, string> = {
  'App.svelte': 'the page: chooses the screen',
  'ui/audit/AuditScreen.svelte': 'a screen',
  'ui/crew/CrewScreen.svelte': 'a screen',
  'ui/crew/ScreenFrame.svelte': 'what is around two screens',
  'ui/home/AuditList.svelte': 'a screen',
  'ui/join/JoinScreen.svelte': 'a screen',
  'ui/join/NameScreen.svelte': 'a screen',
  'ui/lead/HubScreen.svelte': 'a screen',
  'ui/lead/LeadScreen.svelte': 'chooses between two screens',
  'ui/report/ReportScreen.svelte': 'a screen',
  'ui/help/Help.svelte': 'a screen over the others',
  'ui/settings/SettingsDialog.svelte': 'a screen over the others',
  'ui/sync/SyncPanel.svelte': 'a screen over the others',
  'ui/sync/SyncChip.svelte': 'opens that panel, on every screen',
  'ui/sync/Banners.svelte': 'what is wrong anywhere, on every screen',
  'ui/secure/SecureBanner.svelte': 'makes its own state, which is not of the first load',
};

test('only screens take the whole state', () => {
  const taking = files.filter((path) => path.endsWith('.svelte') && /\bapp: App\b/.test(text(path)));
  assert.deepEqual(taking.sort(), Object.keys(SCREENS).sort());
});
