//! Sessions: how long one counts, what ends it (revoked, another role, another key), and where its cookie counts.

use crate::common::{NOW, TestClock, TestHub, mark};
use crate::crew::{DAY, body, code, id, set};
use fieldhub::domain::site_clock::Quality;
use fieldhub::hub::change;
use fieldhub::hub::crew::WhichCode;
use http_body_util::Full;
use hyper::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_revoked_member_is_out_at_once_live_feeds_included() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let (lea, marc) = (hub.technician("Léa").await, hub.technician("Marc").await);
    let mut leas = lea.live("/api/v1/audits/jalibat/live", None).await;
    let mut marcs = marc.live("/api/v1/audits/jalibat/live", None).await;
    leas.wait("presence").await;
    marcs.wait("presence").await;

    set(&hub, id(&lea), None, Some(true)).await;
    while leas.next().await.is_some() {}
    let answer = lea.get("/api/v1/audits").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (401, &json!("revoked")));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    // Others go on.
    marc.ops("jalibat", vec![mark("M001", "ok", "x", NOW)]).await;
    marcs.wait("op").await;

    set(&hub, id(&lea), None, Some(false)).await;
    assert_eq!(lea.get("/api/v1/audits").await.status, 200);
}

#[tokio::test]
async fn a_revoked_member_who_is_far_behind_gets_no_more() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let (lea, marc) = (hub.technician("Léa").await, hub.technician("Marc").await);
    // More than fits into the sockets' buffers.
    for _ in 0..4 {
        let long = |n| {
            let mut op = mark(&format!("M{:03}", n % 242 + 1), "dead", "x", NOW);
            op["comment"] = json!("x".repeat(4_000));
            op
        };
        marc.ops("jalibat", (0..1_000).map(long).collect()).await;
    }
    let mut feed = lea.live("/api/v1/audits/jalibat/live?after=0", None).await;
    feed.wait("op").await;
    set(&hub, id(&lea), None, Some(true)).await;
    let mut read = 1;
    while let Some(event) = feed.next().await {
        read += u32::from(event.name == "op");
    }
    assert!(read < 4_000, "{read}");
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Léa").await;
    let codes = "/api/v1/crew/code";
    assert_eq!(lea.get(codes).await.status, 403);
    // Her page learns of it by a feed that ends and is opened again.
    let mut feed = lea.live("/api/v1/audits/jalibat/live", None).await;
    feed.wait("presence").await;
    set(&hub, id(&lea), Some("lead"), None).await;
    while feed.next().await.is_some() {}
    assert_eq!(lea.live("/api/v1/audits/jalibat/live", None).await.wait("hello").await.name, "hello");
    assert_eq!(lea.get(codes).await.status, 200);
    set(&hub, id(&lea), Some("viewer"), None).await;
    assert_eq!(lea.get(codes).await.status, 403);
    let answer =
        lea.post("/api/v1/audits/jalibat/ops", &json!({"ops": [mark("M001", "ok", "x", NOW)]})).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("this needs a technician, and you are a viewer"), "{}", answer.text());
    assert_eq!(lea.get("/api/v1/audits/jalibat").await.json()["marked"], 0);
}

#[tokio::test]
async fn another_code_shuts_out_who_has_not_joined_and_another_key_everybody() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Léa").await;
    let old = code(&hub, WhichCode::Crew);
    let lead = hub.lead("Marc").await;
    let new = lead.post("/api/v1/crew/code", &Value::Null).await.json()["code"].clone();
    assert_ne!(new, old);
    assert_eq!(hub.client.post("/api/v1/join", &body(&old, "Zoé")).await.status, 403);
    assert_eq!(hub.client.post("/api/v1/join", &body(new.as_str().unwrap(), "Zoé")).await.status, 200);
    assert_eq!(lea.get("/api/v1/me").await.status, 200, "those who have joined stay in");

    let mut feed = lea.live("/api/v1/audits/jalibat/live", None).await;
    feed.wait("hello").await;
    change(hub.the_crew(), |crew| crew.rotate_key()).await.unwrap();
    while feed.next().await.is_some() {}
    for client in [&lea, &lead] {
        assert_eq!(client.get("/api/v1/me").await.json()["code"], "bad_token");
    }
    assert_eq!(hub.client.post("/api/v1/join", &body(new.as_str().unwrap(), "Zoé")).await.status, 200);
    assert_eq!(change(hub.the_crew(), |crew| crew.revoke_all()).await.unwrap(), 5);
}

/// The hub has no clock chip, wakes up a year ago, and learns the time from an upstream.
#[tokio::test]
async fn nobody_is_locked_out_because_the_hub_woke_up_in_the_past() {
    let clock = TestClock::new(false);
    let hub = TestHub::crew_with_clock(clock.clone()).await;
    let lea = hub.technician("Léa").await;
    let later = NOW + 365 * DAY;
    hub.hub.clock().told_by_upstream(later);
    let at = hub.hub.moment();
    assert!(at.steady.quality == Quality::Learnt && at.now_ms >= later, "{at:?}");
    // The first request with the time known is when the session begins to count: noted beside it.
    let mut changes = hub.the_crew().changes();
    assert_eq!(lea.get("/api/v1/me").await.status, 200);
    changes.changed().await.unwrap();
    clock.advance(29 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.status, 200);
    clock.advance(3 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.json()["code"], "expired", "but a session does end");
    // A token that was made with the time known is judged by it.
    let zoe = hub.technician("Zoé").await;
    clock.advance(32 * DAY);
    assert_eq!(zoe.get("/api/v1/me").await.json()["code"], "expired");
}

#[tokio::test]
async fn a_session_is_renewed_while_it_is_used() {
    let clock = TestClock::new(true);
    let hub = TestHub::crew_with_clock(clock.clone()).await;
    let lea = hub.technician("Léa").await;
    clock.advance(20 * DAY);
    let answer = lea.post("/api/v1/me/renew", &Value::Null).await;
    assert!(answer.header("set-cookie").starts_with("fieldhub-"));
    let renewed = answer.json();
    assert_eq!(renewed["expires_at_ms"], NOW + 50 * DAY);
    assert_eq!(renewed["technician_id"], id(&lea));
    clock.advance(20 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.status, 401);
    assert_eq!(hub.client.with_token(renewed["token"].as_str().unwrap()).get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_cookie_reads_and_writes_for_the_hubs_own_page_alone() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let answer = hub.client.post("/api/v1/join", &body(&code(&hub, WhichCode::Lead), "Léa")).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let host = hub.address.to_string();
    let call = |method: Method, path: &str, origin: Option<String>| {
        let mut request = hub.client.request(method, path).header("cookie", format!("a=b; {cookie}"));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let body = json!({"client": "x", "status": "ok", "technicianId": "tech_x"}).to_string();
        let request = request.body(Full::from(body)).unwrap();
        let client = hub.client.clone();
        async move { client.open(request).await.status().as_u16() }
    };
    assert_eq!(call(Method::GET, "/api/v1/audits/jalibat/live", None).await, 200);
    let (audit, v33) = ("/api/v1/audits/jalibat", "/api/audit/jalibat/module/M001");
    for (method, path) in [(Method::PATCH, audit), (Method::POST, v33)] {
        assert_eq!(call(method.clone(), path, Some(format!("http://{host}"))).await, 200, "{path}");
        for origin in [None, Some("http://evil.example".to_owned()), Some("null".to_owned())] {
            let status = call(method.clone(), path, origin.clone()).await;
            assert!(matches!(status, 401 | 403), "{path} from {origin:?}: {status}");
        }
    }
}
