//! Places for connections: nobody locks the crew out, with more connections than there are handles, or with a session that is over.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::TestHub;
use crate::common::blocking::Blocking;
use crate::common::program::{Serving, program, run};
use crate::common::raw::Raw;
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::change;
use hyper::StatusCode;

/// The program, allowed so many open files and no more.
fn with_handles(handles: u32, args: &[&str]) -> Command {
    let program = program(args);
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("ulimit -Sn {handles} && ulimit -Hn {handles} && exec \"$0\" \"$@\""));
    command.arg(program.get_program()).args(program.get_args()).env_clear().stdin(Stdio::null());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
fn a_hub_with_few_file_handles_takes_fewer_connections_and_goes_on_working() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = with_handles(128, &["serve", "--listen", "127.0.0.1:0", "--demo"]);
    command.arg("--data-dir").arg(dir.path());
    let hub = Serving::spawn(command);
    // More than there are handles. Half of them begin to ask, and none of them goes on.
    let mut waiting = Vec::new();
    for n in 0..200 {
        let mut stream = TcpStream::connect(&hub.address).unwrap();
        if n % 2 == 0 {
            // It may have been sent away.
            let _ = stream.write_all(b"GET /hea");
        }
        waiting.push(stream);
    }
    // The hub opens files of its own all the while: for commands, for a copy of its database.
    run(dir.path(), &["audit", "list"]).good();
    run(dir.path(), &["backup", dir.path().join("copy.redb").to_str().unwrap()]).good();
    let start = Instant::now();
    let answered = || Blocking::connect(&hub.address)?.call("GET", "/api/v1/audits", "");
    while !matches!(answered(), Ok((200, _))) {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody gets in");
    }
    drop(waiting);
}

/// What was let in once is no place for ever.
#[tokio::test]
async fn connections_of_somebody_who_was_sent_away_make_room() {
    let hub = TestHub::with_limits(Access::Crew, Limits { connections: 12, ..Limits::default() }).await;
    let rogue = hub.technician("Rogue").await;
    let lea = hub.technician("Lea").await;
    let bearer = |token: &str| format!("authorization: Bearer {token}\r\n");
    let mut theirs = Vec::new();
    while theirs.len() < 12 {
        let mut raw = Raw::to(hub.address).await;
        match raw.get_with("/api/v1/audits", &bearer(rogue.token())).await.map(|said| said.status) {
            Some(200) => theirs.push(raw),
            refused => assert!(refused.is_none_or(|status| status == 503), "{refused:?}"),
        }
    }
    // A dozen of one who belongs here, each asked just now: there is no place.
    let full = Raw::to(hub.address).await.get_with("/api/v1/audits", &bearer(lea.token())).await.unwrap();
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE.as_u16());
    let members = hub.the_crew().members();
    let id = members.iter().find(|(member, _)| member.name == "Rogue").unwrap().0.technician.clone();
    change(hub.the_crew(), move |crew| crew.set(id.as_str(), None, Some(true))).await.unwrap();
    // The hub looks again when the crew changes.
    loop {
        let mut raw = Raw::to(hub.address).await;
        match raw.get_with("/api/v1/audits", &bearer(lea.token())).await.map(|said| said.status) {
            Some(200) => break,
            refused => assert!(refused.is_none_or(|status| status == 503), "{refused:?}"),
        }
    }
    assert_eq!(theirs.len(), 12);
}

/// What hyper itself refuses is said as everything else is: with a body that says what to do, and the headers.
#[tokio::test]
async fn what_is_no_request_gets_an_answer_like_any_other() {
    let hub = TestHub::start().await;
    let long = "y".repeat(20_000);
    let many = "x: y\r\n".repeat(101);
    for (sent, status, code) in [
        ("nonsense\r\n\r\n".to_owned(), 400, "no_http"),
        ("GET /a b HTTP/1.1\r\nhost: hub\r\n\r\n".to_owned(), 400, "no_http"),
        ("GET / HTTP/1.1\r\nhost: hub\r\nno colon\r\n\r\n".to_owned(), 400, "no_http"),
        ("GET / HTTP/7.7\r\nhost: hub\r\n\r\n".to_owned(), 400, "no_http"),
        (format!("GET / HTTP/1.1\r\nhost: hub\r\nx: {long}\r\n\r\n"), 431, "large_head"),
        (format!("GET /{long} HTTP/1.1\r\nhost: hub\r\n\r\n"), 431, "large_head"),
        (format!("GET / HTTP/1.1\r\nhost: hub\r\n{many}\r\n"), 431, "large_head"),
    ] {
        for before in [0, 1, 3] {
            let mut raw = Raw::to(hub.address).await;
            for _ in 0..before {
                assert_eq!(raw.get("/healthz").await.unwrap().status, 200);
            }
            raw.send(&sent).await;
            let said = raw.hear().await.unwrap();
            assert_eq!((said.status, said.json()["code"].as_str()), (status, Some(code)), "{sent:.40}");
            assert_eq!(said.json()["success"], false);
            for name in
                ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"]
            {
                assert!(said.headers.contains_key(name), "{sent:.40}: no {name}");
            }
            assert_eq!(said.headers["connection"], "close");
            assert!(raw.hear().await.is_none(), "{sent:.40}: it said more");
        }
    }
}
