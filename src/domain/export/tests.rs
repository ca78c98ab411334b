//! What is written reads back as it was.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::domain::import::{Document, ImportedMark, parse};
use crate::domain::proof::check::AlteredPart;
use crate::domain::proof::rows::RowChange;
use crate::domain::proof::{self, EXPORT, FileVerdict, HubKey, HubStatement, Sealer};

const TABLET: &str = include_str!("../../../tests/fixtures/jalibat-tablet-export.json");
const CSV: &str = include_str!("../../../tests/fixtures/jalibat-observed.csv");

/// The audit that an import of `document` makes.
fn view(document: &Document) -> (ExportHead, Vec<ExportRow>) {
    let strings: HashMap<u16, &String> = document.strings.names.iter().map(|(n, name)| (*n, name)).collect();
    let names: HashMap<&ModuleId, &String> =
        document.module_names.iter().map(|(id, name)| (id, name)).collect();
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
        set: Default::default(),
    };
    let mut rows = Vec::new();
    for place in document.layout.places() {
        let mark = marks.remove(place.module.as_str());
        let (string, position) = (place.string, place.position);
        rows.push(ExportRow {
            string,
            position,
            row: place.row,
            col: place.col,
            name: names.get(&place.module).map(|name| (*name).clone()),
            string_name: strings.get(&string).map(|name| (*name).clone()),
            ..row(&place.module, mark)
        });
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
        marked_ms: super::span(rows.iter().filter_map(|row| row.updated_ms)),
        with_set: false,
    };
    (head, rows)
}

fn csv(view: &(ExportHead, Vec<ExportRow>)) -> String {
    table(TableForm::plain(), view)
}

fn table(form: TableForm, (head, rows): &(ExportHead, Vec<ExportRow>)) -> String {
    form.begin(head) + &rows.iter().map(|row| form.row(head, row)).collect::<String>()
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

/// A row of July is not an hour off because somebody asks in November.
#[test]
fn rows_have_the_time_that_clocks_showed_then() {
    let mut document = parse(CSV.as_bytes()).unwrap();
    // Paris in 2026: clocks went back on 25 October, at 01:00 UTC. A minute before, a minute after, and in July.
    let times = [1_792_889_940_000, 1_792_890_060_000, 1_783_000_000_000_u64];
    for (mark, ms) in document.marks.iter_mut().zip(times) {
        mark.marked_ms = Some(ms);
    }
    let marked: Vec<String> = document.marks.iter().take(3).map(|mark| mark.module.to_string()).collect();
    assert_eq!(marked.len(), 3);
    let view = view(&document);
    let place =
        || crate::domain::utc_offsets::UtcOffsets::parse("60,1774746000000:120,1792890000000:60").unwrap();
    let text = table(TableForm::for_people("fr", place()).unwrap(), &view);
    let row = |module: &str| text.lines().find(|line| line.starts_with(&format!("{module};"))).unwrap();
    for (module, at) in
        marked.iter().zip(["2026-10-25 02:59:00", "2026-10-25 02:01:00", "2026-07-02 15:46:40"])
    {
        assert!(row(module).contains(&format!(";{at};")), "{module} {at}: {}", row(module));
    }
    assert!(text.contains("Relevé le (UTC+02:00 / UTC+01:00)"), "{text}");

    // Where all was marked in one of them, it alone is named.
    for mark in &mut document.marks {
        mark.marked_ms = Some(times[2]);
    }
    let summer = table(TableForm::for_people("fr", place()).unwrap(), &self::view(&document));
    assert!(summer.contains("Relevé le (UTC+02:00);"), "{summer}");
}

/// Whoever gets the table must not take it for the whole audit.
#[test]
fn a_table_says_how_many_modules_are_hidden_and_one_of_a_whole_audit_is_as_ever() {
    let document = parse(CSV.as_bytes()).unwrap();
    let mut view = view(&document);
    assert!(forms(&view).iter().all(|(_, text)| !text.contains("hidden_modules") && !text.contains("masqu")));
    view.0.hidden = 12;
    for (form, text) in forms(&view) {
        let mut lines = text.trim_start_matches("sep=;\r\n").lines();
        let last = |line: &str| line.rsplit([',', ';']).next().unwrap().trim_matches('"').to_owned();
        let header = lines.next().unwrap();
        let heading = match form {
            "French" | "said by Excel" => "Modules masqués, absents du tableau",
            "English" => "Hidden modules, not in this table",
            "German" => "Ausgeblendete Module, nicht in dieser Tabelle",
            "Spanish" => "Módulos ocultos, fuera de esta tabla",
            "Italian" => "Moduli nascosti, non in questa tabella",
            _ => "hidden_modules",
        };
        assert!(header.trim_end_matches('"').ends_with(heading), "{form}: {header}");
        assert!(lines.all(|line| last(line) == "12"), "{form}");
        assert_eq!(parse(text.as_bytes()).unwrap(), document, "{form}");
    }
}

#[test]
fn names_come_back_as_far_as_the_form_has_them() {
    let mut document = parse(CSV.as_bytes()).unwrap();
    document.strings.names = vec![(1, "WR 1; MPPT \"2\"".into()), (3, "=Est".into())];
    let view_of_strings = view(&document);
    for (form, text) in forms(&view_of_strings).into_iter().skip(2) {
        assert_eq!(parse(text.as_bytes()).unwrap(), document, "{form}");
    }
    document.module_names = vec![(ModuleId::parse("M002").unwrap(), "Toit, 2e".into())];
    let read = written(&document);
    assert_eq!((read.strings, read.module_names), (document.strings, document.module_names));
}

/// Every form in which an export is written, and what people's programs make of it.
fn forms(view: &(ExportHead, Vec<ExportRow>)) -> Vec<(&'static str, String)> {
    let people = |language| TableForm::for_people(language, 120).unwrap();
    vec![
        ("plain", csv(view)),
        ("plain with a mark", format!("\u{feff}{}", csv(view))),
        ("French", table(people("fr"), view)),
        ("English", table(people("en"), view)),
        ("German", table(people("de"), view)),
        ("Spanish", table(people("es"), view)),
        ("Italian", table(people("it"), view)),
        ("said by Excel", format!("sep=;\r\n{}", table(people("fr"), view).trim_start_matches('\u{feff}'))),
    ]
}

/// A comment in which whoever likes to break imports has written rows of this very file.
fn hostile() -> impl Strategy<Value = String> {
    let row = ("[\"']{0,2}M[0-9]{3}\"?", "[,;\t]", 1..9u16, 1..30u16, "[a-z=\"]{0,6}").prop_map(
        |(id, by, string, position, rest)| {
            format!("{id}{by}{string}{by}{position}{by}{by}{by}dead{by}{rest}")
        },
    );
    let part = prop_oneof![row, "['=+@,;\"\n\r\té -]{0,6}", "\\PC{0,8}", Just("\"\"\"".to_owned())];
    let breaks = prop_oneof![Just("\r\n"), Just("\n"), Just("\r"), Just("\"\r\n"), Just("")];
    prop::collection::vec((part, breaks), 0..5)
        .prop_map(|parts| parts.into_iter().map(|(part, end)| part + end).collect())
}

#[test]
fn a_comment_that_holds_a_whole_row_is_a_comment() {
    let mut document = parse(CSV.as_bytes()).unwrap();
    document.marks[0].comment = Some("burnt\r\nM900,9,5,1,1,dead,see above\r\nM901;9;6;;;ok;".into());
    for (form, text) in forms(&view(&document)) {
        let read = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(read, document, "{form}");
    }
}

proptest! {
    #[test]
    fn no_comment_becomes_anything_else_in_any_form(first in hostile(), second in hostile()) {
        let mut document = parse(CSV.as_bytes()).unwrap();
        for (mark, text) in document.marks.iter_mut().zip([first, second]) {
            mark.comment = crate::domain::id::comment_text(&text).unwrap();
        }
        for (form, text) in forms(&view(&document)) {
            let read = parse(text.as_bytes());
            prop_assert_eq!(read.as_ref(), Ok(&document), "{}", form);
        }
    }

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

/// As a hub writes it: the digests of its modules, and the signature.
fn signed((head, rows): &(ExportHead, Vec<ExportRow>)) -> String {
    let key = HubKey::of_seed([1; 32]);
    let statement = HubStatement {
        of: EXPORT.to_owned(),
        hub: Uuid::from_u128(7),
        name: "van".into(),
        log: Uuid::from_u128(8),
        audit: Some(head.token.clone()),
        version: None,
        position: Some(242),
        digest: None,
        made_ms: head.exported_ms,
        clock: "network".into(),
        key: key.public(),
        rows: None,
        sha256: None,
    };
    let (mut sum, mut text) = (ExportSum::default(), tablet_begin(head));
    sum.begin(&text);
    for (row, id) in rows.iter().zip(1..) {
        let module = tablet_module(row, id);
        sum.module(&module);
        text += &module;
    }
    text + &sum.end(&Sealer { statement, key: &key })
}

fn judged(text: &[u8]) -> FileVerdict {
    proof::check::check(&mut std::io::Cursor::new(text)).unwrap().verdict
}

fn places(text: &str) -> check::ExportPlaces {
    match judged(text.as_bytes()) {
        FileVerdict::Altered(AlteredPart::File, Some(said)) => check::places(text, said.rows.unwrap()),
        verdict => panic!("{verdict:?}"),
    }
}

static SIGNED: LazyLock<String> = LazyLock::new(|| signed(&view(&parse(CSV.as_bytes()).unwrap())));

#[test]
fn a_signed_export_is_genuine_and_reads_back_as_before() {
    let document = parse(CSV.as_bytes()).unwrap();
    assert!(matches!(judged(SIGNED.as_bytes()), FileVerdict::Genuine(_)));
    assert_eq!(
        parse(SIGNED.as_bytes()).unwrap().marks,
        parse(tablet(&view(&document)).to_string().as_bytes()).unwrap().marks
    );
    let nothing = signed(&(view(&document).0, Vec::new()));
    assert!(matches!(judged(nothing.as_bytes()), FileVerdict::Genuine(_)));
    assert!(serde_json::from_str::<Value>(&nothing).is_ok_and(|value| value["row_hashes"] == ""));
    // A program that reads JSON and writes it again.
    let value: Value = serde_json::from_str(&SIGNED).unwrap();
    assert_eq!(places(&value.to_string()), check::ExportPlaces::SavedAgain);
}

#[test]
fn what_was_altered_in_an_export_is_told() {
    use check::ExportPlaces::{Around, List, Modules};
    let text = SIGNED.as_str();
    let at = text.find("\"M010\"").unwrap();
    let status = at + text[at..].find("\"status\": \"").unwrap() + 11;
    let altered = format!("{}z{}", &text[..status], &text[status..]);
    let m010 = || Some("M010".to_owned());
    assert_eq!(places(&altered), Modules(vec![(RowChange::Altered { written: 9, found: 9 }, m010())]));
    let begin = text[..at].rfind("\n    {").unwrap();
    let end = begin + text[begin..].find("\n    },").unwrap() + "\n    },".len();
    let row = &text[begin..end];
    let without = format!("{}{}", &text[..begin], &text[end..]);
    assert_eq!(places(&without), Modules(vec![(RowChange::Removed { written: 9 }, None)]));
    let twice = format!("{}{row}{}", &text[..begin], &text[begin..]);
    assert!(matches!(&places(&twice), Modules(all) if all.len() == 1 && all[0].1 == m010()));
    let first = text.find("\n    {").unwrap();
    let moved = format!("{}{row}{}", &without[..first], &without[first..]);
    assert_eq!(places(&moved), Modules(vec![(RowChange::Moved { written: 9, found: 0 }, m010())]));
    assert_eq!(places(&text.replacen("\"t\"", "\"u\"", 1)), Around);
    assert_eq!(places(&text.replacen("row_hashes\": \"", "row_hashes\": \"0000000000000000", 1)), List);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_byte_of_an_export_can_be_altered_added_or_taken_out(
        place in any::<prop::sample::Index>(), by in 1..=255_u8, how in 0..3
    ) {
        let mut bytes = SIGNED.as_bytes().to_vec();
        let at = place.index(bytes.len());
        match how {
            0 => bytes[at] ^= by,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, by),
        }
        if bytes == SIGNED.as_bytes() {
            return Ok(());
        }
        let verdict = judged(&bytes);
        prop_assert!(matches!(verdict, FileVerdict::Altered(..)), "{:?}", verdict);
        if let FileVerdict::Altered(AlteredPart::File, Some(said)) = verdict {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            check::places(&text, said.rows.unwrap());
        }
    }
}
