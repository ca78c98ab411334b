//! The state of backups, as the page asks for it: what is said to be there was written and read back, whoever made it; one at a
//! time; and what failed says why.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::common::blocking::Blocking;
use crate::common::program::{Ran, Serving, program, run};
use rustix::process::Signal;
use serde_json::{Value, json};

fn serving(data: &Path, to: &Path) -> Serving {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--no-mdns", "--data-dir"]);
    command.arg(data).env("FIELDHUB_BACKUP_DIR", to).env("FIELDHUB_ACCESS", "crew");
    Serving::spawn(command)
}

/// A hub, and a lead of its crew.
struct Site {
    serving: Serving,
    lead: String,
}

impl Site {
    fn start(data: &Path, to: &Path) -> Self {
        let serving = serving(data, to);
        let mut code = program(&["crew", "lead-code", "--json", "--data-dir"]);
        let code = Ran::from(code.arg(data).env("FIELDHUB_ACCESS", "crew").output().unwrap()).json();
        let body = json!({"code": code["code"], "name": "Lea", "device_id": "dev_lea"}).to_string();
        let joined =
            Blocking::connect(&serving.address).unwrap().call("POST", "/api/v1/join", &body).unwrap();
        let joined: Value = serde_json::from_str(&joined.1).unwrap();
        Self { serving, lead: joined["token"].as_str().unwrap().to_owned() }
    }
}

fn ask(hub: &Site, method: &str) -> (u16, Value) {
    let mut client = Blocking::connect(&hub.serving.address).unwrap().with_token(&hub.lead);
    let (status, body) = client.call(method, "/api/v1/backups", "").unwrap();
    (status, serde_json::from_str(&body).unwrap())
}

/// What there is when none is in the making any more.
fn settled(hub: &Site) -> Value {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let (status, said) = ask(hub, "GET");
        assert_eq!(status, 200);
        if said["making"].is_null() {
            return said;
        }
        assert!(Instant::now() < until, "{said}");
        std::thread::yield_now();
    }
}

#[test]
fn what_is_asked_for_on_the_page_is_written_and_read_back_before_it_is_there() {
    let temp = tempfile::tempdir().unwrap();
    let (data, to) = (temp.path().join("data"), temp.path().join("copies"));
    let hub = Site::start(&data, &to);
    let before = ask(&hub, "GET").1;
    assert!(before["last"].is_null() && before["failed"].is_null() && before["making"].is_null(), "{before}");
    assert_eq!((&before["dir"], &before["daily"]), (&Value::from(to.to_str().unwrap()), &Value::Bool(false)));

    // Its directory is not there yet: nothing is, and it is told why.
    let (status, asked) = ask(&hub, "POST");
    assert_eq!((status, &asked["making"]["wanted"]), (202, &Value::Bool(true)), "{asked}");
    let failed = settled(&hub);
    assert!(failed["last"].is_null(), "{failed}");
    assert_eq!(failed["failed"]["problem"], "other", "{failed}");
    assert!(failed["failed"]["words"].as_str().unwrap().contains("copies"), "{failed}");

    fs::create_dir(&to).unwrap();
    assert_eq!(ask(&hub, "POST").0, 202);
    let done = settled(&hub);
    assert!(done["failed"].is_null(), "{done}");
    let (last, files) = (&done["last"], fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path()));
    let files: Vec<_> = files.collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(last["file"], files[0].to_str().unwrap());
    assert_eq!(last["bytes"].as_u64().unwrap(), fs::metadata(&files[0]).unwrap().len());
    assert_eq!((&last["audits"], &last["stick"]), (&Value::from(1), &Value::Null));
    assert!(run(&data, &["status"]).good().contains(files[0].to_str().unwrap()));

    // It is known after a start as well, and the copy brings a hub back.
    assert_eq!(hub.serving.stop(Signal::TERM), Some(0));
    let hub = Site::start(&data, &to);
    assert_eq!(&settled(&hub)["last"], last);
    drop(hub);
    let other = temp.path().join("other");
    run(&other, &["restore", files[0].to_str().unwrap(), "--yes"]).good();
    assert!(run(&other, &["audit", "list"]).good().contains("jalibat-demo"));
}

#[test]
fn one_that_was_made_by_hand_is_known_and_one_is_made_at_a_time() {
    let temp = tempfile::tempdir().unwrap();
    let (data, to) = (temp.path().join("data"), temp.path().join("copies"));
    fs::create_dir(&to).unwrap();
    let hub = Site::start(&data, &to);
    let file = temp.path().join("by-hand.redb");
    run(&data, &["backup", file.to_str().unwrap()]).good();
    assert_eq!(settled(&hub)["last"]["file"], file.to_str().unwrap());
    // A later one that fails takes nothing away.
    run(&data, &["backup", temp.path().join("none/x.redb").to_str().unwrap()]).bad(1);
    let said = settled(&hub);
    assert_eq!(said["last"]["file"], file.to_str().unwrap());
    assert_eq!(said["failed"]["problem"], "other", "{said}");
    // Two are wanted at once: the second one is told to wait, by a code, and only one is made.
    let both = [ask(&hub, "POST"), ask(&hub, "POST")];
    assert_eq!(both[0].0, 202);
    if both[1].0 != 202 {
        assert_eq!((both[1].0, &both[1].1["code"]), (409, &Value::from("unavailable")), "{both:?}");
    }
    settled(&hub);
    let made = fs::read_dir(&to).unwrap().count();
    assert_eq!(made, both.iter().filter(|(status, _)| *status == 202).count());
}
