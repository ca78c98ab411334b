//! Audits that are put away: out of the way, and whole.

use crate::common::{NOW, TestHub, mark};
use hyper::Method;
use serde_json::json;

async fn archive(hub: &TestHub, on: bool) -> serde_json::Value {
    let body = json!({ "archived": on }).to_string();
    hub.client.call(Method::PATCH, "/api/v1/audits/jalibat", body).await.json()
}

async fn archived(hub: &TestHub) -> bool {
    hub.client.get("/api/v1/audits").await.json()["audits"][0]["archived"].as_bool().unwrap()
}

#[tokio::test]
async fn an_archived_audit_is_whole_takes_late_marks_and_comes_back() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    assert!(!archived(&hub).await);
    let head = hub.client.get("/api/v1/audits/jalibat").await.json()["seq"].clone();
    assert_eq!(archive(&hub, true).await["archived"], true);
    assert!(archived(&hub).await);
    // It is no operation: what a site has done with may be what the office begins with.
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.json()["seq"], head);
    let late = hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    assert_eq!(late[0]["outcome"], "applied");
    let hub = hub.restart().await;
    assert!(archived(&hub).await, "over a restart as well");
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "dead");
    assert_eq!(archive(&hub, false).await["archived"], false);
    let hub = hub.restart().await;
    assert!(!archived(&hub).await);
}

#[tokio::test]
async fn an_audit_made_again_under_its_token_is_not_archived() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    archive(&hub, true).await;
    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    hub.jalibat().await;
    assert!(!archived(&hub).await);
    let hub = hub.restart().await;
    assert!(!archived(&hub).await);
}

#[tokio::test]
async fn archiving_goes_with_a_change_of_name_and_needs_an_audit() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let both = json!({ "name": "JALIBAT 2025", "archived": true }).to_string();
    let summary = hub.client.call(Method::PATCH, "/api/v1/audits/jalibat", both.clone()).await.json();
    assert_eq!((&summary["name"], &summary["archived"]), (&json!("JALIBAT 2025"), &json!(true)));
    assert_eq!(hub.client.call(Method::PATCH, "/api/v1/audits/none", both).await.status, 404);
    let neither = hub.client.call(Method::PATCH, "/api/v1/audits/jalibat", "{}").await;
    assert_eq!((neither.status.as_u16(), &neither.json()["field"]), (400, &json!("name")));
}
