// The German texts. The type keeps them complete; test/i18n.test.ts holds what the type can't see.
import { numberText } from '..';
import type { Messages } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'Modul', 'Module')}`;

export const messages: Messages = {
  status: {
    ok: 'OK',
    inequality: 'Ungleichheit',
    microcracks: 'Mikrorisse',
    dead: 'Ausfall',
    string_open: 'String offen',
    not_connected: 'Kein Anschluss',
    pending: 'Zu prüfen',
  },

  justNow: 'gerade eben',

  nameTitle: 'Wer sind Sie?',
  nameWhy: 'Ihr Name steht bei jeder Ihrer Markierungen. Das Tablet fragt nur einmal danach.',
  nameLabel: 'Ihr Name',
  nameGo: 'Beginnen',
  nameRefused: (why) => `Der Hub hat Ihren neuen Namen nicht angenommen (${why}). Der alte bleibt.`,
  nameSave: 'Speichern',
  nameChange: (name) => `${name}, Namen ändern`,

  role: { viewer: 'Nur lesen', technician: 'Techniker', lead: 'Teamleitung' },
  roleYours: (role) => `Ihre Rolle: ${role}`,
  otherCode: 'Ich habe einen anderen Code',
  readOnly: 'Sie können alles lesen, aber nichts markieren. Die Teamleitung kann Ihre Rolle ändern.',

  joinTitle: 'Dem Team beitreten',
  joinWhere:
    'Scannen Sie den QR-Code, den der Hub zeigt, oder fragen Sie die Teamleitung nach dem Code mit 8 Zeichen.',
  joinAs: (name) => `Sie treten dem Team als ${name} bei.`,
  joinCode: 'Team-Code',
  joinGo: 'Beitreten',
  joinNot: 'Später',
  joining: 'Einen Moment…',
  joinShort: (length) => `Der Code hat ${numberText(length)} Zeichen.`,
  joinWrong: 'Dieser Code ist falsch. Bitte mit der Teamleitung prüfen.',
  joinWait: (seconds) => `Zu viele Versuche. Bitte in ${numberText(seconds)} s noch einmal.`,
  joinAway: 'Der Hub antwortet nicht. Neuer Versuch, sobald er erreichbar ist.',
  outside: {
    expired: 'Ihre Sitzung ist abgelaufen.',
    revoked: 'Die Teamleitung hat dieses Tablet aus dem Team entfernt.',
    unknown: 'Dieser Hub kennt dieses Tablet nicht.',
  },
  outsideGoOn:
    'Markieren Sie weiter: Alles bleibt hier gespeichert und wird gesendet, sobald Sie dem Team beigetreten sind.',

  crew: 'Team',
  cancel: 'Abbrechen',

  audits: 'Audits',
  auditsLoading: 'Audits werden geladen…',
  auditsNone: 'Kein Audit auf diesem Hub.',
  auditsUnread: 'Der Hub antwortet noch nicht. Die Liste erscheint, sobald er erreichbar ist.',
  auditsStale: 'Liste von vor der Unterbrechung.',
  auditGone: (token) => `Auf diesem Hub gibt es kein Audit „${token}“.`,
  auditDamaged: (token) =>
    `Der Hub kann das Audit „${token}“ nicht lesen. Löschen Sie nichts auf diesem Tablet, und sagen Sie der Teamleitung Bescheid.`,
  auditGoneKept: (n) =>
    plural(
      n,
      'Ihre nicht gesendete Markierung bleibt gespeichert.',
      `Ihre ${numberText(n)} nicht gesendeten Markierungen bleiben gespeichert.`,
    ),
  back: 'Zurück zu den Audits',
  close: 'Schließen',
  dismiss: 'Ausblenden',

  progress: (marked, total) => `${numberText(marked)} von ${numberText(total)} Modulen markiert`,
  defects: (n) => `${numberText(n)} ${plural(n, 'Mangel', 'Mängel')}`,
  conflicts: (n) => `${numberText(n)} ${plural(n, 'Konflikt', 'Konflikte')}`,

  outdated: 'Der Hub hat eine andere Version dieser Seite. Ihre Markierungen bleiben auf dem Tablet.',
  reload: 'Neu laden',
  storageFull:
    'Der Speicher des Tablets ist voll. Ihre Markierungen gehen vor: Was der Hub noch einmal senden kann, wird hier nicht mehr aufbewahrt.',
  hubLost: 'Markieren Sie weiter: Alles bleibt auf diesem Tablet und wird von selbst gesendet.',
  stayOpen: 'Diese Seite nicht schließen: Sie öffnet sich nur in Reichweite des Hubs wieder.',
  hubUnreachableNow: 'Der Hub ist gerade nicht erreichbar.',
  hubAwayNew: 'Der Hub antwortet nicht. Die Seite öffnet sich, sobald er erreichbar ist.',
  hubBusy: 'er ist überlastet. Neuer Versuch automatisch.',
  hubBack: 'Der Hub ist wieder da.',
  waiting: (n) => `${numberText(n)} ${plural(n, 'Eintrag', 'Einträge')} nur auf diesem Tablet`,
  allSent: 'Alle Markierungen sind auf dem Hub.',
  hubTrouble: (reason) => `Der Hub nimmt gerade keine Markierungen an: ${reason}`,
  notLasting: 'Dieser Browser speichert nichts: Lassen Sie diesen Tab offen, bis alles gesendet ist.',
  notKept: {
    full: 'Der Speicher des Tablets ist voll: Die letzte Markierung konnte nicht gespeichert werden. Löschen Sie dort etwas anderes und markieren Sie noch einmal.',
    silent:
      'Der Speicher des Tablets hat nicht geantwortet: Die letzte Markierung konnte nicht gespeichert werden. Markieren Sie noch einmal. Wenn das so bleibt: andere Apps und Tabs schließen und diese Seite in Reichweite des Hubs neu laden.',
  },
  storageSilent:
    'Der Speicher des Tablets antwortet nicht. Was Sie vorher markiert haben, ist noch darin: Öffnen Sie diese Seite in Reichweite des Hubs noch einmal. Bis dahin diesen Tab offen lassen.',
  notices: 'Vom Hub:',

  refusedCount: (n) => `${marks(n)} vom Hub abgelehnt`,
  refusedShow: 'Zeigen',

  grid: 'Module nach Strings',
  auditLoading: 'Audit wird geladen…',
  auditUnread: 'Der Hub antwortet nicht, und dieses Tablet hat dieses Audit noch nicht.',
  string: (n) => `String ${String(n)}`,
  offPlan: 'Nicht im Plan',
  position: (n) => `Position ${String(n)}`,
  hasComment: 'Kommentar',
  notExamined: 'nicht geprüft',
  hasPhoto: 'Foto',
  conflict: 'Konflikt',
  openedBy: (name) => `offen bei ${name}`,

  here: (n) => `${numberText(n)} ${plural(n, 'Person', 'Personen')} in diesem Audit`,

  markAs: (mark, key) => `${mark} (Taste ${key})`,
  takeBack: 'Markierung entfernen',
  comment: 'Kommentar',
  commentHint: 'Freiwillig',
  commentSave: 'Kommentar speichern',
  alsoOpen: (names) => `Auch hier offen: ${names}.`,
  markedBy: (name, time) => `${name}, ${time}`,
  history: 'Verlauf',
  historyComment: (comment) => `„${comment}“`,
  said: (module, status) => `${module}: ${status}`,
  saidComment: (module) => `${module}: Kommentar gespeichert`,

  receipt: {
    tablet: 'nur auf diesem Tablet',
    hub: 'noch nicht in der Cloud',
    cloud: 'in der Cloud',
    parked: 'von der Cloud abgelehnt',
  },
  notInCloud: (n) => `${modules(n)} noch nicht in der Cloud`,
  opsNotInCloud: (n) => `${numberText(n)} ${plural(n, 'Eintrag', 'Einträge')} noch nicht in der Cloud`,
  allInCloud: 'Alles ist in der Cloud',
  modulesInCloud: 'Alle Module sind in der Cloud',
  parkedCount: (n) => `${modules(n)} von der Cloud abgelehnt`,
  catchUp: (done, total) => `Senden: ${numberText(done)} von ${numberText(total)}`,

  updateReady: 'Eine neue Version der Seite ist da. Sie öffnet sich beim nächsten Laden.',
  updateNow: 'Jetzt öffnen',

  pillOpen: (reach) => `${reach}: Hub, Cloud und Dateien`,

  /** Marking: the sheet, several modules at once, and the way back. */
  marking: {
    bar: 'Markieren',
    goOn: 'Markieren und weiter',
    nothingLeft: 'Alle Module sind markiert.',
    phrasesLabel: 'Fertige Texte',
    phrasesOwn: 'Ihre letzten Texte',
    phrases: ['Glasbruch', 'Hotspot', 'Dose', 'Schatten', 'Schmutz', 'Noch prüfen'],
    pick: 'Auswählen',
    picked: (n) => `${numberText(n)} ausgewählt`,
    pickEnd: 'Abbrechen',
    wholeString: 'Ganzer String',
    allUnmarked: 'Alle offenen',
    allOk: (n) => `Rest OK (${numberText(n)})`,
    allOkAsk: (n, noted) =>
      `${modules(n)} als OK markieren?${noted > 0 ? ` ${numberText(noted)} mit Kommentar ${plural(noted, 'bleibt', 'bleiben')} zu prüfen.` : ''}`,
    allOkYes: 'Als OK markieren',
    modules,
    became: (what, status) => `${what} → ${status}`,
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    undone: (n) => `${marks(n)} rückgängig gemacht`,
    undonePartly: (n, left) =>
      `${messages.marking.undone(n)}, ${numberText(left)} nicht: inzwischen geändert`,
  },

  /** Which modules are shown, and how. */
  view: {
    all: 'Alle',
    tab: (n) => `S${String(n)}`,
    tabOff: 'Andere',
    addString: 'String hinzufügen',
    editLayout: 'Strings ändern',
    markedHidden: (name, module) => `${name} hat ${module} markiert; das Modul ist ausgeblendet.`,
    tabLabel: (name, marked, total) => `${name}, ${numberText(marked)} von ${numberText(total)}`,
    toggle: 'Filtern, suchen, Ansicht wechseln',
    how: 'Ansicht',
    hows: { cells: 'Strings', plan: 'Plan', overview: 'Übersicht' },
    search: 'Modul suchen',
    filter: {
      unmarked: 'Offen',
      defects: 'Mängel',
      conflicts: 'Konflikte',
      mine: 'Meine',
    },
    overviewLabel: (marked, total, defects) =>
      `Die ganze Anlage: ${numberText(marked)} von ${numberText(total)} markiert, ${numberText(defects)} ${plural(defects, 'Mangel', 'Mängel')}`,
    away: 'Diese Ansicht ist noch nicht auf diesem Tablet: Sie lädt, sobald der Hub antwortet.',
  },

  /** The first screen: the audits, and what a lead does with them. */
  home: {
    search: 'Audit suchen',
    newAudit: 'Neues Audit',
    import: 'Datei importieren',
    noneFound: (search) => `Kein Audit passt zu „${search}“.`,
    archived: (n) => `${numberText(n)} ${plural(n, 'archiviertes Audit', 'archivierte Audits')}`,
    drop: 'Datei hier ablegen',
    menu: (audit) => `Aktionen für ${audit}`,

    done: 'Fertig',
    made: (time) => `angelegt: ${time}`,
    untouched: 'Noch nicht begonnen',
    last: (ago) => `Letzte Markierung ${ago}`,
    presentMore: (names, n) => `${names} und ${numberText(n)} weitere`,

    fileTooLarge: 'sie ist zu groß.',
    fileUnread: 'dieses Gerät konnte sie nicht lesen.',

    saved: (name) => `In den Downloads gespeichert: ${name}`,
    report: 'Bericht zum Drucken',
    reportInstead:
      'Diese Ansicht wird nicht ganz gedruckt. Drucken Sie den Bericht: hinter der Filter-Taste.',
    archivedNow: (audit) => `${audit} ist archiviert`,
    unarchived: (audit) => `${audit} ist wieder da`,
    removed: (audit) => `${audit} ist gelöscht`,
  },

  /** Whether this tablet and the hub speak with one another. */
  sync: {
    states: { yes: 'Sync ON', no: 'Offline', off: 'Sync OFF', unknown: 'Hub wird gesucht…' },
    off: 'Nichts verlässt dieses Tablet und nichts kommt an; alles, was Sie markieren, bleibt hier gespeichert.',
    stop: 'Sync ausschalten',
    goOn: 'Sync einschalten',
  },

  settings: {
    title: 'Einstellungen',
    changeName: 'Namen ändern',
  },

  /** The others on an audit: where they are, what they did, and what is said among the crew. */
  together: {
    alone: 'Nur Sie',
    hereNames: (n, names) => `${messages.here(n)}: ${names}`,
    following: (name) => `Sie folgen ${name}`,

    one: (name, module, status) => `${name}: ${module} → ${status}`,
    same: (name, n, status) => `${name}: ${modules(n)} → ${status}`,
    some: (name, n) => `${name}: ${modules(n)}`,
    many: (people, n) => `${numberText(people)} ${plural(people, 'Person', 'Personen')}: ${modules(n)}`,
    show: 'Zeigen',
    conflict: (name, module, shows) =>
      `${module}: ${name} und Sie haben es verschieden markiert. Gezeigt wird ${shows}.`,
    conflictOwn: (module, shows) =>
      `${module}: Ihre Markierung widerspricht einer anderen. Gezeigt wird ${shows}.`,
    conflictOthers: (module, shows, name) =>
      `${module} von zwei Personen verschieden markiert: Gezeigt wird ${shows} (${name}).`,
    conflicts: (n) => `${numberText(n)} ${plural(n, 'Konflikt', 'Konflikte')} mit Ihren Markierungen`,
    conflictTitle: 'Konflikt',

    chat: 'Nachrichten',
    chatNew: (n) => `Nachrichten, ${numberText(n)} neu`,
    wrote: (name, text) => `${name}: ${text}`,
    open: 'Öffnen',
  },
};
