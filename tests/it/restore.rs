//! A restore: verified before anything is replaced, undone when what was restored does not open, and a new beginning for
//! whoever keeps a position in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::cloud::{Fault, Row, TestCloud};
use crate::common::dice::Dice;
use crate::common::oracle::{self, read_log};
use crate::common::peers::{head, join, meet, night, token, whole_elsewhere};
use crate::common::program::run;
use crate::common::sim_disk::SimDisk;
use crate::common::upstream::{AUDIT, Site, cloud_at, now_ms, office};
use crate::common::wait::until_async;
use crate::common::{Client, NOW, TestHub, mark};
use fieldhub::store::{Command, Committed, Engine, Options, StoreError, Writer};
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// One audit's row reads as nothing, under a checksum that is right.
fn spoil(backup: &[u8]) -> Vec<u8> {
    let disk = SimDisk::new(1);
    disk.plant("x", backup.to_vec());
    let medium: &dyn fieldhub::store::Medium = &disk;
    let db = redb::Builder::new().create_with_backend(medium.open("x").unwrap()).unwrap();
    let txn = db.begin_write().unwrap();
    {
        let bad = [0xff; 12];
        let mut row = crc32fast::hash(&[&b"jalibat"[..], &bad].concat()).to_le_bytes().to_vec();
        row.extend(bad);
        let audits = redb::TableDefinition::<&str, &[u8]>::new("audits");
        txn.open_table(audits).unwrap().insert("jalibat", row.as_slice()).unwrap();
    }
    txn.commit().unwrap();
    drop(db);
    disk.bytes("x").unwrap()
}

#[tokio::test]
async fn one_row_that_reads_as_nothing_is_refused_by_name_and_the_hub_is_as_before() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Ana").await;
    hub.jalibat().await;
    lead.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    let before = lead.get("/api/v1/audits/jalibat").await.json();
    let names = |hub: &TestHub| {
        let files = std::fs::read_dir(hub.dir()).unwrap();
        let mut names: Vec<_> = files.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let files = names(&hub);
    let answer = lead.call(Method::POST, "/api/v1/restore", spoil(&hub.backup().await)).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let said = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("nothing was changed: the row of an audit is damaged"), "{said}");
    assert!(!said.contains("jalibat"), "it gets into logs");
    assert_eq!(lead.get("/api/v1/audits/jalibat").await.json(), before, "to the log id");
    assert_eq!(names(&hub), files);
    assert_eq!(hub.client.get("/healthz").await.status, 200, "a bad file is no bad disk");
}

#[test]
fn the_command_line_says_what_is_wrong_with_a_backup_and_leaves_the_data() {
    let temp = tempfile::tempdir().unwrap();
    let (data, copy) = (temp.path().join("data"), temp.path().join("copy.redb"));
    let copy = copy.to_str().unwrap();
    run(&data, &["audit", "create", "--name", "JALIBAT", "--token", "jalibat", "--strings", "26"]).good();
    run(&data, &["backup", copy]).good();
    std::fs::write(copy, spoil(&std::fs::read(copy).unwrap())).unwrap();
    let error = run(&data, &["restore", copy, "--yes"]).bad(1);
    assert!(error.contains("nothing was changed: the row of an audit is damaged"), "{error}");
    assert!(run(&data, &["audit", "list"]).good().contains("JALIBAT"));
}

fn options() -> Options {
    let dated = || "20260101T000000000Z".to_owned();
    Options { mint: Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| (), bounds: Default::default() }
}

fn open(disk: &SimDisk) -> Result<Engine, StoreError> {
    Engine::open(Arc::new(disk.clone()), options())
}

/// 60 operations, of which a backup has 30.
fn site_with_a_backup() -> SimDisk {
    let append = |engine: &Engine, numbers: std::ops::Range<u128>| {
        let ops = numbers.map(|n| oracle::mark_op(Uuid::from_u128(n), 1, 1, None, NOW)).collect();
        let command = Command::AppendOrMake { token: oracle::token(1), ops };
        engine.commit(&[command], NOW).remove(0).expect("it is taken");
    };
    let disk = SimDisk::new(1);
    let engine = open(&disk).unwrap();
    append(&engine, 0..30);
    engine.copy_to("restore.redb").unwrap();
    append(&engine, 30..60);
    disk
}

/// One call fails, whichever of them; or the disk is gone from that one on, and comes back later.
#[tokio::test]
async fn a_disk_that_fails_at_any_call_of_a_restore_leaves_the_old_log_or_the_restored_one() {
    let site = site_with_a_backup();
    for for_good in [false, true] {
        let mut ends: BTreeMap<(usize, bool), u32> = BTreeMap::new();
        // Each of the first hundreds, then some of the many that only read.
        for call in (1..400).chain((400..).step_by(7)) {
            let disk = site.fork();
            let engine = Arc::new(open(&disk).unwrap());
            let old = engine.identity().log_id;
            let writer = Writer::start(Arc::clone(&engine), || NOW, |_: &Committed| {}).unwrap();
            disk.fail_at(call, for_good);
            let restored = writer.restore("restore.redb".to_owned()).await;
            let failed = disk.mend();
            // The next operation opens it again, where that could not be done.
            assert!(engine.commit(&[], NOW).is_empty());
            let there = read_log(&engine, &oracle::token(1)).0.len();
            let new = engine.identity().log_id != old;
            let what = format!("call {call}: {there} operations, {restored:?}");
            assert!((there, new) == (60, false) || (there, new) == (30, true), "{what}");
            assert!(restored.is_err() || new, "{what}");
            assert_eq!(engine.damaged_files(), Vec::<String>::new(), "{what}");
            *ends.entry((there, restored.is_ok())).or_default() += 1;
            writer.stop();
            drop(engine);
            let engine = open(&disk).expect("the hub starts");
            assert_eq!(read_log(&engine, &oracle::token(1)).0.len(), there, "{what}, and after a start");
            if !failed {
                assert!(restored.is_ok(), "{what}");
                break;
            }
        }
        assert!(ends[&(60, false)] > 20, "{ends:?}");
        println!("for good: {for_good}; operations and whether it was acknowledged: {ends:?}");
    }
}

/// Reads a page, a whole audit and sends marks, again and again, while the hub is restored: no answer has the id of one log
/// with positions of another, and what is acknowledged in a log is in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_during_a_restore_mixes_two_logs() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let backup = hub.backup().await;
    let few = hub.hub.view(&token(), |loaded, _| loaded.state.head).unwrap();
    for n in 0..40 {
        night(&hub, "lea", n * 5 + 1..=n * 5 + 5, "dead").await;
    }
    let old = hub.hub.identity().log_id.to_string();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    // How often each has read either log.
    let counts: [[AtomicU32; 2]; 4] = Default::default();
    let counts = Arc::new(counts);
    let reader = |n: usize, path: &'static str, at: &'static str| {
        let (client, old, stopped) = (Client::new(hub.address), old.clone(), stopped.clone());
        let counts = Arc::clone(&counts);
        tokio::spawn(async move {
            while !*stopped.borrow() {
                let answer = client.get(path).await;
                if answer.status == 200 {
                    let answer = answer.json();
                    let of_old = answer["log_id"] == old.as_str();
                    assert_eq!(of_old, answer[at].as_u64().unwrap() > few + 100, "{path}: {}", answer[at]);
                    counts[n][usize::from(of_old)].fetch_add(1, Ordering::SeqCst);
                } else {
                    assert_ne!(answer.status, 500, "{}", answer.text());
                }
            }
        })
    };
    let all_read = async |of_old: bool| {
        let read = || counts.iter().all(|count| count[usize::from(of_old)].load(Ordering::SeqCst) > 3);
        until_async("all have read", async || read()).await;
    };
    let readers = [
        reader(0, "/api/v1/audits/jalibat", "seq"),
        reader(1, "/api/v1/audits/jalibat/ops?limit=1", "head"),
        reader(2, "/api/v1/audits/jalibat/notes", "head"),
        reader(3, "/api/v1/peer/jalibat?log=00000000-0000-0000-0000-000000000001", "head"),
    ];
    let sender = {
        let (client, old, stopped) = (Client::new(hub.address), old.clone(), stopped.clone());
        tokio::spawn(async move {
            let mut acks: Vec<(Value, String, u64)> = Vec::new();
            let mut of_new = 0;
            // Of the new log a few at least, and fewer than tell the two apart.
            while of_new < 90 && !(*stopped.borrow() && of_new > 0) {
                let op = mark("M242", "ok", "tom", NOW);
                let answer = client.post("/api/v1/audits/jalibat/ops", &json!({ "ops": [op] })).await;
                if answer.status != 200 {
                    assert_eq!(answer.status, 503, "{}", answer.text());
                    continue;
                }
                let answer = answer.json();
                let seq = answer["results"][0]["seq"].as_u64().unwrap();
                of_new += usize::from(answer["log_id"] != old.as_str());
                acks.push((op["id"].clone(), answer["log_id"].as_str().unwrap().to_owned(), seq));
            }
            acks
        })
    };
    all_read(true).await;
    hub.restore(&backup).await;
    all_read(false).await;
    stop.send(true).unwrap();
    for reader in readers {
        reader.await.unwrap();
    }
    let new = hub.hub.identity().log_id.to_string();
    let acks = sender.await.unwrap();
    let log = hub.client.get("/api/v1/audits/jalibat/ops?limit=1000").await.json();
    for (id, log_id, seq) in acks {
        let there = log["ops"].as_array().unwrap().iter().find(|op| op["id"] == id);
        if log_id == new {
            assert_eq!(there.unwrap()["seq"], seq, "acknowledged in this log, and not in it");
        }
    }
}

#[tokio::test]
async fn a_restore_makes_each_audit_of_one_stream_begin_again() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let other = json!({ "name": "Other", "token": "other", "strings": "26" });
    assert_eq!(hub.client.post("/api/v1/audits", &other).await.status, 201);
    let backup = hub.backup().await;
    night(&hub, "lea", 1..=5, "dead").await;
    hub.client.ops("other", vec![mark("M001", "dead", "lea", NOW)]).await;
    let log_id = hub.hub.identity().log_id;
    let path = format!("/api/v1/live?audit=jalibat@{log_id}:7&audit=other@{log_id}:3");
    let mut feed = hub.client.live(&path, None).await;
    for _ in 0..2 {
        feed.wait("presence").await;
    }
    hub.restore(&backup).await;
    for _ in 0..2 {
        let reset = feed.wait("reset").await;
        assert_eq!(
            (&reset.data["head"], &reset.data["log_id"]),
            (&json!(2), &json!(hub.hub.identity().log_id))
        );
    }
}

#[tokio::test]
async fn a_bundle_under_way_is_broken_off_by_a_restore() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let backup = hub.backup().await;
    // Several pages, and more than the sockets hold on the way.
    let mut noise = Dice::new(1);
    let mut text = || (0..120).map(|_| format!("{:x}", noise.roll() | noise.roll() << 7)).collect::<String>();
    for n in 0..14_u128 {
        let op = |m: u128| {
            let comment: String = [text(), text()].concat().chars().take(3_900).collect();
            oracle::mark_op(
                Uuid::from_u128(n * 500 + m),
                1,
                u64::try_from(m).unwrap() % 200,
                Some(&comment),
                NOW,
            )
        };
        hub.hub.apply(token(), (0..500).map(op).collect()).await.unwrap();
    }
    let request = hub.client.request(Method::GET, "/api/v1/bundle").body(Default::default()).unwrap();
    let answer = hub.client.open(request).await;
    assert_eq!(answer.status(), 200);
    hub.restore(&backup).await;
    let whole = http_body_util::BodyExt::collect(answer.into_body()).await;
    if let Ok(whole) = whole {
        panic!("{} bytes, to the end", whole.to_bytes().len());
    }
}

// ---- upstreams ----

/// What is there now is further back than two readings overlap.
fn read_past(cloud: &TestCloud) {
    cloud.put(AUDIT, &[("M009", Row::new("microcracks", "office", now_ms() + 120_000))]);
}

#[tokio::test]
async fn what_the_office_marked_after_the_backup_comes_again_after_a_restore() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.mark("M001", "dead", "night").await;
    site.agrees_with(&cloud).await;
    let backup = site.backup().await;
    office(&cloud, "M007", "ok", Some("seen in the daylight")).await;
    read_past(&cloud);
    site.mark("M002", "dead", "night").await;
    site.agrees_with(&cloud).await;
    let before = site.shows().await;
    assert!(before.contains_key("M007"));
    site.restore(&backup).await;
    site.agrees_with(&cloud).await;
    assert_eq!(site.shows().await, before);
}

#[tokio::test]
async fn a_restore_in_the_middle_of_a_reading_of_the_cloud_leaves_nothing_out() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.mark("M001", "dead", "night").await;
    site.agrees_with(&cloud).await;
    let backup = site.backup().await;
    office(&cloud, "M007", "ok", None).await;
    read_past(&cloud);
    site.agrees_with(&cloud).await;
    let before = site.shows().await;
    cloud.fail(Fault::slow(1).held().kind("updates"));
    let calls = cloud.journal().len();
    until_async("a reading is under way", async || {
        cloud.journal_after(calls).iter().any(|call| call.kind == "updates" && call.ended_ms.is_none())
    })
    .await;
    office(&cloud, "M008", "dead", None).await;
    site.restore(&backup).await;
    cloud.heal();
    site.agrees_with(&cloud).await;
    let after = site.shows().await;
    assert!(before.iter().all(|(id, shown)| after.get(id) == Some(shown)), "{before:?}, {after:?}");
    assert!(after.contains_key("M008"));
}

#[tokio::test]
async fn a_receipt_of_before_is_none_for_the_restored_log() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.mark("M001", "dead", "night").await;
    site.agrees_with(&cloud).await;
    let backup = site.backup().await;
    // It hangs, so nobody looks at what waits.
    cloud.fail(Fault::slow(1).held().kind("updates"));
    let calls = cloud.journal().len();
    until_async("a reading is under way", async || {
        cloud.journal_after(calls).iter().any(|call| call.kind == "updates" && call.ended_ms.is_none())
    })
    .await;
    assert_eq!(site.audit().await["cloud"]["shown"], site.head().await);
    site.restore(&backup).await;
    let receipt = site.audit().await["cloud"].clone();
    assert_eq!((&receipt["shown"], &receipt["pending"]), (&json!(0), &json!(1)), "{receipt}");
    cloud.heal();
    site.agrees_with(&cloud).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_restored_under_its_upstream_has_all_again_and_says_so_only_then() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    night(&site, "lea", 1..=20, "dead").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    let backup = site.backup().await;
    night(&site, "lea", 21..=40, "dead").await;
    night(&office, "ana", 50..=55, "ok").await;
    meet(&site, &office).await;
    for _ in 0..3 {
        site.restore(&backup).await;
        let receipt = whole_elsewhere(&site).unwrap();
        assert!(receipt.0 <= head(&site), "{receipt:?} of {}", head(&site));
        meet(&site, &office).await;
        assert_eq!(site.client.module(AUDIT, "M055").await["status"], "ok");
    }
    running.stop().await;
}
