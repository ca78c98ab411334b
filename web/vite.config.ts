// How the page is built and tried. `vite build` writes web/dist, which the hub embeds.
import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { markdown } from './vite/markdown';
import { serviceWorker } from './vite/worker';

// Where `npm run dev` finds a hub.
const hub = process.env['FIELDHUB_URL'] ?? 'http://127.0.0.1:8080';

// The page says which hub it was built with; a hub of another version has another page.
const cargo = readFileSync(new URL('../Cargo.toml', import.meta.url), 'utf8');
const version = /^version = "([^"]+)"/m.exec(cargo)?.[1] ?? '0';

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [markdown(), svelte(), serviceWorker()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // Field tablets are seldom new; these are the oldest browsers with everything the page needs.
    target: ['chrome92', 'safari15.4', 'firefox90'],
    // A content security policy will forbid data: addresses and inline scripts: everything is a file.
    assetsInlineLimit: 0,
    // The page, the one that explains the hub's certificate, and the one that checks a report.
    rolldownOptions: {
      input: { index: 'index.html', trust: 'trust.html', verify: 'verify.html' },
      output: {
        codeSplitting: {
          groups: [
            // What the first load has anyway, and others share, in one file each: every small one costs more than what is in it.
            {
              name: 'store',
              test: /src\/(sync\/(database|indexeddb|open|quota|records|store|tabs)|net\/(api|call|cursor|shared)|domain\/(ids|origin|emitter|clock))\.ts$/,
            },
            { name: 'helpers', test: /oxc-project/ },
          ],
        },
      },
    },
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: hub } } },
  preview: { host: '127.0.0.1', proxy: { '/api': { target: hub } } },
});
