//! What the readers of `import` take, and what they say to what they do not take.

use proptest::prelude::*;

use super::*;
use crate::domain::id::{ModuleId, TechnicianId, Token};
use crate::domain::status::Status;

const PLAN: &str = include_str!("../../../tests/fixtures/jalibat-plan.json");
const TABLET: &str = include_str!("../../../tests/fixtures/jalibat-tablet-export.json");
const CSV: &str = include_str!("../../../tests/fixtures/jalibat-observed.csv");

fn jalibat(text: &str) -> Document {
    let document = parse(text.as_bytes()).unwrap();
    assert_eq!(document.layout.places().len(), 242);
    let strings = document.layout.strings();
    assert_eq!(strings[0], (1, 26));
    assert_eq!(strings[1..], (2..=10).map(|n| (n, 24)).collect::<Vec<_>>());
    document
}

fn error(text: &str) -> String {
    parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_three_files_of_the_site_agree() {
    let plan = jalibat(PLAN);
    assert_eq!(
        (plan.kind, plan.name.as_deref(), plan.client.as_deref()),
        (ImportKind::Plan, Some("JALIBAT"), Some("Watt&Co"))
    );
    assert_eq!(plan.location.as_deref(), Some("Castelmoron-sur-Lot"));
    assert!(plan.marks.is_empty());

    let tablet = jalibat(TABLET);
    assert_eq!(tablet.kind, ImportKind::TabletExport);
    assert_eq!(tablet.token.unwrap().as_str(), "a4e19950-c73c-412c-be4d-699c9de1dde1");
    assert_eq!(tablet.created_ms, Some(1_761_300_000_000));
    assert!(tablet.marks.is_empty());

    let csv = jalibat(CSV);
    assert_eq!(csv.marks.len(), 242);
    assert_eq!(csv.marks.iter().filter(|m| m.status.is_some_and(|s| s.is_defect())).count(), 22);
    assert_eq!(csv.marks[7].comment.as_deref(), Some("pid, gravité 2"));
    assert_eq!(csv.layout, plan.layout);
}

#[test]
fn what_spreadsheets_do_to_a_csv_is_forgiven() {
    let plain = parse(CSV.as_bytes()).unwrap();
    let excel = format!(
        "\u{feff}{}\r\n;;;;;;\r\n",
        CSV.replace(", grav", "~ grav").replace(',', ";").replace('~', ",")
    );
    assert_eq!(parse(excel.as_bytes()).unwrap(), plain);
    assert_eq!(parse(CSV.replace("\r\n", "\n\n").as_bytes()).unwrap(), plain);

    let mixed = "\n Position ,comment,Module_ID,string,extra\n2,\"two\nlines\",B,S1,x\n1,'=1+1,A,1\n";
    let document = parse(mixed.as_bytes()).unwrap();
    assert_eq!(document.layout.places()[0].module.as_str(), "A");
    assert_eq!(document.marks[0].comment.as_deref(), Some("two\nlines"));
    assert_eq!(document.marks[1].comment.as_deref(), Some("=1+1"));
}

#[test]
fn strings_configuration_decides_over_the_nominal_figures() {
    let plan = r#"{"diagpv_import_format": {"string_count": 9, "modules_per_string": 9, "total_modules": 9},
        "strings_configuration": [{"string_id": "S2", "modules": [{"position_in_string": 1}]},
        {"string_number": 1, "modules": [{"position_in_string": 2}, {"position_in_string": 1}]}]}"#;
    assert_eq!(parse(plan.as_bytes()).unwrap().layout.strings(), [(1, 2), (2, 1)]);
    let even =
        r#"{"diagpv_import_format": {"string_count": 3, "modules_per_string": 4, "total_modules": 12}}"#;
    assert_eq!(parse(even.as_bytes()).unwrap().layout.strings(), [(1, 4), (2, 4), (3, 4)]);
}

#[test]
fn modules_without_a_place_are_marks_only() {
    let export = |modules: &str| format!(r#"{{"auditToken": "t", "modules": [{modules}]}}"#);
    let loose = r#"{"module_id": "X9", "string_number": 0, "position_in_string": 1, "status": "dead"}"#;
    let document = parse(export(loose).as_bytes()).unwrap();
    assert!(document.layout.places().is_empty());
    assert_eq!(document.marks[0].status, Some(Status::Dead));
    // S1-1 tells the place of A: marked before the layout was there.
    let taken = r#"{"module_id": "A", "string_number": 1, "position_in_string": 1},
        {"module_id": "S1-1", "string_number": 1, "position_in_string": 1, "status": "ok"}"#;
    let document = parse(export(taken).as_bytes()).unwrap();
    assert_eq!((document.layout.places().len(), document.marks.len()), (1, 1));
    assert!(error(&export("")).contains("no module"));
}

#[test]
fn errors_in_a_csv_name_the_line_and_what_to_do() {
    let at = |rows: &str| error(&format!("module_id,string,position,row,col,status,comment\n{rows}"));
    insta::assert_snapshot!(
        [
            at("A,1,1,,,ok,\n\nB,1,2,,,broken,\n"),
            at("A,1,1,,,ok,\nA,1,2,,,ok,\n"),
            at("A,1,1,,,ok,\nB,1,1,,,ok,\n"),
            at("A,1,1,,,ok,pid, gravité 2\n"),
            at("A,one,1\n"),
            at("A,1,0\n"),
            at("A,1,1,b\n"),
            at("A,1,1,,,ok,\"opens\nB,1,2,,,ok,\nC,1,3,,,ok,closes\"\n"),
            at("A,1,1\nB,2,1\nC,1.1,1\n"),
            at("A B,1,1\n"),
            at(&format!("A,1,1,,,ok,{}\n", "x".repeat(4_001))),
            at(""),
            error("module_id,string,status\n"),
            error("module_id,string,position,string\n"),
            error("hello\n"),
            error(""),
        ]
        .join("\n"),
        @r#"
        line 4, column status: unknown status; one of ok, inequality, microcracks, dead, string_open, not_connected, or pending (module B has `broken`)
        line 3, column module_id: A is already at line 2; keep one of the two
        line 3, column position: B is at position 1 of string 1, where A is (line 2); correct one
        line 2: 8 cells, but the header has 7; put quotes around a comment that has the separator in it
        line 2, column string: `one` must be a number such as 3, or S3
        line 2, column position: A: positions count from 1
        line 2, column row: `b` must be a whole number, or nothing
        line 2: a quote opens here and takes in line 3, which looks like a row; remove the quote
        line 4, column string: `1.1` must be a number such as 3, or S3, as in the other rows
        line 2, column module_id: `A B` must be 1 to 64 characters of A-Z a-z 0-9 . _ -
        line 2, column comment: at most 4000 characters (module A)
        modules: there is no module in the file; check that it is the right one
        line 1: the column position is missing; the header is module_id,string,position,row,col,status,comment
        line 1: the column string is there twice; remove one
        this is not a plan (JSON with diagpv_import_format or strings_configuration), a tablet export (JSON with auditToken and modules), a tablet's backup (JSON with audits), or a CSV or XLSX with the columns module_id,string,position; check that it is the right file
        the file is empty; export or copy it again
        "#
    );
}

#[test]
fn errors_in_json_name_the_field_and_what_to_do() {
    let export = |modules: &str| error(&format!(r#"{{"auditToken": "t", "modules": [{modules}]}}"#));
    let plan =
        |rest: &str| error(&format!(r#"{{"diagpv_import_format": {{}}, "strings_configuration": {rest}}}"#));
    insta::assert_snapshot!(
        [
            export(r#"{"module_id": "A", "string_number": 1, "position_in_string": 1, "status": "broken"}"#),
            export(r#"{"module_id": "A"}, {"module_id": "A"}"#),
            export(r#"{"module_id": "A", "string_number": "three"}"#),
            export(r#"{"module_id": "A", "status": "ok", "updated_at": "yesterday"}"#),
            export(r#"{"string_number": 1}"#),
            export(r#"{"module_id": "A", "status": "ok", "technician_id": "é"}"#),
            error(r#"{"auditToken": "a b", "modules": [{"module_id": "A", "status": "ok"}]}"#),
            plan(r#"[{"string_number": 1, "modules": [{"position_in_string": 1}, {"position_in_string": 1}]}]"#),
            plan(r#"[{"string_number": 1, "string_id": "S2", "modules": []}]"#),
            plan(r#"[{"modules": []}]"#),
            plan(r#"[{"string_number": 1, "modules": []}]"#),
            plan(r#"[{"string_number": 1, "modules": [{"module_id": "A B", "position_in_string": 1}]}]"#),
            plan(r#"[{"string_number": 1, "modules": [{"position_in_string": 0}]}]"#),
            plan("[]"),
            error(r#"{"diagpv_import_format": {"string_count": 10, "modules_per_string": 24, "total_modules": 242}}"#),
            error(r#"{"diagpv_import_format": {"string_count": 1000, "modules_per_string": 24}}"#),
            error(r#"{"diagpv_import_format": {"project_name": 3}}"#),
            error(&TABLET[..TABLET.len() / 2]),
            error("{\n \"auditToken\": t\n}"),
            error("{} {}"),
            error("[1]"),
            error("{}"),
        ]
        .join("\n"),
        @r#"
        modules[0].status: unknown status; one of ok, inequality, microcracks, dead, string_open, not_connected, or pending (module A has `broken`)
        modules[1].module_id: A is already at modules[0]; keep one of the two
        modules[0].string_number: invalid value: string "three", expected the number of a string: 3 or "S3" (line 1)
        modules[0].updated_at: invalid value: string "yesterday", expected a time such as "2025-10-24T10:00:00.000Z" (line 1)
        modules[0]: missing field `module_id` (line 1)
        modules[0].technician_id: 1 to 64 characters of A-Z a-z 0-9 . _ - (module A)
        auditToken: 1 to 128 characters of A-Z a-z 0-9 . _ -
        strings_configuration[0].modules[1].position_in_string: M002 is at position 1 of string 1, where M001 is (strings_configuration[0].modules[0]); correct one
        strings_configuration[0].string_id: S2, but string_number is 1; correct one of the two
        strings_configuration[0].string_number: it is missing; give string_number 3 or string_id "S3"
        strings_configuration: its strings have no modules
        strings_configuration[0].modules[0].module_id: `A B` must be 1 to 64 characters of A-Z a-z 0-9 . _ -
        strings_configuration[0].modules[0].position_in_string: M001: positions count from 1
        diagpv_import_format.string_count: it must be a number from 1, or the file must have strings_configuration
        diagpv_import_format.total_modules: 242, but 10 strings of 24 are 240; correct it, or list the strings in strings_configuration
        diagpv_import_format.total_modules: 24000 modules; an audit has at most 20000, split the plan
        diagpv_import_format.project_name: invalid type: integer `3`, expected a string (line 1)
        line 1219: the file is cut short; export or copy it again
        line 3: not valid JSON: expected ident; correct it or export the file again
        line 1: not valid JSON at character 4: trailing characters; correct it or export the file again
        this is not a plan (JSON with diagpv_import_format or strings_configuration), a tablet export (JSON with auditToken and modules), a tablet's backup (JSON with audits), or a CSV or XLSX with the columns module_id,string,position; check that it is the right file
        this is not a plan (JSON with diagpv_import_format or strings_configuration), a tablet export (JSON with auditToken and modules), a tablet's backup (JSON with audits), or a CSV or XLSX with the columns module_id,string,position; check that it is the right file
        "#
    );
}

#[test]
fn at_most_20_000_modules() {
    let rows = |n: u32| (1..=n).map(|n| format!("X{n},1,{n}\n")).collect::<String>();
    let file = |n| format!("module_id,string,position\n{}", rows(n));
    assert_eq!(parse(file(20_000).as_bytes()).unwrap().layout.places().len(), 20_000);
    assert!(error(&file(20_001)).starts_with("line 20002, column module_id: an audit has at most 20000"));
}

#[test]
fn the_same_mark_has_the_same_id_and_another_has_another() {
    let token = Token::parse("t").unwrap();
    let mark = parse(CSV.as_bytes()).unwrap().marks.swap_remove(7);
    let id = mark_id(&token, &mark);
    assert_eq!(id, mark_id(&token, &mark.clone()));
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    let other = |change: fn(&mut ImportedMark)| {
        let mut other = mark.clone();
        change(&mut other);
        mark_id(&token, &other)
    };
    let mut ids = vec![
        id,
        mark_id(&Token::parse("u").unwrap(), &mark),
        other(|m| m.module = ModuleId::parse("M9").unwrap()),
        other(|m| m.status = None),
        other(|m| m.comment = None),
        other(|m| m.technician = TechnicianId::parse("tech_1").ok()),
        other(|m| m.marked_ms = Some(1)),
    ];
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 7);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_csv_makes_it_panic(rows in prop::collection::vec("[AMS',;\"\n\r\t=0-9é-]{0,12}", 0..20)) {
        let _ = parse(format!("module_id;string;position;comment\n{}", rows.join(";")).as_bytes());
    }

    #[test]
    fn no_damage_to_a_file_makes_it_panic(
        which in 0usize..3, at in 0usize..4_000, cut in 0usize..300, put in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let mut bytes = [PLAN, TABLET, CSV][which].as_bytes()[..].to_vec();
        let from = at.min(bytes.len());
        bytes.splice(from..(from + cut).min(bytes.len()), put);
        let _ = parse(&bytes);
    }
}

#[test]
fn half_an_emoji_in_a_comment_is_no_reason_to_refuse_a_file() {
    let document = parse(
        br#"{"auditToken":"a","auditData":{"project_name":"\ude00"},"modules":[{"module_id":"M001","string_number":1,
            "position_in_string":1,"status":"dead","comment":"caf\ud83d"}]}"#,
    );
    let document = document.unwrap();
    assert_eq!(document.name.as_deref(), Some("\u{fffd}"));
    assert_eq!(document.marks[0].comment.as_deref(), Some("caf\u{fffd}"));
}
