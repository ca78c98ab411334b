//! Bundles and tablets' unsent marks as files, with the real program.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::marks::{NOW, mark, save_unsent};
use crate::common::program::{Serving, run};
use crate::common::sites::{Sites, create};
use serde_json::{Value, json};

/// A file of marks that a tablet could not send.
fn unsent(sites: &Sites, name: &str, modules: &[&str]) -> PathBuf {
    let ops: Vec<Value> = modules.iter().map(|module| mark(module, "dead", "lea", NOW)).collect();
    let file = sites.path(name);
    save_unsent(&file, &ops);
    file
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn marks_travel_by_stick_whether_hubs_run_or_not() {
    let sites = Sites::new();
    let (van, office) = (sites.path("van"), sites.path("office"));
    create(&van);
    let hub = Serving::start(&van, &[]);
    run(&van, &["bundle", "import", text(&unsent(&sites, "one.json", &["M001", "M002"]))]).good();
    let first = sites.path("first.fhbundle");
    let said = run(&van, &["bundle", "export", text(&first)]).good();
    assert!(said.contains("operations of 1 audit, read back and complete"), "{said}");
    assert!(!sites.path("first.fhbundle.part").exists());
    assert!(run(&van, &["bundle", "export", text(&first)]).bad(1).contains("--force"));

    // Nothing has been written over, and nothing new is no file.
    let later = sites.path("later.fhbundle");
    let said = run(&van, &["bundle", "export", text(&later), "--since-last"]).good();
    assert!(said.starts_with("Nothing has happened since the last time") && !later.exists(), "{said}");
    run(&van, &["bundle", "import", text(&unsent(&sites, "two.json", &["M003"]))]).good();
    let wrote = run(&van, &["bundle", "export", text(&later), "--since-last", "--json"]).json();
    assert_eq!([&wrote["operations"], &wrote["audits"]], [1, 1], "{wrote}");
    assert_eq!(hub.stop(rustix::process::Signal::TERM), Some(0));

    // Into a directory where no hub has ever been; the later one first, as people do.
    let taken = run(&office, &["bundle", "import", text(&later)]).good();
    assert!(
        taken.contains("(jalibat): 1 new, 0 known already; earlier operations are missing here"),
        "{taken}"
    );
    let taken = run(&office, &["bundle", "import", text(&first), "--json"]).json();
    assert_eq!(taken["by_audit"][0]["gap"], false);
    let new = taken["new"].as_u64().unwrap();
    assert_eq!(taken["operations"], new);
    let again = run(&office, &["bundle", "import", text(&first), "--json"]).json();
    assert_eq!([&again["new"], &again["known"]], [0, new]);
    let again = run(&office, &["bundle", "import", text(&later)]).good();
    assert!(again.contains("(jalibat): 0 new, 1 known already\n"), "now nothing is missing: {again}");

    let show = |data: &Path| {
        let audit = run(data, &["audit", "show", "jalibat", "--json"]).json();
        json!([audit["name"], audit["marked"], audit["string_count"], audit["module_count"], audit["seq"]])
    };
    assert_eq!(show(&office), show(&van));
    assert_eq!(show(&office)[1], 3);
    // Back where it came from it is all known.
    let back = run(&van, &["bundle", "import", text(&first), "--json"]).json();
    assert_eq!([&back["new"], &back["known"]], [0, new]);
}

#[test]
fn of_what_is_no_whole_bundle_nothing_is_taken_in() {
    let sites = Sites::new();
    let (van, office) = (sites.path("van"), sites.path("office"));
    create(&van);
    let file = sites.path("van.fhbundle");
    run(&van, &["bundle", "export", text(&file)]).good();
    let good = fs::read(&file).unwrap();
    let import = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        run(&office, &["bundle", "import", text(&file)]).bad(1)
    };
    assert!(import(&good[..good.len() - 1]).contains("van.fhbundle: the bundle is cut short"));
    assert!(import(b"PK\x03\x04").contains("this is neither a bundle nor the unsent marks of a tablet"));
    assert!(import(b"").contains("this is neither a bundle nor"));
    assert!(import(b"{\"auditToken\":\"a\"}").contains("`fieldhub audit import`"));
    assert!(!office.exists(), "the hub was not even asked");
    assert!(run(&office, &["bundle", "import", "/nowhere/x"]).bad(1).contains("/nowhere/x: No such file"));
    run(&office, &["bundle", "export", text(&sites.path("x"))]).bad(1);
}

/// A stick with a bad sector: the audits beside it come, the one that it has hit is named, and that is no success.
#[test]
fn of_a_damaged_bundle_all_comes_in_that_can_be_read() {
    let sites = Sites::new();
    let (van, office) = (sites.path("van"), sites.path("office"));
    create(&van);
    for token in ["aalborg", "zwolle"] {
        let strings = ["--name", token, "--token", token, "--strings", "3"];
        run(&van, &[&["audit", "create"], &strings[..]].concat()).good();
    }
    let file = sites.path("van.fhbundle");
    run(&van, &["bundle", "export", text(&file)]).good();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let ran = run(&office, &["bundle", "import", text(&file)]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("aalborg") && ran.out.contains("zwolle"), "{ran:?}");
    assert!(ran.err.contains("a part of jalibat: a page of operations is damaged"), "{ran:?}");
    let there = run(&office, &["audit", "list", "--json"]).json();
    let mut tokens: Vec<&str> =
        there["audits"].as_array().unwrap().iter().map(|a| a["token"].as_str().unwrap()).collect();
    tokens.sort_unstable();
    assert_eq!(tokens, ["aalborg", "zwolle"]);
    let json = run(&office, &["bundle", "import", text(&file), "--json"]);
    assert!(json.code == Some(1) && json.out.contains("\"damaged\""), "{json:?}");
}

#[test]
fn unsent_marks_of_a_tablet_are_taken_once() {
    let sites = Sites::new();
    let hub = sites.path("hub");
    let many: Vec<String> = (1..=242).map(|n| format!("M{n:03}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let file = unsent(&sites, "many.json", &many);
    let missing = run(&hub, &["bundle", "import", text(&file)]).bad(1);
    assert!(missing.contains("there is no audit jalibat"), "{missing}");
    create(&hub);
    let taken = run(&hub, &["bundle", "import", text(&file)]).good();
    assert!(taken.contains("242 marks, 242 new"), "{taken}");
    let again = run(&hub, &["bundle", "import", text(&file), "--json"]).json();
    assert_eq!([&again["new"], &again["known"], &again["refused"]], [0, 242, 0]);

    let mut bad: Value =
        serde_json::from_slice(&fs::read(unsent(&sites, "bad.json", &["M001"])).unwrap()).unwrap();
    bad["ops"][0]["status"] = json!("broken");
    bad["ops"].as_array_mut().unwrap().push(json!("nonsense"));
    fs::write(&file, bad.to_string()).unwrap();
    let said = run(&hub, &["bundle", "import", text(&file)]).good();
    assert!(
        said.contains("1 refused: status: ") && said.contains("1 refused: an operation is a JSON object"),
        "{said}"
    );
}

/// The rescue file of a tablet that is gone, with half an emoji in one of its comments.
#[test]
fn one_spoilt_mark_keeps_none_of_a_rescue_file_from_coming_in() {
    let sites = Sites::new();
    let hub = sites.path("hub");
    create(&hub);
    let saved = include_str!("../fixtures/marks-half-emoji.json")
        .replace("\"token\": \"n\"", "\"token\": \"jalibat\"");
    let file = sites.path("marks.json");
    fs::write(&file, &saved).unwrap();
    let said = run(&hub, &["bundle", "import", text(&file)]).good();
    assert!(said.contains("3 marks, 3 new\n"), "{said}");
    assert!(said.contains("1 mended: half a character became \u{fffd} (M002)"), "{said}");
    let exported = run(&hub, &["audit", "export", "jalibat", "--format", "csv"]).good();
    assert!(exported.contains("caf\u{fffd}"), "{exported}");

    // What the hub cannot take is named, however it is wrong, and what a hub refused before is read out.
    let mut more: Value = serde_json::from_str(&saved.replace("\\ud83d", "")).unwrap();
    for (n, op) in more["ops"].as_array_mut().unwrap().iter_mut().enumerate() {
        op["id"] = json!(uuid::Uuid::now_v7());
        op["module_id"] = json!(format!("M01{n}"));
    }
    more["ops"][1]["comment"] = json!("x".repeat(200_000));
    more["refused"] = json!([{"op": {"kind": "mark", "module_id": "M099"}, "reason": "no such module"}]);
    fs::write(&file, more.to_string()).unwrap();
    let said = run(&hub, &["bundle", "import", text(&file)]).good();
    assert!(said.contains("3 marks, 2 new\n"), "{said}");
    assert!(said.contains("1 refused: an operation has 128 KiB at most (M011)"), "{said}");
    assert!(said.contains("1 left out, which a hub had refused before: no such module (M099)"), "{said}");
    let again = run(&hub, &["bundle", "import", text(&file), "--json"]).json();
    assert_eq!([&again["new"], &again["known"], &again["refused"]], [0, 2, 1]);
    assert_eq!(again["refusals"][0]["marks"], json!(["M011"]));
}
