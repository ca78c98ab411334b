// Texts of what leads see of the hub itself, in German: read with that, and not before anything is shown.
import { numberText } from '..';
import type { LeadTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const lead: LeadTexts = {
  backups: {
    title: 'Sicherungen des Hubs',
    reading: 'Wird geladen…',
    none: 'Dieser Hub kennt keine Sicherung.',
    last: (time, ago) => `Letzte Sicherung: ${time} (${ago})`,
    holds: (size, audits) =>
      `${size}, ${numberText(audits)} ${plural(audits, 'Audit', 'Audits')}. Geschrieben und zurückgelesen. Die Bilder der Fotos gehören nicht dazu.`,
    onStick: (label) => `Auf dem USB-Stick ${label}`,
    inFile: (file) => `In der Datei ${file}`,
    old: 'Sie ist über zwei Tage alt: Machen Sie eine neue.',
    daily: (label) => `Jeden Tag wird eine gemacht, und wenn der USB-Stick namens ${label} eingesteckt wird.`,
    notDaily: 'Von selbst wird keine Sicherung gemacht.',
    toStick: (label) => `Sie kommt auf den USB-Stick namens ${label}, der im Hub steckt.`,
    toDir: (dir) => `Sie kommt in den Ordner ${dir} des Hubs.`,
    now: 'Jetzt sichern',
    wanted: 'Angefordert…',
    copying: 'Der Hub bereitet die Kopie vor…',
    writing: (bytes, of) => `Wird geschrieben: ${bytes} von ${of}`,
    checking: 'Wird zurückgelesen und verglichen… Ziehen Sie den Stick nicht ab.',
    done: 'Fertig: Die Sicherung ist geschrieben und zurückgelesen.',
    failed: (time) => `Keine Sicherung (${time}):`,
    problems: {
      nobody:
        'Es hat nichts begonnen. Meist steckt kein Stick namens FIELDHUB im Hub. Sonst tippen Sie am Hub: sudo fieldhub service install',
      no_stick: 'Im Hub steckt kein USB-Stick namens FIELDHUB.',
      read_only: 'Der Stick ist schreibgeschützt: gesperrt oder beschädigt. Nehmen Sie einen anderen.',
      mount:
        'Der Stick ist da, aber der Hub kann ihn nicht öffnen. Formatieren Sie ihn mit FAT32 oder exFAT.',
      no_room: 'Der Platz reicht nicht: Schaffen Sie welchen, oder nehmen Sie einen größeren Stick.',
      not_the_same: 'Zurückgelesen wurde etwas anderes als geschrieben. Nehmen Sie einen anderen Stick.',
      hub_full: 'Auf der Platte des Hubs ist kein Platz, um die Kopie vorzubereiten.',
      broken_off: 'Sie wurde begonnen, dann kam nichts mehr. Wurde der Stick abgezogen?',
      other: 'Sie konnte nicht geschrieben werden.',
    },
    words: 'Einzelheiten (Worte des Hubs)',
    noStick: (label) =>
      `Kein Stick? Nehmen Sie irgendeinen USB-Stick, nennen Sie ihn am Computer ${label}, stecken Sie ihn in den Hub und versuchen Sie es noch einmal.`,
    device: 'Auf dieses Gerät kopieren',
    deviceWhy:
      'Der Browser lädt eine Kopie herunter (ohne die Bilder der Fotos): Prüfen Sie sie in seinen Downloads. Der Hub zählt sie nicht als Sicherung.',
  },

  start: {
    title: 'Dieser Hub',
    intro:
      'Sechs Punkte, in beliebiger Reihenfolge. Sie können die Seite verlassen und zurückkommen: Team, dann „Dieser Hub“.',
    link: 'Dieser Hub: Einrichtung',

    name: 'Name des Hubs',
    nameIs: (name) => `Er heißt ${name}.`,
    nameDefault: 'Er hat noch keinen eigenen Namen.',
    nameNew: 'Neuer Name, zum Beispiel Transporter 1',
    writeInto: (file) =>
      `Der Hub kann seine Einstellungen nicht selbst ändern. Schreiben Sie auf seinem Rechner diese Zeile ganz oben in ${file} (die bisherige entfernen):`,
    writeAtEnd: (file) => `Schreiben Sie ans Ende von ${file}:`,
    thenType: 'Dann tippen Sie auf dem Rechner des Hubs:',
    startAgain: 'Dieser Hub wurde von Hand gestartet: Starten Sie ihn mit dieser Option neu.',

    wifi: 'WLAN und Aushang',
    wifiIs: (ssid) => `Die Tablets verbinden sich mit ${ssid}.`,
    wifiNone: 'Der Hub kennt kein WLAN.',
    wifiMake:
      'Der Hub kann ein eigenes machen. Von hier aus geht das nicht: Tippen Sie auf seinem Rechner, mit Ihren Worten:',
    wifiOther:
      'Nutzen die Tablets ein anderes WLAN, ist nichts zu tun: Auf dem Aushang ist Platz, es von Hand einzutragen.',
    joined: (n) =>
      n === 0
        ? 'Sonst ist noch niemand im Team: Zeigen Sie den Aushang.'
        : `${numberText(n)} ${plural(n, 'weitere Person ist', 'weitere Personen sind')} im Team.`,
    poster: 'Aushang und Codes zeigen',

    cloud: 'Die Cloud',
    cloudNone: 'Keine Cloud ist eingestellt.',
    cloudReached: 'Die Cloud hat seit dem Start des Hubs geantwortet.',
    cloudNotReached: 'Die Cloud hat seit dem Start des Hubs noch nicht geantwortet.',
    cloudWhy:
      'Ohne Cloud bleibt alles auf diesem Hub und auf den Tablets. Probieren Sie hier Adresse und Token: Der Hub ruft wirklich an und ändert nichts.',
    cloudUrl: 'Adresse (fieldhub+https://… für einen anderen fieldhub)',
    cloudToken: 'Token, falls nötig',
    cloudTry: 'Probieren',
    cloudTrying: 'Anruf läuft…',
    cloudWorks: 'Sie antwortet und lässt diesen Hub ein.',
    cloudAnswers:
      'Sie antwortet wie eine Cloud, kennt aber kein Audit dieses Hubs. Ob sie das Token annimmt, zeigt sich erst mit einem Audit, das sie auch hat.',
    cloudFails: 'Der Versuch ist misslungen.',
    tokenFile:
      'Für das Token: Tippen Sie dies auf dem Rechner des Hubs, fügen Sie das Token ein, Eingabe, dann Strg+D:',

    doctor: 'Prüfung des Rechners',
    doctorLooks: 'Wird geprüft…',
    doctorFine: 'Nichts zu tun, soweit der Hub sieht.',
    doctorFound: (n) => `${numberText(n)} ${plural(n, 'Punkt', 'Punkte')} zum Ansehen`,
    doctorWords: 'In den Worten des Hubs, auf Englisch:',
    doctorRest: (good, unknown) =>
      `${numberText(good)} ${plural(good, 'Punkt ist', 'Punkte sind')} in Ordnung. ${numberText(unknown)} ${plural(unknown, 'ist', 'sind')} von hier nicht zu sehen; dieser Befehl auf dem Rechner des Hubs sieht alles:`,
    doctorAgain: 'Noch einmal prüfen',

    audit: 'Erstes Audit',
    auditsNone: 'Es gibt noch keines.',
    auditsThere: (n) => `${numberText(n)} ${plural(n, 'Audit', 'Audits')} auf diesem Hub.`,
    auditNew: 'Neues Audit',
    auditImport: 'Datei importieren',
    auditDemo: 'Vorführung ausprobieren',
    auditDemoWhy: 'Die Vorführung ist ein kleines gewöhnliches Audit: Löschen Sie es danach.',
    auditDemoCloud:
      'Die Vorführung ist ein kleines gewöhnliches Audit, das auch in die Cloud geht: Löschen Sie es danach.',
    demoName: 'Vorführung',
  },

  empty: {
    lead: 'Legen Sie eines an, oder ziehen Sie einen Plan, einen Tablet-Export oder eine CSV-Datei hierher. Ist der Hub neu? Die Einrichtung zeigt den Rest, Schritt für Schritt.',
    start: 'Hub einrichten',
    demo: 'Vorführung ausprobieren',
    technician: 'Bitten Sie die Teamleitung, eines auf dem Hub anzulegen: Es erscheint hier von selbst.',
  },
};
