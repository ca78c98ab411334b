//! Backups and restores that are cut off: nothing of them stays on the disk. And many at once: one at a time, and none where there
//! is no room.

use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use crate::common::marks::numbered;
use crate::common::program::{Serving, program, run};
use crate::common::wait::until;
use crate::common::{TestClock, TestHub, config};
use axum::body::Body;
use fieldhub::http::{Peer, router};
use fieldhub::hub::{Hub, HubConfig};
use http_body_util::{BodyExt, Full};
use hyper::Method;
use rustix::process::Signal;
use tower::ServiceExt;

const LEFTOVERS: [&str; 4] = ["backup-0190.tmp", "restore.redb", "fieldhub.redb.new", "snapshot.redb.new"];

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Files that a hub at rest does not have.
fn left(dir: &Path) -> Vec<String> {
    let half = |name: &String| {
        name.ends_with(".tmp")
            || name.ends_with(".new")
            || name.starts_with("unnamed-")
            || name == "restore.redb"
    };
    names(dir).into_iter().filter(half).collect()
}

#[test]
fn what_an_earlier_hub_was_killed_over_is_gone_after_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    for name in LEFTOVERS.into_iter().chain(["backup-mine.redb", "notes.tmp"]) {
        std::fs::write(dir.path().join(name), "half").unwrap();
    }
    let doctor = || String::from_utf8(run_doctor(dir.path())).unwrap();
    assert!(doctor().contains("backup-0190.tmp, "), "{}", doctor());
    let hub = Serving::start(dir.path(), &["--demo"]);
    assert_eq!(left(dir.path()), ["notes.tmp"], "and nobody else's file");
    assert!(dir.path().join("backup-mine.redb").exists());
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    assert!(!doctor().contains("backup-0190.tmp"));
}

fn run_doctor(dir: &Path) -> Vec<u8> {
    program(&["doctor", "--data-dir"]).arg(dir).stderr(Stdio::null()).output().unwrap().stdout
}

/// Killed at moments of a backup that lie anywhere in it.
#[test]
fn a_hub_that_is_killed_in_the_middle_of_a_backup_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Serving::start(dir.path(), &["--demo"]);
    let mut client = crate::common::blocking::Blocking::connect(&hub.address).unwrap();
    for batch in 0..10 {
        let marks: Vec<_> = (0..500).map(|n| numbered(batch, 1 + n % 240, "dead")).collect();
        assert_eq!(client.ops("jalibat-demo", &marks).unwrap().0, 200);
    }
    drop(hub);
    let whole = std::fs::metadata(dir.path().join("fieldhub.redb")).unwrap().len();
    let mut caught = 0;
    for round in 0..6 {
        let hub = Serving::start(dir.path(), &["--demo"]);
        let mut backup = program(&["backup", "--force", "--data-dir"]);
        backup.arg(dir.path()).arg(dir.path().join("mine.redb"));
        let mut backup = backup.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Each round a part further: at once, or when so much is written.
        let written = || copy_len(hub.pid());
        until("the backup has got so far, or is over", || {
            written().is_some_and(|len| len >= round * whole / 6) || backup.try_wait().unwrap().is_some()
        });
        caught += usize::from(written().is_some());
        hub.signal(Signal::KILL);
        hub.wait();
        backup.wait().unwrap();
        let copies: Vec<_> = left(dir.path()).into_iter().filter(|name| is_copy(name)).collect();
        assert_eq!(copies, [] as [&str; 0], "round {round}");
    }
    assert!(caught > 0, "no backup was cut off: that was no test");
}

fn is_copy(name: &str) -> bool {
    name.contains("/unnamed-") || name.contains("backup-") || name.starts_with("unnamed-")
}

/// How much of a copy that this process has open is written.
fn copy_len(process: u32) -> Option<u64> {
    let mut links = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.flatten().map(|link| link.path());
    let copy = links.find(|link| {
        std::fs::read_link(link).is_ok_and(|to| {
            let to = to.to_string_lossy();
            // It has never had a name: the kernel makes one of its number.
            is_copy(&to) || to.contains("/#") && to.ends_with(" (deleted)")
        })
    })?;
    Some(std::fs::metadata(copy).ok()?.blocks() * 512)
}

#[test]
fn a_hub_that_is_killed_in_the_middle_of_a_restore_has_its_old_data_and_no_part_of_the_new() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Serving::start(dir.path(), &["--demo"]);
    let file = dir.path().join("mine.redb");
    run(dir.path(), &["backup", file.to_str().unwrap()]).good();
    let bytes = std::fs::read(&file).unwrap();
    let socket = std::os::unix::net::UnixStream::connect(dir.path().join("fieldhub.sock")).unwrap();
    let head =
        format!("POST /api/v1/restore HTTP/1.1\r\nhost: hub\r\ncontent-length: {}\r\n\r\n", bytes.len());
    (&socket).write_all(head.as_bytes()).unwrap();
    (&socket).write_all(&bytes[..bytes.len() / 2]).unwrap();
    until("half of it has come", || {
        std::fs::metadata(dir.path().join("restore.redb")).is_ok_and(|file| file.len() > 0)
    });
    hub.signal(Signal::KILL);
    hub.wait();
    let hub = Serving::start(dir.path(), &[]);
    assert_eq!(left(dir.path()), [] as [&str; 0]);
    assert_eq!(hub.get("/api/v1/audits/jalibat-demo")["name"], "JALIBAT");
    drop(TcpStream::connect(&hub.address));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_are_made_one_at_a_time_and_the_others_are_told_when_to_come_back() {
    let hub = TestHub::crew().await;
    let token = hub.jalibat().await;
    let lead = hub.lead("Léa").await;
    let ask = |client: &crate::common::Client| {
        client.request(Method::GET, "/api/v1/backup").body(Full::default()).unwrap()
    };
    let first = lead.open(ask(&lead)).await;
    assert_eq!(first.status(), 200);
    let others: Vec<_> = (0..11)
        .map(|_| {
            let lead = lead.clone();
            tokio::spawn(async move {
                let request = lead.request(Method::GET, "/api/v1/backup").body(Full::default()).unwrap();
                lead.send(request).await
            })
        })
        .collect();
    // Whether the answer is small enough to have gone out whole is the network's: what is open shows.
    let mut statuses = Vec::new();
    for other in others {
        let answer = other.await.unwrap();
        if answer.status == 503 {
            assert_eq!((answer.header("retry-after"), &answer.json()["code"]), ("10", &"unavailable".into()));
            assert!(answer.json()["error"].as_str().unwrap().contains("another backup"), "{}", answer.text());
        }
        statuses.push(answer.status.as_u16());
    }
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    let bytes = first.into_body().collect().await.unwrap().to_bytes();
    assert!(bytes.len() > 10_000);
    // Who has read theirs makes room for the next.
    let again = lead.send(ask(&lead)).await;
    assert!(again.status == 200 || again.status == 503, "{}", again.status);
    assert_eq!(left(hub.dir()), [] as [&str; 0]);
    assert_eq!(lead.get(&format!("/api/v1/audits/{token}")).await.status, 200);
}

/// Without a network in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_turn_ends_with_the_answer_and_a_full_disk_has_no_room_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Hub::open(config(dir.path()), TestClock::new(true)).unwrap();
    let first = backup(&hub).await;
    assert_eq!(first.status(), 200);
    for _ in 0..11 {
        assert_eq!(backup(&hub).await.status(), 503);
    }
    drop(first);
    assert_eq!(backup(&hub).await.status(), 200);
    hub.close().await;

    let full = tempfile::tempdir().unwrap();
    let least = HubConfig { min_free_bytes: 1 << 60, ..config(full.path()) };
    let hub = Hub::open(least, TestClock::new(true)).unwrap();
    let refused = backup(&hub).await;
    assert_eq!(refused.status(), 507);
    let said = refused.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&said).contains("no room for a backup"), "{said:?}");
    hub.close().await;
}

async fn backup(hub: &Arc<Hub>) -> hyper::Response<Body> {
    let mut request = hyper::Request::builder().uri("/api/v1/backup").body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer::Administrator);
    router(Arc::clone(hub)).oneshot(request).await.unwrap()
}
