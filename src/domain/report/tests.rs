//! What a log comes to, and in which order.

use std::io::Cursor;

use calamine::{Reader, Xlsx, open_workbook_from_rs};

use super::pdf::tests::{assert_links_lead_somewhere, jalibat, made};
use super::testing::{Log, mark, night, of, report_of};
use super::*;
use crate::domain::layout_edit::{LayoutEdit, ModuleEdit};
use crate::domain::op::{Body, Outcome};

#[test]
fn what_a_night_comes_to() {
    let report = report_of(&night().0);
    assert_eq!(
        (report.about.name.as_str(), report.about.client.as_deref()),
        ("JALIBAT <est>", Some("Watt & Co"))
    );
    let figures = &report.figures;
    let of = |status| figures.of(status);
    assert_eq!(
        (of(Status::Ok), of(Status::Microcracks), of(Status::NotConnected), of(Status::Dead)),
        (1, 1, 1, 0)
    );
    assert_eq!((figures.modules(), figures.examined(), figures.defects(), figures.pending), (6, 3, 2, 3));
    assert_eq!((figures.conflicts, figures.photos, figures.not_examined), (1, 4, 0));
    let mut all = ReportFigures::default();
    report.strings.iter().for_each(|string| all.join(&string.figures));
    assert_eq!(all.modules(), 6);
    let strings: Vec<_> =
        report.strings.iter().map(|s| (s.number, s.modules.clone(), s.photos.len())).collect();
    assert_eq!(strings, [(1, 0..3, 0), (2, 3..5, 1), (0, 5..6, 0)]);
    assert_eq!(report.string_of(3).unwrap().number, 2);
    let findings: Vec<_> = report.findings.iter().map(|at| report.modules[*at].id.as_str()).collect();
    assert_eq!(findings, ["M002", "X9"]);
    let person = |p: &ReportPerson| (p.name.clone(), p.marks, p.modules, p.defects);
    let crew: Vec<_> = report.crew.iter().map(person).collect();
    // What Omar undid is no mark of his.
    assert_eq!(crew, [("Léa".to_owned(), 2, 1, 0), ("Omar".to_owned(), 3, 2, 2)]);
    let (from, to) = report.period_ms.unwrap();
    assert_eq!((from, to), (testing::NIGHT + 3 * 60_000, testing::NIGHT + 9 * 60_000));
}

#[test]
fn what_people_disagreed_on_is_told_step_by_step_and_an_undo_is_one_step() {
    let mut log = night();
    log.mark(2, "M004", Status::Dead, None).outcome = Outcome::Conflict;
    let report = report_of(&log.0);
    let told: Vec<_> = report.contested.iter().map(|c| (c.module, c.open, c.steps.len())).collect();
    assert_eq!(told, [(1, true, 2), (3, false, 3)]);
    let steps = &report.contested[1].steps;
    let step = |s: &ReportStep| (s.position, s.by.clone(), s.status, s.undo, s.contradicts);
    assert_eq!(step(&steps[0]), (6, "Omar".to_owned(), Some(Some(Status::Dead)), false, false));
    assert_eq!(step(&steps[1]), (7, "Omar".to_owned(), Some(None), true, false));
    assert!(steps[2].contradicts);
    let none = report_of(&night().0[..4]);
    assert!(none.contested.is_empty());
}

#[test]
fn of_very_many_steps_the_last_are_told_and_the_others_counted() {
    let mut log = night();
    for _ in 0..150 {
        log.mark(1, "M002", Status::Dead, None);
    }
    let report = report_of(&log.0);
    let contested = &report.contested[0];
    assert_eq!((contested.steps.len(), contested.left_out), (100, 52));
    assert_eq!(contested.steps[99].position, log.0.len() as u64);
}

#[test]
fn pictures_have_names_by_what_they_are_of_and_none_is_lost() {
    let mut log = night();
    log.photo(1, of("M777"), None);
    log.photo(1, PhotoPlaceOf(9).into(), None);
    let report = report_of(&log.0);
    let stems = |photos: &[ReportPhoto]| photos.iter().map(|p| p.stem.clone()).collect::<Vec<_>>();
    assert_eq!(stems(&report.modules[1].photos), ["S01-P02-M002-1", "S01-P02-M002-2"]);
    assert_eq!(stems(&report.strings[1].photos), ["S02-1"]);
    assert_eq!(stems(&report.photos), ["site-1", "S09-1", "M777-1"]);
    assert_eq!(report.figures.photos, 6);
}

/// Of a string.
struct PhotoPlaceOf(u16);

impl From<PhotoPlaceOf> for crate::domain::photo::PhotoPlace {
    fn from(of: PhotoPlaceOf) -> Self {
        Self { module: None, string: Some(of.0) }
    }
}

#[test]
fn what_is_hidden_is_counted_and_in_nothing_else() {
    let mut log = night();
    let hide =
        |module: &str| ModuleEdit { hidden: Some(true), ..ModuleEdit::of(ModuleId::parse(module).unwrap()) };
    let edit = LayoutEdit { strings: vec![], modules: vec![hide("M002"), hide("M005")] };
    log.add(1, Body::LayoutEdit(edit));
    let report = report_of(&log.0);
    let figures = &report.figures;
    assert_eq!((figures.modules(), figures.hidden, figures.photos, figures.conflicts), (4, 2, 2, 0));
    assert!(report.contested.is_empty() && report.modules.iter().all(|module| module.id.as_str() != "M002"));
}

#[test]
fn the_same_log_gives_the_same_report_and_more_of_it_does_not_change_what_was() {
    let mut log = night();
    let position = log.0.len();
    let first = report_of(&log.0);
    for at in 0..500 {
        log.add(1 + at % 2, mark(&format!("M00{}", 1 + at % 5), Status::ALL[at as usize % 6], Some("later")));
    }
    assert_eq!(report_of(&log.0[..position]), first);
    assert_ne!(report_of(&log.0).figures, first.figures);
}

#[test]
fn an_audit_of_nothing_has_a_report() {
    let report = report_of(&Log::default().0);
    assert_eq!((report.figures, report.about.name.as_str()), (ReportFigures::default(), "jalibat-demo"));
    assert!(report.period_ms.is_none() && report.crew.is_empty());
}

fn without(report: &Report, out: ReportSection) -> Report {
    let left = ReportSection::ALL.into_iter().filter(|section| *section != out);
    let names: Vec<String> = left.map(|section| section.as_str().to_owned()).collect();
    Report { sections: ReportSections::named(&names), ..report.clone() }
}

/// Each by itself: of the page and the workbook those sections that these have.
#[test]
fn what_is_left_out_is_in_no_form_and_nothing_leads_there() {
    let (mut report, words) = (jalibat(), ReportLanguage::Fr.words());
    report.photos.push(report.modules[report.findings[0]].photos[0].clone());
    report.measurements = measured::tests::measured().measurements;
    let measured = measured::words::MeasurementWords::of("fr").title;
    let page_heads = [
        (ReportSection::Summary, words.summary),
        (ReportSection::Examined, words.not_examined),
        (ReportSection::Conditions, words.conditions),
        (ReportSection::Map, words.map),
        (ReportSection::Strings, words.strings),
        (ReportSection::Findings, words.findings),
        (ReportSection::Measurements, measured),
        (ReportSection::History, words.history),
    ];
    let sheets = [
        (ReportSection::Strings, words.strings),
        (ReportSection::Annex, words.modules),
        (ReportSection::Findings, words.findings),
        (ReportSection::Claims, words.claims),
        (ReportSection::Measurements, measured),
        (ReportSection::History, words.history),
        (ReportSection::Photos, words.photos),
    ];
    let form = |report: Report, format| {
        let mut bytes = Vec::new();
        format::write(report, format, ReportLanguage::Fr, &mut |_| None, None, &mut bytes).unwrap();
        bytes
    };
    for section in ReportSection::ALL {
        let some = without(&report, section);
        let (paper, _) = made(&some, ReportLanguage::Fr);
        assert_links_lead_somewhere(&paper);
        let goal = format!("({})", section.as_str());
        assert!(!String::from_utf8_lossy(&paper).contains(&goal), "{goal}");
        let page = String::from_utf8(form(some.clone(), ReportFormat::Html)).unwrap();
        for (of, head) in page_heads {
            let there = page.contains(&format!("<h2>{}</h2>", head.replace('\'', "&#39;")));
            assert_eq!(there, of != section, "{section:?}: {head}");
        }
        if section == ReportSection::Findings {
            assert!(!page.contains("href=#m"));
        }
        let book: Xlsx<_> = open_workbook_from_rs(Cursor::new(form(some, ReportFormat::Xlsx))).unwrap();
        for (of, name) in sheets {
            let there = book.sheet_names().iter().any(|sheet| sheet == name);
            assert_eq!(there, of != section, "{section:?}: {name}");
        }
    }
    let (whole, _) = made(&report, ReportLanguage::Fr);
    let goals = String::from_utf8_lossy(&whole);
    assert!(ReportSection::ALL.iter().all(|section| goals.contains(&format!("({})", section.as_str()))));
}

#[test]
fn a_version_that_is_not_final_says_that_it_is_a_draft() {
    let mut report = report_of(&night().0);
    for language in ReportLanguage::ALL {
        let words = language.words();
        for (is_final, said) in [(true, words.edition_final), (false, words.edition_draft)] {
            report.edition.is_final = is_final;
            assert_eq!(words.edition(&report.edition), format!("{} 2, {said}", words.version));
        }
    }
}
