//! What the API tells of upstreams, over a board that is filled by hand: no upstream runs here.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::{LinkName, ModuleId, Token};
use fieldhub::hub::{
    AuditProgress, LinkHandle, LinkInfo, LinkKind, LinkReason, LinkState, ParkedCode, ReasonCode,
};
use fieldhub::store::{Parked, Remember};
use serde_json::{Value, json};

fn name(text: &str) -> LinkName {
    LinkName::parse(text).unwrap()
}

fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

fn module(text: &str) -> ModuleId {
    ModuleId::parse(text).unwrap()
}

fn add(hub: &TestHub, link: &str, kind: LinkKind) -> LinkHandle {
    let url = format!("https://{link}.example");
    hub.hub.status_board().add(LinkInfo {
        name: name(link),
        kind,
        url,
        budget_bytes: Some(1_000),
        photos: [false; 3],
    })
}

/// An upstream has refused these modules.
async fn park(hub: &TestHub, link: &str, modules: &[&str]) {
    let parked = Parked { reason: "422: no such module".into(), at_ms: NOW, seq: 2, dropped: false };
    let parked = modules.iter().map(|id| (module(id), Some(parked.clone()))).collect();
    hub.hub.remember(token(), Remember { parked, ..Remember::of(name(link)) }).await.unwrap();
}

#[tokio::test]
async fn the_board_shows_how_far_everything_has_got() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    assert_eq!(hub.client.get("/api/v1/upstream").await.json(), json!({"upstreams": []}));
    hub.client.ops("jalibat", vec![mark("M001", "ok", "a", NOW), mark("M002", "dead", "a", NOW)]).await;
    let (cloud, office) = (add(&hub, "cloud", LinkKind::V33), add(&hub, "office", LinkKind::Fieldhub));
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(audit["cloud"], Value::Null, "neither takes it yet");
    let head = audit["seq"].as_u64().unwrap();

    let log_id = hub.hub.identity().log_id;
    let progress = |acked, pending, parked: &[&str]| AuditProgress {
        log_id,
        acked,
        pending,
        sent: 8 - pending,
        parked: parked.iter().map(|id| module(id)).collect::<BTreeSet<_>>(),
        ..AuditProgress::default()
    };
    let untried = hub.client.get("/api/v1/upstream").await.json()["upstreams"][0].clone();
    assert_eq!((&untried["state"], &untried["last_success_ms"]), (&json!("untried"), &Value::Null));
    cloud.set_audit(&token(), progress(head, 0, &["M002"]));
    cloud.set_parked(1);
    cloud.succeeded(NOW);
    cloud.rest();
    cloud.set_bytes_today(700, 300);
    office.set_audit(&token(), progress(head - 1, 5, &[]));
    office.set_catch_up(3, 8);
    let until = tokio::time::Instant::now() + Duration::from_secs(60);
    office.set_state(LinkState::Waiting {
        until,
        why: LinkReason::new(ReasonCode::NoAnswer, "it does not answer"),
    });

    let answer = hub.client.get("/api/v1/upstream").await.json();
    let [first, second] = &answer["upstreams"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!(
        *first,
        json!({
            "name": "cloud", "kind": "v33", "url": "https://cloud.example", "state": "idle", "reason": null, "reason_code": null,
            "retry_in_ms": null, "pending": 0, "done": 0, "total": 0, "last_success_ms": NOW,
            "bytes_today": {"sent": 700, "received": 300}, "budget_bytes": 1_000, "parked": 1,
            "left_out": 0, "left_out_example": null, "photos": null,
            "audits": [{"token": "jalibat", "acked": head, "head": head, "pending": 0, "parked": 1}],
        })
    );
    assert_eq!((&second["state"], &second["reason"]), (&json!("waiting"), &json!("it does not answer")));
    assert_eq!(second["reason_code"], "no_answer");
    let left = second["retry_in_ms"].as_u64().unwrap();
    assert!((1..=60_000).contains(&left), "{left}");
    assert_eq!([&second["pending"], &second["done"], &second["total"]], [5, 3, 8]);
    assert_eq!((&second["kind"], &second["last_success_ms"]), (&json!("fieldhub"), &Value::Null));

    // Both together are what the audit says of itself.
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    let both = json!({"log_id": log_id, "seq": head - 1, "shown": head - 1, "holds": "everything",
        "pending": 5, "sent": 3, "settled": [], "lacking": [], "parked": ["M002"]});
    assert_eq!(audit["cloud"], both);

    let metrics = hub.client.get("/metrics").await.text();
    for line in [
        "fieldhub_upstream_pending{upstream=\"office\"} 5",
        "fieldhub_upstream_parked{upstream=\"cloud\"} 1",
        "fieldhub_upstream_state{upstream=\"office\",state=\"waiting\"} 1",
        "fieldhub_upstream_state{upstream=\"office\",state=\"idle\"} 0",
        "fieldhub_upstream_today_bytes{upstream=\"cloud\",direction=\"sent\"} 700",
        &format!("fieldhub_upstream_last_success_seconds{{upstream=\"cloud\"}} {}", NOW / 1_000),
    ] {
        assert!(metrics.lines().any(|l| l == line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("last_success_seconds{upstream=\"office\"}"));

    // One that has stopped is nowhere any more, and with it goes all that the other one cannot hold.
    drop(office);
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(
        [&audit["cloud"]["seq"], &audit["cloud"]["shown"], &audit["cloud"]["holds"]],
        [&json!(0), &json!(head), &json!("shown")]
    );
    let answer = hub.client.get("/api/v1/upstream").await.json();
    assert_eq!(answer["upstreams"].as_array().unwrap().len(), 1);
    assert!(!hub.client.get("/metrics").await.text().contains("office"));
}

#[tokio::test]
async fn whoever_asks_to_sync_wakes_who_is_meant() {
    let hub = TestHub::start().await;
    let path = "/api/v1/upstream/sync";
    let nobody = hub.client.post(path, &json!({})).await;
    assert_eq!((nobody.status.as_u16(), nobody.json()), (202, json!({"woken": 0, "held": 0})));
    let (cloud, office) = (add(&hub, "cloud", LinkKind::V33), add(&hub, "office", LinkKind::Fieldhub));
    let one = hub.client.post(path, &json!({"upstream": "office"})).await;
    assert_eq!((one.status.as_u16(), one.json()), (202, json!({"woken": 1, "held": 0})));
    office.woken().await;
    let all = hub.client.call(hyper::Method::POST, path, "").await;
    assert_eq!((all.status.as_u16(), all.json()), (202, json!({"woken": 2, "held": 0})));
    cloud.woken().await;
    office.woken().await;
    let unknown = hub.client.post(path, &json!({"upstream": "moon"})).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("there is no upstream moon"));
    assert_eq!(hub.client.post(path, &json!({"upstream": "a b"})).await.json()["field"], "upstream");
    assert_eq!(hub.client.post(path, &json!([])).await.status, 400);
}

#[tokio::test]
async fn parked_modules_are_shown_offered_again_and_left_out() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let handles = [add(&hub, "cloud", LinkKind::V33), add(&hub, "second", LinkKind::V33)];
    for handle in &handles {
        handle.set_audit(&token(), AuditProgress::default());
    }
    park(&hub, "cloud", &["M001", "M002", "M003"]).await;
    park(&hub, "second", &["M001"]).await;
    let shown = async || hub.client.get("/api/v1/upstream/parked").await.json()["parked"].clone();
    let all = shown().await;
    assert_eq!(all.as_array().unwrap().len(), 4);
    assert_eq!(
        all[0],
        json!({"upstream": "cloud", "token": "jalibat", "module_id": "M001", "reason": "422: no such module",
            "reason_code": null, "at_ms": NOW, "dropped": false})
    );
    let hidden = Parked { reason: ParkedCode::Hidden.words(""), at_ms: NOW, seq: 2, dropped: true };
    let parked = vec![(module("M009"), Some(hidden))];
    hub.hub.remember(token(), Remember { parked, ..Remember::of(name("cloud")) }).await.unwrap();
    assert_eq!(shown().await[3]["reason_code"], "hidden", "read out of the words that are kept");
    hub.hub
        .remember(token(), Remember { parked: vec![(module("M009"), None)], ..Remember::of(name("cloud")) })
        .await
        .unwrap();

    let call = async |what: &str, body: Value| {
        let answer = hub.client.post(&format!("/api/v1/upstream/{what}"), &body).await;
        (answer.status.as_u16(), answer.json()["modules"].clone())
    };
    let drop = json!({"upstream": "cloud", "token": "jalibat", "module_id": "M002"});
    assert_eq!(call("drop", drop).await, (200, json!(1)));
    let dropped = shown().await;
    let flags: Vec<_> = dropped.as_array().unwrap().iter().map(|m| m["dropped"].clone()).collect();
    assert_eq!(flags, [false, true, false, false]);

    assert_eq!(call("retry", json!({"module_id": "M001"})).await, (200, json!(2)), "with both upstreams");
    // The retry has woken whoever it is about.
    for handle in &handles {
        handle.woken().await;
    }
    assert_eq!(shown().await.as_array().unwrap().len(), 2);
    assert_eq!(call("retry", json!({"module_id": "M099"})).await, (200, json!(0)));
    assert_eq!(call("retry", json!({"token": "none"})).await.0, 404);
    assert_eq!(call("drop", json!({"upstream": "moon"})).await.0, 404);
    assert_eq!(call("drop", json!({"module_id": "a b"})).await.0, 400);
    assert_eq!(
        call("retry", json!({})).await,
        (200, json!(2)),
        "the dropped one too: somebody asked for all"
    );
    assert_eq!(shown().await, json!([]));
}
