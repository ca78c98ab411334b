//! Files as they really come, by every door: the API and the command line read them alike, and say what they made of them.

use std::path::Path;

use crate::common::TestHub;
use crate::common::program::run;
use hyper::Method;
use serde_json::{Value, json};

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

macro_rules! trial {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../fixtures/trials/", $name)) as &[u8])
    };
}

/// A file by its name, the kind that it is, and how many modules, strings and marks are in it.
type Tried = ((&'static str, &'static [u8]), &'static str, [usize; 3]);

const FILES: [Tried; 13] = [
    (trial!("cloud-audit.json"), "cloud", [4, 2, 3]),
    (trial!("cp1252.csv"), "csv", [1, 1, 1]),
    (trial!("floats.csv"), "csv", [2, 1, 0]),
    (trial!("plan-10.json"), "plan", [240, 10, 0]),
    (trial!("plan-11.json"), "plan", [264, 11, 0]),
    (trial!("plan-mppt.json"), "plan", [7, 2, 0]),
    (trial!("plan-own-ids.json"), "plan", [7, 2, 0]),
    (trial!("sep.csv"), "csv", [2, 1, 0]),
    (trial!("solaredge.csv"), "csv", [3, 2, 0]),
    (trial!("times-nocolon.json"), "tablet", [2, 1, 1]),
    (trial!("two-quotes.csv"), "csv", [5, 1, 5]),
    (trial!("zero-based.csv"), "csv", [12, 3, 0]),
    (("plan.xlsx", include_bytes!("../fixtures/plan.xlsx") as &[u8]), "xlsx", [5, 2, 4]),
];

#[tokio::test]
async fn each_file_is_understood_and_becomes_what_was_understood() {
    let hub = TestHub::start().await;
    for (n, ((name, bytes), kind, figures)) in FILES.into_iter().enumerate() {
        let preview = hub.client.call(Method::POST, "/api/v1/audits/preview", bytes).await;
        assert_eq!(preview.status, 200, "{name}: {}", preview.text());
        let preview = preview.json();
        let understood = (preview["kind"].as_str(), &preview["module_count"], &preview["marks"]);
        assert_eq!(understood, (Some(kind), &json!(figures[0]), &json!(figures[2])), "{name}: {preview}");
        assert_eq!(preview["strings"].as_array().unwrap().len(), figures[1], "{name}");
        let made = hub.client.call(Method::POST, &format!("/api/v1/audits?token=t{n}"), bytes).await;
        assert_eq!(made.status, 201, "{name}: {}", made.text());
        let audit = made.json();
        assert_eq!(
            (&audit["module_count"], &audit["string_count"]),
            (&json!(figures[0]), &json!(figures[1])),
            "{name}"
        );
        let encoding = if name == "cp1252.csv" { "windows-1252" } else { "utf-8" };
        assert_eq!(preview["encoding"], encoding, "{name}");
        assert_eq!(
            made.header("fieldhub-read-as"),
            if encoding == "utf-8" { "" } else { encoding },
            "{name}"
        );
    }
    // Names that a file gives are the names.
    assert_eq!(hub.client.module("t6", "S2-1").await["string"], 2);
    assert_eq!(hub.client.module("t0", "S1-2").await["comment"], "coin bas");
    let latin = hub.client.call(Method::POST, "/api/v1/audits/preview", FILES[1].0.1).await.json();
    assert_eq!(latin["sample"][0]["comment"], "gravité 2");
    let named = hub.client.call(Method::POST, "/api/v1/audits/preview", FILES[8].0.1).await.json();
    assert_eq!(
        named["string_names"],
        json!([{ "number": 1, "name": "1.1" }, { "number": 2, "name": "1.2" }])
    );
    let zero = hub.client.call(Method::POST, "/api/v1/audits/preview", FILES[11].0.1).await.json();
    assert_eq!((&zero["strings_from_zero"], &zero["string_added"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn of_a_backup_one_audit_after_the_other_is_brought_in() {
    let hub = TestHub::start().await;
    let bytes = trial!("tablet-backup.json").1;
    let preview = hub.client.call(Method::POST, "/api/v1/audits/preview", bytes).await.json();
    assert_eq!(preview["kind"], "backup");
    let choice =
        json!({ "audit": "site-b", "name": "Site site-b", "module_count": 2, "marks": 1, "problem": null });
    assert_eq!(preview["choices"][1], choice);
    let refused = hub.client.call(Method::POST, "/api/v1/audits", bytes).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!("audit")));
    for audit in ["site-a", "site-b"] {
        let path = format!("/api/v1/audits?audit={audit}");
        assert_eq!(hub.client.call(Method::POST, &path, bytes).await.status, 201);
        assert_eq!(
            hub.client.call(Method::POST, &path, bytes).await.status,
            200,
            "again, its marks are merged"
        );
    }
    let audits = hub.client.get("/api/v1/audits").await.json();
    assert_eq!(audits["audits"].as_array().unwrap().len(), 2);
}

#[test]
fn the_command_line_reads_the_same_files_and_says_what_it_made_of_them() {
    let temp = tempfile::tempdir().unwrap();
    let dir = &temp.path().join("data");
    let trial = |name: &str| fixture(&format!("trials/{name}"));
    let made = |dir: &Path, args: &[&str]| run(dir, &[&["audit", "import"], args].concat());

    // Where the encoding is a guess, somebody has to look first.
    let latin = trial("cp1252.csv");
    let refused = made(dir, &[&latin]).bad(2);
    assert!(refused.contains("read as windows-1252") && refused.contains("gravité 2"), "{refused}");
    assert!(refused.contains("add --yes; nothing was made"), "{refused}");
    assert_eq!(run(dir, &["audit", "list", "--json"]).json()["audits"], json!([]));
    let dry = made(dir, &[&latin, "--dry-run"]).good();
    assert!(dry.contains("csv, 1 module in 1 string, 1 mark\n") && dry.contains("\"gravité 2\""), "{dry}");
    assert!(made(dir, &[&latin, "--yes", "--token", "latin"]).good().contains("1 module in 1 string\n"));

    let named = made(dir, &[&trial("solaredge.csv"), "--token", "named"]).good();
    assert!(named.contains("strings keep their names of the file: 1.1 is 1, 1.2 is 2"), "{named}");
    let layout = run(dir, &["audit", "export", "named", "--format", "json"]).json();
    let name = |n: usize| layout["modules"][n]["string_name"].clone();
    let last = layout["modules"].as_array().unwrap().len() - 1;
    assert_eq!((name(0), name(last)), (json!("1.1"), json!("1.2")), "and they do");
    let zero = made(dir, &[&trial("zero-based.csv"), "--token", "zero"]).good();
    assert!(zero.contains("12 modules in 3 strings") && zero.contains("counts strings from 0"), "{zero}");
    assert!(
        made(dir, &[&fixture("plan.xlsx"), "--token", "sheet"])
            .good()
            .contains("5 modules in 2 strings, 3 marked")
    );

    let backup = trial("tablet-backup.json");
    let which = made(dir, &[&backup]).bad(2);
    assert!(
        which.contains("--audit TOKEN") && which.contains("site-b (Site site-b): 2 modules, 1 mark"),
        "{which}"
    );
    assert!(made(dir, &[&backup, "--audit", "site-b"]).good().contains("Made Site site-b (token site-b)"));
    assert_eq!(run(dir, &["audit", "list", "--json"]).json()["audits"].as_array().unwrap().len(), 5);
}
