//! Notes to the crew: operations like any other, in the log, on the feed, over a restart and on to the next hub.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

mod common;

use common::{NOW, TestHub, mark};
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
