//! Texts of every language: whole, and each language writes numbers and times as people there do.

use super::*;
use crate::domain::export::TableForm;

const MOMENT: u64 = 1_761_272_532_000;

#[test]
fn each_language_writes_numbers_shares_and_times_as_people_there_do() {
    let written = |tag: &str| {
        let words = ReportLanguage::parse(tag).unwrap().words();
        [words.count(20_000), words.percent(30, 242), words.date_time(MOMENT, 120)].join(" | ")
    };
    assert_eq!(written("en"), "20,000 | 12.4% | 24 Oct 2025 04:22");
    assert_eq!(written("fr"), "20\u{a0}000 | 12,4\u{a0}% | 24/10/2025 04:22");
    assert_eq!(written("de"), "20.000 | 12,4\u{a0}% | 24.10.2025 04:22");
    assert_eq!(written("es"), "20.000 | 12,4\u{a0}% | 24/10/2025 04:22");
    assert_eq!(written("it"), "20.000 | 12,4% | 24/10/2025 04:22");
    assert_eq!(ReportLanguage::parse("xx"), None);
}

#[test]
fn a_share_says_nothing_of_what_is_not_and_all_of_what_is_not_whole() {
    let words = ReportLanguage::En.words();
    let shares = [(0, 9), (1, 20_000), (1, 8), (19_999, 20_000), (9, 9), (0, 0)];
    let said = shares.map(|(part, whole)| words.percent(part, whole));
    assert_eq!(said, ["0.0%", "0.1%", "12.5%", "99.9%", "100.0%", ""]);
    assert_eq!([999, 1_000, 9_999, 1_234_567].map(|n| words.count(n)), ["999", "1000", "9999", "1,234,567"]);
}

#[test]
fn the_offset_of_its_times_is_said() {
    for language in ReportLanguage::ALL {
        let said = language.words().times(-90);
        assert!(said.contains("UTC-01:30") && !said.contains("{}"), "{said}");
    }
}

/// Two names for one thing would be two things.
#[test]
fn statuses_are_called_as_in_tables() {
    for language in ReportLanguage::ALL {
        let words = language.words();
        assert!(TableForm::for_people(language.tag(), 0).is_some());
        for status in Status::ALL.into_iter().map(Some).chain([None]) {
            let table = crate::domain::export::status_for_people(language.tag(), status);
            assert_eq!(table, Some(words.status(status, false)), "{}", language.tag());
        }
    }
    assert_eq!(ReportLanguage::Fr.words().status(Some(Status::Dead), false), "HS");
}

#[test]
fn what_a_later_version_knows_is_said_as_it_is() {
    let words = ReportLanguage::De.words();
    assert_eq!([words.action("replace"), words.action("repair")], ["Ersetzen", "repair"]);
    assert_eq!([words.reason("shade"), words.reason("snow on it")], ["Schatten", "snow on it"]);
    assert_eq!([words.condition("weather"), words.condition("moon")], ["Wetter", "moon"]);
}
