// The lint rules: type-aware TypeScript, Svelte, and no warning let through.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  // The tests that drive a browser live outside this folder; they are linted as well.
  { basePath: '..', ignores: ['web/dist/', 'web/node_modules/', 'target/'] },
  {
    basePath: '..',
    extends: [js.configs.recommended, ...ts.configs.strict],
    files: ['web/**/*.{ts,js}', 'tests/browser/**/*.ts'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  ...svelte.configs.recommended.map((config) => ({ ...config, basePath: '..' })),
  {
    basePath: '..',
    files: ['web/**/*.svelte', 'web/**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: { 'no-undef': 'off', eqeqeq: 'error' },
  },
);
