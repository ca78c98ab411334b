//! Bundles: everything on a stick, into any hub, as often as somebody likes.

use crate::common::{Answer, NOW, TestHub, mark};
use fieldhub::domain::bundle::BundleReader;
use http_body_util::Full;
use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};

async fn site() -> TestHub {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    night(&hub, 1..=100).await;
    hub
}

async fn night(hub: &TestHub, modules: std::ops::RangeInclusive<u64>) {
    let ops = modules.map(|n| mark(&format!("M{n:03}"), "dead", "lea", NOW + n)).collect();
    hub.client.ops("jalibat", ops).await;
}

async fn export(hub: &TestHub, query: &str) -> Bytes {
    let request = hub.client.request(Method::GET, &format!("/api/v1/bundle{query}"));
    let answer =
        hub.client.send(request.header("accept-encoding", "gzip").body(Full::default()).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"Test-hub-"));
    assert_eq!(answer.header("content-encoding"), "", "it is packed as it is");
    answer.body
}

async fn import(hub: &TestHub, bundle: impl Into<Bytes>) -> Answer {
    hub.client.call(Method::POST, "/api/v1/bundle", bundle).await
}

/// What a bundle says of itself: for each page its audit, where it begins and where it ends.
fn pages(bundle: &[u8]) -> Vec<(String, u64, u64)> {
    let mut reader = BundleReader::default();
    reader.push(bundle);
    let mut pages = Vec::new();
    while let Some(page) = reader.next_page().unwrap() {
        pages.push((page.header.token.to_string(), page.header.after, page.header.upto));
    }
    reader.finish().unwrap();
    pages
}

async fn modules(hub: &TestHub) -> Value {
    let mut audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    // Where a mark lies is each hub's own.
    for module in audit["modules"].as_array_mut().unwrap() {
        module["seq"] = Value::Null;
    }
    json!([audit["name"], audit["strings"], audit["modules"]])
}

#[tokio::test]
async fn a_bundle_goes_into_any_hub_as_often_as_somebody_likes() {
    let (site, office) = (site().await, TestHub::start().await);
    let empty = "/api/v1/audits?token=empty";
    site.client.post(empty, &json!({"name": "Nobody was there", "token": "empty", "strings": "3"})).await;
    let bundle = export(&site, "").await;
    let first = import(&office, bundle.clone()).await;
    let of =
        |token: &str, new: u64| json!({"token": token, "new": new, "known": 0, "refused": 0, "gap": false});
    let told = json!({
        "audits": 2, "operations": 104, "new": 104, "known": 0, "refused": 0, "removed": [],
        "by_audit": [of("empty", 2), of("jalibat", 102)],
    });
    assert_eq!((first.status.as_u16(), first.json()), (200, told));
    assert_eq!(modules(&office).await, modules(&site).await);
    let again = import(&office, bundle.clone()).await.json();
    assert_eq!((again["new"].as_u64(), again["known"].as_u64()), (Some(0), Some(104)));
    // Also where it came from, and from the second hub further on.
    let back = import(&site, bundle).await.json();
    assert_eq!((back["new"].as_u64(), back["known"].as_u64()), (Some(0), Some(104)));
    let third = TestHub::start().await;
    let further = import(&third, export(&office, "").await).await.json();
    assert_eq!(further["new"], 104);
    assert_eq!(modules(&third).await, modules(&site).await);
    // Made by one log and sent on by another: they meet without a gap.
    assert_eq!(import(&third, export(&site, "").await).await.json()["new"], 0);
}

#[tokio::test]
async fn the_next_one_begins_where_somebody_said_that_the_last_is_safe() {
    let (site, office) = (site().await, TestHub::start().await);
    let log_id = site.hub.identity().log_id;
    let whole = export(&site, "?since_last=true").await;
    assert_eq!(pages(&whole), [("jalibat".to_owned(), 0, 102)]);
    assert_eq!(export(&site, "?since_last=true").await, whole, "an export alone is on nobody's stick yet");
    let safe = |seq: u64| json!({"log_id": log_id, "audits": [{"token": "jalibat", "seq": seq}]});
    let client = &site.client;
    let remember = |body: Value| async move { client.put("/api/v1/bundle/exported", &body).await };
    assert_eq!(remember(safe(103)).await.status, 400, "there is no such operation");
    assert_eq!(remember(safe(102)).await.status, 204);
    assert_eq!(pages(&export(&site, "?since_last=true").await), []);
    night(&site, 101..=110).await;
    let rest = export(&site, "?since_last=true").await;
    assert_eq!(pages(&rest), [("jalibat".to_owned(), 102, 112)]);

    // Marks are good without those before them, and that these are missing is said until they come.
    let early = import(&office, rest.clone()).await.json();
    assert_eq!((&early["new"], &early["by_audit"][0]["gap"]), (&json!(10), &json!(true)));
    assert_eq!(office.hub.have(&"jalibat".to_owned().try_into().unwrap(), log_id).unwrap(), 0);
    let first = import(&office, whole).await.json();
    assert_eq!((&first["new"], &first["by_audit"][0]["gap"]), (&json!(102), &json!(false)));
    let again = import(&office, rest).await.json();
    assert_eq!((&again["known"], &again["by_audit"][0]["gap"]), (&json!(10), &json!(false)));
    assert_eq!(modules(&office).await, modules(&site).await);

    let mut stale = safe(112);
    stale["log_id"] = json!(uuid::Uuid::nil());
    assert_eq!(remember(stale).await.json()["field"], "log_id");
}

#[tokio::test]
async fn a_damaged_bundle_is_refused_in_a_sentence_and_what_was_good_of_it_stays() {
    let (site, office) = (site().await, TestHub::start().await);
    site.client.post("/api/v1/audits", &json!({"name": "Z", "token": "zz", "strings": "3"})).await;
    let bundle = export(&site, "").await;
    let cut = import(&office, bundle.slice(..bundle.len() - 40)).await;
    assert_eq!((cut.status.as_u16(), cut.json()["code"].as_str()), (400, Some("bad_page")));
    assert_eq!(cut.json()["error"], "the bundle is cut short: copy it again, or export it again");
    // Of the first of the two audits; the other one comes.
    let mut flipped = bundle.to_vec();
    flipped[60] ^= 4;
    let flipped = import(&TestHub::start().await, flipped).await.json();
    assert_eq!(
        (&flipped["audits"], &flipped["by_audit"][0]["token"]),
        (&json!(1), &json!("zz")),
        "{flipped}"
    );
    let reason = "a page of operations is damaged: its checksum does not match";
    assert_eq!(flipped["damaged"][0]["reason"], reason, "{flipped}");
    assert_eq!(import(&office, "PK zip").await.json()["error"], "this is not a fieldhub bundle");
    assert_eq!(import(&office, "").await.status, 400);
    // The rest of a good one, after all that.
    let done = import(&office, bundle).await.json();
    let (new, known) = (done["new"].as_u64().unwrap(), done["known"].as_u64().unwrap());
    assert!(known > 0 && new + known == 104, "{done}");
}

#[tokio::test]
async fn an_audit_that_was_removed_stays_so() {
    let (site, office) = (site().await, TestHub::start().await);
    let bundle = export(&site, "").await;
    import(&office, bundle.clone()).await;
    office.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    let told = import(&office, bundle).await.json();
    assert_eq!((&told["removed"], &told["new"]), (&json!(["jalibat"]), &json!(0)));
    assert_eq!(office.client.get("/api/v1/audits/jalibat").await.status, 404);
}
