//! The v3.3 contract, as an unmodified client sees it.

use crate::common::{NOW, TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use hyper::Method;
use serde_json::{Value, json};

fn body(status: &str, technician: &str) -> Value {
    json!({ "status": status, "comment": null, "technicianId": technician, "technicianName": "Léa" })
}

async fn updates(hub: &TestHub, since: u64) -> Vec<Value> {
    let answer = hub.client.get(&format!("/api/audit/jalibat/updates?since={since}")).await;
    assert_eq!(answer.status, 200);
    answer.json()["updates"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_mark_comes_back_in_updates_in_the_shape_clients_know() {
    let hub = TestHub::start().await;
    let token = "a4e19950-c73c-412c-be4d-699c9de1dde1";
    let answer = hub
        .client
        .post(
            &format!("/api/audit/{token}/module/M050"),
            &json!({ "status": "microcracks", "comment": "coin bas", "technicianId": "tech_a1b2c3d4", "technicianName": "Léa" }),
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.json()["success"].as_bool()), (200, Some(true)));

    let answer = hub.client.get(&format!("/api/audit/{token}/updates?since=0")).await.json();
    assert_eq!(answer["success"], true);
    assert_eq!(
        answer["updates"],
        json!([{
            "module_id": "M050", "status": "microcracks", "comment": "coin bas",
            "technician_id": "tech_a1b2c3d4", "technician_name": "Léa",
            "updated_at": "2026-05-28T20:26:40.000Z", "updated_at_ms": NOW,
        }])
    );
}

#[tokio::test]
async fn updates_go_by_receipt_with_overlap_and_tell_when_it_was_marked() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    // Marked at 10:00 without a network, delivered two hours later.
    let ten = NOW;
    hub.clock.advance(7_200_000);
    let delivered = NOW + 7_200_000;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", ten)]).await;

    let heard = updates(&hub, delivered - 3_000).await;
    assert_eq!(heard.len(), 1, "a poller of the last seconds hears of it");
    assert_eq!(heard[0]["updated_at_ms"], ten, "and is told when it was marked");

    assert_eq!(updates(&hub, delivered + 9_999).await.len(), 1, "10 s of overlap forgive a clock ahead");
    hub.clock.advance(60_000);
    assert_eq!(updates(&hub, delivered + 10_001).await.len(), 0, "and no more than that");
    assert_eq!(
        hub.client.get("/api/audit/jalibat/updates").await.json()["updates"].as_array().unwrap().len(),
        1
    );
    for since in ["abc", "", "NaN", "1e999", "12x"] {
        let answer = hub.client.get(&format!("/api/audit/jalibat/updates?since={since}")).await;
        assert_eq!(answer.status, 400, "since={since}");
        assert_eq!(answer.json()["field"], "since");
    }
}

#[tokio::test]
async fn a_poller_whose_clock_is_a_day_ahead_still_hears_of_marks() {
    let hub = TestHub::with_clock(TestClock::new(false)).await;
    hub.jalibat().await;
    let day = 86_400_000;
    hub.client.post("/api/audit/jalibat/module/M001", &body("dead", "tech_1")).await;
    assert_eq!(updates(&hub, NOW + day).await.len(), 1);
}

#[tokio::test]
async fn the_last_mark_to_arrive_wins_also_over_a_tablet_whose_clock_is_ahead() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW + 50_000)]).await;
    hub.client.post("/api/audit/jalibat/module/M001", &body("ok", "tech_2")).await;
    let module = hub.client.module("jalibat", "M001").await;
    assert_eq!((&module["status"], &module["conflict"]), (&json!("ok"), &json!(false)));
}

#[tokio::test]
async fn a_v33_mark_sets_both_fields_and_a_mark_taken_back_reads_pending() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut with_comment = body("dead", "tech_1");
    with_comment["comment"] = json!("verre cassé");
    hub.client.post("/api/audit/jalibat/module/M001", &with_comment).await;
    hub.client.post("/api/audit/jalibat/module/M001", &body("ok", "tech_1")).await;
    assert_eq!(hub.client.module("jalibat", "M001").await["comment"], Value::Null);

    let seen = hub.client.module("jalibat", "M001").await["stamp"].clone();
    let mut back = mark("M001", "ok", "lea", NOW + 1);
    back["status"] = Value::Null;
    back["base"] = seen;
    hub.client.ops("jalibat", vec![back]).await;
    assert_eq!(updates(&hub, 0).await[0]["status"], "pending");
}

#[tokio::test]
async fn an_unknown_audit_is_empty_until_its_first_mark_makes_it_and_nothing_does_where_that_is_set() {
    let hub = TestHub::start().await;
    for path in ["updates?since=0", "technicians"] {
        let answer = hub.client.get(&format!("/api/audit/new-one/{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["success"].as_bool()), (200, Some(true)));
    }
    assert_eq!(hub.client.get("/api/v1/audits/new-one").await.status, 404, "asking makes nothing");

    let beat = json!({ "technicianId": "tech_1", "technicianName": "Léa" });
    assert_eq!(
        hub.client.post("/api/audit/new-one/heartbeat", &beat).await.json(),
        json!({ "success": true })
    );
    assert_eq!(hub.client.get("/api/v1/audits/new-one").await.status, 404, "presence makes nothing either");

    hub.client.post("/api/audit/other/module/S3-12", &body("dead", "tech_1")).await;
    let module = hub.client.module("other", "S3-12").await;
    assert_eq!((&module["string"], &module["position"]), (&json!(3), &json!(12)));
    assert_eq!(hub.client.post("/api/audit/other/heartbeat", &beat).await.status, 200);
    let here = hub.client.get("/api/audit/other/technicians").await.json();
    assert_eq!(here["technicians"][0]["technician_name"], "Léa");

    let limits = Limits { v33_makes_audits: false, ..Limits::default() };
    let closed = TestHub::with_limits(Access::Open, limits).await;
    for (path, body) in [("heartbeat", &beat), ("module/S3-12", &body("dead", "tech_1"))] {
        let answer = closed.client.post(&format!("/api/audit/new-one/{path}"), body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["success"].as_bool()), (404, Some(false)));
        assert!(answer.json()["error"].as_str().unwrap().contains("v33_makes_audits"), "{}", answer.text());
    }
    assert_eq!(closed.client.get("/api/v1/audits").await.json()["audits"], json!([]), "nothing was made");
}

#[tokio::test]
async fn technicians_are_those_seen_within_thirty_seconds_of_either_kind() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client
        .post("/api/audit/jalibat/heartbeat", &json!({ "technicianId": "tech_1", "technicianName": "Léa" }))
        .await;
    hub.clock.advance(20_000);
    let native = json!({ "technician_id": "tech_2", "technician_name": "Max", "focus": "M001" });
    hub.client.put("/api/v1/audits/jalibat/presence", &native).await;
    let here = hub.client.get("/api/audit/jalibat/technicians").await.json();
    assert_eq!(
        here["technicians"],
        json!([
            { "technician_id": "tech_1", "technician_name": "Léa", "last_seen": "2026-05-28T20:26:40.000Z" },
            { "technician_id": "tech_2", "technician_name": "Max", "last_seen": "2026-05-28T20:27:00.000Z" },
        ])
    );
    hub.clock.advance(10_001);
    let here = hub.client.get("/api/audit/jalibat/technicians").await.json();
    assert_eq!(here["technicians"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_since_that_is_no_time_leaves_the_hubs_clock_alone() {
    let hub = TestHub::with_clock(TestClock::new(false)).await;
    hub.jalibat().await;
    for technician in ["tech_1", "tech_2"] {
        let body = json!({ "technician_id": technician, "technician_name": "A", "sent_at_ms": u64::MAX });
        assert_eq!(hub.client.put("/api/v1/audits/jalibat/presence", &body).await.status, 200);
    }
    let answer = hub.client.get("/api/audit/jalibat/updates?since=1e300").await;
    assert_eq!(answer.json(), json!({ "success": true, "updates": [] }));
    assert_eq!(hub.client.get("/api/v1/hub").await.json()["time_ms"], NOW);
}

#[tokio::test]
async fn any_origin_may_call_without_credentials_preflight_included() {
    let hub = TestHub::start().await;
    for (method, path) in [
        ("POST", "/api/audit/t/module/M001"),
        ("GET", "/api/audit/t/updates"),
        ("POST", "/api/audit/t/heartbeat"),
        ("GET", "/api/audit/t/technicians"),
    ] {
        let preflight = hub
            .client
            .request(Method::OPTIONS, path)
            .header("origin", "https://diagpv.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "cache-control,content-type,x-requested-with")
            .body(Default::default())
            .unwrap();
        let answer = hub.client.send(preflight).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(answer.header("access-control-allow-methods").contains(method), "{path}");
        let allowed = answer.header("access-control-allow-headers");
        assert_eq!(allowed, "cache-control,content-type,x-requested-with", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
    }
    let request = hub.client.request(Method::GET, "/api/audit/t/updates").header("origin", "http://x");
    let answer = hub.client.send(request.body(Default::default()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let request = hub.client.request(Method::GET, "/api/v1/audits").header("origin", "http://x");
    let answer = hub.client.send(request.body(Default::default()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "", "the native API is for our own page");
}

#[tokio::test]
async fn bad_input_is_refused_with_the_field_and_leaves_nothing() {
    let hub = TestHub::start().await;
    let module = "/api/audit/fresh/module/M001";
    let with = |field: &str, value: Value| {
        let mut body = body("ok", "tech_1");
        body[field] = value;
        body.to_string()
    };
    let without = |field: &str| {
        let mut body = body("ok", "tech_1");
        body.as_object_mut().unwrap().remove(field);
        body.to_string()
    };
    let cases = [
        (module, with("status", json!("broken")), 400, "status"),
        (module, with("status", json!("pending")), 400, "status"),
        (module, with("status", Value::Null), 400, "status"),
        (module, without("status"), 400, "status"),
        (module, without("technicianId"), 400, "technicianId"),
        (module, with("technicianId", json!("a b")), 400, "technicianId"),
        (module, with("technicianName", json!("x".repeat(101))), 400, "technicianName"),
        (module, with("comment", json!("é".repeat(4_001))), 400, "comment"),
        (module, with("comment", json!(["no text"])), 400, "comment"),
        (module, "not json".to_owned(), 400, ""),
        (module, "[]".to_owned(), 400, ""),
        (module, r#"["ok", null, "tech_1", null]"#.to_owned(), 400, ""),
        (module, String::new(), 400, ""),
        (module, with("comment", json!("x".repeat(66_000))), 413, ""),
        ("/api/audit/fresh/module/M%20001", body("ok", "tech_1").to_string(), 400, "module_id"),
        ("/api/audit/bad%2Ftoken/module/M001", body("ok", "tech_1").to_string(), 400, "token"),
        ("/api/audit/fresh/module/M%FF", body("ok", "tech_1").to_string(), 400, "module_id"),
        ("/api/audit/%FF/module/M001", body("ok", "tech_1").to_string(), 400, "token"),
        ("/api/audit/fresh/heartbeat", "{}".to_owned(), 400, "technicianId"),
    ];
    for (path, body, status, field) in cases {
        let answer = hub.client.call(Method::POST, path, body.clone()).await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!(answer.status, status, "{path} {shown}: {}", answer.text());
        let json = answer.json();
        assert_eq!(json["success"], false, "{path} {shown}");
        assert!(!json["error"].as_str().unwrap().is_empty(), "{path} {shown}");
        assert_eq!(json["field"].as_str().unwrap_or(""), field, "{path} {shown}: {json}");
    }
    assert_eq!(hub.client.get("/api/v1/audits").await.json()["audits"], json!([]), "nothing was stored");

    // Just within: four thousand characters, a hundred, and null where null may be.
    let answer = hub.client.call(Method::POST, module, with("comment", json!("é".repeat(4_000)))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(hub.client.call(Method::POST, module, without("technicianName")).await.status, 200);
    assert_eq!(hub.client.module("fresh", "M001").await["technician_name"], "Technicien");
}

#[tokio::test]
async fn a_bulk_action_of_one_post_per_module_all_at_once_is_kept_whole() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let posts = (1..=242).map(|n| {
        let client = hub.client.clone();
        async move {
            client
                .post(&format!("/api/audit/jalibat/module/M{n:03}"), &body("ok", "tech_1"))
                .await
                .status
                .as_u16()
        }
    });
    let statuses = futures_util::future::join_all(posts).await;
    assert!(statuses.iter().all(|s| *s == 200));
    assert_eq!(updates(&hub, 0).await.len(), 242);
    let hub = hub.restart().await;
    assert_eq!(updates(&hub, 0).await.len(), 242);
}

#[tokio::test]
async fn no_base_can_speak_for_marks_that_are_still_to_come() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut forged = mark("M001", "dead", "lea", NOW);
    let max = fieldhub::domain::stamp::actor_of("dev_max");
    forged["base"] = json!(format!("ffffffffffff-ffff-{max:016x},ffffffffffff-ffff-ffffffffffffffff"));
    assert_eq!(hub.client.ops("jalibat", vec![forged]).await[0]["outcome"], "applied");
    let unseen = &hub.client.ops("jalibat", vec![mark("M001", "ok", "max", NOW + 1)]).await[0];
    assert_eq!(unseen["outcome"], "conflict", "Max had not seen it, whatever somebody says of Max");
    assert!(unseen["stamp"].as_str().unwrap() < "f", "nor does it lift his stamp: {unseen}");
    hub.client.post("/api/audit/jalibat/module/M001", &body("microcracks", "tech_2")).await;
    assert_eq!(
        hub.client.module("jalibat", "M001").await["status"],
        "microcracks",
        "the last to arrive wins"
    );
}
