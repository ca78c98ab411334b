//! The workbook read back (calamine): its figures are the report's, its cells have their types, and nothing in it runs.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};

use super::super::testing::{night, of, report_of};
use super::*;
use crate::domain::Status;
use crate::domain::report::ReportLanguage;

fn sheets(bytes: Vec<u8>) -> Vec<(String, Range<Data>)> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.worksheets()
}

fn text(range: &Range<Data>, row: u32, col: u32) -> String {
    range.get_value((row, col)).map(ToString::to_string).unwrap_or_default()
}

/// The number beside a name.
fn beside(range: &Range<Data>, name: &str) -> Option<f64> {
    let row = range.rows().find(|row| row.first() == Some(&Data::String(name.to_owned())))?;
    match row.get(1)? {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

#[test]
fn its_figures_are_those_of_the_report_in_every_language() {
    let report = report_of(&night().0);
    for language in ReportLanguage::ALL {
        let words = language.words();
        let sheets = sheets(workbook(&report, words).unwrap());
        let names: Vec<_> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            words.summary,
            words.strings,
            words.modules,
            words.findings,
            words.claims,
            words.history,
            words.photos,
        ];
        assert_eq!(names, expected);
        let summary = &sheets[0].1;
        for (name, count) in words.figures(&report.figures) {
            assert_eq!(beside(summary, name), Some(count as f64), "{name}");
        }
        assert_eq!(beside(summary, words.total), Some(6.0));
        assert_eq!(beside(summary, words.defects), Some(2.0));
        // What its formulas count.
        let modules = &sheets[2].1;
        assert_eq!(text(modules, 0, modules::FINDING as u32), words.status);
        let dead = modules
            .rows()
            .filter(|row| row[modules::FINDING] == Data::String(words.statuses[2].to_owned()))
            .count();
        assert_eq!(dead, report.figures.of(Status::Microcracks));
        assert_eq!(modules.height(), 7);
        let total = sheets[1].1.rows().next_back().unwrap().to_vec();
        assert_eq!((total[0].to_string().as_str(), &total[2]), (words.total, &Data::Float(6.0)));
        assert_eq!((sheets[3].1.height(), sheets[6].1.height()), (3, 5));
    }
}

/// What each sheet says, cell for cell.
#[test]
fn each_sheet_says_what_it_said() {
    let sheets = sheets(workbook(&report_of(&night().0), ReportLanguage::Fr.words()).unwrap());
    let row = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    let sheet = |(name, range): &(String, Range<Data>)| {
        let rows = range.rows().map(row).collect::<Vec<_>>().join("\n");
        format!("== {name}\n{rows}")
    };
    insta::assert_snapshot!("workbook-fr", sheets.iter().map(sheet).collect::<Vec<_>>().join("\n"));
}

#[test]
fn cells_are_what_they_are_and_a_comment_is_never_a_formula() {
    let mut log = night();
    let long = "Ω".repeat(4_000);
    let comments = ["+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "接线盒 مفتوح 🔌", long.as_str()];
    for (at, comment) in comments.into_iter().enumerate() {
        log.mark(1, &format!("M00{}", at % 5 + 1), Status::Dead, Some(comment));
        let sheets = sheets(workbook(&report_of(&log.0), ReportLanguage::Fr.words()).unwrap());
        let row = sheets[2]
            .1
            .rows()
            .find(|row| row[12] == Data::String(comment.to_owned()))
            .expect(comment)
            .to_vec();
        assert!(matches!(row[12], Data::String(_)), "{comment}");
        assert!(matches!((&row[0], &row[2]), (Data::Float(_), Data::Float(_))), "numbers are numbers");
        assert!(matches!(row[14], Data::DateTime(_)), "{:?}", row[14]);
        assert_eq!(row[7], Data::String("HS".to_owned()));
    }
}

#[test]
fn what_is_drawn_of_pictures_are_their_names_and_hashes() {
    let mut log = night();
    log.photo(1, of("M002"), Some("=1+1"));
    let report = report_of(&log.0);
    let sheets = sheets(workbook(&report, ReportLanguage::En.words()).unwrap());
    let (findings, photos) = (&sheets[3].1, &sheets[6].1);
    assert_eq!(text(findings, 1, 14), "S01-P02-M002-1, S01-P02-M002-2, S01-P02-M002-3");
    assert_eq!(text(photos, 4, 4), "=1+1");
    let hash = report.modules[1].photos[2].largest().unwrap().hash.to_string();
    assert_eq!(text(photos, 4, 7), hash);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report_of(&night().0);
    let words = ReportLanguage::De.words();
    assert_eq!(workbook(&report, words).unwrap(), workbook(&report, words).unwrap());
    assert!(workbook(&report_of(&[]), words).is_ok(), "of nothing too");
}
