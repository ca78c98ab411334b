//! German words of the report on paper.

use super::PaperWords;

pub(super) static WORDS: PaperWords = PaperWords {
    colon: ": ",
    contents: "Inhalt",
    editions: "Dieses Dokument",
    date: "Datum",
    place_and_date: "Ort, Datum",
    signature: "Unterschrift",
    of_modules: "{} von {} Modulen ({})",
    of_examined: "{} ({} der geprüften)",
    in_words: "In Worten",
    by_finding: "Module nach Befund",
    by_severity: "Mängel nach Schwere",
    by_action: "Mängel nach Maßnahme",
    by_string: "Befunde nach String",
    by_position: "Mängel nach der Position im String",
    worst_strings: "Strings mit den meisten Mängeln",
    strings_left_out: "{} weitere Strings stehen in der Tabelle der Strings.",
    statistics: "Statistik",
    sessions: "Strings unter Strom",
    site_photos: "Fotos der Anlage und von Strings",
    catalogue: "Katalog der Mängel",
    catalogue_note: "Wofür die Befunde dieses Berichts stehen. Elektrolumineszenz von Modulen beschreibt die IEC TS 60904-13, Dokumentation und Prüfung netzgekoppelter Anlagen die IEC 62446-1. Ein Befund sagt, was zu sehen war; die Ursache wird nach Bildern und Messungen beurteilt.",
    to_look_for: "Was zu sehen ist",
    may_mean: "Was es bedeuten kann",
    annex: "Anhang: alle Module",
    map_by_place: "Module nach Reihe und Spalte, wie sie auf der Anlage liegen.",
    map_by_string: "Der Plan nennt weder Reihe noch Spalte: Jede Zeile ist ein String, in der Reihenfolge seiner Positionen.",
    map_links: "Ein Klick auf ein Modul mit Mangel führt zu seinem Befund.",
    without_place: "Ohne Reihe und Spalte",
    nothing_said: "Zu Verfahren und Bedingungen wurde nichts angegeben.",
    whole_string: "ganzer String",
    boxes: "{} Zeichen, die die Schriften dieses Dokuments nicht haben, erscheinen als □. In kopiertem Text sind sie enthalten.",
    pictures_missing: "{} Fotos konnten nicht gezeigt werden: Sie waren nicht auf dem Hub, oder kein Leser könnte sie zeichnen.",
    defects: [
        (
            "Zellen oder Teile des Moduls sind deutlich dunkler oder heller als die anderen.",
            "Zellen, die nicht zueinander passen, Nebenströme, gealterte Kontakte oder potenzialinduzierte Degradation (PID).",
        ),
        (
            "Dünne dunkle Linien in Zellen, einzeln oder verzweigt; Flächen dahinter können dunkel sein.",
            "Mechanische Last: Transport, Montage, Tritte, Wind, Schnee oder Hagel. Risse, die Flächen abtrennen, kosten Leistung und können zu heißen Stellen führen.",
        ),
        (
            "Das ganze Modul oder ein Drittel davon bleibt dunkel, während sein String Strom führt.",
            "Eine leitende Bypassdiode, eine unterbrochene Verbindung oder gebrochene Zellen.",
        ),
        (
            "Kein Modul des Strings leuchtet.",
            "Ein offener Stromkreis: Stecker, Kabel oder Sicherung, oder ein abgeschalteter String.",
        ),
        (
            "Das Modul bleibt dunkel und ist nicht an seinen String angeschlossen.",
            "Es wurde im String ausgelassen, oder sein Stecker ist offen.",
        ),
    ],
};
