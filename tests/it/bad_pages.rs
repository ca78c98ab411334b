//! Pages that never come right again, rows that are damaged under a good page, and a disk of which nothing can be read for a while:
//! what the hub does then, and what it says.

use std::path::Path;
use std::time::Duration;

use crate::common::bad_disk::Fault;
use crate::common::bad_site::{AUDITS, Card, MODULES, NEW, OLD, Site, one_mark};
use crate::common::program::run;
use crate::common::wait::until_async;
use redb::ReadableTable;
use serde_json::json;

/// One that never comes right.
const ALWAYS: u64 = u64::MAX;

/// A bad sector, or bytes that have changed for good: the hub says so, keeps the file, and goes on from its snapshot.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_never_comes_right() {
    let card = Card::new().await;
    let mut set_aside = 0;
    for fault in [Fault::Eio, Fault::Flipped] {
        let mut after = 0;
        loop {
            let site = Site::open(card.copy()).await.unwrap();
            site.disk.plan(fault, after, ALWAYS);
            let what = format!("{fault:?} for good after {after} readings");
            let mut told = Vec::new();
            until_async(&what, async || {
                let (status, list) = site.get("/api/v1/audits").await;
                told.push(status);
                match status {
                    200 => {}
                    500 | 503 => return false,
                    _ => panic!("{what}: {status} {list}"),
                }
                let audits = list["audits"].as_array().unwrap();
                let unread = list["unread"].as_array().map_or(0, Vec::len);
                assert_eq!(audits.len() + unread, 2, "{what}: never an empty list: {list}");
                unread == 0
            })
            .await;
            let list = site.get("/api/v1/audits").await.1;
            let aside = site.hub.notices().iter().any(|notice| notice.contains("set aside"));
            if aside {
                set_aside += 1;
                let seqs: Vec<u64> = list["audits"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|audit| audit["seq"].as_u64().unwrap())
                    .collect();
                assert_eq!(seqs, [2 + OLD as u64; 2], "{what}: as in the snapshot");
            } else {
                assert!(Site::is_whole(&list), "{what}: {list}");
            }
            // And tablets push again what they hold, as often as the log is another one.
            until_async(&what, async || {
                for token in AUDITS {
                    if !site.takes(token, 0..OLD + NEW + 1).await {
                        return false;
                    }
                }
                Site::is_whole(&site.get("/api/v1/audits").await.1)
            })
            .await;
            until_async(&what, async || site.get("/healthz").await.0 == 200).await;
            let hit = site.disk.mend();
            site.close().await;
            if hit == 0 {
                break;
            }
            after += 1 + after / 2;
        }
    }
    assert!(set_aside > 3, "hardly any bad page was in use: {set_aside}");
}

/// One audit's row with a good page around it: a second look finds it again, and the others are there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_audit_that_cannot_be_read_hides_no_other_and_is_no_empty_one() {
    let card = Card::new().await;
    let dir = card.copy();
    spoil_a_row(&dir.path().join("fieldhub.redb"));
    // A bundle has the other one, and is no success.
    let file = dir.path().join("all.fhbundle");
    let ran = run(dir.path(), &["bundle", "export", file.to_str().unwrap()]);
    assert!(ran.code == Some(1) && ran.err.contains("cannot read it: brelan (") && file.exists(), "{ran:?}");
    assert!(ran.err.contains("is damaged"), "with the reason: {}", ran.err);
    // Nor does a bundle that comes in end at it.
    let whole = card.copy();
    let both = whole.path().join("both.fhbundle");
    run(whole.path(), &["bundle", "export", both.to_str().unwrap()]).good();
    let ran = run(dir.path(), &["bundle", "import", both.to_str().unwrap()]);
    assert!(ran.code == Some(1) && ran.out.contains(AUDITS[1]), "{ran:?}");
    assert!(
        ran.err.contains("brelan: this hub cannot read it (") && ran.err.contains("is damaged"),
        "{ran:?}"
    );
    let site = Site::open(dir).await.unwrap();
    let generation = site.get("/api/v1/hub").await;
    assert_eq!(generation.0, 200);
    for _ in 0..5 {
        let (status, list) = site.get("/api/v1/audits").await;
        assert_eq!(status, 200, "{list}");
        let tokens = |of: &str| -> Vec<String> {
            let all = list[of].as_array().unwrap();
            all.iter().map(|audit| audit["token"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(
            (tokens("audits"), tokens("unread")),
            (vec![AUDITS[1].to_owned()], vec![AUDITS[0].to_owned()])
        );
        assert!(list["unread"][0]["problem"].as_str().unwrap().contains("restore"), "{list}");
    }
    for path in ["/api/v1/audits/brelan", "/api/audit/brelan/updates?since=0", "/api/v1/audits/brelan/live"] {
        let (status, said) = site.get(path).await;
        assert_eq!((status, &said["code"]), (500, &json!("unread")), "{path}: {said}");
    }
    let v33 = json!({ "status": "ok", "technicianId": "tech_1", "technicianName": "Old" });
    let (status, said) = site.call("POST", "/api/audit/brelan/module/M001", Some(v33)).await;
    assert_eq!(status, 500, "what is not shown is not taken either: {said}");
    // The other one lives on.
    site.marks("jalibat", OLD + NEW..OLD + NEW + 1).await;
    assert_eq!(site.get("/api/v1/audits/jalibat").await.1["marked"], MODULES);
    assert_eq!(site.get("/healthz").await.0, 200);
    site.close().await;
}

/// A row in the middle of the first audit's log, as a hub with bad memory may have written it.
fn spoil_a_row(file: &Path) {
    let db = redb::Database::open(file).unwrap();
    let txn = db.begin_write().unwrap();
    {
        let log = redb::TableDefinition::<(u32, u64), &[u8]>::new("log");
        let mut log = txn.open_table(log).unwrap();
        let at = (1, 2 + OLD as u64 + 20);
        let mut row = log.get(at).unwrap().unwrap().value().to_vec();
        row[20] ^= 1;
        log.insert(at, row.as_slice()).unwrap();
    }
    txn.commit().unwrap();
}

/// The watchdog's question, the marks and /healthz while every page is bad, and after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_fails_is_no_healthy_hub_and_goes_on_when_it_can() {
    let card = Card::new().await;
    let site = Site::open(card.copy()).await.unwrap();
    site.disk.plan_all(Fault::Eio);
    assert!(site.hub.probe(Duration::ZERO).await.is_err());
    let (status, health) = site.get("/healthz").await;
    assert_eq!(status, 503, "{health}");
    assert_eq!(site.get("/api/v1/status").await.1["healthy"], false);
    let ops = json!({ "ops": [one_mark(OLD + NEW)] });
    let (status, said) = site.call("POST", "/api/v1/audits/jalibat/ops", Some(ops)).await;
    assert!([500, 503].contains(&status), "{status} {said}");
    site.disk.mend();
    until_async("it is healthy again", async || site.get("/healthz").await.0 == 200).await;
    site.check("after all pages were bad").await;
    site.close().await;
}
