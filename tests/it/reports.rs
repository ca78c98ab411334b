//! Reports over HTTP and by command: the same figures in every form, versions that can be made again with the same bytes, and who may.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use fieldhub::domain::report::ReportLanguage;
use fieldhub::domain::report::measured::words::MeasurementWords;
use hyper::Method;
use serde_json::{Value, json};

use crate::common::program::run;
use crate::common::{Client, NOW, TestHub, mark};
use crate::photos::{photo, picture, send, variant};
use crate::properties::property;
use crate::report_pdf::said;

const PATH: &str = "/api/v1/audits/jalibat/reports";
const FORMATS: [&str; 5] = ["html", "xlsx", "csv", "json", "pdf"];

async fn form(client: &Client, version: &str, query: &str) -> Vec<u8> {
    let answer = client.get(&format!("{PATH}/{version}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.body.to_vec()
}

async fn make(client: &Client, body: Value) -> Value {
    let answer = client.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// What a crew found on JALIBAT, with two who disagree and a photo of which the hub has everything.
async fn night(hub: &TestHub) {
    let csv = include_str!("../fixtures/jalibat-observed.csv");
    let made = hub.client.call(Method::POST, "/api/v1/audits?token=jalibat&name=JALIBAT", csv).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let ops = vec![mark("M010", "dead", "lea", NOW + 1), mark("M010", "microcracks", "omar", NOW + 2)];
    hub.client.ops("jalibat", ops).await;
    let (thumb, original) = (picture(1, 900), picture(2, 5_000));
    send(&hub.client, &thumb).await;
    send(&hub.client, &original).await;
    let taken = photo("M010", &[variant("thumb", &thumb), variant("original", &original)]);
    hub.client.ops("jalibat", vec![taken]).await;
}

/// What a workbook's summary says beside each name.
fn summary(book: Vec<u8>) -> BTreeMap<String, f64> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book)).unwrap();
    let sheet = book.worksheets().remove(0).1;
    let row = |row: &[Data]| match row.get(1)? {
        Data::Float(number) => Some((row[0].to_string(), *number)),
        Data::Int(number) => Some((row[0].to_string(), *number as f64)),
        _ => None,
    };
    sheet.rows().filter_map(row).collect()
}

/// As poppler reads it, lines as they stand; nothing where that is not installed, which CI may not be.
fn text_of_pdf(bytes: &[u8]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.pdf");
    std::fs::write(&file, bytes).unwrap();
    said("pdftotext", &["-layout"], &file)
}

#[tokio::test]
async fn figures_are_the_same_in_every_form_and_in_the_api() {
    let hub = TestHub::start().await;
    night(&hub).await;
    // People disagree on a severity, and say why some were not examined.
    let module = |id: &str, set: Value, who: &str| property(json!({ "module_id": id }), set, who);
    let said = vec![
        mark("X1", "dead", "lea", NOW + 3),
        module("M001", json!({ "severity": "A" }), "lea"),
        module("M001", json!({ "severity": "C" }), "omar"),
        module("X1", json!({ "not_examined": "shade" }), "lea"),
    ];
    hub.client.ops("jalibat", said).await;
    let curves = include_str!("../fixtures/pvserv-strings.txt").to_owned();
    hub.client.call(Method::POST, "/api/v1/audits/jalibat/measurements", curves).await;
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(audit["conflicts"], 2);
    let json: Value = serde_json::from_slice(&form(&hub.client, "draft", "format=json").await).unwrap();
    let figures = &json["figures"];
    for (of_report, of_api) in [
        ("by_status", "by_status"),
        ("modules", "module_count"),
        ("examined", "marked"),
        ("defects", "defects"),
        ("conflicts", "conflicts"),
        ("not_examined", "not_examined"),
        ("photos", "photo_count"),
    ] {
        assert_eq!(figures[of_report], audit[of_api], "{of_report}");
    }
    assert!(figures["defects"].as_u64().unwrap() > 10, "{figures}");
    let verdicts =
        json["measurements"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap());
    assert_eq!(verdicts.filter(|verdict| *verdict == "ok").count(), 8);
    for language in ReportLanguage::ALL {
        let (tag, words) = (language.tag(), language.words());
        let beside = summary(form(&hub.client, "draft", &format!("format=xlsx&lang={tag}")).await);
        let page =
            String::from_utf8(form(&hub.client, "draft", &format!("format=html&lang={tag}")).await).unwrap();
        let paper = form(&hub.client, "draft", &format!("format=pdf&lang={tag}")).await;
        let paper = text_of_pdf(&paper);
        for (status, count) in figures["by_status"].as_object().unwrap() {
            let at = fieldhub::domain::Status::ALL.iter().position(|one| one.as_str() == status).unwrap();
            let (word, count) = (words.statuses[at], count.as_u64().unwrap());
            assert_eq!(beside.get(word), Some(&(count as f64)), "{tag} {word}");
            assert!(page.contains(&format!("<td dir=auto>{word}<td class=n>{count}<")), "{tag} {word}");
            // In its chart, which leaves out what there is none of.
            let said = |line: &str| line.contains(word) && line.contains(&format!(" {count} · "));
            let there = paper.as_ref().is_none_or(|paper| count == 0 || paper.lines().any(said));
            assert!(there, "{tag} {word} {count}: {paper:?}");
        }
        assert_eq!(beside.get(words.total), Some(&243.0));
        // Of eleven measurements; diodes say nothing of their module.
        let measured = MeasurementWords::of(tag);
        for (at, count) in [(0, 8), (1, 2), (2, 1)] {
            let verdict = measured.verdicts[at];
            assert!(
                page.contains(&format!("<td dir=auto>{verdict}<td class=n>{count}\n")),
                "{tag} {verdict}"
            );
        }
        assert_eq!(page.matches("<polyline").count(), 11);
    }
    let csv = String::from_utf8(form(&hub.client, "draft", "format=csv&lang=fr").await).unwrap();
    assert_eq!(csv.lines().filter(|line| line.starts_with('M')).count(), 242);
    assert!(csv.lines().any(|line| line.starts_with("M010;") && line.contains("Microfissures")), "{csv}");
}

#[tokio::test]
async fn version_1_made_again_after_500_more_marks_has_the_same_bytes() {
    let hub = TestHub::start().await;
    night(&hub).await;
    let made = make(&hub.client, json!({ "lang": "fr", "utc_offset": 120 })).await;
    assert_eq!((&made["number"], &made["lang"], &made["here"]), (&json!(1), &json!("fr"), &json!(true)));
    let mut first = Vec::new();
    for format in FORMATS {
        first.push(form(&hub.client, "1", &format!("format={format}")).await);
    }
    let page = String::from_utf8(first[0].clone()).unwrap();
    assert!(
        page.contains("Rapport d&#39;inspection") && page.contains("UTC+02:00") && page.contains("Version 1")
    );
    assert!(page.contains(made["digest"].as_str().unwrap()) && page.contains("data:image/jpeg;base64,"));
    for batch in 0..5 {
        let ops = (1..=100)
            .map(|n| mark(&format!("M{n:03}"), "string_open", "lea", NOW + 10_000 + batch))
            .collect();
        hub.client.ops("jalibat", ops).await;
    }
    let second = make(&hub.client, json!({})).await;
    assert_eq!(second["number"], 2);
    for hub in [hub.restart().await] {
        for (format, bytes) in FORMATS.iter().zip(&first) {
            let again = form(&hub.client, "1", &format!("format={format}")).await;
            assert!(again == *bytes, "{format}: {} bytes, then {}", bytes.len(), again.len());
            assert!(form(&hub.client, "2", &format!("format={format}&lang=fr")).await != *bytes, "{format}");
        }
        let list = hub.client.get(PATH).await.json();
        let numbers: Vec<_> =
            list["versions"].as_array().unwrap().iter().map(|v| v["number"].clone()).collect();
        assert_eq!(numbers, [1, 2]);
        assert!(list.get("making").is_none());
    }
}

#[tokio::test]
async fn where_nothing_has_come_since_it_is_the_same_version() {
    let hub = TestHub::start().await;
    night(&hub).await;
    let first = make(&hub.client, json!({ "lang": "de" })).await;
    assert_eq!(make(&hub.client, json!({ "lang": "de" })).await, first);
    // Another offset writes other times.
    assert_eq!(make(&hub.client, json!({ "utc_offset": 60 })).await["number"], 2);
    hub.client.ops("jalibat", vec![mark("M001", "ok", "lea", NOW + 9)]).await;
    assert_eq!(make(&hub.client, json!({ "utc_offset": 60 })).await["number"], 3);
}

/// A picture that comes after a version was frozen is in the next one.
#[tokio::test]
async fn what_was_not_there_yet_does_not_come_into_a_version_later() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    night(&site).await;
    let bundle = site.client.get("/api/v1/bundle").await.body;
    let taken = office.client.call(Method::POST, "/api/v1/bundle", bundle).await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let made = make(&office.client, json!({ "lang": "en" })).await;
    assert_eq!(made["pictures_absent"], 1);
    let page = form(&office.client, "1", "format=html").await;
    let said = String::from_utf8(page.clone()).unwrap();
    assert!(said.contains("had not reached the hub") && !said.contains("data:image"));
    send(&office.client, &picture(1, 900)).await;
    assert_eq!(form(&office.client, "1", "format=html").await, page);
    let next = make(&office.client, json!({ "lang": "en" })).await;
    assert_eq!((&next["number"], &next["pictures_absent"]), (&json!(2), &json!(0)));
    assert!(
        String::from_utf8(form(&office.client, "2", "format=html").await).unwrap().contains("data:image")
    );
}

/// Versions travel with the log; whoever has another log says that it cannot make one of them.
#[tokio::test]
async fn a_version_of_another_hub_is_known_and_not_made_up() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    night(&site).await;
    office.jalibat().await;
    make(&site.client, json!({ "lang": "it" })).await;
    let bundle = site.client.get("/api/v1/bundle").await.body;
    office.client.call(Method::POST, "/api/v1/bundle", bundle).await;
    let list = office.client.get(PATH).await.json();
    assert_eq!((&list["versions"][0]["number"], &list["versions"][0]["here"]), (&json!(1), &json!(false)));
    let refused = office.client.get(&format!("{PATH}/1")).await;
    assert_eq!(refused.status, 404);
    assert!(refused.text().contains("another hub"), "{}", refused.text());
    assert_eq!(make(&office.client, json!({})).await["number"], 2, "numbers go on");
    form(&office.client, "2", "format=json").await;
}

#[tokio::test]
async fn leads_make_versions_all_of_the_crew_read_them_and_what_is_wrong_is_named() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let (lead, technician) = (hub.lead("Léa").await, hub.technician("Omar").await);
    assert_eq!(technician.post(PATH, &json!({})).await.status, 403);
    assert_eq!(hub.client.get(PATH).await.status, 401);
    let made = make(&lead, json!({})).await;
    assert_eq!((&made["made_by"], &made["lang"]), (&json!("Léa"), &json!("en")));
    let answer = technician.get(&format!("{PATH}/1")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "inline; filename=\"jalibat-report-1.html\"");
    assert!(
        answer.header("content-security-policy").contains("default-src 'none'; style-src 'unsafe-inline'")
    );
    let file = technician.get(&format!("{PATH}/1?download=true")).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"jalibat-report-1.html\"");
    let book = technician.get(&format!("{PATH}/1?format=xlsx")).await;
    assert_eq!(book.header("content-disposition"), "attachment; filename=\"jalibat-report-1.xlsx\"");
    for (path, status, field) in [
        ("/7", 404, ""),
        ("/none", 400, "number"),
        ("/1?format=docx", 400, "format"),
        ("/1?lang=xx", 400, "lang"),
        ("/draft?utc_offset=900", 400, "utc_offset"),
        ("/draft?utc_offset=-2147483648", 400, "utc_offset"),
    ] {
        let answer = lead.get(&format!("{PATH}{path}")).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.json()["field"].as_str().unwrap_or_default(), field, "{path}");
    }
    for (field, body) in [
        ("lang", json!({ "lang": "xx" })),
        ("utc_offset", json!({ "utc_offset": -900 })),
        ("sections", json!({ "sections": ["a b"] })),
    ] {
        let answer = lead.post(PATH, &body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!(field)));
    }
    assert_eq!(lead.get("/api/v1/audits/nowhere/reports/draft").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_writes_each_form_and_a_folder_that_may_be_broken_off() {
    let mut hub = TestHub::start().await;
    night(&hub).await;
    let temp = hub.stop().await;
    let dir = temp.path();
    let out = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let book = out("night.xlsx");
    let said = run(dir, &["report", "JALIBAT", "--format", "xlsx", "--lang", "fr", "-o", &book]).good();
    assert_eq!(said, format!("{book} written.\n"));
    assert_eq!(summary(std::fs::read(&book).unwrap()).get("Total"), Some(&242.0));
    let paper = out("night");
    run(dir, &["report", "jalibat", "--number", "1", "-o", &paper]).good();
    assert!(
        std::fs::read(&paper).unwrap().starts_with(b"%PDF-"),
        "what is signed and handed over, if nothing else is asked for"
    );
    let page = out("night.html");
    run(dir, &["report", "jalibat", "--number", "1", "-o", &page]).good();
    assert!(
        std::fs::read_to_string(&page).unwrap().contains("lang=\"fr\""),
        "in the language of the version"
    );
    run(dir, &["report", "jalibat", "--draft", "--lang", "de", "-o", &page]).good();
    assert!(std::fs::read_to_string(&page).unwrap().contains("Entwurf, ohne Nummer"));

    let folder = out("stick");
    let write = ["report", "jalibat", "--format", "folder", "-o", &folder];
    assert_eq!(run(dir, &write).good(), format!("{folder}: 1 picture written, 0 there already.\n"));
    let file = |name: &str| dir.join("stick").join(name);
    for name in ["report.html", "report.xlsx", "report.csv", "report.json"] {
        assert!(file(name).metadata().unwrap().len() > 1_000, "{name}");
    }
    let place = std::fs::read_dir(file("pictures")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = place.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(names, ["S01-P10-M010-1.jpg"]);
    assert_eq!(std::fs::read(file("pictures/S01-P10-M010-1.jpg")).unwrap(), picture(2, 5_000));
    assert_eq!(run(dir, &write).good(), format!("{folder}: 0 pictures written, 1 there already.\n"));

    let list = run(dir, &["report", "jalibat", "--list"]).good();
    assert!(list.lines().count() == 2, "nothing has come in between: {list}");

    // Two who disagree, and one defect of many has a photo.
    let refused = run(dir, &["report", "jalibat", "--final", "-o", &page]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("Open: 1 conflict not settled: M010\n"), "{}", refused.err);
    assert!(
        refused.err.contains("without a photo: M0") && refused.err.contains("--anyway"),
        "{}",
        refused.err
    );
    let without = ["report", "jalibat", "--final", "--anyway", "--without", "map,history", "-o", &page];
    run(dir, &without).good();
    let said = std::fs::read_to_string(&page).unwrap();
    assert!(said.contains("Version 2, final") && !said.contains("<h2>Site map</h2>"), "{said}");
    run(dir, &["report", "jalibat", "--without", "moon", "-o", &page]).bad(1);
    run(dir, &["report", "jalibat", "--number", "9", "-o", &page]).bad(1);
}

/// What is open, with what tablets say; a version that is final; and what has come since.
#[tokio::test]
async fn what_is_open_is_listed_before_a_version_is_final() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let (lead, technician) = (hub.lead("Léa").await, hub.technician("Omar").await);
    let closing = "/api/v1/audits/jalibat/closing";
    assert_eq!(hub.technician("Ana").await.get(closing).await.status, 200);
    // Whoever was not here since the hub started, and marked nothing here, is not asked after.
    hub.technician("Zoé").await;
    assert_eq!(hub.client.get(closing).await.status, 401);
    technician.ops("jalibat", vec![mark("M010", "dead", "omar", NOW + 1)]).await;
    let told = json!({ "unsent": 3, "unsent_photos": 1 });
    assert_eq!(technician.call(Method::PUT, "/api/v1/me/tablet", told.to_string()).await.status, 204);
    let list = technician.get(closing).await.json();
    assert_eq!(
        (&list["clean"], &list["version"], &list["final"]),
        (&json!(false), &Value::Null, &json!(false))
    );
    let count = |check: &str| {
        let checks = list["checks"].as_array().unwrap();
        let found = checks.iter().find(|one| one["check"] == check).unwrap();
        (found["count"].as_u64().unwrap(), found["used"].as_bool().unwrap())
    };
    assert_eq!(count("pending"), (241, true));
    assert_eq!((count("no_severity"), count("no_picture")), ((1, false), (1, false)));
    assert_eq!(list["checks"][0]["first"][0], json!({ "string": 1, "module_id": "M001" }));
    let tablet = |name: &str| {
        let tablets = list["tablets"].as_array().unwrap();
        tablets.iter().find(|one| one["name"] == name).unwrap().clone()
    };
    assert_eq!((&tablet("Omar")["unsent"], &tablet("Omar")["unsent_photos"]), (&json!(3), &json!(1)));
    assert_eq!(tablet("Ana")["unsent"], Value::Null, "it never said: that is not none");

    assert_eq!(make(&lead, json!({})).await["final"], false);
    let made = make(&lead, json!({ "final": true })).await;
    assert_eq!((&made["number"], &made["final"]), (&json!(2), &json!(true)), "a draft is no final one");
    assert_eq!(make(&lead, json!({})).await["number"], 2, "and what is final no draft again");
    let page = String::from_utf8(form(&lead, "2", "format=html").await).unwrap();
    assert!(page.contains("Version 2, final"));
    assert!(String::from_utf8(form(&lead, "1", "format=html").await).unwrap().contains("Version 1, draft"));
    technician.ops("jalibat", vec![mark("M011", "ok", "omar", NOW + 2)]).await;
    let list = lead.get(closing).await.json();
    assert_eq!(
        (&list["version"], &list["final"], &list["changes_since"]),
        (&json!(2), &json!(true), &json!(1))
    );
    assert_eq!(String::from_utf8(form(&lead, "2", "format=html").await).unwrap(), page);
}

#[tokio::test]
async fn sections_are_chosen_kept_with_the_version_and_the_same_again() {
    let hub = TestHub::start().await;
    night(&hub).await;
    let made = make(&hub.client, json!({ "lang": "fr", "sections": ["strings", "map", "map"] })).await;
    assert_eq!(made["sections"], json!(["map", "strings"]));
    let mut first = Vec::new();
    for format in FORMATS {
        first.push(form(&hub.client, "1", &format!("format={format}")).await);
    }
    let page = String::from_utf8(first[0].clone()).unwrap();
    assert!(page.contains("<h2>Plan du site</h2>") && !page.contains("<h2>Historique</h2>"));
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW + 9)]).await;
    assert_eq!(make(&hub.client, json!({ "lang": "fr" })).await.get("sections"), None, "all");
    for (format, bytes) in FORMATS.iter().zip(&first) {
        assert!(form(&hub.client, "1", &format!("format={format}")).await == *bytes, "{format}");
    }
    let draft = form(&hub.client, "draft", "format=html&lang=fr&sections=history").await;
    let draft = String::from_utf8(draft).unwrap();
    assert!(draft.contains("<h2>Historique</h2>") && !draft.contains("<h2>Plan du site</h2>"));
    let refused = hub.client.get(&format!("{PATH}/draft?sections=moon")).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!("sections")));
    let list = hub.client.get(PATH).await.json();
    assert_eq!(list["sections"].as_array().unwrap().len(), 13);
}
