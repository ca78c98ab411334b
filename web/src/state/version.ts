// Which version of the page this is: that of the hub it was built with (vite.config.ts). Used by the settings and the
// banner that asks for a reload.
declare const __VERSION__: string;

export const PAGE_VERSION = typeof __VERSION__ === 'undefined' ? '0' : __VERSION__;
