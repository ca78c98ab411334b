//! Several audits on one stream: what a tablet with many tabs listens to.

use crate::common::{NOW, TestHub, mark};
use hyper::Method;
use serde_json::json;

async fn audits(hub: &TestHub, tokens: &[&str]) {
    for token in tokens {
        let body = json!({ "name": token, "token": token, "strings": "4x2" });
        assert_eq!(hub.client.post("/api/v1/audits", &body).await.status, 201);
    }
}

#[tokio::test]
async fn what_happens_in_each_is_told_with_whose_it_is() {
    let hub = TestHub::start().await;
    audits(&hub, &["a", "b"]).await;
    let log_id = hub.hub.identity().log_id;
    let path = format!("/api/v1/live?audit=a@{log_id}:2&audit=b@{log_id}:1");
    let mut feed = hub.client.live(&path, None).await;
    let mut whose = String::new();
    let mut heard = Vec::new();
    // The layout of b, which its reader has not seen; and marks of both.
    hub.client.ops("a", vec![mark("M001", "dead", "lea", NOW)]).await;
    hub.client.ops("b", vec![mark("M002", "ok", "max", NOW)]).await;
    while heard.len() < 3 {
        let event = feed.next().await.unwrap();
        match event.name.as_str() {
            "audit" => event.data["token"].as_str().unwrap().clone_into(&mut whose),
            "op" => heard.push((whose.clone(), event.id.unwrap(), event.data["kind"].clone())),
            _ => assert!(!whose.is_empty(), "{} of nobody", event.name),
        }
    }
    heard.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    let id = |seq: u64| format!("{log_id}:{seq}");
    assert_eq!(
        heard,
        [
            ("a".to_owned(), id(3), json!("mark")),
            ("b".to_owned(), id(2), json!("layout")),
            ("b".to_owned(), id(3), json!("mark")),
        ]
    );
}

#[tokio::test]
async fn one_that_is_removed_or_of_another_log_ends_no_other() {
    let hub = TestHub::start().await;
    audits(&hub, &["a", "b"]).await;
    let foreign = uuid::Uuid::new_v4();
    let mut feed =
        hub.client.live(&format!("/api/v1/live?audit=a@{foreign}:7&audit=b&audit=none"), None).await;
    let mut whose = String::new();
    let mut told = Vec::new();
    while told.len() < 2 {
        let event = feed.next().await.unwrap();
        match event.name.as_str() {
            "audit" => event.data["token"].as_str().unwrap().clone_into(&mut whose),
            "reset" | "gone" => told.push((event.name, whose.clone())),
            _ => {}
        }
    }
    told.sort();
    assert_eq!(told, [("gone".to_owned(), "none".to_owned()), ("reset".to_owned(), "a".to_owned())]);
    hub.client.call(Method::DELETE, "/api/v1/audits/a", "").await;
    feed.wait("gone").await;
    hub.client.ops("b", vec![mark("M001", "dead", "lea", NOW)]).await;
    loop {
        let op = feed.wait("op").await;
        if op.data["kind"] == "mark" {
            assert_eq!(op.data["module_id"], "M001");
            break;
        }
    }
}

#[tokio::test]
async fn it_is_one_feed_however_many_audits() {
    let hub = TestHub::start().await;
    let tokens: Vec<_> = (0..16).map(|n| format!("a{n}")).collect();
    audits(&hub, &tokens.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let all = tokens.iter().map(|token| format!("audit={token}")).collect::<Vec<_>>().join("&");
    let mut feeds = Vec::new();
    for _ in 0..4 {
        let mut feed = hub.client.live(&format!("/api/v1/live?{all}"), None).await;
        feed.wait("hello").await;
        feeds.push(feed);
    }
    let path = |query: &str| format!("/api/v1/live{query}");
    let long = format!("?{all}&audit=another");
    for bad in ["", "?audit=", "?audit=a0&audit=a0", "?audit=a0@x", "?audit=a%20b", long.as_str()] {
        let answer = hub.client.get(&path(bad)).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("audit")), "{bad}");
    }
}

#[tokio::test]
async fn who_is_sent_away_hears_no_more() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Lead").await;
    let technician = hub.technician("Léa").await;
    for token in ["a", "b"] {
        lead.post("/api/v1/audits", &json!({ "name": token, "token": token, "strings": "2" })).await;
    }
    let mut feed = technician.live("/api/v1/live?audit=a&audit=b", None).await;
    feed.wait("hello").await;
    let members = lead.get("/api/v1/crew").await.json();
    let lea = members["members"].as_array().unwrap().iter().find(|one| one["name"] == "Léa").unwrap();
    let path = format!("/api/v1/crew/{}", lea["technician_id"].as_str().unwrap());
    lead.call(Method::PATCH, &path, json!({ "revoked": true }).to_string()).await;
    while feed.next().await.is_some() {}
}
