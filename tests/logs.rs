//! What must not be in a log, at whatever level: the keys of audits.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

mod common {
    #![allow(dead_code)] // shared with the tests of the command line
    pub mod blocking;
    pub mod program;
}

use std::fs::File;
use std::io::BufRead;

use common::blocking::{Blocking, mark};
use common::program::{Serving, program, run, run_with_input};
use rustix::process::Signal;
use serde_json::json;

const TOKEN: &str = "sesame-7c1d-the-key-of-an-audit";
const OTHER: &str = "tamtam-9f2e-nobody-made-this-one";

#[test]
fn no_audit_token_is_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("stderr");
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", "open"]);
    command.arg("--data-dir").arg(dir.path()).env("FIELDHUB_LOG", "trace");
    let serving = Serving::spawn_logging(command, File::create(&log).unwrap().into());
    let mut hub = Blocking::connect(&serving.address).unwrap();
    let mut call = |method: &str, path: String, body: &str| hub.call(method, &path, body).unwrap();

    let new = json!({ "name": "N", "token": TOKEN, "strings": "20" }).to_string();
    assert_eq!(call("POST", "/api/v1/audits".into(), &new).0, 201);
    assert_eq!(call("POST", "/api/v1/audits".into(), &new).0, 409);
    let op = mark(&uuid::Uuid::now_v7().to_string(), 1, 1, "dead");
    let ops = json!({ "ops": [op] }).to_string();
    let v33 = json!({ "status": "ok", "technicianId": "tech_1" }).to_string();
    for token in [TOKEN, OTHER] {
        for (method, path, body) in [
            ("GET", "", ""),
            ("PATCH", "", r#"{"client":"C"}"#),
            ("POST", "/ops", &*ops),
            ("POST", "/ops", "no JSON"),
            ("POST", "/ops", "{\"ops\":[{}]}"),
            ("GET", "/ops?after=x", ""),
            ("GET", "/modules/M001/history", ""),
            ("GET", "/modules/none/history", ""),
            ("PUT", "/presence", r#"{"technician_id":"tech_1"}"#),
            ("GET", "/export?format=json", ""),
            ("DELETE", "/nothing-here", ""),
        ] {
            let (status, _) = call(method, format!("/api/v1/audits/{token}{path}"), body);
            assert!((200..500).contains(&status), "{method} {path}: {status}");
        }
    }
    for (method, path, body) in [
        ("POST", "module/M001", &*v33),
        ("POST", "module/M001", "{}"),
        ("GET", "updates?since=1", ""),
        ("POST", "heartbeat", r#"{"technicianId":"tech_1"}"#),
        ("GET", "technicians", ""),
        ("GET", "nothing-here", ""),
    ] {
        call(method, format!("/api/audit/{TOKEN}/{path}"), body);
    }
    call("GET", format!("/{TOKEN}"), "");

    // A reader who has seen more than there is: that is worth a warning.
    let info: serde_json::Value = serde_json::from_str(&call("GET", "/api/v1/hub".into(), "").1).unwrap();
    let cursor = format!("{}:999", info["log_id"].as_str().unwrap());
    let feed = serving.ask(&format!("/api/v1/audits/{TOKEN}/live?after={cursor}"));
    assert!(feed.lines().map_while(Result::ok).any(|line| line == "event: reset"));
    call("GET", format!("/api/v1/audits/{OTHER}/live"), "");
    assert_eq!(run(dir.path(), &["audit", "show", OTHER]).code, Some(1));
    let csv = "module_id,status\nM001,ok\n";
    run_with_input(dir.path(), &["audit", "import", "-", "--token", TOKEN], csv.as_bytes());
    let mut gone = serving.ask(&format!("/api/v1/audits/{TOKEN}/live"));
    gone.read_line(&mut String::new()).unwrap();
    run(dir.path(), &["audit", "remove", TOKEN, "--yes"]).good();
    assert!(gone.lines().map_while(Result::ok).any(|line| line == "event: gone"));
    assert_eq!(serving.stop(Signal::TERM), Some(0));

    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("a reader has seen more than this log holds"), "this test reads no log: {log}");
    assert!(log.contains("DEBUG") && log.contains("status=404"), "nothing is logged at debug: {log}");
    for secret in [TOKEN, OTHER] {
        let told: Vec<&str> = log.lines().filter(|line| line.contains(&secret[..8])).collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}
