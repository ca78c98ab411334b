//! The commands about the crew, and what `serve` says of it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::common::blocking::Blocking;
use crate::common::program::{self, Serving, program, run};
use crate::common::terminal::Terminal;
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

fn temp() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    (temp, data)
}

/// A crew command on this data.
fn crew(data: &Path, args: &[&str]) -> program::Ran {
    let mut command = program(&["crew"]);
    command.args(args).arg("--data-dir").arg(data).env("FIELDHUB_ACCESS", "crew");
    command.output().unwrap().into()
}

/// One call over the network; its status and answer.
fn call(hub: &Serving, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut client = Blocking::connect(&hub.address).unwrap().with_token(token);
    let (status, answer) = client.call(method, path, &body).unwrap();
    (status, serde_json::from_str(&answer).unwrap_or(Value::Null))
}

fn join(hub: &Serving, code: &Value, name: &str) -> Value {
    let body = json!({"code": code, "name": name, "device_id": "dev_1"});
    let (status, joined) = call(hub, "POST", "/api/v1/join", "", &body);
    assert_eq!(status, 200, "{joined}");
    joined
}

fn status(hub: &Serving, member: &Value) -> u16 {
    call(hub, "GET", "/api/v1/audits", member["token"].as_str().unwrap(), &Value::Null).0
}

#[test]
fn a_hub_lets_only_the_crew_in_unless_told_otherwise_and_says_how_to_join() {
    let (_temp, data) = temp();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--data-dir"]);
    command.arg(&data).env_remove("FIELDHUB_ACCESS");
    let mut hub = Serving::spawn(command);
    let said = hub.read_to("Scan to join");
    let shown = crew(&data, &["code", "--json"]).json();
    let code = shown["code"].as_str().unwrap();
    assert_eq!((code.len(), shown.as_object().unwrap().len()), (8, 3));
    assert!(said.starts_with(&format!(
        "Only the crew gets in. The crew code is {}-{}: technicians join with it.\n\
         The lead code is in no log: leads join with it,",
        &code[..4],
        &code[4..]
    )));
    assert!(said.contains('█'));
    let link = format!("http://{}/#/join/{code}", hub.address);
    assert_eq!(shown["url"], link);
    assert!(said.ends_with(&format!("Scan to join {link}/audit/jalibat-demo\n")), "{said}");
    assert_eq!(hub.get("/api/v1/hub")["access"], "crew");

    let lead = crew(&data, &["lead-code", "--json"]).json();
    let whole = lead["code"].as_str().unwrap();
    let spaced = format!("{}-{}", &whole[..4], &whole[4..]);
    assert!(!said.contains(whole) && !said.contains(&spaced), "a pipe may be a log that others read: {said}");
    assert_ne!(lead["code"], shown["code"]);
    assert_eq!(join(&hub, &lead["code"], "Marc")["role"], "lead");
    assert!(crew(&data, &["code"]).good().contains("Scan to join"));
    let viewer = crew(&data, &["viewer-code", "--json"]).json();
    assert_eq!(join(&hub, &viewer["code"], "Client")["role"], "viewer");
    let renewed = crew(&data, &["viewer-code", "--new", "--json"]).json();
    assert_ne!(renewed["code"], viewer["code"]);

    // The same with the hub stopped, and after that.
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    assert_eq!(crew(&data, &["code", "--json"]).json()["code"], shown["code"]);
    let new = crew(&data, &["code", "--new", "--json"]).json();
    assert_ne!(new["code"], shown["code"]);
    let hub = Serving::start(&data, &["--access", "crew"]);
    join(&hub, &new["code"], "Léa");
}

#[test]
fn on_a_terminal_both_codes_are_shown_with_what_each_is_for_and_the_hint_works_as_it_is_typed() {
    let (_temp, data) = temp();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", "crew", "--data-dir"]);
    command.arg(&data);
    let mut hub = Terminal::run(command);
    let said = hub.read_to("Scan to join").replace('\r', "");
    let code = |which: &str| crew(&data, &[which, "--json"]).json()["code"].as_str().unwrap().to_owned();
    let spaced = |code: &str| format!("{}-{}", &code[..4], &code[4..]);
    for line in [
        format!("The crew code is {}: technicians join with it.\n", spaced(&code("code"))),
        format!("\nThe lead code is {}: leads join with it", spaced(&code("lead-code"))),
    ] {
        assert!(said.contains(&line), "{line}: {said}");
    }
    let (_, hint) = said.split_once("give roles.\n`").unwrap();
    let typed: Vec<&str> = hint.split_once('`').unwrap().0.split(' ').collect();
    let shown = std::process::Command::new(typed[0]).args(&typed[1..]).output().unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().starts_with(&spaced(&code("code"))), "{typed:?}");
}

#[test]
fn the_code_is_in_no_journal() {
    let (_temp, data) = temp();
    let (reader, writer) = std::io::pipe().unwrap();
    let stat = rustix::fs::fstat(&writer).unwrap();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", "crew", "--data-dir"]);
    command.arg(&data).env("JOURNAL_STREAM", format!("{}:{}", stat.st_dev, stat.st_ino));
    let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    // The command holds the writing end as well, and would keep the pipe from ending.
    drop(command);
    let mut said = BufReader::new(reader);
    let mut line = String::new();
    while !line.starts_with("Only the crew") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0);
    }
    assert!(
        line.contains("`sudo fieldhub crew code`") && line.contains("`sudo fieldhub crew lead-code`"),
        "{line}"
    );
    let code = crew(&data, &["code", "--json"]).json()["code"].as_str().unwrap().to_owned();
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    let (mut rest, mut logged) = (String::new(), String::new());
    said.read_to_string(&mut rest).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
    assert!(!rest.contains(&code) && !logged.contains(&code), "{rest}{logged}");
}

#[test]
fn members_are_listed_promoted_sent_away_and_let_in_again() {
    let (_temp, data) = temp();
    let hub = Serving::start(&data, &["--access", "crew"]);
    assert!(crew(&data, &["list"]).good().starts_with("Nobody has joined yet"));
    let code = crew(&data, &["code", "--json"]).json()["code"].clone();
    let (lea, marc) = (join(&hub, &code, "Léa"), join(&hub, &code, "Marc"));

    // As a Mac types it: the accent is a character of its own.
    assert_eq!(crew(&data, &["role", "le\u{301}a", "lead"]).good(), "Léa is a lead now\n");
    let token = lea["token"].as_str().unwrap();
    assert_eq!(call(&hub, "GET", "/api/v1/crew", token, &Value::Null).0, 200);
    let listed = crew(&data, &["list"]).good();
    assert!(listed.starts_with("NAME") && listed.contains("Léa   lead"), "{listed}");
    assert_eq!(crew(&data, &["list", "--json"]).json()["members"].as_array().unwrap().len(), 2);

    let said = crew(&data, &["revoke", "Marc"]).good();
    assert!(said.starts_with("Revoked Marc (1 tablet). Anyone who knows the code can join again"), "{said}");
    assert!(!said.contains("lead-code"), "{said}");
    assert_eq!((status(&hub, &marc), status(&hub, &lea)), (401, 200));
    assert!(crew(&data, &["revoke", "Marc"]).bad(1).contains("nobody called Marc"));
    assert_eq!(crew(&data, &["readmit", "Marc"]).good(), "Marc has access again\n");
    assert_eq!(status(&hub, &marc), 200);
    let by_id = marc["technician_id"].as_str().unwrap();
    assert_eq!(crew(&data, &["revoke", by_id, "--json"]).json()["members"][0]["revoked"], true);

    // A lead knows the other code too, and would come back as one.
    assert!(crew(&data, &["revoke", "Léa"]).good().contains("`fieldhub crew lead-code --new`"));
    crew(&data, &["readmit", "Léa"]).good();
    let said = crew(&data, &["revoke", "--all"]).good();
    assert!(said.starts_with("Revoked 1 member.") && said.contains("lead-code --new"), "{said}");
    assert_eq!(status(&hub, &lea), 401);
    let zoe = join(&hub, &code, "Zoé");
    assert!(crew(&data, &["rotate-key"]).good().starts_with("All sessions have ended"));
    assert_eq!(status(&hub, &zoe), 401);

    assert!(crew(&data, &["role", "Léa", "chief"]).bad(2).contains("viewer, technician or lead"));
    crew(&data, &["revoke"]).bad(2);
    crew(&data, &["revoke", "Léa", "--all"]).bad(2);
}

#[test]
fn an_audit_is_opened_to_v33_and_closed_again() {
    let (_temp, data) = temp();
    let hub = Serving::start(&data, &["--access", "crew", "--demo"]);
    let polled = || call(&hub, "GET", "/api/audit/jalibat-demo/technicians", "", &Value::Null).0;
    // With an empty bearer: as somebody who has none.
    assert_eq!(polled(), 401);
    assert!(run(&data, &["audit", "open-v33", "jalibat-demo"]).good().starts_with("v3.3 clients that know"));
    let v33 = hub.get("/api/audit/jalibat-demo/technicians");
    assert_eq!(v33["success"], true);
    assert!(
        run(&data, &["audit", "open-v33", "jalibat-demo", "--close"]).good().starts_with("Only the crew")
    );
    assert_eq!(hub.get("/api/audit/jalibat-demo/technicians")["success"], false);
    assert!(run(&data, &["audit", "open-v33", "none"]).bad(1).contains("there is no audit none"));
}

#[test]
fn an_open_hub_has_no_crew_to_speak_of() {
    let (_temp, data) = temp();
    let _hub = Serving::start(&data, &["--access", "open"]);
    assert!(
        run(&data, &["crew", "code"]).bad(1).contains("the hub is open, so there is no crew: start it with")
    );
    assert!(run(&data, &["crew", "list"]).bad(1).contains("the hub is open"));
    assert!(!data.join("fieldhub.crew").exists());
}
