// Texts of an open audit that are not of the first load, in German: read right after it.
import { numberText } from '..';
import type { AuditTexts } from './fr';

export const audit: AuditTexts = {
  aloneWhy: 'Im Moment ist sonst niemand in diesem Audit.',
  nowhere: 'in diesem Audit',
  follow: 'Folgen',
  followName: (name) => `${name} folgen`,
  you: 'Sie',
  tray: (module, status) => `${module}: ${status}. Schwere, Kommentar?`,
  trayOther: 'Anderer…',
  back: (module) => `Zurück zu ${module}`,
  undoTo: (what) => `${what} rückgängig machen`,
  neighbours: 'Benachbarte Module',
  halt: (string) => `Ende: ${string}`,
  haltCount: (marked, total) => `${marked} von ${total} Modulen markiert`,
  haltOn: (string, module) => `Weiter: ${string}, ${module}`,

  quoted: (text) => `„${text}“`,
  found: (what, count, where) => `${what}: ${count} · ${where}`,
  nothing: 'nichts',
  everywhere: 'in allen Strings',
  lookEverywhere: 'Überall suchen',
  anew: 'Aktualisieren',
  showAll: 'Alles zeigen',

  chat: {
    none: 'Noch keine Nachrichten. Was Sie hier schreiben, geht an das ganze Team.',
    stays:
      'Die v3.3-Cloud speichert keine Nachrichten. Sie sind auf dem Hub; das Tablet, das eine gesendet hat, behält sie ebenfalls, bis zu 30 Tage.',
    kept: (until) => `hier gespeichert bis ${until}`,
    write: 'Nachricht an das Team',
    hint: 'Nachricht, #M050, @Name',
    send: 'Senden',
    readOnly: 'Sie können lesen, aber nicht schreiben.',
    refused: (reason) => `Vom Hub abgelehnt: ${reason}`,
    notKept: 'Das Tablet konnte diese Nachricht nicht speichern. Bitte noch einmal.',
  },

  history: {
    loading: 'Wird geladen…',
    none: 'Noch nie markiert.',
    away: 'Der Verlauf kommt vom Hub, der gerade nicht erreichbar ist.',
    commentCleared: 'Kommentar gelöscht',
    stays:
      'Die v3.3-Cloud behält nur die letzte Markierung. Frühere sind auf dem Hub; die Tablets, die sie gesendet haben, behalten sie ebenfalls, bis zu 30 Tage.',
    all: (n) => `Ganzer Verlauf (${numberText(n)})`,
    unseen: 'Markiert, ohne die andere Markierung zu sehen',
    superseded: 'Kam nach einer neueren Markierung an',
  },

  sides: {
    line: 'Zwei Personen haben dieses Modul markiert, ohne die Markierung der anderen zu sehen. Die neueste wird gezeigt.',
    confirm: 'Zur Bestätigung noch einmal markieren.',
    keepThis: 'Behalten',
    wordless: 'ohne Kommentar',
    orAnother: 'Oder unten einen anderen Wert wählen.',
  },

  receiptLine: {
    tablet: 'Nur auf diesem Tablet, noch nicht auf dem Hub.',
    hub: 'Auf dem Hub, noch nicht in der Cloud.',
    cloud: 'Auf dem Hub und in der Cloud.',
    parked: 'Auf dem Hub. Die Cloud lehnt sie ab.',
  },

  refused: {
    title: 'Abgelehnte Markierungen',
    why: 'Der Hub hat diese Markierungen nicht angenommen. Sie bleiben hier, bis Sie entscheiden.',
    retry: 'Noch einmal',
    drop: 'Löschen',
  },
};
