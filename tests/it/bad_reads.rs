//! Bad reads, at every reading of every call: a page that comes once as an error, once with a flipped bit, or with a panic of
//! redb. The hub says the truth each time, works on, and has every mark.

use std::sync::Arc;
use std::time::Duration;

use crate::common::bad_disk::{BadDisk, Fault};
use crate::common::bad_site::{AUDITS, Card, MODULES, NEW, OLD, Site, engine, one_mark, options};
use crate::common::marks::NOW;
use crate::common::oracle::{mark_op, token};
use axum::body::Body;
use fieldhub::domain::{OpId, Token};
use fieldhub::store::{Command, DirMedium, Engine, StoreError};
use serde_json::{Value, json};

/// What is asked of the hub while a page is bad.
#[derive(Debug, Clone, Copy)]
enum Call {
    List,
    State,
    V33,
    Ops,
    History,
    Notes,
    Live,
    Export,
    Mark,
    Probe,
    Archive,
    Mint,
    Restore,
    Backup,
}

impl Call {
    /// Thousands of readings.
    fn is_long(self) -> bool {
        matches!(self, Call::Restore | Call::Backup)
    }

    /// A refusal, or the whole truth.
    async fn run(self, site: &Site, backup: &[u8]) -> u16 {
        let all = (2 + OLD + NEW) as u64;
        let (status, said) = match self {
            Call::List => site.get("/api/v1/audits").await,
            Call::State => site.get("/api/v1/audits/jalibat").await,
            Call::V33 => site.get("/api/audit/jalibat/updates?since=0").await,
            Call::Ops => site.get("/api/v1/audits/jalibat/ops?after=0&limit=1000").await,
            Call::History => site.get("/api/v1/audits/jalibat/modules/M001/history").await,
            Call::Notes => site.get("/api/v1/audits/jalibat/notes").await,
            Call::Live => site.live().await,
            Call::Export => {
                let (status, text) =
                    site.bytes("GET", "/api/v1/audits/jalibat/export?format=csv", Body::empty()).await;
                (status, String::from_utf8_lossy(&text).into_owned().into())
            }
            Call::Mark => {
                let ops = json!({ "ops": [one_mark(OLD + NEW)] });
                site.call("POST", "/api/v1/audits/jalibat/ops", Some(ops)).await
            }
            Call::Probe => (answered(site.hub.probe(Duration::ZERO).await), Value::Null),
            Call::Archive => {
                site.call("PATCH", "/api/v1/audits/jalibat", Some(json!({ "archived": true }))).await
            }
            Call::Mint => {
                let log_id = site.hub.identity().log_id;
                let seen = format!("/api/v1/audits/jalibat/live?after={log_id}:99999");
                (site.open_request("GET", &seen, Body::empty()).await.status().as_u16(), Value::Null)
            }
            Call::Restore => {
                let (status, said) = site.bytes("POST", "/api/v1/restore", Body::from(backup.to_vec())).await;
                (status, serde_json::from_slice(&said).unwrap_or(Value::Null))
            }
            Call::Backup => {
                let (status, bytes) = site.bytes("GET", "/api/v1/backup", Body::empty()).await;
                if status == 200 {
                    holds_all(&bytes);
                }
                (status, Value::Null)
            }
        };
        if !(200..300).contains(&status) {
            // Never a dropped connection, and never the blame on who asked.
            let refused = matches!(self, Call::Restore)
                && status == 400
                && said["error"].to_string().contains("not a fieldhub database");
            assert!(refused || [500, 503].contains(&status), "{self:?}: {status} {said}");
            return status;
        }
        match self {
            Call::List => {
                let there = said["audits"].as_array().unwrap().len();
                let unread = said["unread"].as_array().map_or(0, Vec::len);
                assert_eq!(there + unread, 2, "{said}");
            }
            Call::State => assert_eq!(said["marked"], MODULES),
            Call::V33 => assert_eq!(said["updates"].as_array().unwrap().len(), MODULES),
            Call::Ops => assert_eq!(said["ops"].as_array().unwrap().len() as u64, all),
            Call::History => {
                assert_eq!(said["entries"].as_array().unwrap().len(), 1 + (OLD + NEW - 1) / MODULES)
            }
            Call::Live => assert_eq!((&said["hello"]["head"], &said["ops"]), (&json!(all), &json!(all))),
            Call::Export => assert_eq!(said.as_str().unwrap().matches("broken glass").count(), MODULES),
            Call::Mark => assert_eq!(said["results"][0]["seq"], all + 1),
            Call::Archive => assert_eq!(said["archived"], true),
            Call::Notes | Call::Probe | Call::Mint | Call::Restore | Call::Backup => {}
        }
        status
    }
}

fn answered(result: Result<(), StoreError>) -> u16 {
    if result.is_ok() { 200 } else { 503 }
}

/// A file that is a whole database, of before the last marks or after them.
fn holds_all(bytes: &[u8]) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("fieldhub.redb"), bytes).unwrap();
    let engine = Engine::open(Arc::new(DirMedium::new(dir.path())), options()).unwrap();
    assert_eq!(engine.damaged_files(), Vec::<String>::new());
    for token in AUDITS {
        let audit = engine.audit(&Token::parse(token).unwrap()).unwrap();
        assert!(engine.view(&audit, |loaded| loaded.state.head).unwrap() >= (2 + OLD + NEW) as u64);
    }
}

/// One fault after the other, until the call is over before it.
async fn at_every_reading(call: Call) {
    let card = Card::new().await;
    let backup = {
        let site = Site::open(card.copy()).await.unwrap();
        site.bytes("GET", "/api/v1/backup", Body::empty()).await.1
    };
    let mut refused = 0;
    for fault in [Fault::Eio, Fault::Flipped, Fault::Panic] {
        // Once: the second reading is good. Twice: the database is opened anew.
        for times in [1, 2] {
            if fault == Fault::Panic && times == 2 && matches!(call, Call::Restore) {
                // Two looks at the restored file agree: it is set aside, as any other.
                continue;
            }
            let mut after = 0;
            loop {
                let site = Site::open(card.copy()).await.unwrap();
                site.disk.plan(fault, after, times);
                let status = call.run(&site, &backup).await;
                let reads = site.disk.reads();
                let hit = site.disk.mend();
                refused += u64::from(status >= 400);
                let what = format!("{call:?}, {fault:?} {times} times after {after} readings: {status}");
                if times == 1 && fault != Fault::Panic {
                    assert!(status < 300, "{what}: nobody notices one bad reading");
                }
                site.check(&what).await;
                site.close().await;
                if hit == 0 {
                    assert!(after > 0, "{call:?} reads nothing: {reads}");
                    break;
                }
                after += 1 + if call.is_long() { after * 2 } else { after / 2 };
            }
        }
    }
    println!("{call:?}: {refused} refused");
}

macro_rules! each {
    ($($name:ident: $call:ident;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            at_every_reading(Call::$call).await;
        }
    )+};
}

each! {
    the_list: List;
    an_audit: State;
    updates_of_v33: V33;
    the_log: Ops;
    a_history: History;
    notes: Notes;
    a_live_feed: Live;
    an_export: Export;
    a_mark: Mark;
    a_probe: Probe;
    an_archived_audit: Archive;
    a_new_log_id: Mint;
    a_restore: Restore;
    a_backup: Backup;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening() {
    let card = Card::new().await;
    for fault in [Fault::Eio, Fault::Flipped, Fault::Panic] {
        // A panic at two looks is a file that redb gives up on.
        for times in if fault == Fault::Panic { 1..=1 } else { 1..=2 } {
            let mut after = 0;
            loop {
                let dir = card.copy();
                let disk = BadDisk::new(dir.path());
                disk.plan(fault, after, times);
                let what = format!("opening, {fault:?} {times} times after {after} readings");
                let site =
                    Site::open_on(dir, disk).await.unwrap_or_else(|(_, error)| panic!("{what}: {error}"));
                let hit = site.disk.mend();
                site.check(&what).await;
                site.close().await;
                if hit == 0 {
                    break;
                }
                // A panic that nobody expects at one of them ends the program: at each.
                after += 1 + if fault == Fault::Panic { 0 } else { after / 2 };
            }
        }
    }
}

/// What the writer does by itself: checkpoints and snapshots.
#[test]
fn checkpoints_and_snapshots() {
    let dir = tempfile::tempdir().unwrap();
    let disk = BadDisk::new(dir.path());
    let engine = engine(&disk);
    let mut next = 0u64;
    let mut append = |engine: &Engine| {
        let ops = (0..10).map(|_| {
            next += 1;
            mark_op(OpId::from_u128(next.into()), 1, next % 50, None, NOW)
        });
        let command = Command::AppendOrMake { token: token(1), ops: ops.collect() };
        engine.commit(&[command], NOW).remove(0).expect("it is taken");
        next
    };
    // A panic while redb writes many rows finds its own locks poisoned, and is the end of the process: a new one begins.
    for fault in [Fault::Eio, Fault::Flipped] {
        for times in [1, 2] {
            for work in
                [|engine: &Engine| engine.checkpoint(true).map(drop), |engine: &Engine| engine.snapshot()]
            {
                for after in (0..).map(|n: u64| n * n) {
                    let all = append(&engine);
                    disk.plan(fault, after, times);
                    let done = work(&engine);
                    let hit = disk.mend();
                    let what = format!("{fault:?} {times} times after {after}: {done:?}");
                    assert!(done.is_ok() || hit > 0, "{what}");
                    let audit = engine.audit(&token(1)).unwrap();
                    let head = engine.view(&audit, |loaded| loaded.state.head).unwrap();
                    assert_eq!(head, all, "{what}");
                    assert_eq!(engine.damaged_files(), Vec::<String>::new(), "{what}");
                    if hit == 0 {
                        break;
                    }
                }
            }
        }
    }
}
