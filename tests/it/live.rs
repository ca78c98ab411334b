//! The live feed: what a page hears, and where it goes on after a break.

use std::time::{Duration, Instant};

use crate::common::{NOW, TestHub, mark};
use hyper::Method;
use serde_json::json;

#[tokio::test]
async fn hello_first_then_the_log_then_marks_as_they_come() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live", None).await;
    let hello = feed.next().await.unwrap();
    assert_eq!(hello.name, "hello");
    assert_eq!((&hello.data["head"], hello.id), (&json!(2), None));
    let log_id = hello.data["log_id"].as_str().unwrap().to_owned();
    assert_eq!(feed.wait("op").await.data["kind"], "details");
    assert_eq!(feed.wait("op").await.data["kind"], "layout");

    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    let op = feed.wait("op").await;
    assert_eq!(op.id, Some(format!("{log_id}:3")));
    assert_eq!((&op.data["module_id"], &op.data["outcome"]), (&json!("M001"), &json!("applied")));
    assert_eq!((&op.data["module"]["status"], &op.data["module"]["string"]), (&json!("dead"), &json!(1)));
    assert_eq!((&op.data["marked"], &op.data["defects"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_reader_that_comes_back_misses_nothing_and_hears_nothing_twice() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", (0..600).map(|n| mark("M001", "ok", "lea", NOW + n)).collect()).await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    let mut last = None;
    for seq in 3..=300u64 {
        let op = feed.wait("op").await;
        assert_eq!(op.data["seq"], seq);
        last = op.id;
    }
    drop(feed);
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live", last.as_deref()).await;
    for seq in 301..=602u64 {
        assert_eq!(feed.wait("op").await.data["seq"], seq);
    }
    let by_query = format!("/api/v1/audits/jalibat/live?after={}", last.unwrap());
    let mut feed = hub.client.live(&by_query, None).await;
    assert_eq!(feed.wait("op").await.data["seq"], 301);
}

#[tokio::test]
async fn another_log_id_is_told_to_begin_again() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let foreign = format!("{}:7", uuid::Uuid::new_v4());
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live", Some(&foreign)).await;
    assert_eq!(feed.next().await.unwrap().name, "hello");
    let reset = feed.next().await.unwrap();
    assert_eq!((reset.name.as_str(), &reset.data["head"]), ("reset", &json!(2)));
    assert_eq!(feed.wait("op").await.data["seq"], 1);
}

#[tokio::test]
async fn a_reader_who_says_to_have_seen_more_than_there_is_begins_again_alone() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let log_id = hub.client.get("/api/v1/hub").await.json()["log_id"].as_str().unwrap().to_owned();
    let ahead = format!("{log_id}:99");
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live", Some(&ahead)).await;
    // With what proves it, everybody does: see `rollback`.
    assert_eq!(feed.wait("reset").await.data["log_id"], log_id);
    assert_eq!(feed.wait("op").await.data["seq"], 1);
}

#[tokio::test]
async fn presence_is_told_at_the_start_and_at_every_change_without_an_id() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    let first = feed.wait("presence").await;
    assert_eq!((&first.data["technicians"], first.id), (&json!([]), None));
    let me = json!({ "technicianId": "tech_1", "technicianName": "Léa" });
    hub.client.post("/api/audit/jalibat/heartbeat", &me).await;
    assert_eq!(feed.wait("presence").await.data["technicians"][0]["technician_name"], "Léa");
}

#[tokio::test]
async fn a_flood_of_changes_of_presence_is_told_at_a_pace() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    let begin = Instant::now();
    let flood = async {
        for n in 0..=400 {
            let me = json!({ "technicianId": "tech_1", "technicianName": format!("name {n}") });
            hub.client.post("/api/audit/jalibat/heartbeat", &me).await;
        }
    };
    let heard = async {
        let mut told = 0;
        loop {
            told += 1;
            if feed.wait("presence").await.data["technicians"][0]["technician_name"] == "name 400" {
                return told;
            }
        }
    };
    let ((), told) = tokio::join!(flood, heard);
    let most = 2 + begin.elapsed().as_millis() / 250;
    assert!(told <= most, "{told} in {:?}", begin.elapsed());
}

#[tokio::test]
async fn a_ping_comes_as_a_real_event_and_carries_presence_that_ran_out() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.post("/api/audit/jalibat/heartbeat", &json!({ "technicianId": "tech_1" })).await;
    // The audit's answer came before its nudge, which would have the feed tell of presence before its ping. The writer answers this
    // one after it.
    hub.hub.probe(Duration::MAX).await.unwrap();
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    assert_eq!(feed.wait("presence").await.data["technicians"].as_array().unwrap().len(), 1);
    hub.clock.advance(31_000);
    assert_eq!(feed.wait("ping").await.data["time_ms"], NOW + 31_000);
    assert_eq!(feed.wait("presence").await.data["technicians"], json!([]));
}

#[tokio::test]
async fn a_removed_audit_ends_the_feed_and_an_unknown_one_has_none() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    feed.wait("presence").await;
    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    feed.wait("gone").await;
    assert!(feed.next().await.is_none());
    assert_eq!(hub.client.get("/api/v1/audits/jalibat/live").await.status, 404);
}

#[tokio::test]
async fn a_hub_that_stops_ends_the_feeds_at_once() {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    feed.wait("presence").await;
    let started = std::time::Instant::now();
    hub.stop().await;
    while feed.next().await.is_some() {}
    assert!(started.elapsed() < Duration::from_secs(3), "feeds must not hold the hub back");
}

#[tokio::test]
async fn a_restore_under_an_open_feed_makes_it_begin_again_in_the_restored_log() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    let backup = hub.hub.copy_to("backup".to_owned()).await.unwrap();
    let lost = mark("M002", "ok", "lea", NOW);
    hub.client.ops("jalibat", vec![lost.clone()]).await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=4", None).await;
    let before = feed.wait("hello").await.data["log_id"].clone();
    feed.wait("presence").await;

    let upload = hub.hub.upload().unwrap();
    std::fs::rename(backup, upload.path()).unwrap();
    hub.hub.restore(upload).await.unwrap();
    let reset = feed.wait("reset").await;
    assert_ne!(reset.data["log_id"], before);
    assert_eq!(reset.data["head"], 3);
    for seq in 1..=3u64 {
        let op = feed.wait("op").await;
        assert_eq!(op.id, Some(format!("{}:{seq}", reset.data["log_id"].as_str().unwrap())));
    }
    assert_eq!(hub.client.module("jalibat", "M002").await["status"], "pending");
    // The tablet pushes again what the hub does not know, and it is no repeat here.
    assert_eq!(hub.client.ops("jalibat", vec![lost]).await[0]["outcome"], "applied");
    assert_eq!(feed.wait("op").await.data["module_id"], "M002");
}

#[tokio::test]
async fn an_audit_made_again_shows_nothing_old_and_makes_those_who_knew_it_begin_again() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    let path = "/api/v1/audits/jalibat/live";
    let mut there = hub.client.live(path, None).await;
    let mut last = None;
    for _ in 0..3 {
        last = there.wait("op").await.id;
    }
    there.wait("presence").await;
    // The feeds run on this thread: they have no turn until both are done.
    let store = std::sync::Arc::clone(&hub.hub);
    let both = std::thread::spawn(move || {
        let token = fieldhub::domain::Token::parse("jalibat").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(store.remove(token.clone())).unwrap();
        runtime.block_on(store.make(token, Vec::new())).unwrap();
    });
    both.join().unwrap();
    hub.client.ops("jalibat", vec![mark("M002", "ok", "lea", NOW)]).await;

    there.wait("reset").await;
    let new = hub.client.live(path, None).await;
    let back = hub.client.live(path, last.as_deref()).await;
    for (mut feed, hears) in [(there, "op"), (new, "hello"), (back, "hello")] {
        let mut first = feed.next().await.unwrap();
        assert_eq!(first.name, hears);
        while first.name != "op" {
            first = feed.next().await.unwrap();
        }
        assert_eq!((&first.data["seq"], &first.data["module_id"]), (&json!(5), &json!("M002")));
    }
    let mut back = hub.client.live(path, last.as_deref()).await;
    assert_eq!(back.next().await.unwrap().name, "hello");
    assert_eq!(back.next().await.unwrap().name, "reset", "also when all that was erased had been read");
}
