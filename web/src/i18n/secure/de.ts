// Texts of the way to HTTPS, in German: read with it, and not before anything is shown.
import { numberText } from '..';
import type { SecureTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;

export const secure: SecureTexts = {
  title: 'HTTPS',
  checking: 'Es wird geprüft, ob dieses Tablet dem Hub vertraut…',
  untrusted:
    'Dieser Hub hat auch eine HTTPS-Adresse. Ist sein Zertifikat installiert, öffnet sich die Seite auch ohne Netz und kann zum Startbildschirm hinzugefügt werden.',
  untrustedForeign:
    'Dieser Hub hat auch eine HTTPS-Adresse, aber dieser Browser vertraut dem Zertifikat nicht. Die Teamleitung weiß, wer es unterschrieben hat.',
  install: 'Zertifikat installieren',
  trusted:
    'Dieses Tablet vertraut dem Hub. Mit HTTPS öffnet sich die Seite auch ohne Netz. Ihre nicht gesendeten Markierungen kommen mit.',
  goOn: 'Weiter mit HTTPS',
  asked: 'Beantworten Sie die Frage auf der neuen Seite. Bis dahin verlässt nichts diese Seite.',
  declined: 'Nichts wurde übertragen.',
  failed: 'Der Umzug wurde nicht fertig. Alles ist noch hier; bitte noch einmal.',
  moved: (origin) => `Dieses Tablet arbeitet jetzt auf ${origin}. Hier ist nichts mehr.`,
  movedLeft: (origin, n) =>
    `Dieses Tablet arbeitet jetzt auf ${origin}, aber seitdem ${plural(n, 'kam', 'kamen')} hier ${marks(n)} dazu.`,
  movedGo: 'Dorthin gehen',
  takeAlong: 'Auch mitnehmen',

  handTitle: 'Weiter mit HTTPS',
  handLooking: 'Die andere Seite wird gefragt, was sie hat…',
  handFrom: (origin) => `Auf ${origin} hat dieses Tablet:`,
  handName: (name) => `den Namen und den Platz im Team von ${name}`,
  handUnsent: (n) => `${marks(n)}, noch nicht auf dem Hub`,
  handSent: (n) => `${marks(n)}, schon gesendet, bis zu 30 Tage aufbewahrt, falls der Hub verloren geht`,
  handAsk: 'Alles hierher holen?',
  handWhy: 'Die alte Seite löscht nichts, bevor alles hier gespeichert ist.',
  handYes: 'Ja, hierher holen',
  handNo: 'Nein, ohne beginnen',
  handTaking: 'Wird gespeichert…',
  handDone: (n) => (n === 0 ? 'Alles ist hier.' : `${marks(n)} ${plural(n, 'ist', 'sind')} hier.`),
  handDoneGone: 'Die alte Seite ist leer und kann geschlossen werden. Arbeiten Sie ab jetzt hier.',
  handDoneThere:
    'Die alte Seite hat nicht geantwortet: Vielleicht zeigt sie sie noch. Das schadet nicht: Nichts wird doppelt gezählt.',
  handStay: (n) => `Noch ${numberText(n)} ${plural(n, 'Foto', 'Fotos')} auf der alten Seite`,
  handPhotos: (n, origin) =>
    `${numberText(n)} ${plural(n, 'Foto bleibt', 'Fotos bleiben')} unter ${origin} und ${plural(n, 'wird', 'werden')} von dort gesendet. Lassen Sie jene Seite in Reichweite des Hubs offen, bis sie sagt, dass alle Fotos auf dem Hub sind.`,
  handGo: 'Weiter',
  handAlone: 'Die andere Seite antwortet nicht',
  handAloneWhy:
    'Der Umzug zu HTTPS beginnt auf der alten Seite: Öffnen Sie sie und tippen Sie auf „Weiter mit HTTPS“. Nichts ist verloren: Alles ist noch dort.',
  handAway: 'Der Hub antwortet nicht',
  handAwayWhy: 'Nichts wurde übertragen. Bitte noch einmal, wenn er erreichbar ist.',
  handFailed: 'Dieser Browser konnte nichts speichern',
  handFailedWhy:
    'Nichts ist verloren: Alles ist noch auf der alten Seite. Speicher voll, oder ein privates Fenster?',
  handRetry: 'Noch einmal',
  handOld: 'Zurück zur alten Seite',

  homeTitle: 'Auf dem Startbildschirm',
  homeWhy: 'Die Seite öffnet sich dann wie eine App, auch ohne Netz.',
  homeGo: 'Auf dem Startbildschirm ablegen',
  homeIos:
    'In Safari: auf „Teilen“ tippen, dann „Zum Home-Bildschirm“. Senden Sie vorher alle Markierungen: Die App hat ihren eigenen Speicher und fragt einmal nach dem Team-Code.',
};
