// Texts of the panel of the hub, the cloud and files, in German: read with it, and not before anything is shown.
import { numberText } from '..';
import type { PanelTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;

export const panel: PanelTexts = {
  panelTitle: 'Synchronisierung',
  places: 'Wo Ihre Einträge sind',
  placeTablet: 'Einträge (Markierungen, Nachrichten) nur auf diesem Tablet',
  placeHub: 'Module auf dem Hub',
  placeBehind: 'Module auf dem Hub, noch nicht in der Cloud',
  placeBehindOps: 'Einträge auf dem Hub, noch nicht in der Cloud',
  placeCloud: 'Module in der Cloud',
  placeNoCloud: 'In der Cloud',
  cleared: (n) =>
    `Davon ${numberText(n)} ohne Zustand (Markierung entfernt oder nur ein Kommentar), ${plural(n, 'wird', 'werden')} auch gesendet.`,
  cloudTitle: 'Vom Hub in die Cloud',
  panelReading: 'Wird geladen…',
  panelStale: (reason) => `Letzter bekannter Stand: ${reason}`,
  reasons: {
    unreachable: 'Zurzeit nicht erreichbar: kein Netz, oder unter dieser Adresse antwortet nichts.',
    no_connection: 'Zurzeit nicht erreichbar: keine Verbindung in der vorgesehenen Zeit.',
    no_answer: 'Die Verbindung ist zu schwach: keine rechtzeitige Antwort. Neuer Versuch automatisch.',
    stalled: 'Die Verbindung ist zu schwach: Sie blieb stehen. Neuer Versuch automatisch.',
    broken_off: 'Die Verbindung ist zu schwach: Sie brach ab. Neuer Versuch automatisch.',
    not_http: 'Unter dieser Adresse ist kein Hub: Die Teamleitung muss sie prüfen.',
    not_hub: 'Was antwortet, ist kein Hub: Prüfen Sie die Adresse, oder ob es eine Anmeldeseite gibt.',
    elsewhere: 'Unter dieser Adresse antwortet etwas anderes: Gibt es eine Anmeldeseite?',
    bad_answer: 'Die Antwort ist nicht lesbar. Neuer Versuch automatisch.',
    address: 'Die Adresse ist nicht brauchbar: Die Teamleitung muss sie prüfen.',
    tls: 'Die sichere Verbindung wird nicht akzeptiert.',
    lets_nobody_in: 'Dieser Hub wird abgewiesen: Die Teamleitung muss das Token prüfen.',
    asks_to_wait: 'Die Cloud bittet zu warten. Neuer Versuch automatisch.',
    in_trouble: 'Die Cloud hat ein Problem. Neuer Versuch automatisch.',
    refuses_audit: 'Die Cloud lehnt ein ganzes Audit ab. Neuer Versuch automatisch.',
    here: 'Auf diesem Hub stimmt etwas nicht: siehe „fieldhub doctor“.',
    audit_unread: 'Ein Audit ist auf diesem Hub nicht lesbar; die anderen gehen hinauf.',
    hours: 'Außerhalb der Sendezeiten. Das Senden geht von selbst weiter.',
    budget: 'Die Datenmenge für heute ist verbraucht. Weiter um Mitternacht (UTC).',
    photos_full: 'Kein Platz mehr für Fotos in der Cloud. Einträge gehen weiter.',
    photos_full_here: 'Kein Platz mehr auf diesem Hub für Fotos aus der Cloud. Einträge gehen weiter.',
    no_photos: 'Die Cloud hat eine ältere Version ohne Fotos: Sie bleiben auf diesem Hub.',
    itself: 'Das ist dieser Hub selbst, oder eine Kopie: Er kann sich nichts selbst senden.',
    same_hub:
      'Ein anderer Hub hat dieselbe Identität (kopierte Karte): Geben Sie auf einem der beiden „fieldhub identity new“ ein.',
    newer: 'Der andere Hub ist neuer: Installieren Sie hier dieselbe Version.',
    settings: 'Seine Einstellungen sind nicht brauchbar: Token-Datei, Zertifikat oder Proxy.',
  },
  reasonUnknown: 'Der Hub wartet.',
  details: 'Details (Worte des Hubs)',
  upstreamNone: 'Dieser Hub sendet nichts weiter.',
  upstreamSet: 'Cloud ausprobieren und einstellen',
  upstreamIdle: 'Auf dem neuesten Stand',
  upstreamUntried: 'Noch nicht versucht: kein Audit dorthin zu senden',
  upstreamPending: (n) => `${numberText(n)} ${plural(n, 'Modul', 'Module')} zu senden`,
  upstreamPendingOps: (n) => `${numberText(n)} ${plural(n, 'Eintrag', 'Einträge')} zu senden`,
  upstreamSending: 'Senden läuft',
  upstreamSendingOf: (done, total) =>
    `Senden: ${numberText(done)} von ${numberText(total)} ${plural(total, 'Modul', 'Modulen')}`,
  upstreamSendingOpsOf: (done, total) =>
    `Senden: ${numberText(done)} von ${numberText(total)} ${plural(total, 'Eintrag', 'Einträgen')}`,
  upstreamWaiting: (seconds) => `Nächster Versuch in ${numberText(seconds)} s`,
  upstreamWaitingSoon: 'Nächster Versuch gleich',
  upstreamPaused: 'Pausiert',
  upstreamLast: (time) => `Letzte Antwort: ${time}`,
  upstreamNever: 'Seit dem Start des Hubs nie erreicht',
  upstreamShown:
    'Diese Cloud (v3.3) behält, was jedes Modul zeigt: keine Nachrichten, keine früheren Markierungen. Die Tablets, die sie gesendet haben, behalten sie bis zu 30 Tage.',
  upstreamLeftOut: (n, example) =>
    `Sie nennt ${n === 1 ? '1 Zeile' : `${numberText(n)} Zeilen`}, die der Hub nicht lesen kann, zum Beispiel ${example}`,
  upstreamBytes: (sent, received) => `Heute: ${sent} gesendet, ${received} empfangen`,
  upstreamBudget: (used, budget) => `${used} von ${budget} am Tag`,
  syncNow: 'Jetzt senden',
  syncing: 'Versuch läuft…',
  sentNow: {
    asked: 'Versuch läuft…',
    done: 'Alles ist angekommen.',
    left: 'Zum Teil gesendet, der Rest folgt.',
    failed: 'Das Senden hat nicht geklappt.',
    nothing: 'Nichts dorthin zu senden: Die Adresse wurde nicht versucht.',
  },

  parkedTitle: 'Von der Cloud abgelehnt',
  parkedWhy: 'Diese Module sind auf dem Hub. Die Cloud lehnt sie so ab.',
  parkedDropped: 'ausgelassen',
  parkedReason: (upstream, reason) => `${upstream}: ${reason}`,
  parkedReasons: {
    refused: 'die Cloud nimmt es so nicht an.',
    fails_over_one: 'die Cloud nimmt andere Module an und scheitert an diesem.',
    hidden: 'die Leitung hat dieses Modul ausgeblendet: Es wird gesendet, wenn es wieder eingeblendet ist.',
    taken_back:
      'es ist hier wieder zu prüfen, und diese Cloud kann einen Eintrag nicht zurücknehmen: neu markieren oder auslassen.',
    comment_alone:
      'es hat einen Kommentar, aber keinen Befund, was diese Cloud nicht kennt: bitte den Befund markieren.',
  },
  parkedRetry: 'Noch einmal',
  parkedRetryLabel: (module) => `${module} noch einmal versuchen`,
  parkedDrop: 'Auslassen',
  parkedDropLabel: (module) => `${module} auslassen`,
  parkedRetryAll: 'Alle noch einmal',
  parkedMore: (n) => `und ${numberText(n)} weitere`,

  carryTitle: 'Ganz ohne Verbindung',
  bundle: 'Paket herunterladen',
  bundleWhy:
    'Alle Daten dieses Hubs in einer Datei für einen USB-Stick. Ein anderer Hub liest sie mit „fieldhub bundle import DATEI“, so oft man will.',
  bundleBusy: 'Wird heruntergeladen…',
  bundleSaved: (name) => `Gespeichert: ${name}`,
  marksFile: 'Meine Markierungen sichern',
  marksFileWhy:
    'Wenn der Hub ausgefallen ist: die Markierungen dieses Tablets in einer Datei, die „fieldhub bundle import DATEI“ ebenfalls liest. Sie bleiben auf dem Tablet.',
  marksFileCount: (audit, n, waiting) =>
    `${audit}: ${marks(n)}, davon ${numberText(waiting)} noch nicht auf dem Hub`,
  marksFileUntil: (time) =>
    `Was auf dem Hub ist, bleibt auch auf diesem Tablet, bis ein anderer fieldhub es hat; das Älteste längstens bis ${time}.`,
  forgets: (days, until) =>
    `Dieser Browser (Safari) löscht alles, was diese Seite speichert, wenn niemand sie ${numberText(days)} Tage lang öffnet: Öffnen Sie sie vor dem ${until} wieder. Oder, wenn alles gesendet ist: Teilen, „Zum Home-Bildschirm“, und von dort aus arbeiten.`,
  marksFileLabel: (audit) => `Meine Markierungen von ${audit} sichern`,
  marksFileNone: 'Auf diesem Tablet ist nichts zu sichern: Alle Markierungen sind an einem sicheren Ort.',
  marksFileSaved: 'In den Downloads des Tablets gespeichert.',
};
