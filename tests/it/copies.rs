//! Copies of a hub: a prepared card that was copied for a second van, an older image of a card that was put back, and
//! others who tell of a hub's log. Whatever the upstream's receipt says is there, is there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::peers::{head, join, meet, night, token, until_told, whole_elsewhere};
use crate::common::program::{Serving, run};
use crate::common::wait::until_async;
use crate::common::{Client, NOW, TestClock, TestHub};
use fieldhub::domain::bundle::BundleWriter;
use fieldhub::domain::crew::Access;
use fieldhub::domain::page::{Encoder, Header, PageProofs};
use fieldhub::domain::{OpId, Proof};
use fieldhub::hub::{Judged, LinkState};
use fieldhub::store::Told;
use hyper::Method;
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

fn ids(hub: &TestHub) -> BTreeSet<OpId> {
    hub.hub
        .since(&token(), 0, usize::MAX)
        .map_or_else(|_| BTreeSet::new(), |page| page.ops.iter().map(|op| op.id).collect())
}

/// The receipt says that nothing waits, and the office has all of it.
async fn all_there(van: &TestHub, office: &TestHub) {
    let all = head(van);
    let said = || whole_elsewhere(van).is_some_and(|(upto, pending)| pending == 0 && upto >= all);
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

async fn unknown_machine(dir: TempDir) -> TestHub {
    TestHub::start_in(dir, TestClock::new(true), Access::Open).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_vans_from_one_card_both_get_through_where_nothing_tells_their_machines_apart() {
    let (one, two) = prepared().await;
    let (one, two) = (unknown_machine(one).await, unknown_machine(two).await);
    assert_eq!(one.hub.identity(), two.hub.identity());
    let office = TestHub::crew().await;
    // The token was on the card too.
    let of_the_card = office.lead("Van").await;
    night(&one, "lea", 11..=20, "dead").await;
    let up = join(&one, &office, Some(of_the_card.token()));
    all_there(&one, &office).await;
    night(&two, "tom", 21..=36, "dead").await;
    let second = join(&two, &office, Some(of_the_card.token()));
    all_there(&two, &office).await;
    assert_ne!(one.hub.identity().log_id, two.hub.identity().log_id);
    // And each has what the other has, by way of the office, though both sent under one log.
    meet(&one, &office).await;
    meet(&two, &office).await;
    up.stop().await;
    second.stop().await;
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

/// Prepared by an earlier version, which kept nothing of its machine: both are at home where they first run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_of_two_hubs_of_one_id_is_refused_aloud_and_told_what_to_type() {
    let (one, two) = prepared().await;
    let (one, two) = (TestHub::start_on(one, "van 1").await, TestHub::start_on(two, "van 2").await);
    assert_eq!(one.hub.identity().hub_id, two.hub.identity().hub_id);
    let office = TestHub::crew().await;
    let (first, second) = (office.lead("Van 1").await, office.lead("Van 2").await);
    night(&one, "lea", 11..=20, "dead").await;
    night(&two, "tom", 21..=36, "dead").await;
    let up = join(&one, &office, Some(first.token()));
    all_there(&one, &office).await;
    let refused = join(&two, &office, Some(second.token()));
    let paused = || match &two.hub.status_board().report()[0].state {
        LinkState::Paused { why } => why.contains("`fieldhub identity new`"),
        _ => false,
    };
    until_async("refused", async || paused()).await;
    assert!(whole_elsewhere(&two).unwrap().1 > 0, "what is not there is not said to be");
    let said = first.get("/healthz").await.json();
    assert!(said["notices"][0].as_str().unwrap().contains("Van 1 and Van 2"), "{said}");

    // What it is told to type.
    two.hub.new_identity().await.unwrap();
    all_there(&two, &office).await;
    meet(&one, &office).await;
    meet(&two, &office).await;
    up.stop().await;
    refused.stop().await;
}

/// Tablets of v3.3 send once, and keep nothing.
async fn v33_marks(client: &Client, modules: std::ops::RangeInclusive<u64>) {
    for n in modules {
        let body = json!({"status": "dead", "technicianId": "tech_v33", "timestamp": NOW + n});
        let answer = client.post(&format!("/api/audit/jalibat/module/M{n:03}"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_image_of_the_card_put_back_under_v33_tablets_sends_all_that_they_mark() {
    let (mut van, office) = (TestHub::start().await, TestHub::start().await);
    van.jalibat().await;
    v33_marks(&van.client, 1..=10).await;
    let up = join(&van, &office, None);
    all_there(&van, &office).await;
    up.stop().await;
    let dir = van.stop().await;
    let image = copied(dir.path());
    van = unknown_machine(dir).await;
    v33_marks(&van.client, 11..=20).await;
    let up = join(&van, &office, None);
    all_there(&van, &office).await;
    up.stop().await;
    drop(van.stop().await);

    // As many, and more, before it meets the office again: by the numbers alone it is further than before.
    let van = unknown_machine(image).await;
    v33_marks(&van.client, 31..=50).await;
    let up = join(&van, &office, None);
    all_there(&van, &office).await;
    assert_eq!(ids(&office).len(), 2 + 10 + 10 + 20);
    // What the image had forgotten comes back.
    meet(&van, &office).await;
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_image_of_the_office_gives_a_van_all_that_it_has_since() {
    let (van, mut office) = (TestHub::start().await, TestHub::start().await);
    van.jalibat().await;
    let up = join(&van, &office, None);
    all_there(&van, &office).await;
    night(&office, "ana", 1..=5, "ok").await;
    meet(&van, &office).await;
    up.stop().await;
    let dir = office.stop().await;
    let image = copied(dir.path());
    office = unknown_machine(dir).await;
    night(&office, "ana", 6..=15, "ok").await;
    let up = join(&van, &office, None);
    meet(&van, &office).await;
    up.stop().await;
    drop(office.stop().await);

    let office = unknown_machine(image).await;
    night(&office, "eva", 31..=50, "dead").await;
    let up = join(&van, &office, None);
    meet(&van, &office).await;
    let marked = van.client.module("jalibat", "M031").await;
    assert_eq!(marked["status"], "dead");
    up.stop().await;
}

/// A page of somebody else's log with nothing in it, which says that the log is here up to `upto`.
fn empty_page(log_id: Uuid, upto: u64, proofs: PageProofs) -> Vec<u8> {
    let header =
        Header { hub_id: Uuid::nil(), log_id, token: token(), after: 0, upto, head: upto, partial: false };
    Encoder::default().finish_proved(header, proofs).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_tell_of_a_log_takes_nothing_away_from_the_hub_whose_log_it_is() {
    const OPS: &str = "/api/v1/peer/jalibat/ops";
    let (van, office) = (TestHub::start().await, TestHub::crew().await);
    van.jalibat().await;
    night(&van, "lea", 1..=20, "dead").await;
    let (first, second) = (office.lead("Van 1").await, office.lead("Van 2").await);
    let log_id = van.hub.identity().log_id;
    let lie = |upto, proofs| empty_page(log_id, upto, proofs);
    let none = PageProofs::default();
    // What this log is really known by, which whoever reads it learns, and something that is made up.
    let real = PageProofs { after: None, upto: van.hub.proof_at(&token(), log_id, 12).unwrap() };
    let false_one = PageProofs { after: None, upto: Some(Proof::from_bytes([7; Proof::LEN])) };
    let (mut bundle, mut file) = BundleWriter::begin();
    file.extend(bundle.page(&lie(12, real), 0));
    file.extend(bundle.end());

    let lies = [lie(12, none), lie(12, real), lie(12, false_one), lie(99, none), lie(99, false_one)];
    let tell_all = || async {
        for lie in &lies {
            let told = second.call(Method::POST, OPS, lie.clone()).await;
            assert_eq!(told.status, 200, "{}", told.text());
        }
        assert_eq!(second.call(Method::POST, "/api/v1/bundle", file.clone()).await.status, 200);
        assert_eq!(first.get(&format!("/api/v1/peer/jalibat?log={log_id}")).await.json()["have"], 0);
    };
    // Before it has ever been heard of.
    tell_all().await;
    let up = join(&van, &office, Some(first.token()));
    all_there(&van, &office).await;
    up.stop().await;
    // And while it is away.
    night(&van, "lea", 21..=40, "ok").await;
    for lie in lies {
        second.call(Method::POST, OPS, lie).await;
    }
    let up = join(&van, &office, Some(first.token()));
    all_there(&van, &office).await;
    assert_eq!(van.hub.identity().log_id, log_id, "nobody had to begin again for it");
    up.stop().await;
}

/// Where access is open anybody may say anything, in anybody's name. What this log is not known by is not believed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_office_believes_anybody_and_the_hub_does_not() {
    const OPS: &str = "/api/v1/peer/jalibat/ops";
    let (van, office) = (TestHub::start().await, TestHub::start().await);
    van.jalibat().await;
    night(&van, "lea", 1..=20, "dead").await;
    let log_id = van.hub.identity().log_id;
    let false_one = PageProofs { after: None, upto: Some(Proof::from_bytes([7; Proof::LEN])) };
    for (upto, proofs) in [(12, PageProofs::default()), (12, false_one), (99, false_one)] {
        office.client.call(Method::POST, OPS, empty_page(log_id, upto, proofs)).await;
        let up = join(&van, &office, None);
        all_there(&van, &office).await;
        up.stop().await;
        night(&van, "lea", upto..=upto, "ok").await;
    }
    assert_eq!(van.hub.identity().log_id, log_id);
}

#[tokio::test]
async fn what_another_hub_says_of_our_log_is_judged_by_what_this_log_holds() {
    let van = TestHub::start().await;
    van.jalibat().await;
    night(&van, "lea", 1..=20, "dead").await;
    let hub = &van.hub;
    let log_id = hub.identity().log_id;
    let judge = async |upto, proof, unasked| {
        hub.judge(&token(), log_id, Told { upto, proof, unasked }).await.unwrap()
    };
    let at = |seq| hub.proof_at(&token(), log_id, seq).unwrap();
    // As those of earlier versions say it.
    assert_eq!(judge(0, None, true).await, Judged::From(0));
    assert_eq!(judge(12, None, true).await, Judged::From(12));
    // And as this one does, with a proof, of something else, and without.
    assert_eq!(judge(12, at(12), false).await, Judged::From(12));
    assert_eq!(judge(22, at(22), false).await, Judged::From(22));
    assert_eq!(judge(0, None, false).await, Judged::From(0));
    assert_eq!(judge(12, None, false).await, Judged::Unproved);
    assert_eq!(judge(12, at(13), false).await, Judged::Unproved, "of another position");
    assert_eq!(judge(99, at(22), false).await, Judged::Unproved);
    assert_eq!(hub.identity().log_id, log_id);
    let earlier = hub.identity();
    assert_eq!(judge(23, None, true).await, Judged::NewLog, "more than there is");
    assert_eq!((hub.identity().hub_id, hub.identity().log_id == log_id), (earlier.hub_id, false));
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
