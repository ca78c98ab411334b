//! Files out of offices, tablets and spreadsheets as they really are: each row becomes a module, or an error names it.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::domain::Status;

macro_rules! trial {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixtures/trials/", $name))
    };
}

/// `M001 1/2`: the modules of a document, each with its place.
fn places(document: &Document) -> Vec<String> {
    let place = |p: &crate::domain::Place| format!("{} {}/{}", p.module, p.string, p.position);
    document.layout.places().iter().map(place).collect()
}

fn modules(document: &Document) -> BTreeSet<String> {
    let placed = document.layout.places().iter().map(|place| place.module.to_string());
    placed.chain(document.marks.iter().map(|mark| mark.module.to_string())).collect()
}

/// A workbook of one sheet with these cells as text, as small programs write it.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |text: &String| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!(r#"<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
    };
    let row = |row: &Vec<String>| format!("<row>{}</row>", row.iter().map(cell).collect::<String>());
    workbook_of(&rows.iter().map(row).collect::<String>())
}

/// With these rows, in XML.
fn workbook_of(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    add(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{of}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    add(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="{main}" xmlns:r="{of}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{of}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
        ),
    );
    add(
        "xl/worksheets/sheet1.xml",
        &format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
    );
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_comment_that_begins_with_a_quote_takes_no_row_with_it() {
    let document = parse(trial!("two-quotes.csv")).unwrap();
    assert_eq!(places(&document), ["M001 1/1", "M002 1/2", "M003 1/3", "M004 1/4", "M005 1/5"]);
    let comments: Vec<_> = document.marks.iter().map(|mark| mark.comment.as_deref()).collect();
    assert_eq!(comments, [Some("\"cassé en haut"), None, Some("coin bas"), Some("\"cassé en bas"), None]);
    assert_eq!(document.marks[3].status, Some(Status::Dead));
}

#[test]
fn strings_that_are_counted_from_0_are_all_there() {
    let document = parse(trial!("zero-based.csv")).unwrap();
    assert!(document.strings.from_zero);
    assert_eq!(document.layout.strings(), [(1, 4), (2, 4), (3, 4)]);
    assert_eq!(places(&document)[..2], ["01_00_00 1/1", "01_00_01 1/2"]);
    let plan = r#"{"strings_configuration": [{"string_number": 0, "modules": [{"position_in_string": 1}]},
        {"string_number": 1, "modules": [{"position_in_string": 1}]}]}"#;
    assert_eq!(places(&parse(plan.as_bytes()).unwrap()), ["M001 1/1", "M002 2/1"]);
    // In our own exports string 0 comes last, and is none.
    let loose =
        "module_id,string,position,row,col,status,comment\nA,1,1,,,,\nX,0,1,,,dead,\nY,0,2,,,pending,\n";
    let document = parse(loose.as_bytes()).unwrap();
    assert_eq!((document.strings.from_zero, document.strings.added), (false, Some((2, 1))));
    assert_eq!((places(&document), document.marks.len()), (vec!["A 1/1".to_owned(), "Y 2/1".to_owned()], 1));
}

#[test]
fn plans_keep_their_own_names() {
    let own = parse(trial!("plan-own-ids.json")).unwrap();
    assert_eq!(places(&own)[..5], ["S1-1 1/1", "S1-2 1/2", "S1-3 1/3", "S1-4 1/4", "S2-1 2/1"]);
    let mppt = parse(trial!("plan-mppt.json")).unwrap();
    assert_eq!(
        (mppt.kind, mppt.name.as_deref(), mppt.client.as_deref()),
        (ImportKind::Plan, Some("Site d'essai"), Some("Client A"))
    );
    assert_eq!(places(&mppt)[3..5], ["M004 1/4", "M005 2/1"]);
    assert!(mppt.layout.places().iter().all(|place| place.row.is_some()));
    // Only by name, and only some with names of their own: the others get the number that they would have.
    let named = r#"{"strings_configuration": [
        {"string_id": "MPPT2", "modules": [{"position_in_string": 2}, {"position_in_string": 1, "module_id": 17}]},
        {"string_id": "MPPT1", "modules": [{"position_in_string": 1.0}]}]}"#;
    let named = parse(named.as_bytes()).unwrap();
    assert_eq!(places(&named), ["17 1/1", "M002 1/2", "M003 2/1"]);
    assert_eq!(named.strings.names, [(1, "MPPT2".to_owned()), (2, "MPPT1".to_owned())]);
    for (plan, strings) in [(&trial!("plan-10.json")[..], 10), (trial!("plan-11.json"), 11)] {
        let plan = parse(plan).unwrap();
        assert_eq!(plan.layout.strings(), (1..=strings).map(|n| (n, 24)).collect::<Vec<_>>());
        assert_eq!(plan.layout.places()[23].module.as_str(), "M024");
    }
    let wrapped = r#"{"project_info": {"project_name": "W"}, "installation_config": {"string_count": 2, "modules_per_string": "3"}}"#;
    let wrapped = parse(wrapped.as_bytes()).unwrap();
    assert_eq!((wrapped.name.as_deref(), wrapped.layout.strings()), (Some("W"), vec![(1, 3), (2, 3)]));
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    assert_eq!(places(&parse(trial!("sep.csv")).unwrap()), ["M001 1/1", "M002 1/2"]);
    let floats = parse(trial!("floats.csv")).unwrap();
    assert_eq!(places(&floats), ["M001 1/1", "M002 1/2"]);
    assert_eq!((floats.layout.places()[0].row, floats.strings.names.len()), (Some(1), 0));
    let named = parse(trial!("solaredge.csv")).unwrap();
    assert_eq!(places(&named), ["119A8EB7-F0 1/1", "119AA541-91 1/2", "13DC5D1B-67 2/1"]);
    assert_eq!(named.strings.names, [(1, "1.1".to_owned()), (2, "1.2".to_owned())]);
    let latin = parse(trial!("cp1252.csv")).unwrap();
    assert_eq!(
        (latin.marks[0].comment.as_deref(), latin.encoding),
        (Some("gravité 2"), TextEncoding::Windows1252)
    );
    let quoted = "module_id,string,position,comment\nA,1,1,\"two\nlines\"\nB,1,2,5\" glass\n";
    let quoted = parse(quoted.as_bytes()).unwrap();
    assert_eq!(
        quoted.marks.iter().map(|m| m.comment.as_deref()).collect::<Vec<_>>(),
        [Some("two\nlines"), Some("5\" glass")]
    );
}

#[test]
fn what_tablets_and_clouds_keep_is_read() {
    let time = parse(trial!("times-nocolon.json")).unwrap();
    assert_eq!(time.marks[0].marked_ms, Some(1_761_300_000_000));
    let cloud = parse(trial!("cloud-audit.json")).unwrap();
    assert_eq!((cloud.kind, cloud.name.as_deref()), (ImportKind::CloudAudit, Some("Site d'essai")));
    assert_eq!(cloud.token.as_ref().map(|t| t.as_str()), Some("11111111-2222-4333-8444-555555555555"));
    assert_eq!((places(&cloud).len(), cloud.marks.len(), cloud.created_ms), (4, 3, Some(1_759_752_926_000)));
    let numeric = json!({ "auditToken": 7, "modules": [{ "module_id": 12, "string_number": 1.0, "position_in_string": "3",
        "status": "ok", "technician_id": 42, "updated_at": "2025-10-24T10:00" }] });
    let numeric = parse(numeric.to_string().as_bytes()).unwrap();
    assert_eq!(places(&numeric), ["12 1/3"]);
    assert_eq!(numeric.marks[0].technician.as_ref().map(|t| t.as_str()), Some("42"));
}

#[test]
fn a_backup_is_to_choose_from() {
    let bytes = trial!("tablet-backup.json");
    assert_eq!(
        parse(bytes).unwrap_err().to_string(),
        "this is a backup of several audits: site-a, site-b; say which one (audit=..., on the command line --audit ...)"
    );
    for wanted in ["site-b", "diagpv_audit_site-b"] {
        let document = read(bytes).unwrap().pick(Some(wanted)).unwrap();
        assert_eq!((document.name.as_deref(), places(&document).len()), (Some("Site site-b"), 2));
    }
    assert!(read(bytes).unwrap().pick(Some("site-c")).is_err());
    // One is damaged and one is text, as the browser keeps it: the others can be had all the same.
    let inner = json!({ "auditToken": "b", "modules": [{ "module_id": "A", "string_number": 1, "position_in_string": 1 }] });
    let mixed = json!({ "audits": { "x": { "auditToken": "a" }, "y": inner.to_string() } }).to_string();
    let pick = |wanted| read(mixed.as_bytes()).unwrap().pick(Some(wanted));
    assert_eq!(places(&pick("b").unwrap()), ["A 1/1"]);
    assert_eq!(pick("x").unwrap_err().to_string(), "audits.x: line 1: missing field `modules`");
    let only = json!({ "audits": { "y": inner } }).to_string();
    assert_eq!(places(&parse(only.as_bytes()).unwrap()), ["A 1/1"], "there is nothing to choose");
}

#[test]
fn a_workbook_is_read_as_a_csv_would_be() {
    let document = parse(include_bytes!("../../../tests/fixtures/plan.xlsx")).unwrap();
    assert_eq!(document.kind, ImportKind::Xlsx);
    assert_eq!(places(&document), ["M001 1/1", "M002 1/2", "M003 1/3", "M004 2/1", "5 2/2"]);
    let comments: Vec<_> = document.marks.iter().map(|mark| mark.comment.as_deref()).collect();
    assert_eq!(
        comments,
        [None, Some("cassé en haut; voir photo"), Some("deux\nlignes \"ici\""), Some("=pas une formule")]
    );
    let sheet = |rows: &[&[&str]]| {
        workbook(&rows.iter().map(|row| row.iter().map(|c| (*c).to_owned()).collect()).collect::<Vec<_>>())
    };
    let said = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
    let header: &[&str] = &["module_id", "string", "position"];
    assert!(
        said(&sheet(&[header, &["A", "1", "1"], &["B", "1", "1"]]))
            .starts_with("line 3, column position: B is at")
    );
    assert_eq!(said(&sheet(&[&["a"]])), said(b"hello\n"));
    // A column name that is longer than any: the library counts past what a number holds.
    let far = format!(r#"<row r="1"><c r="{}1"><v>1</v></c></row>"#, "Z".repeat(20));
    assert!(parse(&workbook_of(&far)).is_err());
    assert!(said(b"PK\x03\x04cut").starts_with("workbook: the file is damaged"));
    assert!(
        said(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]).starts_with("workbook: this is a workbook of an old Excel")
    );
}

#[test]
fn a_workbook_that_is_no_audit_is_a_table_all_the_same() {
    let rows = [["file", "", "module"], ["a \"1\", b;c.jpg", "x", "M001"], ["line\nbreak.jpg", "", "M002"]];
    let bytes = workbook(&rows.map(|row| row.map(str::to_owned).to_vec()));
    let text = text_of_file(&bytes).unwrap();
    let lines = csv_lines(text.as_bytes(), 8, 8).unwrap();
    let cells: Vec<Vec<&str>> =
        lines.iter().map(|line| line.cells.iter().map(String::as_str).collect()).collect();
    assert_eq!(cells, rows.map(|row| row.to_vec()));
    assert!(text_of_file(b"PK\x03\x04cut").is_err());
}

#[test]
fn a_small_workbook_that_unpacks_to_more_than_there_is_memory_is_refused() {
    for part in ["xl/sharedStrings.xml", "xl/media/image1.png"] {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(part, options).unwrap();
        for _ in 0..20 {
            zip.write_all(&[b' '; 1 << 20]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
        let said = parse(&bytes).unwrap_err().to_string();
        assert!(said.starts_with("workbook: it is larger than any plan"), "{part}: {said}");
    }
}

/// One row as somebody may write it: string, position, status, comment.
fn row() -> impl Strategy<Value = [String; 4]> {
    let string = select(vec!["0", "1", "2", "S2", "1.0", "1.1", "MPPT2", "", "x"]);
    let position = select(vec!["1", "2", "3", "4", "5", "6", "7", "8", "2.0", "0", ""]);
    let status = select(vec!["", "ok", "dead", "pending", "Ok"]);
    let comment = select(vec!["", "\"", "\"top", "top\"", "\"a\" b", "5\"", "\"whole\"", "=1", "a;b", "'"]);
    (string, position, status, comment).prop_map(|(a, b, c, d)| [a, b, c, d].map(str::to_owned))
}

/// Each of the rows is a module now, or what is said names one of them.
fn all_or_named(bytes: &[u8], ids: &[String], names: impl Fn(&str) -> bool) -> Result<(), TestCaseError> {
    match parse(bytes) {
        Ok(document) => prop_assert_eq!(modules(&document), ids.iter().cloned().collect::<BTreeSet<_>>()),
        Err(error) => prop_assert!(names(&error.to_string()), "{}", error),
    }
    Ok(())
}

fn names_a_line(said: &str, rows: usize) -> bool {
    let line = said.strip_prefix("line ").and_then(|rest| rest.split([',', ':']).next());
    line.and_then(|line| line.parse::<usize>().ok()).is_some_and(|line| (2..=rows + 1).contains(&line))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn each_row_of_a_table_is_a_module_or_an_error_with_its_line(
        rows in prop::collection::vec(row(), 1..7), separator in select(vec![",", ";", "\t"]), end in select(vec!["\n", "\r\n"]),
    ) {
        let ids: Vec<String> = (0..rows.len()).map(|n| format!("X{n}")).collect();
        let header = ["module_id", "string", "position", "status", "comment"].join(separator);
        let lines = ids.iter().zip(&rows).map(|(id, row)| {
            let [string, position, status, comment] = row;
            [id, string, position, status, &comment.replace(separator, "/")].map(String::as_str).join(separator)
        });
        let text = std::iter::once(header).chain(lines).collect::<Vec<_>>().join(end);
        all_or_named(text.as_bytes(), &ids, |said| names_a_line(said, rows.len()))?;
    }

    #[test]
    fn each_row_of_a_workbook_is_a_module_or_an_error_with_its_line(rows in prop::collection::vec(row(), 1..7)) {
        let ids: Vec<String> = (0..rows.len()).map(|n| format!("X{n}")).collect();
        let mut cells = vec![["module_id", "string", "position", "status", "comment"].map(str::to_owned).to_vec()];
        cells.extend(ids.iter().zip(&rows).map(|(id, row)| [std::slice::from_ref(id), &row[..]].concat()));
        all_or_named(&workbook(&cells), &ids, |said| names_a_line(said, rows.len()))?;
    }

    #[test]
    fn each_module_of_a_tablet_or_a_cloud_is_one_here_or_an_error_that_names_it(
        rows in prop::collection::vec((row(), any::<bool>()), 1..7), cloud in any::<bool>(),
    ) {
        let ids: Vec<String> = (0..rows.len()).map(|n| if n % 3 == 2 { format!("S1-{n}") } else { format!("X{n}") }).collect();
        let list: Vec<Value> = ids.iter().zip(&rows).map(|(id, (row, nulls))| {
            let [string, position, status, comment] = row;
            let text = |text: &str| if text.is_empty() && *nulls { Value::Null } else { json!(text) };
            json!({ "module_id": id, "string_number": text(string), "position_in_string": text(position),
                "status": text(status), "comment": text(comment) })
        }).collect();
        let file = if cloud { json!({ "audit": { "token": "t" }, "modules": list }) } else { json!({ "auditToken": "t", "modules": list }) };
        all_or_named(file.to_string().as_bytes(), &ids, |said| said.starts_with("modules["))?;
    }

    #[test]
    fn each_module_of_a_plan_is_one_here_or_an_error_that_names_it(
        rows in prop::collection::vec((row(), any::<bool>()), 1..7),
    ) {
        let mut ids = Vec::new();
        let strings: Vec<Value> = rows.iter().enumerate().map(|(n, ([string, position, ..], by_id))| {
            ids.push(format!("X{n}"));
            let name = if *by_id { "string_id" } else { "string_number" };
            json!({ name: string, "modules": [{ "module_id": format!("X{n}"), "position_in_string": position }] })
        }).collect();
        let file = json!({ "strings_configuration": strings });
        all_or_named(file.to_string().as_bytes(), &ids, |said| said.starts_with("strings_configuration["))?;
    }

    #[test]
    fn no_bytes_in_a_workbook_make_it_panic(at in 0usize..6_100, put in prop::collection::vec(any::<u8>(), 0..8)) {
        let mut bytes = include_bytes!("../../../tests/fixtures/plan.xlsx").to_vec();
        let from = at.min(bytes.len());
        let to = (from + put.len()).min(bytes.len());
        bytes.splice(from..to, put);
        let _ = parse(&bytes);
    }
}
