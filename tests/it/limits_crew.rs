//! The limits where only the crew gets in: counted for whom the hub knows, and strangers make room.

use std::num::NonZeroU32;

use crate::common::raw::Raw;
use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::crew::WhichCode;
use http_body_util::Full;
use hyper::Method;
use serde_json::json;

const OPS: &str = "/api/v1/audits/jalibat/ops";
const LIVE: &str = "/api/v1/audits/jalibat/live";

#[tokio::test]
async fn after_ten_wrong_codes_the_next_waits_and_those_who_have_joined_do_not_notice() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Léa").await;
    let code = hub.the_crew().code(WhichCode::Crew).as_str().to_owned();
    let attempt = |code: &str| json!({ "code": code, "name": "Ana", "device_id": "dev_ana" });
    // One character off: as somebody mistypes it, or tries.
    let wrong = format!("{}{}", if code.starts_with('2') { '3' } else { '2' }, &code[1..]);
    // Right ones are not counted with them: a crew behind one address.
    for _ in 0..15 {
        assert_eq!(hub.client.post("/api/v1/join", &attempt(&code)).await.status, 200);
    }
    for _ in 0..10 {
        assert_eq!(hub.client.post("/api/v1/join", &attempt(&wrong)).await.status, 403);
    }
    let answer = hub.client.post("/api/v1/join", &attempt(&code)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (429, &json!("too_many")),
        "even with the code"
    );
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    for n in 0..50 {
        lea.ops("jalibat", vec![mark("M001", "ok", "lea", NOW + n)]).await;
    }
    assert_eq!(hub.client.at(2).post("/api/v1/join", &attempt(&code)).await.status, 200);

    let long = json!({ "code": "x".repeat(8_000), "name": "Ana", "device_id": "dev_ana" });
    assert_eq!(hub.client.at(2).post("/api/v1/join", &long).await.status, 413);
}

#[tokio::test]
async fn feeds_and_operations_are_counted_for_each_member() {
    let count = |number| NonZeroU32::new(number).unwrap();
    let limits = Limits {
        feeds: 2,
        feeds_per_address: 1,
        ops_per_second: count(1),
        ops_burst: count(20),
        ..Limits::default()
    };
    let hub = TestHub::with_limits(Access::Crew, limits).await;
    hub.jalibat().await;
    let lea = hub.technician("Lea").await;
    let ana = hub.technician("Ana").await;
    let feeds = [lea.live(LIVE, None).await, lea.live(LIVE, None).await];
    let answer = lea.get(LIVE).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (429, &json!("too_many")));
    let others = [ana.live(LIVE, None).await, ana.live(LIVE, None).await];
    drop(feeds);
    loop {
        let request = lea.request(Method::GET, LIVE).body(Full::default()).unwrap();
        match lea.open(request).await.status().as_u16() {
            200 => break,
            status => assert_eq!(status, 429),
        }
    }
    drop(others);

    let ops = || (0..20).map(|n| mark("M001", "ok", "x", NOW + n)).collect::<Vec<_>>();
    lea.ops("jalibat", ops()).await;
    let answer = lea.post(OPS, &json!({ "ops": ops() })).await;
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((10..=20).contains(&wait), "{wait}");
    ana.ops("jalibat", ops()).await;
}

/// A stranger who is answered (that it is one) is a stranger still, and makes room for the crew.
#[tokio::test]
async fn strangers_make_room_whatever_they_were_told() {
    let hub = TestHub::with_limits(Access::Crew, Limits { connections: 3, ..Limits::default() }).await;
    let lea = hub.technician("Lea").await;
    let bearer = format!("authorization: Bearer {}\r\n", lea.token());
    let mut tablet = Raw::to(hub.address).await;
    assert_eq!(tablet.get_with("/api/v1/audits", &bearer).await.unwrap().status, 200);
    let mut strangers = Vec::new();
    for path in ["/api/v1/audits", "/healthz"] {
        let mut stranger = Raw::to(hub.address).await;
        let status = stranger.get(path).await.unwrap().status;
        assert_eq!(status, if path == "/healthz" { 200 } else { 401 });
        strangers.push(stranger);
    }
    let mut others = Vec::new();
    while others.len() < 2 {
        let mut other = Raw::to(hub.address).await;
        match other.get_with("/api/v1/audits", &bearer).await.map(|said| said.status) {
            Some(200) => others.push(other),
            refused => assert!(refused.is_none_or(|status| status == 503), "{refused:?}"),
        }
    }
    for stranger in &mut strangers {
        assert!(stranger.hear().await.is_none(), "a stranger has kept its place");
    }
    assert_eq!(tablet.get_with("/api/v1/audits", &bearer).await.unwrap().status, 200);
    // Now everybody here belongs here.
    assert_eq!(Raw::to(hub.address).await.get("/healthz").await.unwrap().status, 503);
}
