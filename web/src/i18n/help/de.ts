// Texts of the help, in German: not of the first load.
import type { HelpTexts } from './fr';

export const help: HelpTexts = {
  title: 'Hilfe',
  /** What there is to choose from. */
  part: 'Teil',
  parts: { guide: 'Anleitung', keys: 'Tasten', news: 'Neues', about: 'Über' },
  away: 'Diese Seite ist noch nicht auf diesem Tablet: Sie lädt, sobald der Hub antwortet.',
  about: {
    what: 'fieldhub: der Hub eines Teams, das nachts ohne Internet Photovoltaikmodule prüft.',
    hub: (name, version) => `Hub ${name}, Version ${version}`,
    page: (version) => `Seite, Version ${version}`,
    licences: 'Die freien Bibliotheken darin und ihre Lizenzen stehen im Paket des Hubs (SBOM).',
  },
  /** Keys as they are written on a keyboard, one after the other, and what they do. */
  keys: [
    ['↑ ↓ ← →', 'Modul danach, davor, darüber, darunter'],
    ['Pos1 Ende', 'Erstes, letztes Modul'],
    ['Bild↓ Bild↑', 'Nächster, voriger String'],
    ['Enter', 'Modul öffnen; im Blatt: Kommentar speichern'],
    ['1 … 6', 'Im Blatt: wählen, was Sie sehen, in der Reihenfolge der Tasten'],
    ['Esc', 'Schließen, was offen ist'],
    ['/', 'Modul suchen'],
    ['Strg+Z', 'Rückgängig'],
    ['Strg+Y', 'Wiederholen'],
    ['Strg+Enter', 'In einem mehrzeiligen Kommentar: speichern'],
    ['?', 'Diese Hilfe'],
  ],
};
