//! `fieldhub audit pull`, with real hubs on both sides: one that speaks v3.3, and one that speaks as a fieldhub.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::common::marks::{NOW, mark};
use crate::common::program::{Ran, Serving, program, run};
use crate::common::sites::{Sites, create, import};
use serde_json::Value;

/// Put marks into a hub: module, status, who, when.
fn marked(data: &Path, marks: &[(&str, &str, &str, u64)]) {
    let op = |&(module, status, who, at): &(&str, &str, &str, u64)| {
        let mut op = mark(module, status, who, at);
        op["comment"] = format!("by {who}").into();
        op
    };
    import(data, &marks.iter().map(op).collect::<Vec<_>>());
}

/// A hub that only its crew gets into, and a file with a token that opens it.
fn closed(sites: &Sites, name: &str) -> (Serving, PathBuf) {
    let data = sites.path(name);
    let hub = Serving::start(&data, &["--access", "crew"]);
    let mut command = program(&["crew", "hub", "Van", "--data-dir"]);
    let made: Ran = command.arg(&data).env("FIELDHUB_ACCESS", "crew").output().unwrap().into();
    let file = sites.path(&format!("{name}.token"));
    fs::write(&file, made.good()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    (hub, file)
}

fn pull(data: &Path, from: &str, more: &[&str]) -> Ran {
    let args = [&["audit", "pull", "jalibat", "--from", from], more].concat();
    run(data, &args)
}

fn module(data: &Path, id: &str) -> Value {
    // The running hub would know more; these are stopped.
    let exported = run(data, &["audit", "export", "jalibat", "--format", "json"]).json();
    exported["modules"].as_array().unwrap().iter().find(|m| m["module_id"] == id).cloned().unwrap()
}

#[test]
fn the_marks_of_a_v33_cloud_are_taken_once_and_the_later_one_shows() {
    let sites = Sites::new();
    let (cloud, van) = (sites.path("cloud"), sites.path("van"));
    create(&cloud);
    marked(
        &cloud,
        &[
            ("M001", "dead", "office", NOW),
            ("M002", "microcracks", "office", NOW),
            ("M003", "ok", "office", NOW + 3_600_000),
        ],
    );
    let hub = Serving::start(&cloud, &[]);
    let url = format!("http://{}", hub.address);

    let said = pull(&van, &url, &[]).bad(1);
    assert!(said.contains("there is no data directory"), "{said}");
    run(&van, &["audit", "create", "--name", "Other", "--strings", "1"]).good();
    let said = pull(&van, &url, &[]).bad(1);
    assert!(said.contains("`fieldhub audit import FILE --token jalibat`"), "{said}");

    create(&van);
    marked(&van, &[("M002", "ok", "site", NOW + 60_000), ("M003", "ok", "site", NOW)]);
    let pulled = pull(&van, &url, &["--json"]).json();
    assert_eq!(pulled["marks"], 3, "{pulled}");
    assert_eq!([&pulled["known"], &pulled["refused"], &pulled["left_out"]], [0, 0, 0], "{pulled}");
    // As the cloud says: who, when, what.
    let first = module(&van, "M001");
    assert_eq!(
        [&first["status"], &first["comment"], &first["technician_id"]],
        ["dead", "by office", "tech_office"]
    );
    assert_eq!(first["updated_at"], "2026-05-28T20:26:40.000Z");
    assert_eq!(module(&van, "M002")["status"], "ok", "the site marked it later");
    assert_eq!(module(&van, "M003")["technician_id"], "tech_office", "the office marked it later");

    let again = pull(&van, &url, &[]).good();
    assert!(again.contains("3 marks") && again.contains("3 were here already"), "{again}");
}

#[test]
fn another_fieldhub_gives_layout_and_history_to_whom_its_token_lets_in() {
    let sites = Sites::new();
    let (office, van) = (sites.path("office"), sites.path("van"));
    create(&office);
    let many: Vec<String> = (1..=242).map(|n| format!("M{n:03}")).collect();
    let marks: Vec<_> = many.iter().map(|id| (id.as_str(), "dead", "office", NOW)).collect();
    marked(&office, &marks);
    marked(&office, &[("M001", "ok", "site", NOW + 1_000)]);
    let (hub, token) = closed(&sites, "office");
    let url = format!("fieldhub+http://{}", hub.address);
    let token = ["--token-file", token.to_str().unwrap()];

    let said = pull(&van, &url, &[]).bad(1);
    assert!(said.contains("does not let this hub in (401: ") && said.contains("--token-file"), "{said}");
    let pulled = pull(&van, &url, &[&token[..], &["--json"]].concat()).json();
    let new = pulled["new"].as_u64().unwrap();
    assert!(new >= 243, "{pulled}");
    let show = |data: &Path| run(data, &["audit", "show", "jalibat", "--json"]).json();
    let (here, there) = (show(&van), show(&office));
    for field in ["name", "string_count", "module_count", "marked", "by_status", "seq"] {
        assert_eq!(here[field], there[field], "{field}");
    }
    assert_eq!(module(&van, "M001")["status"], "ok");

    let again = pull(&van, &url, &token).good();
    assert!(again.contains("0 operations of jalibat, 0 new"), "{again}");
    let said = run(&van, &[&["audit", "pull", "none", "--from", &url], &token[..]].concat()).bad(1);
    assert!(said.contains("answered 404: there is no audit none"), "{said}");

    // The same hub, asked as a v3.3 cloud with the same token.
    let cloud = format!("http://{}", hub.address);
    assert!(pull(&van, &cloud, &token).good().contains("242 marks"));
}

#[test]
fn what_cannot_be_pulled_from_is_said_in_words() {
    let sites = Sites::new();
    let van = sites.path("van");
    create(&van);
    for (url, why) in [
        ("cloud.example", "--from: this is not a URL"),
        ("ftp://cloud.example", "--from: this is not a URL that"),
        ("https://me:hunter2@cloud.example", "--from: an upstream's URL has no user"),
    ] {
        let said = pull(&van, url, &[]).bad(2);
        assert!(said.contains(why) && !said.contains("hunter2"), "{said}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    assert!(pull(&van, &format!("http://{address}"), &[]).bad(1).contains("it cannot be reached"));
    let said = pull(&van, &format!("http://{address}"), &["--token-file", "/nowhere/token"]).bad(2);
    assert!(said.contains("/nowhere/token: No such file"), "{said}");
    run(&van, &["audit", "pull", "jalibat"]).bad(2);
}
