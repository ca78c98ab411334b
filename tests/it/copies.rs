//! Copies of a hub: a prepared card that was copied for a second van. Whatever the upstream's receipt says is there, is there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::TestHub;
use crate::common::peers::{head, join, meet, night, token, until_told};
use crate::common::program::{Serving, run};
use fieldhub::domain::OpId;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

fn ids(hub: &TestHub) -> BTreeSet<OpId> {
    hub.hub
        .since(&token(), 0, usize::MAX)
        .map_or_else(|_| BTreeSet::new(), |page| page.ops.iter().map(|op| op.id).collect())
}

/// The receipt says that nothing waits, and the office has all of it.
async fn all_there(van: &TestHub, office: &TestHub) {
    let all = head(van);
    let said = || van.hub.receipt(&token()).is_some_and(|told| told.pending == 0 && told.seq >= all);
    until_told(&[van, office], "told that all is there", said).await;
    let missing = ids(van).difference(&ids(office)).count();
    assert_eq!(missing, 0, "of {all} operations that the receipt says are there");
}

fn copied(from: &Path) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
        }
    }
    dir
}

/// An audit with some marks, as the office prepares it, on two cards.
async fn prepared() -> (TempDir, TempDir) {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    night(&hub, "office", 1..=4, "ok").await;
    let dir = hub.stop().await;
    let copy = copied(dir.path());
    (dir, copy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_wakes_in_another_van_is_another_hub() {
    let (one, two) = prepared().await;
    let one = TestHub::start_on(one, "van 1").await;
    drop(two);
    // Prepared on the first van's machine, and copied there.
    let two = TestHub::start_on(copied(one.dir()), "van 2").await;
    let (first, second) = (one.hub.identity(), two.hub.identity());
    assert_ne!(first.hub_id, second.hub_id);
    assert_ne!(first.log_id, second.log_id);
    let office = TestHub::start().await;
    night(&one, "lea", 11..=20, "dead").await;
    night(&two, "tom", 21..=36, "dead").await;
    let ups = [join(&one, &office, None), join(&two, &office, None)];
    all_there(&one, &office).await;
    all_there(&two, &office).await;
    meet(&one, &two).await;
    assert_eq!(office.hub.notices(), [] as [String; 0]);
    for up in ups {
        up.stop().await;
    }
    assert_eq!(TestHub::start_on(copied(two.dir()), "van 2").await.hub.identity(), second, "and stays it");
}

#[test]
fn what_is_typed_gives_a_hub_other_ids_whether_it_runs_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    run(&data, &["audit", "create", "--name", "A", "--strings", "3", "--token", "jalibat"]).good();
    let ids = || {
        let status = run(&data, &["status", "--json"]).json();
        [status["hub_id"].clone(), status["log_id"].clone()]
    };
    let differ = |one: &[Value; 2], other: &[Value; 2]| one[0] != other[0] && one[1] != other[1];
    let first = ids();
    assert_eq!(ids(), first, "a command that opens the data changes nothing");
    assert!(run(&data, &["identity", "new"]).bad(2).contains("--yes"));
    assert_eq!(ids(), first);
    let said = run(&data, &["identity", "new", "--yes"]).good();
    let second = ids();
    assert!(differ(&first, &second) && said.contains(second[0].as_str().unwrap()), "{said}");
    let hub = Serving::start(&data, &[]);
    let said = run(&data, &["identity", "new", "--yes", "--json"]).json();
    let third = ids();
    assert!(differ(&second, &third));
    assert_eq!([said["hub_id"].clone(), said["log_id"].clone()], third);
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    assert_eq!(ids(), third);
    assert!(run(&data, &["audit", "list"]).good().contains("jalibat"), "nothing else has changed");
}
