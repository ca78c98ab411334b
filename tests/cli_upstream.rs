//! The commands about upstreams, and what `serve` says of their settings.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

#[path = "common/program.rs"]
#[allow(dead_code)] // shared by several tests
mod program;

use std::path::PathBuf;
use std::process::Stdio;

use program::{Ran, Serving, program, run};
use tempfile::TempDir;

fn temp() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    (temp, data)
}

#[test]
fn a_hub_without_upstreams_says_so_and_a_stopped_one_too() {
    let (_temp, data) = temp();
    for command in [&["upstream", "status"][..], &["upstream", "sync-now"], &["upstream", "retry", "--all"]] {
        assert!(run(&data, command).bad(1).contains("no hub runs on"), "{command:?}");
    }
    assert!(!data.exists(), "asking makes nothing");
    let hub = Serving::start(&data, &[]);
    let none = "This hub has no upstream; `fieldhub serve --upstream URL` gives it one";
    assert_eq!(run(&data, &["upstream", "status"]).good(), format!("{none}\n"));
    assert_eq!(
        run(&data, &["upstream", "status", "--json"]).json()["upstreams"].as_array().unwrap().len(),
        0
    );
    assert!(run(&data, &["upstream", "sync-now"]).bad(1).contains(none));
    assert!(run(&data, &["upstream", "sync-now", "moon"]).bad(1).contains("there is no upstream moon"));
    assert!(run(&data, &["upstream", "parked"]).good().starts_with("Nothing is parked"));
    assert!(run(&data, &["upstream", "retry", "--all"]).good().starts_with("No parked module is meant"));
    assert_eq!(run(&data, &["upstream", "drop", "--module", "M001", "--json"]).json()["modules"], 0);
    // Which ones is never left open.
    run(&data, &["upstream", "drop"]).bad(2);
    run(&data, &["upstream", "drop", "--all", "--module", "M001"]).bad(2);
    run(&data, &["upstream", "retry", "--audit", "no/token"]).bad(2);
    assert_eq!(hub.stop(rustix::process::Signal::TERM), Some(0));
}

#[test]
fn a_hub_with_a_bad_upstream_does_not_start_and_quotes_no_secret() {
    let (temp, data) = temp();
    let serve = |args: &[&str], set: &[(&str, &str)]| -> Ran {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(args).arg("--data-dir").arg(&data).envs(set.iter().copied());
        command.output().unwrap().into()
    };
    let said = serve(&["--upstream", "https://me:hunter2@cloud.example"], &[]).bad(2);
    assert!(
        said.contains("--upstream: an upstream's URL has no user") && !said.contains("hunter2"),
        "{said}"
    );
    let said = serve(&["--upstream", "cloud.example"], &[("FIELDHUB_UPSTREAM_TOKEN", "x")]).bad(2);
    assert!(said.contains("--upstream: this is no URL"), "{said}");
    let said =
        serve(&[], &[("FIELDHUB_UPSTREAM", "https://a.example"), ("FIELDHUB_UPSTREAM_TOKEN", "hunter 2")]);
    let said = said.bad(2);
    assert!(
        said.contains("FIELDHUB_UPSTREAM_TOKEN: a token is one line") && !said.contains("hunter"),
        "{said}"
    );

    let settings = temp.path().join("hub.toml");
    let config = settings.to_str().unwrap();
    std::fs::write(&settings, "[[upstream]]\nurl = \"https://a.example\"\ntoken = \"hunter2\"\n").unwrap();
    let said = serve(&["--config", config], &[]).bad(2);
    assert!(
        said.contains("[[upstream]] 1, token: a token does not stand") && !said.contains("hunter2"),
        "{said}"
    );
    std::fs::write(&settings, "[[upstream]]\nurl = \"https://a.example\"\ntoken_file = \"/nowhere/token\"\n")
        .unwrap();
    let said = serve(&["--config", config], &[]).bad(2);
    assert!(said.contains("/nowhere/token: No such file"), "{said}");
    // Other commands have no need of it.
    run(&data, &["audit", "create", "--config", config, "--name", "A", "--strings", "1"]).good();
}

#[test]
fn another_hub_is_let_in_with_a_token_and_sent_away_again() {
    let (_temp, data) = temp();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", "crew", "--data-dir"]);
    command.arg(&data);
    let hub = Serving::spawn_logging(command, Stdio::null());
    let crew = |args: &[&str]| -> Ran {
        let mut command = program(&["crew"]);
        command.args(args).arg("--data-dir").arg(&data).env("FIELDHUB_ACCESS", "crew");
        command.output().unwrap().into()
    };
    let made = crew(&["hub", "Van 2"]);
    assert!(made.err.contains("Van 2 is in until 20") && made.err.contains("not shown again"), "{made:?}");
    let token = made.good();
    // Nothing but the token goes to stdout: it may go straight into a file.
    assert!(token.ends_with('\n') && token.trim().split('.').count() == 3, "{token}");

    let status = |token: &str| {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&hub.address).unwrap();
        let head = "GET /api/v1/crew HTTP/1.1\r\nhost: hub\r\nconnection: close\r\nauthorization: Bearer";
        write!(stream, "{head} {}\r\n\r\n", token.trim()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    assert_eq!(status(&token), 200, "it has the rights of a lead");
    let listed = crew(&["list", "--json"]).json();
    assert_eq!(listed["members"][0]["name"], "Van 2");
    assert!(listed["members"][0]["technician_id"].as_str().unwrap().starts_with("hub_"));
    crew(&["revoke", "Van 2"]).good();
    assert_eq!(status(&token), 401);
    let second = crew(&["hub", "Van 2", "--json"]).json();
    assert_eq!((second["role"].as_str(), second["name"].as_str()), (Some("lead"), Some("Van 2")));
    assert_eq!(status(second["token"].as_str().unwrap()), 200);
    crew(&["rotate-key"]).good();
    assert_eq!(status(second["token"].as_str().unwrap()), 401);
    assert!(crew(&["hub", " "]).bad(1).contains("name: it is empty"));
    assert!(run(&data, &["crew", "hub", "--help"]).good().contains("ten years"));
}
