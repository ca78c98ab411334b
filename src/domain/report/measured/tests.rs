//! Measurements in every form of the report: the same figures, verdicts with their limits, and curves.

use super::super::format::{ReportFormat, write};
use super::super::testing::{Log, night, report_of};
use super::super::{Report, ReportLanguage, xlsx};
use super::*;
use crate::domain::ModuleId;
use crate::domain::measurement::TYPED;
use crate::domain::op::Body;
use crate::domain::property::Property;

fn set(log: &mut Log, of: PropertyOf, name: &str, value: &str) {
    let values = [(name.to_owned(), Some(value.to_owned()))].into_iter().collect();
    log.add(1, Body::Property(Box::new(Property::new(of, values))));
}

pub(in crate::domain::report) fn measured() -> Report {
    let mut log = night();
    let bad = r#"{"kind":"dark_iv","n":4,"device":"PVserv <1>","at":"2025-10-14T22:07:10","values":{"ff":"0.884","rds":"27.40","uf":"748"},"points":[[554,0],[700,1.5],[748,3.1]]}"#;
    let again =
        bad.replace(r#""n":4"#, r#""n":4,"take":2"#).replace("0.884", "0.917").replace("27.40", "21.50");
    set(&mut log, PropertyOf::String(2), "measurement_dark_iv_b", &again);
    set(&mut log, PropertyOf::String(2), "measurement_dark_iv_a", bad);
    set(
        &mut log,
        PropertyOf::String(1),
        "measurement_insulation_a",
        r#"{"kind":"insulation","n":1,"values":{"riso":">200"}}"#,
    );
    let module = PropertyOf::Module(ModuleId::parse("M002").unwrap());
    set(&mut log, module.clone(), TYPED, r#"{"kind":"typed","values":{"voc":"38.1"}}"#);
    set(&mut log, module, "measurement_values_x", "no JSON");
    set(&mut log, PropertyOf::Audit, LIMITS, r#"{"riso_least":5}"#);
    report_of(&log.0)
}

fn written(format: ReportFormat, language: ReportLanguage) -> Vec<u8> {
    let mut out = Vec::new();
    write(measured(), format, language, &mut |_| None, None, &mut out).unwrap();
    out
}

#[test]
fn they_are_told_in_the_order_of_strings_with_verdicts_and_limits() {
    let report = measured();
    let all = report.measurements.as_ref().unwrap();
    let words = ReportLanguage::Fr.words();
    let lines: Vec<_> = all.rows.iter().map(|row| row.line(&report, words)).collect();
    let places: Vec<_> = lines.iter().map(|line| (line.place.as_str(), line.verdict)).collect();
    assert_eq!(
        places,
        [("String 1", "bon"), ("M002", "sans limite"), ("String 2", "mauvais"), ("String 2", "à regarder")]
    );
    assert_eq!(lines[2].what, "Courbe I-V à l’obscurité, n° 4");
    assert_eq!(lines[2].values, "FF 0,884, Rds 27,40 Ω, Uf 748 V, Uf par module 374,0 V");
    assert_eq!(lines[2].beyond, "FF < 0,9, Rds > 25");
    assert_eq!(
        (lines[3].what.as_str(), lines[0].values.as_str()),
        ("Courbe I-V à l’obscurité, n° 4, mesure 2", "Riso >200 MΩ")
    );
    assert_eq!(all.limit_lines(words)[2], "Isolement – Riso < 5 MΩ\u{a0}: mauvais");
    assert_eq!(all.counted(words), [("bon", 1), ("à regarder", 1), ("mauvais", 1), ("sans limite", 1)]);
    let curve = all.rows[2].curve(194.0, 62.0).unwrap();
    assert_eq!((curve.line[0], curve.line[1], curve.line[2]), ((0.0, 62.0), (146.0, 32.0), (194.0, 0.0)));
    assert_eq!(report_of(&night().0).measurements, None);
}

#[test]
fn every_form_says_the_same_in_every_language() {
    let report = measured();
    for language in ReportLanguage::ALL {
        let words = language.words();
        let own = MeasurementWords::of(words.tag);
        let all = report.measurements.as_ref().unwrap();
        let page = String::from_utf8(written(ReportFormat::Html, language)).unwrap();
        assert_eq!(page.matches("<polyline").count(), 2, "a curve each");
        assert!(page.contains("PVserv &lt;1&gt;") && page.contains(own.limits_note));
        let book = xlsx::workbook(&report, words).unwrap();
        let sheets = calamine_rows(book, own.title);
        assert_eq!(sheets.len(), 5);
        for (row, cells) in all.rows.iter().zip(&sheets[1..]) {
            let line = row.line(&report, words);
            assert!(page.contains(&super::super::html::escaped_text(&line.values)), "{}", line.values);
            assert!(cells.contains(&line.verdict.to_owned()), "{cells:?}");
        }
        assert!(sheets[3].contains(&"0.884".to_owned()) && sheets[1].contains(&">200".to_owned()));
        for (verdict, count) in all.counted(words) {
            let told =
                format!("<td dir=auto>{}<td class=n>{count}", super::super::html::escaped_text(verdict));
            assert!(page.contains(&told), "{verdict}");
            assert_eq!(sheets.iter().filter(|row| row.contains(&verdict.to_owned())).count(), count);
        }
        assert!(written(ReportFormat::Pdf, language).len() > 10_000);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&written(ReportFormat::Json, ReportLanguage::En)).unwrap();
    let told = &json["measurements"];
    assert_eq!(told.as_array().unwrap().len(), 4);
    assert_eq!((&told[2]["string"], &told[2]["verdict"]), (&2.into(), &"bad".into()));
    assert_eq!(
        (&told[2]["measured"]["values"]["rds"], &told[1]["module_id"]),
        (&"27.40".into(), &"M002".into())
    );
}

/// The rows of a sheet, as text.
fn calamine_rows(book: Vec<u8>, name: &str) -> Vec<Vec<String>> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range(name).unwrap();
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}
