//! What must not be in a log, at whatever level: the keys of audits, the crew's codes, sessions.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::program::{Ran, Serving, program, run, run_with_input};
use crate::common::wait::until;
use rustix::process::Signal;
use serde_json::{Value, json};

/// A hub that logs everything there is.
fn tracing(dir: &Path, access: &str) -> (Serving, PathBuf) {
    tracing_also(dir, access, &[])
}

fn tracing_also(dir: &Path, access: &str, more: &[&str]) -> (Serving, PathBuf) {
    let log = dir.join("stderr");
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", access, "--data-dir"]);
    command.arg(dir).args(more).env("FIELDHUB_LOG", "trace");
    (Serving::spawn_logging(command, File::create(&log).unwrap().into()), log)
}

#[track_caller]
fn check(log: &Path, secrets: &[&str]) {
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("DEBUG") && log.contains("status=404"), "nothing is logged at debug: {log}");
    for secret in secrets {
        let told: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(told.is_empty(), "{secret}: {told:#?}");
    }
}

const TOKEN: &str = "sesame-7c1d-the-key-of-an-audit";
const OTHER: &str = "tamtam-9f2e-nobody-made-this-one";

/// Makes an audit and marks in it, puts the database back to before the marks, and tells where a reader of them was.
fn cursor_of_what_is_lost(dir: &Path, new: &str) -> String {
    let (main, image) = (dir.join("fieldhub.redb"), dir.join("image"));
    let during = |work: &dyn Fn(&mut Blocking) -> String| {
        let (serving, _) = tracing(dir, "open");
        let told = work(&mut Blocking::connect(&serving.address).unwrap());
        assert_eq!(serving.stop(Signal::TERM), Some(0));
        told
    };
    during(&|hub| hub.call("POST", "/api/v1/audits", new).unwrap().1);
    std::fs::copy(&main, &image).unwrap();
    let told = during(&|hub| {
        let ops = json!({ "ops": (2..12).map(|n| numbered(n, 1, "dead")).collect::<Vec<_>>() }).to_string();
        assert_eq!(hub.call("POST", &format!("/api/v1/audits/{TOKEN}/ops"), &ops).unwrap().0, 200);
        hub.call("GET", &format!("/api/v1/audits/{TOKEN}/ops?after=0"), "").unwrap().1
    });
    std::fs::rename(image, main).unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    let last = told["ops"].as_array().unwrap().last().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    format!("{}:{}:{}", text(&told["log_id"]), last["seq"], text(&told["proof"]))
}

#[test]
fn no_audit_token_is_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let new = json!({ "name": "N", "token": TOKEN, "strings": "20" }).to_string();
    let cursor = cursor_of_what_is_lost(dir.path(), &new);
    let (serving, log) = tracing(dir.path(), "open");
    let mut hub = Blocking::connect(&serving.address).unwrap();
    let mut call = |method: &str, path: String, body: &str| hub.call(method, &path, body).unwrap();

    assert_eq!(call("POST", "/api/v1/audits".into(), &new).0, 409);
    let op = numbered(1, 1, "dead");
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

    // A reader who proves to have seen what was lost: that is worth a warning.
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

    let warned =
        std::fs::read_to_string(&log).unwrap().contains("a reader has seen what this log does not hold");
    assert!(warned, "the warning that used to tell a token is not there");
    check(&log, &[&TOKEN[..8], &OTHER[..8]]);
}

#[test]
fn no_code_and_no_session_is_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let (serving, log) = tracing(dir.path(), "crew");
    let command = |args: &[&str]| {
        let mut command = program(args);
        command.arg("--data-dir").arg(dir.path()).env("FIELDHUB_ACCESS", "crew");
        Ran::from(command.output().unwrap())
    };
    let code = |which: &str| command(&["crew", which, "--json"]).json()["code"].as_str().unwrap().to_owned();
    let (crew, lead) = (code("code"), code("lead-code"));
    let mut stranger = Blocking::connect(&serving.address).unwrap();
    let mut join = |code: &str, name: &str| {
        let body = json!({ "code": code, "name": name, "device_id": format!("dev_{name}") }).to_string();
        let answer = stranger.call("POST", "/api/v1/join", &body).unwrap();
        (answer.0, serde_json::from_str::<Value>(&answer.1).unwrap())
    };
    let wrong = format!("{}{}", &crew[4..], &lead[..4]);
    assert_eq!(join(&wrong, "Eve").0, 403);
    let member = join(&crew, "Lea").1;
    let boss = join(&lead, "Marc").1;
    let session = |joined: &Value| joined["token"].as_str().unwrap().to_owned();
    let call = |token: &str, method: &str, path: &str, body: &str| {
        let mut hub = Blocking::connect(&serving.address).unwrap().with_token(token);
        let (status, answer) = hub.call(method, path, body).unwrap();
        (status, serde_json::from_str::<Value>(&answer).unwrap_or_default())
    };
    let (lea, marc) = (session(&member), session(&boss));
    let forged = format!("{}x", &lea[..lea.len() - 1]);
    assert_eq!(call(&lea, "GET", "/api/v1/audits", "").0, 200);
    assert_eq!(call(&lea, "GET", "/api/v1/crew", "").0, 403);
    assert_eq!(call(&forged, "GET", "/api/v1/audits", "").0, 401);
    assert_eq!(call(&marc, "GET", "/api/v1/crew", "").0, 200);
    assert_eq!(call(&marc, "GET", "/api/v1/nothing-here", "").0, 404);
    let renewed = session(&call(&lea, "POST", "/api/v1/me/renew", "").1);
    let new = call(&marc, "POST", "/api/v1/crew/code", "").1["code"].as_str().unwrap().to_owned();
    let revoke = format!("/api/v1/crew/{}", member["technician_id"].as_str().unwrap());
    assert_eq!(call(&marc, "PATCH", &revoke, r#"{"revoked":true}"#).0, 200);
    assert_eq!(call(&renewed, "GET", "/api/v1/audits", "").0, 401);
    command(&["crew", "rotate-key", "--yes"]);
    assert_eq!(serving.stop(Signal::TERM), Some(0));

    let mut secrets = vec![crew, lead, wrong, new];
    // A code as people read it, and the part of a session that proves it.
    let spelt: Vec<String> = secrets.iter().map(|code| format!("{}-{}", &code[..4], &code[4..])).collect();
    secrets.extend(spelt);
    let sessions = [lea, marc, forged, renewed];
    secrets.extend(sessions.iter().map(|token| token.rsplit('.').next().unwrap().to_owned()));
    check(&log, &secrets.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_line_of_an_upstream_round_says_whose_it_is_without_the_token() {
    let dir = tempfile::tempdir().unwrap();
    // A cloud that has no audit.
    let cloud = TcpListener::bind("127.0.0.1:0").unwrap();
    let above = cloud.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in cloud.incoming().map_while(Result::ok) {
            BufReader::new(&stream).lines().map_while(Result::ok).any(|line| line.is_empty());
            let _ =
                stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    let (hub, log) = tracing_also(dir.path(), "open", &["--upstream", &format!("http://{above}")]);
    let mut client = Blocking::connect(&hub.address).unwrap();
    let new = json!({ "name": "N", "token": TOKEN, "strings": "20" }).to_string();
    assert_eq!(client.call("POST", "/api/v1/audits", &new).unwrap().0, 201);
    assert_eq!(client.call("GET", "/api/v1/nothing-here", "").unwrap().0, 404);
    let refused = || {
        let text = std::fs::read_to_string(&log).unwrap();
        text.lines().find(|line| line.contains("an audit is refused")).map(str::to_owned)
    };
    until("the log says that the cloud refuses the audit", || refused().is_some());
    let line = refused().unwrap();
    let name = above.replace(':', "-");
    for part in [&format!("upstream_round{{upstream={name} kind=\"v33\"}}"), "audit{hint=\"sesa...\"}"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    check(&log, &[&TOKEN[..8]]);
}

/// At night somebody reads the journal: what happens to one connection can be told from what happens to another.
#[test]
fn a_line_about_a_request_tells_which_connection_it_came_by() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("stderr");
    let file = File::create(&log).unwrap();
    let journal = file.metadata().map(|of| format!("{}:{}", of.dev(), of.ino())).unwrap();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--access", "crew", "--data-dir"]);
    command.arg(dir.path()).env("JOURNAL_STREAM", journal);
    let serving = Serving::spawn_logging(command, file.into());
    let mut command = program(&["crew", "code", "--json", "--data-dir"]);
    let code = Ran::from(command.arg(dir.path()).env("FIELDHUB_ACCESS", "crew").output().unwrap()).json();
    for name in ["Lea", "Marc"] {
        let body =
            json!({ "code": code["code"], "name": name, "device_id": format!("dev_{name}") }).to_string();
        let mut hub = Blocking::connect(&serving.address).unwrap();
        assert_eq!(hub.call("POST", "/api/v1/join", &body).unwrap().0, 200);
    }
    assert_eq!(serving.stop(Signal::TERM), Some(0));

    let text = std::fs::read_to_string(&log).unwrap();
    let joined = text.lines().filter(|line| line.contains("hub::crew::join: joined"));
    let number = |line: &str| {
        let of = line.strip_prefix("<6>connection{number=").and_then(|rest| rest.split_once(' '));
        let (number, rest) = of.unwrap_or_else(|| panic!("whose line is this? {line}"));
        assert!(rest.starts_with("network=127.0.0.1}: fieldhub::"), "{line}");
        number.parse::<u64>().unwrap()
    };
    let numbers: Vec<u64> = joined.map(number).collect();
    assert!(numbers.len() == 2 && numbers[0] != numbers[1], "{text}");
}
