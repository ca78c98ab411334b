//! Notes to the crew: operations like any other, in the log, on the feed, over a restart and on to the next hub.

use crate::common::peers::{join, meet};
use crate::common::{Client, NOW, TestClock, TestHub, mark};
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn note(text: &str, by: &str) -> Value {
    json!({
        "id": Uuid::now_v7(), "kind": "note", "text": text, "technician_id": format!("tech_{by}"),
        "technician_name": by, "device_id": format!("dev_{by}"), "marked_at_ms": NOW,
    })
}

fn texts(page: &Value) -> Vec<&str> {
    page["notes"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_note_is_kept_told_and_found_among_the_marks() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    let first = note(" L’échelle est au #M050 ", "lea");
    let results = hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW), first.clone()]).await;
    assert_eq!((&results[1]["outcome"], &results[1]["seq"]), (&json!("applied"), &json!(4)));
    feed.wait("op").await;
    let told = feed.wait("op").await.data;
    assert_eq!((&told["kind"], &told["text"]), (&json!("note"), &json!("L’échelle est au #M050")));
    assert_eq!(told["module"], Value::Null);
    hub.client.ops("jalibat", (0..50).map(|n| mark("M002", "ok", "max", NOW + n)).collect()).await;
    hub.client.ops("jalibat", vec![note("on arrive", "max")]).await;

    let path = "/api/v1/audits/jalibat/notes";
    let page = hub.client.get(path).await.json();
    assert_eq!(texts(&page), ["L’échelle est au #M050", "on arrive"]);
    assert_eq!((&page["next"], &page["head"]), (&json!(55), &json!(55)));
    assert_eq!(page["notes"][0]["technician_name"], "lea");
    // Page by page, and only what is new.
    let one = hub.client.get(&format!("{path}?limit=1")).await.json();
    assert_eq!((texts(&one), &one["next"]), (vec!["L’échelle est au #M050"], &json!(4)));
    let rest = hub.client.get(&format!("{path}?after=4")).await.json();
    assert_eq!(texts(&rest), ["on arrive"]);
    hub.client.ops("jalibat", vec![note("merci", "lea")]).await;
    assert_eq!(texts(&hub.client.get(&format!("{path}?after=55")).await.json()), ["merci"]);
    for bad in ["limit=0", "limit=1001", "after=x"] {
        assert_eq!(hub.client.get(&format!("{path}?{bad}")).await.status, 400, "{bad}");
    }

    // A repeat is one.
    assert_eq!(hub.client.ops("jalibat", vec![first]).await[0]["outcome"], "duplicate");
    let hub = hub.restart().await;
    let page = hub.client.get(path).await.json();
    assert_eq!(texts(&page), ["L’échelle est au #M050", "on arrive", "merci"]);
    // It marks nothing.
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!((&audit["marked"], &audit["name"]), (&json!(2), &json!("JALIBAT")));
}

#[tokio::test]
async fn what_is_no_note_is_refused_alone_with_its_field() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let long = "é".repeat(2_001);
    let mut old = note("x", "lea");
    old["id"] = json!(Uuid::new_v4());
    let mut of_another_kind = note("x", "lea");
    of_another_kind["kind"] = json!("shout");
    let bad = [note("", "lea"), note("  ", "lea"), note(&long, "lea"), old, of_another_kind];
    let fields = ["text", "text", "text", "id", "module_id"];
    let results = hub.client.ops("jalibat", bad.into_iter().chain([note("here", "lea")]).collect()).await;
    for (result, field) in results.iter().zip(fields) {
        assert_eq!(result["outcome"], "refused");
        assert!(result["reason"].as_str().unwrap().contains(field), "{field}: {result}");
    }
    assert_eq!(results[5]["outcome"], "applied");
    assert_eq!(texts(&hub.client.get("/api/v1/audits/jalibat/notes").await.json()), ["here"]);
}

#[tokio::test]
async fn an_audit_made_again_has_none_of_the_old_notes() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![note("gone tomorrow", "lea")]).await;
    assert_eq!(texts(&hub.client.get("/api/v1/audits/jalibat/notes").await.json()), ["gone tomorrow"]);
    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    hub.jalibat().await;
    assert_eq!(texts(&hub.client.get("/api/v1/audits/jalibat/notes").await.json()), [""; 0]);
    hub.client.ops("jalibat", vec![note("a new night", "lea")]).await;
    assert_eq!(texts(&hub.client.get("/api/v1/audits/jalibat/notes").await.json()), ["a new night"]);
}

/// A note that was written a while ago.
fn earlier(text: &str, by: &str, ms: u64) -> Value {
    let mut note = note(text, by);
    note["marked_at_ms"] = json!(NOW - ms);
    note
}

/// The notes as a hub tells them, in the order of their stamps, without what is each hub's own.
async fn told(client: &Client) -> Vec<Value> {
    let page = client.get("/api/v1/audits/jalibat/notes").await.json();
    let mut notes = page["notes"].as_array().unwrap().clone();
    for note in &mut notes {
        let note = note.as_object_mut().unwrap();
        assert!(note.remove("seq").is_some() && note.remove("received_at_ms").is_some(), "{note:?}");
    }
    notes.sort_by_key(|note| note["stamp"].to_string());
    notes
}

/// Id, text, author, device and time of each, as they were sent.
fn as_sent(told: &[Value], sent: &[&Value]) {
    assert_eq!(told.len(), sent.len(), "each is there once: {told:#?}");
    for (told, sent) in told.iter().zip(sent) {
        for (field, value) in sent.as_object().unwrap() {
            assert_eq!(&told[field], value, "{field}");
        }
    }
}

async fn later_hub() -> TestHub {
    let clock = TestClock::new(true);
    clock.advance(3_600_000);
    TestHub::with_clock(clock).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_go_up_to_the_next_hub_and_come_down_from_it_once_and_as_they_were() {
    let (site, office) = (TestHub::start().await, later_hub().await);
    site.jalibat().await;
    let first = earlier("l’échelle est au #M050", "lea", 50_000);
    site.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW), first.clone()]).await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    as_sent(&told(&office.client).await, &[&first]);

    // The office has been asked for its notes by now: what comes later is found as well, also after a restart of the link.
    running.stop().await;
    let second = earlier("on arrive", "max", 40_000);
    site.client.ops("jalibat", vec![second.clone()]).await;
    let answer = earlier("prenez le fourgon", "ana", 30_000);
    office.client.ops("jalibat", vec![answer.clone()]).await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    // A tablet that moves on to the other hub sends again what it had no answer to.
    assert_eq!(office.client.ops("jalibat", vec![second.clone()]).await[0]["outcome"], "duplicate");

    let at_office = told(&office.client).await;
    as_sent(&at_office, &[&first, &second, &answer]);
    assert_eq!(at_office, told(&site.client).await);
    let office = office.restart().await;
    assert_eq!(at_office, told(&office.client).await);
    let received = |page: Value| page["notes"][0]["received_at_ms"].as_u64().unwrap();
    let path = "/api/v1/audits/jalibat/notes";
    let (here, there) = (site.client.get(path).await.json(), office.client.get(path).await.json());
    assert!(received(there) > received(here), "when it came is each hub's own");
}

#[tokio::test]
async fn notes_travel_in_a_bundle_once_and_as_they_were() {
    let (site, van) = (TestHub::start().await, later_hub().await);
    site.jalibat().await;
    let notes = [earlier("l’échelle est au #M050", "lea", 50_000), earlier("on arrive", "max", 40_000)];
    site.client.ops("jalibat", vec![notes[0].clone(), mark("M001", "dead", "lea", NOW)]).await;
    site.client.ops("jalibat", vec![notes[1].clone()]).await;
    let bundle = site.client.get("/api/v1/bundle").await.body;
    let import = async || van.client.call(Method::POST, "/api/v1/bundle", bundle.clone()).await.json();
    assert_eq!((&import().await["new"], &import().await["known"]), (&json!(5), &json!(5)));
    let at_van = told(&van.client).await;
    as_sent(&at_van, &[&notes[0], &notes[1]]);
    assert_eq!(at_van, told(&site.client).await);

    // And from there back, with an answer.
    let answer = earlier("merci", "ana", 30_000);
    van.client.ops("jalibat", vec![answer.clone()]).await;
    let back = van.client.get("/api/v1/bundle").await.body;
    let taken = site.client.call(Method::POST, "/api/v1/bundle", back).await.json();
    assert_eq!((&taken["new"], &taken["known"]), (&json!(1), &json!(5)));
    as_sent(&told(&site.client).await, &[&notes[0], &notes[1], &answer]);
    assert_eq!(site.client.module("jalibat", "M001").await["status"], "dead");
}
