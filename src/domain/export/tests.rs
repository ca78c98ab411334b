//! What is written reads back as it was.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::domain::import::{Document, ImportedMark, parse};

const TABLET: &str = include_str!("../../../tests/fixtures/jalibat-tablet-export.json");
const CSV: &str = include_str!("../../../tests/fixtures/jalibat-observed.csv");

/// The audit that an import of `document` makes.
fn view(document: &Document) -> (ExportHead, Vec<ExportRow>) {
    let mut marks: HashMap<&str, &ImportedMark> =
        document.marks.iter().map(|m| (m.module.as_str(), m)).collect();
    let row = |module: &ModuleId, mark: Option<&ImportedMark>| ExportRow {
        module: module.clone(),
        name: None,
        string_name: None,
        string: 0,
        position: 0,
        row: None,
        col: None,
        status: mark.and_then(|m| m.status),
        comment: mark.and_then(|m| m.comment.clone()),
        technician_id: mark.and_then(|m| m.technician.clone()),
        technician_name: mark.and_then(|m| m.technician_name.clone()),
        updated_ms: mark.and_then(|m| m.marked_ms),
    };
    let mut rows = Vec::new();
    for place in document.layout.places() {
        let mark = marks.remove(place.module.as_str());
        let (string, position) = (place.string, place.position);
        rows.push(ExportRow { string, position, row: place.row, col: place.col, ..row(&place.module, mark) });
    }
    rows.extend(
        document
            .marks
            .iter()
            .filter(|m| marks.contains_key(m.module.as_str()))
            .map(|m| row(&m.module, Some(m))),
    );
    let strings: BTreeSet<u16> = rows.iter().map(|row| row.string).filter(|s| *s > 0).collect();
    let head = ExportHead {
        token: document.token.clone().unwrap_or_else(|| Token::parse("t").unwrap()),
        name: document.name.clone().unwrap_or_default(),
        client: document.client.clone(),
        location: document.location.clone(),
        created_ms: document.created_ms.unwrap_or_default(),
        exported_ms: 1_761_300_000_000,
        strings: strings.len(),
        modules: rows.len(),
        hidden: 0,
    };
    (head, rows)
}

fn csv(view: &(ExportHead, Vec<ExportRow>)) -> String {
    table(TableForm::plain(), view)
}

fn table(form: TableForm, (head, rows): &(ExportHead, Vec<ExportRow>)) -> String {
    form.begin() + &rows.iter().map(|row| form.row(head, row)).collect::<String>()
}

/// As text that is what a pretty-printer makes of it.
fn tablet((head, rows): &(ExportHead, Vec<ExportRow>)) -> Value {
    let modules = rows.iter().zip(1..).map(|(row, id)| tablet_module(row, id));
    let text = tablet_begin(head) + &modules.collect::<String>() + &tablet_end(rows.len());
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string_pretty(&value).unwrap(), text);
    value
}

fn written(document: &Document) -> Document {
    parse(tablet(&view(document)).to_string().as_bytes()).unwrap()
}

#[test]
fn an_unmarked_audit_is_written_as_tablets_write_it() {
    let document = parse(TABLET.as_bytes()).unwrap();
    let theirs: Value = serde_json::from_str(&TABLET.replace("10:00:00Z", "10:00:00.000Z")).unwrap();
    assert_eq!(tablet(&view(&document)), theirs);
    assert_eq!(written(&document), document);
}

#[test]
fn what_a_crew_found_is_written_as_it_was_read() {
    let found = parse(CSV.as_bytes()).unwrap();
    assert_eq!(csv(&view(&found)), CSV);

    let mut document = parse(TABLET.as_bytes()).unwrap();
    document.layout = found.layout;
    document.marks = found.marks;
    document.marks[0].technician = TechnicianId::parse("tech_ab12cd34").ok();
    document.marks[0].technician_name = Some("Léa".into());
    document.marks[0].marked_ms = Some(1_761_300_000_123);
    let loose = ImportedMark { module: ModuleId::parse("X1").unwrap(), ..document.marks[1].clone() };
    document.marks.push(loose);
    assert_eq!(written(&document), document);
}

#[test]
fn no_comment_is_a_formula_in_a_spreadsheet() {
    let mut document = parse(CSV.as_bytes()).unwrap();
    document.marks[0].comment = Some("=HYPERLINK(\"http://x\",\"y\")".into());
    let text = csv(&view(&document));
    assert_eq!(text.lines().nth(1), Some(r#"M001,1,1,1,1,ok,"'=HYPERLINK(""http://x"",""y"")""#));
    assert_eq!(parse(text.as_bytes()).unwrap(), document);
}

/// As a French Excel opens it by a double tap: its separator, accents, times of the place; and it comes back as it was.
#[test]
fn a_table_for_people_says_it_in_their_language_and_is_read_again() {
    let mut document = parse(CSV.as_bytes()).unwrap();
    let mark = document.marks.iter_mut().find(|mark| mark.module.as_str() == "M010").unwrap();
    mark.comment = Some("=1+1; fendu, \"haut\"".into());
    mark.technician_name = Some("Léa".into());
    mark.marked_ms = Some(1_761_300_000_123);
    let mut view = view(&document);
    (view.0.name, view.0.client) = ("JALIBAT".into(), Some("Watt&Co; Reims".into()));
    let row = |text: &str| text.lines().find(|line| line.starts_with("M010")).unwrap().to_owned();
    let found = view.1.iter().find(|row| row.module.as_str() == "M010").unwrap().status;

    let french = table(TableForm::for_people("fr", 120).unwrap(), &view);
    assert_eq!(
        french.lines().next().unwrap(),
        "\u{feff}module_id;string;position;row;col;status;comment;Constat;Relevé par;Relevé le (UTC+02:00);\
         Nom du string;Audit;Client;Lieu"
    );
    let word = words::TableWords::of("fr").unwrap().status(found);
    let expected = format!(
        ";{};\"'=1+1; fendu, \"\"haut\"\"\";{word};Léa;2025-10-24 12:00:00;;JALIBAT;\"Watt&Co; Reims\";",
        crate::domain::status::status_word(found)
    );
    assert!(row(&french).ends_with(&expected), "{}", row(&french));
    let english = table(TableForm::for_people("en", -90).unwrap(), &view);
    assert!(english.contains("Marked at (UTC-01:30)") && row(&english).contains(",Léa,2025-10-24 08:30:00,"));
    let heads = [("de", "Befund;Markiert von;"), ("es", "Estado;Marcado por;"), ("it", "Esito;Rilevato da;")];
    let others = heads.map(|(language, head)| {
        let text = table(TableForm::for_people(language, 0).unwrap(), &view);
        assert!(text.contains(head), "{language}");
        text
    });
    assert!(TableForm::for_people("xx", 0).is_none());
    // What says who and when is not read from tables: as it was before.
    let mark = document.marks.iter_mut().find(|mark| mark.module.as_str() == "M010").unwrap();
    (mark.technician_name, mark.marked_ms) = (None, None);
    for text in [french, english].iter().chain(&others) {
        assert_eq!(parse(text.as_bytes()).unwrap(), document);
    }
}

proptest! {
    #[test]
    fn any_comment_comes_back(comment in "['=+@,;\"\n\r\té -]{0,6}.{0,20}") {
        let mut document = parse(CSV.as_bytes()).unwrap();
        document.layout = crate::domain::Layout::from_counts("1").unwrap();
        document.marks.truncate(1);
        document.marks[0].comment = crate::domain::id::comment_text(&comment).unwrap();
        prop_assert_eq!(&parse(csv(&view(&document)).as_bytes()).unwrap(), &document);
        document.kind = crate::domain::import::ImportKind::TabletExport;
        document.token = Token::parse("t").ok();
        document.name = Some("N".into());
        document.created_ms = Some(0);
        prop_assert_eq!(written(&document), document);
    }
}
