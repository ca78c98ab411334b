// Texts of photos, in German: read with them, after the first screen.
import { numberText } from '..';
import type { PhotoTexts } from './fr';

const photos = (n: number) => `${numberText(n)} ${n === 1 ? 'Foto' : 'Fotos'}`;

export const photo: PhotoTexts = {
  title: 'Fotos',
  count: photos,
  ofSite: 'Die Anlage',
  ofString: 'Ein String',
  camera: 'Foto',
  gallery: 'Galerie',
  none: 'Noch kein Foto.',
  keeping: (n) => `${photos(n)} werden gespeichert…`,
  kept: (n) => `${photos(n)} auf diesem Tablet gespeichert.`,
  where: {
    tablet: 'nur auf diesem Tablet',
    hub: 'auf dem Hub',
    cloud: 'in der Cloud',
    parked: 'von der Cloud abgelehnt',
  },
  one: (n, all) => `Foto ${numberText(n)} von ${numberText(all)}`,
  file: 'Hier keine Vorschau',
  notHere: 'Bild noch nicht auf diesem Hub',
  away: 'Bild nicht auf diesem Tablet: Es erscheint in Reichweite des Hubs.',
  full: 'Auf diesem Tablet ist kein Platz für ein weiteres Foto. Bleiben Sie in Reichweite des Hubs, bis die Fotos gesendet sind.',
  lost: 'Das Tablet hat die Seite geschlossen, während die Kamera offen war. Fehlt das Foto hier, wählen Sie es aus der Galerie.',
  notTaken: {
    no_picture: (name) => `${name}: kein Bild, das der Hub aufbewahrt (JPEG, PNG, TIFF, HEIC).`,
    too_large: (name) => `${name}: mehr als 256 MB, zu groß für den Hub.`,
    full: (name) => `${name}: nicht gespeichert, auf diesem Tablet ist kein Platz mehr.`,
    silent: (name) =>
      `${name}: nicht gespeichert, das Tablet konnte es nicht schreiben. Nehmen Sie es noch einmal auf.`,
  },
  refused: 'Vom Hub abgelehnt',
  refusedFor: (reason) => `Vom Hub abgelehnt: ${reason}`,
  reasons: {
    lost: 'Der Hub hat es verloren, und es ist nicht mehr auf diesem Tablet.',
    not_here: 'Ein Teil des Bildes fehlt auf diesem Tablet.',
    wrong_hash: 'Das Bild kommt beschädigt am Hub an.',
    not_an_image: 'Der Hub erkennt darin kein Bild.',
    too_large: 'Zu groß für diesen Hub.',
    too_many_photos: 'Dieses Audit hat so viele Fotos, wie es haben darf.',
    photo_wrong: 'Was der Hub bekommen hat, ist nicht dieses Bild.',
  },
  again: 'Noch einmal senden',
  forget: 'Von diesem Tablet löschen',
  forgetAsk: 'Dieses Bild ist nur auf diesem Tablet. Endgültig löschen?',
  waiting: (n, size) => `${photos(n)} (${size}) nur auf diesem Tablet`,
  httpsFirst: (n) =>
    `${photos(n)} ${n === 1 ? 'wartet' : 'warten'} noch hier: Bleiben Sie auf dieser Seite, bis alles auf dem Hub ist.`,
  allSent: 'Alle Fotos dieses Tablets sind auf dem Hub.',
  refusedCount: (n) => `davon ${photos(n)} vom Hub abgelehnt`,
  trouble: {
    full: 'Der Hub hat keinen Platz mehr für Fotos. Sie bleiben auf diesem Tablet; Einträge werden weiter gesendet.',
    no_audit: 'Dieser Hub nimmt keine Fotos dieses Audits. Sie bleiben auf diesem Tablet.',
    said: (reason) => `Der Hub nimmt keine Fotos: ${reason}`,
  },
  held: {
    why: 'Bilder, die noch auf diesem Tablet sind, auch die, die ein kaputter Hub mitgenommen hat. Sichern Sie sie, bevor dem Tablet etwas passiert.',
    count: (name, n, size, waiting) =>
      `${name}: ${photos(n)} (${size})${waiting > 0 ? `, davon ${numberText(waiting)} nicht auf dem Hub` : ''}`,
    removed:
      'Jemand hat dieses Audit vom Hub gelöscht. Seine Fotos auf diesem Tablet gehen von selbst nirgendwohin: Sichern oder löschen Sie sie.',
    unknown:
      'Dieser Hub nimmt keine Fotos dieses Audits: Er hat das Audit nicht, oder seine Version kennt keine Fotos. Sie bleiben auf diesem Tablet; sichern oder löschen Sie sie.',
    save: 'Bilder als Dateien sichern',
    saveNext: (n) => `Die nächsten ${numberText(n)} sichern`,
    saved: (n, all) =>
      `${numberText(n)} von ${photos(all)} an die Downloads dieses Tablets gegeben. Sehen Sie nach, ob sie da sind.`,
    unread: (names) => `Dieses Tablet kann nicht lesen: ${names}`,
    forget: 'Von diesem Tablet löschen',
    forgetAsk: (n) => `${photos(n)} nur auf diesem Tablet. Endgültig löschen?`,
    forgetYes: 'Endgültig löschen',
    keep: 'Behalten',
    lost: (n) =>
      `${photos(n)}: Der Hub hat das Original verloren, und dieses Tablet hat es nicht mehr. Was übrig ist, die kleineren Bilder, wird noch einmal gesendet.`,
    lostRead: 'Gelesen',
  },
  viewfinder: {
    closed:
      'Die Kamera geht in dieser Seite nicht auf: Der Browser hat es nicht erlaubt, oder eine andere App hat sie.',
    again: 'Noch einmal versuchen',
    instead: 'Die Kamera des Tablets',
    shoot: 'Foto aufnehmen',
    lamp: 'Lampe',
  },
  inCloud: {
    title: (name) => `Fotos in der Cloud (${name})`,
    unknown: 'Was in der Cloud noch fehlt, ist bekannt, sobald sie antwortet.',
    all: 'Alle Bilder sind dort.',
    classes: { thumb: 'Kleinbilder', preview: 'Vorschaubilder', original: 'Originale' },
    there: 'alle in der Cloud',
    waits: (n, size) => `${numberText(n)} ${n === 1 ? 'wartet' : 'warten'} (${size})`,
    stays: (n, size) =>
      `${numberText(n)} (${size}) ${n === 1 ? 'bleibt' : 'bleiben'} laut Einstellung auf dem Hub`,
    refused: (n) => `${photos(n)} von der Cloud abgelehnt. Neuer Versuch von selbst.`,
  },
  viewer: {
    noOriginal: 'Das Original ist verloren: Nur dieses kleinere Bild ist übrig.',
    notHeld: 'Das Original ist nicht auf diesem Hub.',
    previous: 'Voriges Foto',
    next: 'Nächstes Foto',
    nextDefect: 'Nächster Mangel',
    adjust: 'Bild einstellen',
    brightness: 'Helligkeit',
    gamma: 'Gamma',
    compare: 'Vergleichen',
    beside: {
      earlier: () => 'Foto davor',
      later: () => 'Foto danach',
      before: (m) => `Nachbar ${m}`,
      after: (m) => `Nachbar ${m}`,
    },
    contrast: 'Kontrast',
    invert: 'Umkehren',
    reset: 'Wie es ist',
    caption: 'Bildunterschrift',
    saveCaption: 'Bildunterschrift speichern',
    move: 'Anderes Modul',
    moveTo: 'Welches Modul',
    moveDo: 'Verschieben',
    noModule: 'Dieses Modul gibt es nicht.',
    moved: (module) => `Foto nach ${module} verschoben.`,
    takeOut: 'Herausnehmen',
    tookOut: 'Foto herausgenommen.',
    out: (by) => `Herausgenommen von ${by}`,
    putBack: 'Zurücklegen',
    removed: (n) => `${photos(n)} herausgenommen`,
    at: (time) => `aufgenommen ${time} (Uhr der Kamera)`,
  },
  filters: { photo: 'Mit Foto', bare: 'Mangel ohne Foto' },
};
