// The lint rules: strict TypeScript, Svelte, and no warning let through. Run from the folder above (see
// package.json): the tests that drive a browser live outside this folder and are linted as well,
// and so is the cloud of the tests.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['web/dist/', '**/node_modules/', 'target/'] },
  {
    extends: [js.configs.recommended, ...ts.configs.strict],
    files: ['web/**/*.{ts,js}', 'tests/browser/**/*.ts', 'tests/cloud-hub/*.{js,mjs}'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  ...svelte.configs.recommended,
  {
    files: ['web/**/*.svelte', 'web/**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      'no-undef': 'off',
      eqeqeq: 'error',
      // Reactive is one `$state` per module; the maps that find them are plain on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
);
