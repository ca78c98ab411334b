//! English words of the report on paper.

use super::PaperWords;

pub(super) static WORDS: PaperWords = PaperWords {
    colon: ": ",
    contents: "Contents",
    editions: "This document",
    date: "Date",
    place_and_date: "Place, date",
    signature: "Signature",
    of_modules: "{} of {} modules ({})",
    of_examined: "{} ({} of those examined)",
    in_words: "In words",
    by_finding: "Modules by finding",
    by_severity: "Defects by severity",
    by_action: "Defects by action",
    by_string: "Findings by string",
    by_position: "Defects by position in the string",
    worst_strings: "Strings with the most defects",
    strings_left_out: "{} more strings are in the table of strings.",
    statistics: "Statistics",
    sessions: "Strings under current",
    site_photos: "Pictures of the site and of strings",
    catalogue: "Catalogue of defects",
    catalogue_note: "What the findings of this report stand for. Electroluminescence of modules is described in IEC TS 60904-13; documentation and inspection of systems that are connected to the grid in IEC 62446-1. A finding says what was seen; its cause is judged from pictures and measurements.",
    to_look_for: "What is seen",
    may_mean: "What it may mean",
    annex: "Annex: all modules",
    map_by_place: "Modules by row and column, as they lie on the site.",
    map_by_string: "Modules have no row and column in the plan: each line is a string, in the order of its positions.",
    map_links: "A click on a module with a defect leads to its finding.",
    without_place: "Without row and column",
    nothing_said: "Nothing was said of method and conditions.",
    whole_string: "whole string",
    boxes: "{} characters that the fonts of this document do not have are shown as □. Copied text still has them.",
    pictures_missing: "{} pictures could not be shown: they were not on the hub, or no reader could draw them.",
    defects: [
        (
            "Cells or parts of the module are clearly darker or lighter than the others.",
            "Cells that do not fit each other, current that flows beside them, contacts that have aged, or potential-induced degradation.",
        ),
        (
            "Thin dark lines in cells, single or branched; parts behind them may be dark.",
            "Mechanical load: transport, mounting, steps, wind, snow or hail. Cracks that cut parts off cost power and can lead to hot spots.",
        ),
        (
            "The whole module or a third of it stays dark while its string has current.",
            "A bypass diode that conducts, an interrupted connection, or broken cells.",
        ),
        (
            "No module of the string lights up.",
            "An open circuit: a connector, cable or fuse, or a string that was switched off.",
        ),
        (
            "The module stays dark and is not connected to its string.",
            "It was left out of the string, or its connector is open.",
        ),
    ],
};
