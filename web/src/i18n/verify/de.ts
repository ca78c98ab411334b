// The German texts of /verify.
import type { VerifyTexts } from './fr';

const named = (name: string | null) => (name === null ? '' : ` (${name})`);

export const verify: VerifyTexts = {
  title: 'Bericht prüfen',
  why: 'Diese Seite sagt, ob ein Bericht so ist, wie der Hub ihn geschrieben hat. Die Datei bleibt auf diesem Gerät: Nichts wird gesendet, und es braucht kein Netz.',
  choose: 'Dateien wählen',
  drop: 'oder hierher ziehen: PDF, Seite, Arbeitsmappe, JSON, Bündel (.fhbundle); oder alle Dateien eines Berichtsordners.',
  key: 'Schlüssel auf dem Aushang des Hubs (freiwillig)',
  keyHow: 'Zum Beispiel 3f2a 91bc 77d0 12ef 5a60 c4d9.',
  busy: 'Wird geprüft…',
  back: 'Zu den Audits',
  limits: 'Die Unterschrift beweist nicht, dass Eingetragenes wahr ist, und nicht, wann etwas geschah.',
  compare:
    'Vergleichen Sie den Schlüssel mit dem Aushang des Hubs: Jeder kann mit einem eigenen Schlüssel unterschreiben.',
  audit: 'Audit',
  draft: 'Entwurf',
  version: (number) => `Version ${number}`,
  position: 'Letzter Vorgang',
  made: 'Erstellt am',
  hub: 'Wie der Hub sich nennt',
  fingerprint: 'Schlüssel des Hubs',
  verdicts: {
    genuine: 'Echt: Seit der Unterschrift wurde nichts geändert.',
    expected: 'Echt: Nichts wurde geändert, und der Schlüssel ist der, den Sie eingegeben haben.',
    named: 'Echt: Das ist die Datei, die der Bericht nennt.',
    altered: 'Geändert: Das ist nicht, was der Hub geschrieben hat.',
    proof: 'Geändert: Der Nachweis in der Datei ist beschädigt oder wurde geändert.',
    other: 'Von einem anderen Hub unterschrieben: Der Schlüssel ist nicht der, den Sie eingegeben haben.',
    version: 'Für sich echt, aber von einer anderen Version als das mitgewählte JSON.',
    unsigned:
      'Ohne Unterschrift: erstellt, bevor Hubs unterschrieben, oder die Unterschrift wurde entfernt, oder eine Datei, die sie nicht unterschreiben. Wählen Sie eine Tabelle oder ein Foto zusammen mit der report.json aus dem Ordner.',
    head: 'Ohne Unterschrift: Die Datei sagt, woher sie kommt, und nichts schützt sie. Die Unterschrift wurde entfernt, oder der Hub hatte seinen Schlüssel nicht mehr.',
    unread: 'Diese Datei lässt sich nicht lesen.',
    resaved:
      'Ohne Signatur: Wenn ein Hub diese Arbeitsmappe gemacht hat, hat ein anderes Programm sie seither gespeichert, auch ohne Änderung. Ihre Signatur ist verloren; verlangen Sie die Datei, wie sie ausgegeben wurde.',
    rescue:
      'Ohne Signatur: Das sind die ungesendeten Markierungen eines Tablets, und ein Tablet hat keinen Schlüssel eines Hubs. Nichts zeigt, dass niemand sie geändert hat.',
  },
  places: {
    module: {
      altered: (row, name) => `Modul Nr. ${row} der Liste wurde geändert${named(name)}.`,
      removed: (row) => `Modul Nr. ${row} der Liste wurde entfernt.`,
      added: (row, name) => `Vor Modul Nr. ${row} der Liste wurde eines eingefügt${named(name)}.`,
      moved: (row, name) => `Modul Nr. ${row} der Liste wurde verschoben${named(name)}.`,
    },
    part: {
      altered: (audit, from, to) =>
        `In den Operationen ${from} bis ${to} des Audits ${audit} oder gleich danach. Das Programm fieldhub verify sagt, in welcher.`,
      removed: (audit, from, to) => `Die Operationen ${from} bis ${to} des Audits ${audit} wurden entfernt.`,
    },
    saved:
      'Ein anderes Programm hat sie in seiner eigenen Form gespeichert. Verlangen Sie die Datei, wie sie ausgegeben wurde.',
    list: 'In der Liste, die sagt, welches Modul geändert wurde; andere können es auch sein.',
    around:
      'In dem, was über das Audit oder die Datei gesagt wird. Alle Module sind, wie sie geschrieben wurden.',
    frame: 'In dem, was die Operationen umgibt.',
    more: (count) => `Und ${count} weitere.`,
  },
  clocks: {
    network: 'nach einer Uhr, die das Netz stellte',
    upstream: 'nach einer Uhr, die ein anderer Server gestellt hatte',
    person: 'nach einer Uhr, die jemand gestellt hatte',
    tablets: 'nach einer Uhr, die die Tablets gestellt hatten',
    none: 'nach einer Uhr, die niemand bestätigt hatte',
    contradicted: 'die Tablets gaben eine andere Zeit an',
  },
};
