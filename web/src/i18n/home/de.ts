// Texts of the dialogs of the first screen (new audit, sharing, removing), in German: not of the first load.
import { numberText } from '..';
import type { HomeTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;
const modules = (n: number) => `${numberText(n)} ${plural(n, 'Modul', 'Module')}`;

export const home: HomeTexts = {
  saveCsv: 'Als CSV exportieren',
  saveJson: 'Als JSON exportieren',
  archive: 'Archivieren',
  unarchive: 'Aus dem Archiv holen',
  newTitle: 'Neues Audit',
  newGo: 'Audit anlegen',
  name: 'Name',
  nameNeeded: 'Geben Sie dem Audit einen Namen.',
  client: 'Kunde (freiwillig)',
  location: 'Ort (freiwillig)',
  strings: 'Strings',
  stringsHow: '26, 24x9: ein String mit 26 Modulen, dann neun mit 24.',
  stringsBad: (part) => `„${part}“ ist keine Zahl von Modulen. Schreiben Sie zum Beispiel 26, 24x9.`,
  stringsMany: 'Ein Audit hat höchstens 20.000 Module.',
  stringsNone: 'Geben Sie für jeden String die Zahl der Module ein.',
  layoutTotal: (n, strings) =>
    `${modules(n)} in ${numberText(strings)} ${plural(strings, 'String', 'Strings')}`,
  listOpen: 'String für String eingeben',
  listClose: 'Liste schließen',
  stringLess: 'Den letzten entfernen',
  stringMore: 'String hinzufügen',
  share: 'Per QR-Code teilen',
  shareTitle: (audit) => `${audit} öffnen`,
  shareQr: (audit) => `QR-Code, der das Audit ${audit} öffnet`,
  shareHow: 'Mit der Kamera eines anderen Tablets im selben WLAN scannen.',
  details: 'Name, Kunde und Ort',
  remove: 'Löschen…',
  removeTitle: (audit) => `${audit} löschen?`,
  removeWhat: (n, marked) =>
    `${modules(n)}, ${numberText(marked)} markiert, mit Verlauf und Nachrichten: Alles wird von diesem Hub gelöscht, für alle.`,
  removeWaiting: (n) => `${marks(n)} dieses Tablets ${plural(n, 'ist', 'sind')} noch nicht auf dem Hub.`,
  removePending: (n) => `${marks(n)} ${plural(n, 'ist', 'sind')} noch nicht in der Cloud.`,
  removeShown:
    'Die Cloud behält, was die Module zeigen. Ihr Verlauf und die Nachrichten sind nur auf diesem Hub, und bis zu 30 Tage auf Tablets.',
  removeNoCloud: 'Dieses Audit ist in keiner Cloud: Nur dieser Hub hat es.',
  removeSure: 'Ich weiß, dass all das verloren geht.',
  removeGo: 'Endgültig löschen',
};
