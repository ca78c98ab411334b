// Texts for what the hub answers, in German, by its codes: read after the first screen is there.
import type { HubTexts } from './fr';

export const hub: HubTexts = {
  said: (words) => `(Worte des Hubs: „${words}“)`,
  unknown: 'der Hub hat abgelehnt.',
  errors: {
    bad_field: 'ein Wert wird nicht angenommen.',
    bad_json: 'die Anfrage ist nicht lesbar: Laden Sie die Seite neu.',
    bad_page: 'die Daten kamen beschädigt an: bitte noch einmal.',
    crew_full: 'das Team ist voll: Die Teamleitung kann jemanden entfernen.',
    disk_full: 'der Speicher des Hubs ist voll: Sagen Sie der Teamleitung Bescheid.',
    exists: 'dieses Audit ist schon auf diesem Hub.',
    forbidden: 'Ihre Rolle erlaubt das nicht.',
    foreign_key: 'dieser Hub hat den Schlüssel dieser Sitzungen nicht: Die Teamleitung muss ihn zurücklegen.',
    foreign_page:
      'ein Proxy vor dem Hub verbirgt dessen Adresse: siehe „Behind a proxy“ im Handbuch des Hubs.',
    gap: 'es fehlen frühere Daten: bitte noch einmal.',
    gone: 'dieses Audit wurde von diesem Hub gelöscht.',
    internal: 'der Hub konnte das nicht: bitte noch einmal. Sein Protokoll sagt, warum.',
    last_lead: 'das Team braucht eine Leitung: Ernennen Sie zuerst jemand anderen.',
    method_not_allowed: 'diese Version des Hubs kann das nicht: Laden Sie die Seite neu.',
    not_an_image: 'das ist kein Bild, das der Hub behält: JPEG, PNG, TIFF, HEIC oder WebP.',
    not_found: 'das ist nicht (mehr) auf diesem Hub.',
    open_hub: 'dieser Hub ist für alle offen: Er hat kein Team.',
    photo_not_here: 'dieses Bild ist noch nicht auf diesem Hub angekommen.',
    photos_full:
      'der Hub hat keinen Platz mehr für Fotos: Sie bleiben auf diesem Tablet, und Markierungen gehen weiter. Sagen Sie der Teamleitung Bescheid.',
    same_hub:
      'ein anderer Hub hat dieselbe Identität (kopierte Karte): Geben Sie auf einem der beiden „fieldhub identity new“ ein.',
    synchronised: 'die Zeit des Hubs kommt aus dem Netz: Sie wird nicht von Hand gestellt.',
    timed_out: 'die Anfrage kam zu langsam an: bitte noch einmal.',
    too_large: 'das ist zu groß.',
    too_many: 'zu viele Versuche: bitte kurz warten.',
    unavailable: 'der Hub ist beschäftigt: bitte gleich noch einmal.',
    unread:
      'der Hub kann diese Daten nicht lesen: Löschen Sie nichts auf den Tablets, und sagen Sie der Teamleitung Bescheid.',
    wrong_code: 'dieser Code ist falsch.',
    wrong_hash: 'das Bild kam beschädigt an: Es wird noch einmal gesendet.',
    wrong_host: 'das ist nicht die Adresse des Hubs: Öffnen Sie die vom Plakat.',
    wrong_offset: 'der Hub hat einen anderen Teil dieses Bildes: Von dort geht es weiter.',
    no_session: 'treten Sie zuerst dem Team bei.',
    bad_token: 'dieser Hub kennt dieses Tablet nicht: Treten Sie dem Team bei.',
    expired: 'Ihre Sitzung ist abgelaufen: Treten Sie dem Team bei.',
    revoked: 'die Teamleitung hat dieses Tablet aus dem Team entfernt.',
    https: 'diese Adresse braucht HTTPS.',
    no_http: 'die Anfrage ist nicht lesbar: Laden Sie die Seite neu.',
    large_head: 'die Anfrage ist zu lang: Löschen Sie die Cookies dieser Adresse.',
  },
  refusals: {
    photo_missing: 'seine Bilder sind noch nicht vollständig auf diesem Hub.',
    photo_wrong: 'was der Hub bekommen hat, ist nicht dieses Bild.',
    too_many_photos: 'dieses Audit hat so viele Fotos, wie es haben darf.',
    too_many_properties: 'dieses Audit hat so viele Angaben neben den Einträgen, wie es haben darf.',
    too_many_modules:
      'das Audit hat dieses Modul nicht, und schon so viele, wie es haben darf: Die Teamleitung kann es in einem anderen Audit hinzufügen.',
    audit_text:
      'die Kommentare dieses Audits sind zusammen so lang, wie sie sein dürfen: bitte einige kürzen.',
    member_text:
      'Ihre Kommentare in diesem Audit sind zusammen so lang, wie sie sein dürfen: bitte einige kürzen.',
    audit_log:
      'dieses Audit hat so viele Einträge, wie der Hub aufbewahrt: bitte in einem neuen weitermachen.',
    member_log:
      'Sie haben in diesem Audit so viel geschrieben, wie eine Person darf: Jemand anderes aus dem Team muss weitermachen.',
    stamps: 'er beruht auf Einträgen, die dieser Hub nicht kennt: Modul noch einmal ansehen und markieren.',
    heads: 'zu viele Einträge dieses Moduls widersprechen sich: ansehen und neu markieren.',
    id_taken: 'ein anderer Eintrag hat dieselbe Nummer: bitte noch einmal eingeben.',
    stamp_out_of_range: 'die Zeit liegt nach dem Jahr 2100: Die Uhr eines Geräts geht falsch.',
    lead_only: 'nur die Teamleitung darf das ändern.',
    unknown_kind: 'dieser Hub ist älter als die Seite und kennt das nicht: bitte die Seite neu laden.',
  },
  line: (line) => `Zeile ${String(line)}: `,
  cell: (line, column) => `Zeile ${String(line)}, Spalte ${column}: `,
  file: {
    empty: 'die Datei ist leer: noch einmal exportieren oder kopieren.',
    unrecognised:
      'das ist weder ein Plan noch Export oder Sicherung eines Tablets, noch CSV oder XLSX mit den Spalten module_id, string, position.',
    which_audit: 'diese Sicherung hat mehrere Audits: Wählen Sie eines.',
    no_audits: 'diese Sicherung hat kein Audit.',
    too_many_audits: 'diese Sicherung hat zu viele Audits: Teilen Sie die Datei.',
    no_modules: 'in dieser Datei ist kein Modul.',
    too_many_modules: 'ein Audit hat höchstens 20.000 Module: Teilen Sie die Datei.',
    too_many_strings: 'es sind zu viele Strings.',
    cut_short: 'die Datei ist abgeschnitten: noch einmal exportieren oder kopieren.',
    not_json: 'das JSON ist ungültig: Exportieren Sie die Datei noch einmal.',
    bad_shape: 'der Inhalt hat nicht die erwartete Form.',
    bad_text: 'der Text ist beschädigt: noch einmal als UTF-8 speichern (Excel: „CSV UTF-8“).',
    quote_open: 'hier beginnt ein Anführungszeichen, das weitere Zeilen umfasst: Entfernen Sie es.',
    column_twice: 'eine Spalte gibt es zweimal: Entfernen Sie eine.',
    column_missing: 'eine Spalte fehlt: module_id, string und position sind nötig.',
    too_many_cells: 'es gibt mehr Zellen als Spalten: Setzen Sie den Kommentar in Anführungszeichen.',
    too_many_columns: 'es gibt zu viele Spalten: Ist es das richtige Blatt?',
    no_string: 'die Nummer des Strings fehlt.',
    string_contradicted: 'Nummer und Kennung des Strings widersprechen sich: Berichtigen Sie eine davon.',
    mixed_names: 'manche Strings haben Namen, andere Nummern: alle benennen oder alle nummerieren.',
    no_count: 'die Zahl der Strings oder Module fehlt.',
    count_contradicted: 'die Gesamtzahl der Module passt nicht zu den Strings.',
    workbook: 'diese Arbeitsmappe ist nicht lesbar: noch einmal als XLSX oder CSV UTF-8 speichern.',
    workbook_password: 'diese Arbeitsmappe hat ein Passwort: Speichern Sie sie ohne.',
    bad_status: 'diesen Zustand gibt es nicht.',
    bad_value: 'dieser Wert wird nicht angenommen.',
    module_twice: 'dieses Modul gibt es zweimal: Behalten Sie eines.',
    place_taken: 'ein anderes Modul hat diesen Platz schon: Berichtigen Sie eines von beiden.',
  },
  notices: {
    damaged:
      'Eine beschädigte Datenbank wurde beiseitegelegt: Der Hub macht mit seiner letzten Kopie weiter, und die Tablets senden noch einmal, was sie haben.',
    disk_full:
      'Die Platte des Hubs ist voll: Markierungen warten auf den Tablets. Schaffen Sie Platz auf dem Hub.',
    crew: 'Was der Hub über das Team weiß, ist nicht lesbar oder wurde neu angelegt: Vielleicht müssen Sie wieder beitreten.',
    twins:
      'Zwei Hubs haben dieselbe Kennung (kopierte Karte): Tippen Sie „fieldhub identity new“ auf dem, der abgewiesen wird.',
    upstream:
      'Zu einer Cloud geht nichts hinauf: Eine Datei, die sie braucht, ist nicht lesbar. Es wird von selbst wieder versucht.',
    https: 'Es gibt kein HTTPS: Was es braucht, ist nicht lesbar.',
    wi_fi: 'Codes und Aushänge sind ohne WLAN: Sein Passwort ist nicht lesbar.',
    other: 'Für die Teamleitung zu lesen.',
  },
};
