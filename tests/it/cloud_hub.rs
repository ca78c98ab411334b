//! The cloud that other tests send to speaks the contract and fails as it is told: else they would show nothing.

use std::time::Duration;

use crate::common::Client;
use crate::common::cloud::{At, Fault, Row, TestCloud};
use crate::common::raw::Raw;
use crate::common::wait::until_async;
use hyper::Method;
use serde_json::{Value, json};

fn v33_mark(status: &str) -> Value {
    json!({ "status": status, "comment": null, "technicianId": "tech_office", "technicianName": "Office" })
}

const M1: &str = "/api/audit/demo/module/M001";

#[tokio::test]
async fn it_speaks_the_contract() {
    let cloud = TestCloud::start();
    let client = Client::new(cloud.address());

    // The last to arrive wins, with the time of its arrival.
    assert_eq!(client.post(M1, &v33_mark("dead")).await.json()["success"], true);
    let first = cloud.row("demo", "M001").unwrap();
    let second = json!({ "status": "ok", "comment": "seen twice", "technicianId": "tech_b" });
    assert_eq!(client.post(M1, &second).await.status, 200);
    let row = cloud.row("demo", "M001").unwrap();
    assert_eq!((row.status.as_str(), row.comment.as_deref()), ("ok", Some("seen twice")));
    assert_eq!(row.technician_name, "Technicien");
    assert!(row.updated_at >= first.updated_at);
    assert_eq!(cloud.rows("demo").len(), 1);

    // `since` is exclusive, and other audits are others.
    let updates = client.get("/api/audit/demo/updates?since=0").await.json();
    let update = &updates["updates"][0];
    assert_eq!(updates["success"], true);
    assert_eq!(update["module_id"], "M001");
    assert_eq!(update["technician_id"], "tech_b");
    assert_eq!(update["updated_at_ms"], row.updated_at);
    let iso = update["updated_at"].as_str().unwrap();
    assert!(iso.len() == 24 && iso.ends_with('Z'), "{iso}");
    let since = format!("/api/audit/demo/updates?since={}", row.updated_at);
    assert_eq!(client.get(&since).await.json()["updates"], json!([]));
    assert_eq!(client.get("/api/audit/other/updates").await.json()["updates"], json!([]));

    // Presence lasts thirty seconds.
    let beat = json!({ "technicianId": "tech_office", "technicianName": "Office" });
    assert_eq!(client.post("/api/audit/demo/heartbeat", &beat).await.json(), json!({ "success": true }));
    let present = client.get("/api/audit/demo/technicians").await.json();
    assert_eq!(present["technicians"][0]["technician_name"], "Office");
    assert_eq!(client.get("/api/audit/other/technicians").await.json()["technicians"], json!([]));

    // What it does not understand.
    for (path, body) in [
        (M1, json!({ "status": "pending", "technicianId": "tech_a" })),
        (M1, json!({ "status": "ok" })),
        (M1, json!({ "status": "ok", "technicianId": "tech_a", "comment": 7 })),
        ("/api/audit/demo/heartbeat", json!({})),
        ("/api/audit/demo/module/%ff", v33_mark("ok")),
    ] {
        let answer = client.post(path, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["success"]),
            (400, &json!(false)),
            "{path} {body}"
        );
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(client.call(Method::POST, M1, "no JSON").await.status, 400);
    assert_eq!(client.get("/api/audits").await.status, 404);
    assert_eq!(client.get(M1).await.status, 405);
    let asked = client.call(Method::OPTIONS, M1, "").await;
    assert_eq!((asked.status.as_u16(), asked.header("access-control-allow-origin")), (204, "*"));
}

#[tokio::test]
async fn it_wants_its_token_keeps_its_rows_and_has_a_clock_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let cloud = TestCloud::with(&["--token", "s3cret", "--data", data, "--ahead-ms", "3600000"]);
    let client = Client::new(cloud.address());
    assert_eq!(client.post(M1, &v33_mark("ok")).await.status, 401);
    assert_eq!(client.with_token("s3cre").post(M1, &v33_mark("ok")).await.status, 401);
    assert_eq!(client.with_token("s3cret").post(M1, &v33_mark("ok")).await.status, 200);
    let row = cloud.row("demo", "M001").unwrap();
    let here = u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap();
    assert!(row.updated_at.abs_diff(here + 3_600_000) < 60_000);
    // Rows of another time, as if they had arrived then.
    let old = Row::new("dead", "Office", 1_000).comment("cracked");
    cloud.put("demo", &[("M002", old.clone())]);

    // Down, and up again in the same place.
    let port = cloud.port();
    cloud.stop();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port.parse().unwrap())).is_err());
    let cloud = TestCloud::with(&["--data", data, "--port", &port]);
    assert_eq!(cloud.port(), port);
    assert_eq!(cloud.row("demo", "M001"), Some(row));
    assert_eq!(cloud.row("demo", "M002"), Some(old));
}

#[tokio::test]
async fn it_fails_as_it_is_told() {
    let cloud = TestCloud::start();
    let client = Client::new(cloud.address());
    let post =
        async |module: &str| client.post(&format!("/api/audit/demo/module/{module}"), &v33_mark("ok")).await;

    cloud.fail(Fault::status(503).times(2).skip(1));
    let statuses = [post("M1").await, post("M2").await, post("M3").await, post("M4").await];
    assert_eq!(statuses.map(|answer| answer.status.as_u16()), [200, 503, 503, 200]);
    assert_eq!(cloud.rows("demo").into_keys().collect::<Vec<_>>(), ["M1", "M4"]);

    cloud.fail(Fault::status(422).saying("no such module").module("M5"));
    cloud.fail(Fault::status(429).retry_after(7).kind("updates"));
    let answer = post("M5").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (422, &json!("no such module")));
    assert_eq!(post("M6").await.status, 200);
    assert_eq!(client.get("/api/audit/demo/updates").await.header("retry-after"), "7");
    cloud.heal();
    assert_eq!(post("M5").await.status, 200);

    cloud.fail(Fault::portal().times(1));
    assert!(post("M7").await.text().contains("<!doctype html>"));
    cloud.fail(Fault::slow(50).times(1));
    let started = std::time::Instant::now();
    assert_eq!(post("M7").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn it_breaks_off_and_hangs_in_three_places() {
    let cloud = TestCloud::start();
    let body = v33_mark("dead").to_string();
    let head = |module: &str| {
        let length = body.len();
        format!(
            "POST /api/audit/demo/module/{module} HTTP/1.1\r\nhost: cloud\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };

    cloud.fail(Fault::cut(At::Before).module("M1"));
    cloud.fail(Fault::cut(At::After).module("M2"));
    for module in ["M1", "M2"] {
        let mut raw = Raw::to(cloud.address()).await;
        raw.send(&head(module)).await;
        assert!(raw.hear().await.is_none(), "{module} was answered");
    }
    assert_eq!(cloud.rows("demo").into_keys().collect::<Vec<_>>(), ["M2"]);

    // Half of the answer, and then the end; half of it, and then nothing.
    for (module, fault, ends) in
        [("M3", Fault::cut(At::Middle), true), ("M4", Fault::hang(At::Middle), false)]
    {
        cloud.fail(fault.module(module));
        let mut raw = Raw::to(cloud.address()).await;
        raw.send(&head(module)).await;
        let mut got = Vec::new();
        let all = tokio::time::timeout(
            Duration::from_millis(300),
            tokio::io::AsyncReadExt::read_to_end(&mut raw.0, &mut got),
        );
        assert_eq!(all.await.is_ok(), ends, "{module}");
        let got = String::from_utf8(got).unwrap();
        let (head, part) = got.split_once("\r\n\r\n").unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(part.len(), length.parse::<usize>().unwrap() / 2);
        assert!(cloud.row("demo", module).is_some());
    }

    // Silence, the mark written or not. The entry stays open until the caller goes.
    for (module, at, written) in [("M5", At::Before, false), ("M6", At::After, true)] {
        cloud.clear();
        cloud.fail(Fault::hang(at).module(module));
        let mut raw = Raw::to(cloud.address()).await;
        raw.send(&head(module)).await;
        let met = async || cloud.row("demo", module).is_some() == written && cloud.summary().open > 0;
        until_async("it is silent", met).await;
        assert!(tokio::time::timeout(Duration::from_millis(100), raw.hear()).await.is_err());
        drop(raw);
        until_async("the entry is closed", async || cloud.summary().open == 0).await;
        assert_eq!(cloud.journal()[0].status, None);
    }
}

#[tokio::test]
async fn its_journal_tells_what_was_asked_and_what_met() {
    let cloud = TestCloud::start();
    let client = Client::new(cloud.address());
    cloud.fail(Fault::slow(100).kind("module"));
    let post = |module: &'static str| {
        let client = client.clone();
        async move { client.post(&format!("/api/audit/demo/module/{module}"), &v33_mark("ok")).await.status }
    };
    let all = tokio::join!(post("M1"), post("M2"), post("M3"), post("M1"));
    assert_eq!(all, (all.0, all.0, all.0, all.0));
    assert_eq!(post("M1").await, 200);
    client.get("/api/audit/demo/updates?since=5").await;

    let summary = cloud.summary();
    assert_eq!((summary.of("module"), summary.of("updates"), summary.open), (5, 1, 0));
    assert_eq!((summary.most_in_flight, summary.doubled), (4, vec!["M1".to_owned()]));
    assert!(summary.bytes.received > 5 * 150 && summary.bytes.sent > 5 * 100, "{:?}", summary.bytes);
    let calls = cloud.journal();
    assert_eq!(cloud.marks().len(), 5);
    assert_eq!(calls[5].path, "/api/audit/demo/updates?since=5");
    assert_eq!((calls[4].method.as_str(), calls[4].module.as_deref()), ("POST", Some("M1")));
    assert_eq!((calls[4].status, calls[4].json()), (Some(200), v33_mark("ok")));
    assert!(calls[4].ended_ms.unwrap() >= calls[4].at_ms + 100);

    // Long answers are compressed for those who ask, as by any cloud's edge.
    let rows: Vec<(String, Row)> = (0..50).map(|n| (format!("S{n}"), Row::new("ok", "Office", 9))).collect();
    cloud.put("demo", &rows.iter().map(|(id, row)| (id.as_str(), row.clone())).collect::<Vec<_>>());
    let request = client.request(Method::GET, "/api/audit/demo/updates").header("accept-encoding", "gzip");
    let answer = client.send(request.body(http_body_util::Full::default()).unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.body.len() < 1_000, "{}", answer.body.len());
    assert_eq!(client.get("/api/audit/demo/updates").await.json()["updates"].as_array().unwrap().len(), 53);
}
