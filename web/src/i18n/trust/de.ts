// The German texts of /trust. Paths through menus are as the systems name them in this language.
import type { TrustTexts } from './fr';

export const trust: TrustTexts = {
  title: 'Der Hub über HTTPS',
  why: 'Freiwillig: Alles geht auch ohne HTTPS. Mit HTTPS öffnet sich die Seite auch ohne Netz, kann zum Startbildschirm hinzugefügt werden, und niemand im WLAN kann lesen, was Sie senden. Dafür muss dieses Gerät dem Zertifikat des Hubs vertrauen: Das sagt man ihm einmal.',
  reading: 'Der Hub wird gefragt…',
  away: 'Der Hub antwortet nicht. Neuer Versuch automatisch.',
  none: 'Dieser Hub hat keine HTTPS-Adresse.',
  noneHow: 'Die Teamleitung bekommt eine, wenn sie ihn mit „--tls auto“ startet.',
  checking: 'Wird geprüft…',
  not: 'Noch nicht: Dieser Browser vertraut dem Hub nicht.',
  notWhy: 'Folgen Sie den Schritten unten und kommen Sie hierher zurück; die Seite prüft von selbst.',
  again: 'Jetzt prüfen',
  yes: 'Es geht: Dieser Browser vertraut dem Hub.',
  yesWhy:
    'Die neue Seite übernimmt Ihren Namen und Ihre nicht gesendeten Markierungen. Bis dahin verlässt nichts die alte.',
  asked: 'Beantworten Sie die Frage auf der neuen Seite. Bis dahin verlässt nichts diese Seite.',
  moved: 'Der Umzug ist fertig. Diese Seite kann geschlossen werden.',
  failed: 'Der Umzug wurde nicht fertig. Alles ist noch hier; bitte noch einmal.',
  goOn: 'Weiter mit HTTPS',
  here: 'Diese Seite läuft schon über HTTPS.',
  hereHow:
    'Hat der Browser zuerst eine Warnung gezeigt, fehlt das Zertifikat noch: Die Schritte stehen unten.',
  onDevice: 'Das Zertifikat auf einem Gerät installieren',
  open: 'Audits öffnen',
  plain: 'Ohne HTTPS weiter',
  steps: (system) => `Zertifikat installieren: ${system}`,
  other: 'Ein anderes Gerät?',
  get: 'Zertifikat herunterladen',
  getProfile: 'Profil herunterladen',
  system: {
    android: 'Android',
    ios: 'iPhone, iPad',
    windows: 'Windows',
    macos: 'Mac',
    linux: 'Linux (Chrome)',
    firefox: 'Firefox',
  },
  how: {
    android: [
      'Laden Sie das Zertifikat herunter. Sagt Android, dass es in den Einstellungen installiert werden muss, ist das richtig so: Schließen Sie die Meldung.',
      'Öffnen Sie Einstellungen > Sicherheit & Datenschutz > Weitere Sicherheits- & Datenschutzeinstellungen > Verschlüsselung & Anmeldedaten > Zertifikat installieren > CA-Zertifikat. (Samsung: Einstellungen > Sicherheit und Datenschutz > Weitere Sicherheitseinstellungen > Von Telefonspeicher installieren > CA-Zertifikat. Am kürzesten: in den Einstellungen nach „CA-Zertifikat“ suchen.)',
      'Tippen Sie auf „Trotzdem installieren“, geben Sie die PIN des Bildschirms ein, und wählen Sie fieldhub-ca.crt in den Downloads.',
      'Ohne Displaysperre installiert Android kein Zertifikat: Es verlangt eine.',
      'Kommen Sie hierher zurück. Android meldet vielleicht, dass das Netzwerk überwacht werden könnte: So sagt es, dass ein Zertifikat hinzugekommen ist.',
    ],
    ios: [
      'Laden Sie in Safari (kein anderer Browser geht) das Profil herunter und tippen Sie auf „Zulassen“.',
      'Öffnen Sie Einstellungen > Profil geladen, ganz oben, dann „Installieren“. (Oder: Einstellungen > Allgemein > VPN und Geräteverwaltung.)',
      'Dann Einstellungen > Allgemein > Info > Zertifikatsvertrauenseinstellungen: volles Vertrauen für das Zertifikat des Hubs einschalten. Ohne diesen Schritt ändert sich nichts.',
      'Kommen Sie hierher zurück.',
    ],
    windows: [
      'Laden Sie das Zertifikat herunter und öffnen Sie es, dann „Zertifikat installieren…“.',
      'Wählen Sie „Aktueller Benutzer“, dann „Alle Zertifikate in folgendem Speicher speichern“ > Durchsuchen > „Vertrauenswürdige Stammzertifizierungsstellen“.',
      'Fertigstellen, die Warnung mit Ja beantworten und den Browser neu starten. Chrome, Edge und Firefox nutzen es alle.',
    ],
    macos: [
      'Laden Sie das Zertifikat herunter und öffnen Sie es: Die Schlüsselbundverwaltung legt es im Schlüsselbund „Anmeldung“ ab.',
      'Doppelklicken Sie dort auf das Zertifikat des Hubs, öffnen Sie „Vertrauen“ und stellen Sie „Bei Verwendung dieses Zertifikats“ auf „Immer vertrauen“.',
      'Schließen Sie das Fenster, geben Sie Ihr Passwort ein, und starten Sie den Browser neu. Safari, Chrome und Firefox nutzen es alle.',
    ],
    linux: [
      'Laden Sie das Zertifikat herunter.',
      'Öffnen Sie chrome://certificate-manager > Lokale Zertifikate > Von dir installiert > Vertrauenswürdige Zertifikate > Importieren, und wählen Sie fieldhub-ca.pem. (Vor Chrome 131: chrome://settings/certificates > Zertifizierungsstellen > Importieren, und das Identifizieren von Websites ankreuzen.)',
      'Oder in einem Terminal, mit dem Paket libnss3-tools: certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n fieldhub -i fieldhub-ca.pem',
      'Für Firefox siehe unten bei „Firefox“.',
    ],
    firefox: [
      'Laden Sie das Zertifikat herunter. Bietet Firefox gleich an, ihm zu vertrauen, kreuzen Sie „um Websites zu identifizieren“ an.',
      'Sonst, auf einem Computer: Einstellungen > Datenschutz & Sicherheit > Zertifikate > Zertifikate anzeigen > Zertifizierungsstellen > Importieren, fieldhub-ca.pem wählen und „Dieser CA vertrauen, um Websites zu identifizieren“ ankreuzen.',
      'Auf Android: Installieren Sie das Zertifikat zuerst in Android (unten). Dann in Firefox: Einstellungen > Über Firefox, fünfmal auf das Logo tippen; zurück, und unter „Geheime Einstellungen“ „CA-Zertifikate von Drittanbietern verwenden“ einschalten. Chrome verlangt weniger.',
    ],
  },
  meansTitle: 'Was das bedeutet',
  means: [
    'Ihr Gerät glaubt diesem Hub, wenn er sagt, wer er ist. Der Hub behält seinen Schlüssel für sich; er verlässt seine Karte nicht.',
    'Dieses Zertifikat ist auf Namen des lokalen Netzes und private Adressen beschränkt: Geräte, die diese Grenze beachten, glauben ihm für keine Website im Internet.',
    'Entfernen Sie es dort, wo Sie es installiert haben, wenn Sie nicht mehr mit diesem Hub arbeiten.',
  ],
  compare: 'Ist das wirklich Ihr Hub? Vergleichen Sie mit dem, was „fieldhub status“ auf dem Hub sagt:',
};
