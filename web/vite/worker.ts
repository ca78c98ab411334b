// A Vite plugin that writes dist/sw.js: src/worker/sw.ts with the list of the files it keeps and a version, which is a hash
// of all their bytes. Used by vite.config.ts.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { transformWithOxc, type Plugin } from 'vite';

const SOURCE = 'src/worker/sw.ts';
const OUT = 'sw.js';

/** What is only of use while the hub can be reached. */
const leftAlone = (path: string) => path === `/${OUT}` || /^\/(assets\/)?(trust|verify)\b/.test(path);

export function serviceWorker(): Plugin {
  let root = '';
  let dist = '';
  return {
    name: 'fieldhub:service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      dist = join(config.root, config.build.outDir);
    },
    // When everything is on the disk: that is what the hub embeds, files of public/ included.
    async writeBundle() {
      const paths = pathsIn(dist).filter((path) => !leftAlone(path));
      const code = readFileSync(join(root, SOURCE), 'utf8');
      const version = createHash('sha256').update(code);
      for (const path of paths) version.update(path).update(readFileSync(join(dist, path)));
      // The page is asked for by its address, and kept under that alone.
      const files = paths.map((path) => (path === '/index.html' ? '/' : path));
      const head = [
        `const FILES = ${JSON.stringify(files)};`,
        `const VERSION = ${JSON.stringify(version.digest('hex').slice(0, 16))};`,
      ];
      const worker = await transformWithOxc(code, SOURCE, { lang: 'ts', target: 'es2022' });
      writeFileSync(join(dist, OUT), `${head.join('\n')}\n${worker.code}`);
    },
  };
}

/** Of every file under this folder, as it follows the host in an address; always in the same order. */
function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')}`)
    .sort();
}
