//! Rates: every route that writes has one, and holds to it; an ordinary night meets none.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use crate::common::{Client, NOW, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::page::{Encoder, Header};
use fieldhub::domain::stamp::actor_of;
use fieldhub::domain::{Author, Body, Carried, OpId, Seen, Stamp, Token};
use fieldhub::http::costs::{COSTS, Cost, Kind};
use fieldhub::http::{Limits, Rate};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

const TOKEN: &str = "jalibat";

/// One of each at once, and the next in a minute.
fn one_of_each() -> Limits {
    let mut limits = Limits::default();
    let one = NonZeroU32::MIN;
    limits.ops_burst = one;
    limits.ops_per_second = one;
    limits.joins_per_minute = one;
    let rates = &mut limits.rates;
    for pair in [
        &mut rates.changes,
        &mut rates.audits,
        &mut rates.presence,
        &mut rates.calls,
        &mut rates.files,
        &mut rates.restores,
        &mut rates.pages,
        &mut rates.photos,
    ] {
        pair.device.at_once = one;
        pair.device.per_minute = one;
    }
    limits
}

async fn writing_routes(hub: &TestHub) -> BTreeSet<(String, String)> {
    let document = hub.client.get("/api/openapi.json").await.json();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in
            item.as_object().unwrap().keys().filter(|method| !matches!(method.as_str(), "get" | "head"))
        {
            routes.insert((method.to_uppercase(), path.clone()));
        }
    }
    routes
}

/// Something that the route can read; most of it is refused for what it is, after it was counted.
fn body(route: &str, n: usize) -> Value {
    match route {
        "/api/audit/{token}/module/{module_id}" => json!({"status": "ok", "technicianId": "tech_x"}),
        "/api/audit/{token}/heartbeat" => json!({"technicianId": "tech_x"}),
        "/api/v1/audits" => json!({"name": "New", "token": format!("new-{n}"), "strings": "2"}),
        "/api/v1/audits/{token}/ops" => json!({"ops": [mark("M001", "ok", "x", NOW)]}),
        "/api/v1/join" => json!({"code": "2345ACDE", "name": "Ana", "device_id": "dev_ana"}),
        _ => json!({}),
    }
}

async fn call(client: &Client, method: &Method, route: &str, n: usize) -> (StatusCode, String, Value) {
    let path = route
        .replace("{token}", TOKEN)
        .replace("{module_id}", "M001")
        .replace("{sha256}", &"0".repeat(64))
        .replace("{number}", "draft")
        .replace("{technician_id}", "tech_nobody");
    let answer = client.call(method.clone(), &path, body(route, n).to_string()).await;
    let wait = answer.header("retry-after").to_owned();
    (answer.status, wait, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

/// The kind: what changes anything is counted, whoever adds the next route.
#[tokio::test]
async fn every_writing_route_has_a_rate_and_holds_to_it() {
    let hub = TestHub::with_limits(Access::Crew, one_of_each()).await;
    hub.hub.apply_or_make(Token::parse(TOKEN).unwrap(), Vec::new()).await.unwrap();
    let routes = writing_routes(&hub).await;
    let rows: BTreeSet<_> =
        COSTS.iter().map(|(method, route, _)| (method.to_string(), (*route).to_owned())).collect();
    assert_eq!(rows, routes, "each writing route has one row in http/guard/costs.rs, and each row a route");

    for (number, (method, route, cost)) in COSTS.iter().enumerate() {
        // Pages are counted when they have been read: below, and in `peer`.
        if matches!(cost, Cost::Command | Cost::Counted(Kind::Page)) {
            continue;
        }
        // Somebody who has done nothing yet.
        let lead = hub.lead(&format!("Lead {number}")).await;
        let (first, ..) = call(&lead, method, route, 1).await;
        assert_ne!(first, StatusCode::TOO_MANY_REQUESTS, "{method} {route}: the first");
        let (second, wait, said) = call(&lead, method, route, 2).await;
        assert_eq!((second.as_u16(), &said["code"]), (429, &json!("too_many")), "{method} {route}: {said}");
        assert!(wait.parse::<u64>().is_ok_and(|wait| (1..=60).contains(&wait)), "{method} {route}: {wait}");
        assert!(said["error"].as_str().is_some_and(|text| text.len() > 20), "{said}");
    }
}

/// A device that joins again and again is one place still.
#[tokio::test]
async fn joining_again_gives_no_new_allowance() {
    let (few, slowly) = (NonZeroU32::new(30).unwrap(), NonZeroU32::MIN);
    let limits =
        Limits { ops_burst_per_address: few, ops_per_second_per_address: slowly, ..Limits::default() };
    let hub = TestHub::with_limits(Access::Crew, limits).await;
    hub.jalibat().await;
    let ops = || (0..10).map(|n| mark("M001", "ok", "x", NOW + n)).collect::<Vec<_>>();
    let mut refused = None;
    for n in 0..50 {
        let again = hub.technician(&format!("Again {n}")).await;
        let answer = again.post("/api/v1/audits/jalibat/ops", &json!({ "ops": ops() })).await;
        if answer.status == 429 {
            refused = Some(n);
            break;
        }
    }
    assert!(refused.is_some_and(|n| n >= 3), "{refused:?}");
    hub.technician("Elsewhere").await.at(2).ops("jalibat", ops()).await;
}

/// A page that says the same thing over and over is small on its way, and counted by what it becomes.
#[tokio::test]
async fn pages_of_other_hubs_are_counted_by_what_they_become() {
    let mut limits = Limits::default();
    // Somewhat more than one of them; the next in some minutes.
    limits.rates.pages.address =
        Rate { at_once: NonZeroU32::new(1_500).unwrap(), per_minute: NonZeroU32::MIN };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    let page = |after: u64| {
        let mut encoder = Encoder::default();
        let mut upto = after;
        let said = "x".repeat(4_000).into_bytes();
        while encoder
            .push(&Carried {
                id: OpId::from_u128(u128::from(upto) + 1),
                author: Author::new("tech_1", None).unwrap(),
                device: DeviceId::parse("dev_1").unwrap(),
                marked_ms: NOW,
                stamp: Stamp { ms: NOW, counter: 0, actor: actor_of("dev_1") },
                base: Seen::default(),
                body: Body::Unknown { kind: 900, bytes: said.clone() },
            })
            .unwrap()
        {
            upto += 1;
        }
        let (token, log_id) = (Token::parse("jalibat").unwrap(), Uuid::from_u128(77));
        let header = Header { hub_id: Uuid::nil(), log_id, token, after, upto, head: upto, partial: false };
        (encoder.finish(header).unwrap(), upto)
    };
    let send = async |page: Vec<u8>| hub.client.call(Method::POST, "/api/v1/peer/jalibat/ops", page).await;
    let (first, upto) = page(0);
    assert!(first.len() < 20 << 10, "{} bytes", first.len());
    assert_eq!(send(first).await.status, 200);
    let refused = send(page(upto).0).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (429, &json!("too_many")));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| wait > 60));
    let head = hub.client.get("/api/v1/peer/jalibat?log=00000000-0000-0000-0000-00000000004d").await.json();
    assert_eq!(head["have"], upto, "nothing of the second");
}

/// Somebody's page on the internet, open in a browser beside an open hub: it can send v3.3's calls, and nothing else.
#[tokio::test]
async fn calls_for_made_up_audits_make_few() {
    let hub = TestHub::start().await;
    let made = async || hub.client.get("/api/v1/audits").await.json()["audits"].as_array().unwrap().len();
    let beat = json!({ "technicianId": "tech_x" });
    for n in 0..300 {
        hub.client.post(&format!("/api/audit/junk-{n}/heartbeat"), &beat).await;
    }
    assert_eq!(made().await, 0, "by presence alone");
    let mark = json!({ "technicianId": "tech_x", "status": "ok" });
    let mut refused = 0;
    for n in 0..300 {
        let answer = hub.client.post(&format!("/api/audit/junk-{n}/module/M001"), &mark).await;
        refused += usize::from(answer.status == 429);
    }
    // Two hundred at once, and twenty a minute, of one address.
    assert!(refused > 50, "{refused}");
    assert_eq!(made().await, 300 - refused);
}

/// With the limits as they come, over the network, behind one address: fifty join, say where they are, mark a whole
/// string each, one by one and at once; one comes back with 5,000 marks.
#[tokio::test]
async fn fifty_tablets_behind_one_address_meet_no_limit_all_night() {
    for access in [Access::Crew, Access::Open] {
        let hub = TestHub::with_limits(access, Limits::default()).await;
        hub.jalibat().await;
        let mut tablets = Vec::new();
        for n in 0..50 {
            tablets.push(match access {
                Access::Crew => hub.technician(&format!("T{n}")).await,
                Access::Open => hub.client.clone(),
            });
        }
        for (n, tablet) in tablets.iter().enumerate() {
            let who = format!("t{n}");
            let here = json!({ "technician_id": who, "focus": "M001", "string": 1 });
            for _ in 0..3 {
                assert_eq!(tablet.put("/api/v1/audits/jalibat/presence", &here).await.status, 200);
            }
            if access == Access::Crew {
                let name = json!({ "name": format!("Name {n}") });
                assert_eq!(tablet.call(Method::PATCH, "/api/v1/me", name.to_string()).await.status, 200);
            }
            let string = (0..26).map(|m| mark(&format!("M{:03}", m + 1), "ok", &who, NOW + m));
            tablet.ops("jalibat", string.collect()).await;
        }
        for batch in 0..5 {
            let marks = (0..1_000).map(|m| mark("M002", "dead", "back", NOW + batch * 1_000 + m));
            tablets[0].ops("jalibat", marks.collect()).await;
        }
    }
}
