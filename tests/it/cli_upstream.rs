//! The commands about upstreams, and what `serve` says of their settings.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use crate::common::blocking::Blocking;
use crate::common::marks::mark;
use crate::common::program::{Ran, Serving, program, run};
use crate::common::sites::{create, import};
use crate::common::upstream::now_ms;
use crate::common::wait::until;
use serde_json::Value;
use tempfile::TempDir;

fn temp() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    (temp, data)
}

fn module(hub: &Serving, id: &str) -> Value {
    let audit = hub.get("/api/v1/audits/jalibat");
    audit["modules"].as_array().unwrap().iter().find(|m| m["module_id"] == id).cloned().unwrap()
}

/// The upstream has the whole log of its one audit. Before it has begun it says nothing of the audit.
fn is_all_there(upstream: &Value) -> bool {
    let audit = &upstream["audits"][0];
    audit["acked"].is_u64() && audit["acked"] == audit["head"] && upstream["state"] == "idle"
}

#[test]
fn marks_go_up_and_come_down_and_everybody_can_see_how_far() {
    let (temp, van) = temp();
    let cloud = temp.path().join("cloud");
    create(&van);
    create(&cloud);
    // An open hub is a v3.3 cloud to whoever speaks v3.3.
    let above = Serving::start(&cloud, &[]);
    let hub = Serving::start(&van, &["--upstream", &format!("http://{}", above.address)]);
    import(&van, &[mark("M001", "dead", "site", now_ms())]);
    until("the site's mark is in the cloud", || module(&above, "M001")["status"] == "dead");
    assert_eq!(module(&above, "M001")["technician_id"], "tech_site");

    let status = || run(&van, &["upstream", "status", "--json"]).json()["upstreams"][0].clone();
    until("everything is there", || is_all_there(&status()));
    let shown = status();
    assert_eq!(shown["name"], format!("127.0.0.1-{}", above.address.split(':').nth(1).unwrap()));
    assert_eq!([&shown["kind"], &shown["audits"][0]["token"]], ["v33", "jalibat"]);
    assert_eq!(shown["audits"][0]["acked"], shown["audits"][0]["head"]);
    let audit = hub.get("/api/v1/audits/jalibat");
    assert!(module(&hub, "M001")["seq"].as_u64().unwrap() <= audit["cloud"]["shown"].as_u64().unwrap());

    import(&cloud, &[mark("M002", "microcracks", "office", now_ms())]);
    assert!(run(&van, &["upstream", "sync-now"]).good().starts_with("The upstream tries now"));
    until("the office's mark is here", || module(&hub, "M002")["status"] == "microcracks");
    let page = run(&van, &["upstream", "status"]).good();
    for part in [&format!("http://{}", above.address), "last success  20", "THERE UP TO"] {
        assert!(page.contains(part), "{page}");
    }

    // Where nobody looks at a terminal: a line now, and one when there is news.
    let mut watch = program(&["upstream", "status", "--watch", "--data-dir"]);
    let mut watch = watch.arg(&van).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("127.0.0.1-"));
    drop(above);
    import(&van, &[mark("M003", "ok", "site", now_ms())]);
    run(&van, &["upstream", "sync-now"]).good();
    // It may have noticed before there was something to send.
    assert!(lines.any(|line| line.contains(": waiting: ") && line.contains("1 pending")));
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_eq!(hub.stop(rustix::process::Signal::TERM), Some(0));
}

#[test]
fn a_cloud_that_lets_nobody_in_pauses_until_its_token_is_there() {
    let (temp, van) = temp();
    let cloud = temp.path().join("cloud");
    create(&van);
    create(&cloud);
    let above = Serving::start(&cloud, &["--access", "crew"]);
    let url = format!("http://{}", above.address);
    let upstream = || run(&van, &["upstream", "status", "--json"]).json()["upstreams"][0].clone();
    let hub = Serving::start(&van, &["--upstream", &url]);
    until("it is paused", || upstream()["state"] == "paused");
    let page = run(&van, &["upstream", "status"]).good();
    assert!(page.contains("paused: it does not let this hub in (401"), "{page}");
    assert_eq!(hub.stop(rustix::process::Signal::TERM), Some(0));

    let mut crew = program(&["crew", "hub", "Van", "--data-dir"]);
    let token = Ran::from(crew.arg(&cloud).env("FIELDHUB_ACCESS", "crew").output().unwrap()).good();
    let mut serve = program(&["serve", "--listen", "127.0.0.1:0", "--upstream", &url, "--data-dir"]);
    serve.arg(&van).env("FIELDHUB_UPSTREAM_TOKEN", token.trim());
    let log = temp.path().join("log");
    let hub = Serving::spawn_logging(serve, std::fs::File::create(&log).unwrap().into());
    import(&van, &[mark("M001", "dead", "site", now_ms())]);
    until("everything is there", || is_all_there(&upstream()));
    assert_eq!(hub.stop(rustix::process::Signal::TERM), Some(0));
    drop(above);
    let audit = run(&cloud, &["audit", "show", "jalibat", "--json"]).json();
    assert_eq!(audit["marked"], 1);
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(
        !log.contains(token.trim()) && !log.contains("unencrypted"),
        "loopback is heard by nobody: {log}"
    );
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
    assert!(run(&data, &["upstream", "retry", "--all"]).good().starts_with("No parked module matches"));
    assert_eq!(run(&data, &["upstream", "drop", "--module", "M001", "--json"]).json()["modules"], 0);
    // Which ones is never left open.
    run(&data, &["upstream", "drop"]).bad(2);
    run(&data, &["upstream", "drop", "--all", "--module", "M001"]).bad(2);
    assert!(
        run(&data, &["upstream", "retry", "--audit", "no/token"])
            .bad(1)
            .contains("there is no audit no/token")
    );
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
    assert!(said.contains("--upstream: this is not a URL"), "{said}");
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
        said.contains("[[upstream]] 1, token: a token does not belong in the settings")
            && !said.contains("hunter2"),
        "{said}"
    );
    // A file that is not there is no wrong setting: see `lacking`.
    std::fs::write(&settings, "[[upstream]]\nurl = \"https://a.example\"\ntoken_file = \"/nowhere/token\"\n")
        .unwrap();
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
    assert!(
        made.err.contains("Van 2 has access until 20") && made.err.contains("not shown again"),
        "{made:?}"
    );
    let token = made.good();
    // Nothing but the token goes to stdout: it may go straight into a file.
    assert!(token.ends_with('\n') && token.trim().split('.').count() == 3, "{token}");

    let status = |token: &str| {
        let mut client = Blocking::connect(&hub.address).unwrap().with_token(token.trim());
        client.call("GET", "/api/v1/crew", "").unwrap().0
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
